import { z } from "zod";
import { countOf } from "../../core/quantities.ts";
import { defineTool, whereParameter } from "./tool.ts";

const shown = 20;

export const batchDelete = defineTool({
  name: "batch_delete",
  title: "Delete documents",
  description:
    "Delete documents or notes from a collection, by ids (note ids, file paths or record ids) or by a metadata filter. dry_run tells how many without deleting.",
  effect: "destroys",
  isIdempotent: true,
  input: z.strictObject({
    collection: z.string().describe("Collection name."),
    ids: z
      .array(z.string().min(1))
      .min(1)
      .max(10_000)
      .optional()
      .describe("Note ids, document paths or record ids. Each removes its whole document."),
    where: whereParameter.optional(),
    dry_run: z.boolean().default(false).describe("Only count."),
  }),
  async run({ collection, ids, where, dry_run: isDryRun }, { session, signal }) {
    const input = {
      collection,
      isDryRun,
      ...(ids === undefined ? {} : { ids }),
      ...(where === undefined ? {} : { where }),
    };
    const deleted = await session.call("documents.delete", input, signal);
    const verb = isDryRun ? "Would delete" : "Deleted";
    const lines = [
      `${verb} ${countOf(deleted.documents, "document")} (${countOf(deleted.chunks, "chunk")}) from ${collection}.`,
    ];
    lines.push(...deleted.paths.slice(0, shown).map((path) => `- ${path}`));
    if (deleted.paths.length > shown) lines.push(`- and ${deleted.paths.length - shown} more`);
    if (deleted.unknownIds.length > 0)
      lines.push(
        `Not found: ${deleted.unknownIds.slice(0, shown).join(", ")}${deleted.unknownIds.length > shown ? ` and ${deleted.unknownIds.length - shown} more` : ""}.`,
      );
    if (!isDryRun && deleted.documents > 0)
      lines.push("Files that still exist on disk come back with the next batch_ingest of their workspace.");
    return lines.join("\n");
  },
});
