import { z } from "zod";
import { requireCollectionName, suggestCollectionName } from "../../core/collection-name.ts";
import { CommonsError } from "../../core/errors.ts";
import { findCollection } from "../collections.ts";
import { ingestAnswer } from "../ingest-answer.ts";
import type { Session } from "../session.ts";
import { shownName } from "../shown-name.ts";
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
  }),
  async run({ collection, name, keep, ...input }, context) {
    if (collection !== undefined && name !== undefined && collection !== name) {
      throw new CommonsError("INPUT_INVALID", "collection and name are two words for the same thing, and differ.", {
        hint: "Give one of them.",
      });
    }
    const { session } = context;
    const { workspace } = await session.workspace();
    const place = await workspace.resolve(input.path);
    const fallback = `quick-${suggestCollectionName(place.relative.split("/").at(-1) || workspace.root.split(/[/\\]/).at(-1) || "load")}`;
    const wanted = requireCollectionName(collection ?? name ?? fallback);
    const kept = keep ? await keepLoaded(session, wanted, context.signal) : null;
    const load = { ...input, collection: wanted, recursive: true, include_content: true };
    if (!keep) return withWayOut(() => ingestAnswer("quick_load", { ...load, kind: "temporary" }, context));
    const answer = await ingestAnswer("quick_load", { ...load, kind: "permanent" }, context);
    return kept === null ? answer : `${shownName(`Kept ${wanted}: it is permanent and shared now.`)}\n${answer}`;
  },
});

/** Makes what the session loaded under that name permanent; null: it has loaded nothing. Errors: COLLECTION_EXISTS. */
async function keepLoaded(session: Session, name: string, signal: AbortSignal): Promise<{ receipt: number } | null> {
  const loaded = await findCollection(session, name);
  if (loaded?.kind !== "temporary") return null;
  const change = { collectionId: loaded.id, name, overwrite: false, isKept: true };
  return session.call("collections.promote", change, signal);
}

/** Where a permanent collection has the name, unloading it is not what the user wants. */
async function withWayOut(load: () => Promise<string>): Promise<string> {
  try {
    return await load();
  } catch (error) {
    if (!(error instanceof CommonsError) || error.code !== "COLLECTION_EXISTS") throw error;
    throw new CommonsError(error.code, error.message, {
      hint: "To bring it up to date: batch_ingest, or keep: true. For a temporary one use another name.",
      cause: error,
      ...(error.details === undefined ? {} : { details: error.details }),
    });
  }
}
