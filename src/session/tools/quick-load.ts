import { z } from "zod";
import { requireCollectionName, suggestCollectionName } from "../../core/collection-name.ts";
import { CommonsError } from "../../core/errors.ts";
import { ingestAnswer } from "../ingest-answer.ts";
import { keepLoaded, nameOfShared } from "../keep-loaded.ts";
import type { Session } from "../session.ts";
import { categoriesParameter, defineTool, extensionsParameter, maxFilesParameter } from "./tool.ts";

export const quickLoad = defineTool({
  name: "quick_load",
  title: "Quick load",
  description:
    'Quick load /workspace or a folder of it into a temporary collection ("Quick load /workspace categories:images collection:vacation"): private to this session and gone with it, unless keep is true. The fastest way in for photos: only what they say of themselves is read (camera, lens, date, place, caption).',
  effect: "adds",
  isIdempotent: true,
  input: z.strictObject({
    path: z
      .string()
      .default(".")
      .describe("Folder or file in the workspace: relative, absolute, or beginning with /workspace."),
    collection: z
      .string()
      .optional()
      .describe("Name of the temporary collection. Default: quick- and the folder's name."),
    name: z.string().optional().describe("The same as collection."),
    categories: categoriesParameter.optional(),
    extensions: extensionsParameter.optional(),
    max_files: maxFilesParameter.optional(),
    keep: z
      .boolean()
      .default(false)
      .describe(
        "true: make it permanent and shared. Also of one that was loaded before: nothing unchanged is read again.",
      ),
    keep_as: z
      .string()
      .optional()
      .describe("Keep it (as keep: true) under this name; collection is the one that it was loaded as."),
  }),
  async run({ collection, name, keep, keep_as: keepAs, ...input }, context) {
    if (collection !== undefined && name !== undefined && collection !== name) {
      throw new CommonsError("INPUT_INVALID", "collection and name are two words for the same thing, and differ.", {
        hint: "Give one of them.",
      });
    }
    const { session, signal } = context;
    const { workspace } = await session.workspace();
    const place = await workspace.resolve(input.path);
    const fallback = `quick-${suggestCollectionName(place.relative.split("/").at(-1) || workspace.root.split(/[/\\]/).at(-1) || "load")}`;
    const loaded = requireCollectionName(collection ?? name ?? fallback);
    const load = { ...input, recursive: true, include_content: true };
    if (!keep && keepAs === undefined)
      return withWayOut(session, loaded, () =>
        ingestAnswer("quick_load", { ...load, collection: loaded, kind: "temporary" }, context),
      );
    const as = keepAs === undefined ? loaded : requireCollectionName(keepAs);
    const kept = await keepLoaded(session, { loaded, as }, signal);
    const answer = await ingestAnswer("quick_load", { ...load, collection: as, kind: "permanent" }, context);
    return kept === null ? answer : `${kept}\n${answer}`;
  },
});

/** Where a permanent collection has the name, unloading it is not what the user wants. */
async function withWayOut(session: Session, name: string, load: () => Promise<string>): Promise<string> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof CommonsError) || error.code !== "COLLECTION_EXISTS") throw error;
    const { collections } = await session.call("collections.list", {});
    const shared = collections.find((each) => each.name === name && each.kind === "permanent");
    throw shared === undefined ? error : nameOfShared(shared, error);
  }
}
