import { z } from "zod";
import type { DeleteResult, DocumentPlace } from "../../core/collections.ts";
import { countOf } from "../../core/quantities.ts";
import { ownPlaceId } from "../own-place.ts";
import { shownName } from "../shown-name.ts";
import { defineTool, whereParameter } from "./tool.ts";

const shown = 20;

export const batchDelete = defineTool({
  name: "batch_delete",
  title: "Delete documents",
  description:
    "Delete documents or notes from a collection, by ids (note ids, file paths of this workspace or record ids) or by a metadata filter. dry_run tells how many without deleting.",
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
  }),
  async run({ collection, ids, where, dry_run: isDryRun }, { session, signal }) {
    const places = await session.places();
    const sourceKey = places[0]?.source.key ?? null;
    const given = new Map((ids ?? []).map((id) => [ownPlaceId(id, places), id]));
    const input = {
      collection,
      isDryRun,
      sourceKey,
      ...(ids === undefined ? {} : { ids: [...given.keys()] }),
      ...(where === undefined ? {} : { where }),
    };
    const deleted = await session.call("documents.delete", input, signal);
    const asGiven = (id: string): string => given.get(id) ?? id;
    const lines = [
      `${isDryRun ? "Would delete" : "Deleted"} ${countOf(deleted.documents, "document")} (${countOf(deleted.chunks, "chunk")}) from ${collection}.`,
      ...listed(deleted.places, (place) => `- ${placeText(place, sourceKey)}`),
      ...listed(deleted.ambiguousIds, (ambiguous) => ambiguousLine(ambiguous, asGiven)),
    ];
    const unknown = listed(deleted.unknownIds, asGiven);
    if (unknown.length > 0) lines.push(`Not found: ${unknown.join(", ")}.`);
    if (!isDryRun && deleted.places.some((place) => place.sourcePath !== null))
      lines.push("Files that still exist on disk come back with the next batch_ingest of their workspace.");
    return lines.map(shownName).join("\n");
  },
});

function listed<T>(items: readonly T[], text: (item: T) => string): string[] {
  const texts = items.slice(0, shown).map(text);
  return items.length > shown ? [...texts, `- and ${items.length - shown} more`] : texts;
}

/** "b.md (app)"; a source that is not the caller's own also with its directory. */
function placeText({ path, source, sourceKey, sourcePath }: DocumentPlace, ownKey: string | null): string {
  return `${path} (${source}${sourcePath === null || sourceKey === ownKey ? "" : ` in ${sourcePath}`})`;
}

function ambiguousLine({ id, places }: DeleteResult["ambiguousIds"][number], asGiven: (id: string) => string): string {
  const choices = places.map(
    ({ sourceKey, source, sourcePath, path }) =>
      `${sourceKey}/${path} (${sourcePath === null ? source : `${source} in ${sourcePath}`})`,
  );
  return `"${asGiven(id)}" may mean ${countOf(places.length, "document")}, so nothing was deleted for it. Repeat with one of these ids: ${choices.join(", ")}.`;
}
