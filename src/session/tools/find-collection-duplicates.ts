import { z } from "zod";
import { repeatsText } from "../repeats-text.ts";
import { defineTool, listed } from "./tool.ts";

export const findCollectionDuplicates = defineTool({
  name: "find_collection_duplicates",
  title: "Find duplicates in collections",
  description:
    "Find duplicate content in a collection or across collections: whole stored passages that stand more than once, with places, most wasted first. Whole equal files are one group, copied sections are joined, boilerplate is one line with a count. Checkouts of one repository are told apart from copies. Changes nothing. For files on disk: find_duplicates; for near copies, and copies inside of other passages: find_similar_patterns.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({
    collection: z
      .union([z.string(), z.array(z.string())])
      .transform((value) => [value].flat().flatMap(listed))
      .refine((names) => names.length > 0, 'names no collection: give a name or "*"')
      .describe('A name, a list, or "*" for all.'),
    limit: z.number().int().min(1).max(100).default(10).describe("Groups at most."),
    min_characters: z.number().int().min(1).max(100_000).default(100).describe("Shorter passages are left out."),
    across: z
      .boolean()
      .default(true)
      .describe("Also what stands in two of the collections; false: each collection by itself."),
  }),
  async run({ collection, limit, min_characters, across }, { session, signal, progress }) {
    const input = {
      collections: collection.includes("*") ? ("*" as const) : [...new Set(collection)],
      limit,
      minCharacters: min_characters,
      isAcross: across,
    };
    const ingester = await session.ingester();
    const report = await ingester.repeats(input, {
      signal,
      onProgress: ({ done, total, path }) => progress({ done, total, message: `comparing ${path ?? ""}`.trim() }),
    });
    return repeatsText(report);
  },
});
