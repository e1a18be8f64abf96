import { z } from "zod";
import { suggestCollectionName } from "../../core/collection-name.ts";
import { CommonsError } from "../../core/errors.ts";
import { ingestAnswer } from "../ingest-answer.ts";
import { categoriesParameter, defineTool, extensionsParameter, maxFilesParameter } from "./tool.ts";

export const quickLoad = defineTool({
  name: "quick_load",
  title: "Quick load",
  description:
    "Quick load a folder into a temporary collection: private to this session and gone with it, unless keep is true. For a fast look at something that need not be remembered.",
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
    keep: z.boolean().default(false).describe("true: make it permanent and shared."),
  }),
  async run({ collection, name, keep, ...input }, context) {
    if (collection !== undefined && name !== undefined && collection !== name) {
      throw new CommonsError("INPUT_INVALID", "collection and name are two words for the same thing, and differ.", {
        hint: "Give one of them.",
      });
    }
    const { workspace } = await context.session.workspace();
    const place = await workspace.resolve(input.path);
    const fallback = `quick-${suggestCollectionName(place.relative.split("/").at(-1) || workspace.root.split(/[/\\]/).at(-1) || "load")}`;
    const kind = keep ? "permanent" : "temporary";
    return ingestAnswer(
      "quick_load",
      { ...input, collection: collection ?? name ?? fallback, recursive: true, include_content: true, kind },
      context,
    );
  },
});
