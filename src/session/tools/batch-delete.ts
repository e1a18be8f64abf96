import { z } from "zod";
import { deleteDocuments, deletionLines } from "../deletion.ts";
import { defineTool, forceParameter, whereParameter } from "./tool.ts";

export const batchDelete = defineTool({
  name: "batch_delete",
  title: "Delete documents",
  description:
    "Delete documents or notes from a collection, by ids (note ids, file paths of this workspace or record ids) or by a metadata filter. Refused while another live session uses the collection, unless forced; what was deleted from a permanent collection can be restored for 7 days. dry_run tells how many without deleting.",
  effect: "destroys",
  isIdempotent: true,
  input: z.strictObject({
    collection: z.string().describe("Collection name."),
    ids: z
      .array(z.string().min(1))
      .min(1)
      .max(10_000)
      .optional()
      .describe(
        "Note ids, paths in this workspace, or record ids; each removes its whole document. What may mean several documents is told, not deleted.",
      ),
    where: whereParameter.optional(),
    dry_run: z.boolean().default(false).describe("Only count."),
    force: forceParameter,
  }),
  async run({ dry_run: isDryRun, ...request }, { session, signal }) {
    return deletionLines(await deleteDocuments(session, { ...request, isDryRun, signal })).join("\n");
  },
});
