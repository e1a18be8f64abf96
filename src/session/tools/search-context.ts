import { z } from "zod";
import { categories, chunkKinds } from "../../core/document.ts";
import { parseMoment } from "../../core/moment.ts";
import { searchModes, type SearchFilters } from "../../core/search.ts";
import { hitsText } from "../hits-text.ts";
import { knownCategories } from "../known-categories.ts";
import { runSearch } from "../search-run.ts";
import { defineTool, listed, whereParameter } from "./tool.ts";

const filterText = z.string().refine((text) => text.trim() !== "", "is empty: leave it out to search all");

const filterParameters = {
  path: filterText.optional().describe("Only paths that match this glob, for example src/**/*.ts."),
  language: filterText.optional().describe("For example typescript."),
  category: z
    .string()
    .optional()
    .describe(`One of ${categories.join(", ")}.`),
  kind: z.enum(chunkKinds).optional().describe("What a passage is."),
  source: filterText.optional().describe("Only files of this workspace, by its name."),
  since: filterText.optional().describe("Only files changed since, for example 7d or 2026-11-01."),
  until: filterText.optional().describe("Changed before."),
  where: whereParameter.optional(),
};

export const searchContext = defineTool({
  name: "search_context",
  title: "Search shared context",
  description:
    "Search code, documentation and notes that this and other agents stored in the shared context: find functions, components, examples, decisions. Returns passages with path and lines, and says which files are not fresh. Search here before exploring files by hand.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({
    query: z
      .string()
      .describe(
        'What to find: words, identifiers, a question, or an "exact phrase" in quotes. Photos: "Canon photos in July near Paris".',
      ),
    collection: z
      .union([z.string(), z.array(z.string())])
      .transform((value) => [value].flat().flatMap(listed))
      .refine((names) => names.length > 0, "names no collection: leave it out for this workspace's")
      .optional()
      .describe('Names, or "*" for all. Default: the collections that hold this workspace.'),
    limit: z.number().int().min(1).max(100).default(8).describe("Passages at most."),
    ...filterParameters,
    mode: z.enum(searchModes).default("hybrid"),
    max_tokens: z.number().int().min(100).max(12_000).default(4_000).describe("Budget of the answer."),
  }),
  async run({ query, collection, limit, mode, max_tokens: maxTokens, ...narrowing }, { session, signal }) {
    const filters = filtersOf(narrowing, Date.now());
    const collections = collection === undefined ? null : collection.includes("*") ? "*" : [...new Set(collection)];
    const answer = await runSearch(session, { query, collections, limit, limitOf: "passages", mode, filters }, signal);
    return hitsText(answer, { query, filters, limit, isEverywhere: collections === "*", maxTokens });
  },
});

/** Errors: INPUT_INVALID. */
function filtersOf(
  { since, until, category, ...plain }: z.output<z.ZodObject<typeof filterParameters>>,
  nowMs: number,
): SearchFilters {
  const [wantedCategory] = knownCategories(category === undefined ? undefined : [category]) ?? [];
  return {
    ...plain,
    ...(wantedCategory === undefined ? {} : { category: wantedCategory }),
    ...(since === undefined ? {} : { sinceMs: parseMoment(since, nowMs) }),
    ...(until === undefined ? {} : { untilMs: parseMoment(until, nowMs) }),
  };
}
