import { z } from "zod";
import { hashMethods } from "../../duplicates/duplicate-report.ts";
import { requireUsedOptions } from "../../duplicates/method-options.ts";
import { duplicatesText } from "../duplicates-text.ts";
import { knownCategories } from "../known-categories.ts";
import { categoriesParameter, defineTool, extensionsParameter, maxFilesParameter } from "./tool.ts";

// Clients give up on a silent call after a minute or more.
const budgetMs = 45_000;
// More does not fit into an answer.
const filesPerGroup = 50;

export const findDuplicates = defineTool({
  name: "find_duplicates",
  title: "Find duplicate files",
  description:
    "Find duplicate files in /workspace or a folder of it: equal files, photos that look alike (resized, recompressed, rotated), near copies of texts. Groups with the copy to keep, why, and the disk space that the others waste. Reads only: never deletes.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({
    path: z
      .string()
      .default(".")
      .describe("Folder in the workspace: relative, absolute, or beginning with /workspace."),
    recursive: z.boolean().default(true),
    categories: categoriesParameter.optional(),
    extensions: extensionsParameter.optional(),
    hash_method: z
      .enum(hashMethods)
      .default("full")
      .describe(
        "full: equal bytes, proven. partial: same size, head and tail, quick, not proven. perceptual: images that look alike. text: near copies of texts and documents.",
      ),
    rotated: z.boolean().default(false).describe("perceptual: also turned and mirrored pictures."),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("perceptual, text: least likeness, 0 to 1. Default: what tells copies from chance."),
    include_ignored: z
      .boolean()
      .default(false)
      .describe("Also what git ignores, dependencies and build output; never secrets."),
    max_files: maxFilesParameter.optional(),
    limit: z.number().int().min(1).max(200).default(50).describe("Groups at most, those with most to free."),
  }),
  async run(given, { session, signal, progress }) {
    const input = {
      path: given.path,
      recursive: given.recursive,
      categories: knownCategories(given.categories),
      extensions: given.extensions,
      maxFiles: given.max_files,
      method: given.hash_method,
      isTurned: given.rotated,
      threshold: given.threshold,
      includeIgnored: given.include_ignored,
      limit: { groups: given.limit, filesPerGroup },
      budgetMs,
    };
    requireUsedOptions(input, { method: "hash_method", rotated: "rotated", threshold: "threshold" });
    const ingester = await session.ingester();
    const report = await ingester.duplicates(input, {
      signal,
      // Names that were looked at, then bytes on top of them: it never falls.
      onProgress: ({ phase, scanned, done, total, path }) =>
        progress({
          done: scanned + done,
          total: total === null ? null : scanned + total,
          message: phase === "scan" ? "looking for files" : `comparing ${path ?? ""}`.trim(),
        }),
    });
    return duplicatesText(given.path, report);
  },
});
