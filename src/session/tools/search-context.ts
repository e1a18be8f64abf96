import { z } from "zod";
import { categories } from "../../core/document.ts";
import { searchModes } from "../../core/search.ts";
import { hitsText } from "../hits-text.ts";
import { knownCategories } from "../known-categories.ts";
import { runSearch } from "../search-run.ts";
import { defineTool, whereParameter } from "./tool.ts";

export const searchContext = defineTool({
  name: "search_context",
  title: "Search shared context",
  description:
    "Search code, documentation and notes that this and other agents stored in the shared context: find functions, components, examples, decisions. Returns passages with path and lines, and whether each file is still fresh. Search here before exploring files by hand.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({
    query: z.string().describe('What to find: words, identifiers, a question, or an "exact phrase" in quotes.'),
    collection: z
      .union([z.string(), z.array(z.string()).min(1)])
      .optional()
      .describe(
        'A collection name, a list of names, or "*" for all. Default: the collections that hold this workspace.',
      ),
    limit: z.number().int().min(1).max(100).default(8).describe("Passages at most."),
    path: z
      .string()
      .refine((glob) => glob !== "", "is empty: leave it out to search all paths")
      .optional()
      .describe("Only paths that match this glob, for example src/**/*.ts."),
    language: z.string().optional().describe("Only this language, for example typescript."),
    category: z
      .string()
      .optional()
      .describe(`Only this category: ${categories.join(", ")}.`),
    where: whereParameter.optional(),
    mode: z.enum(searchModes).default("hybrid").describe("hybrid (default), semantic or keyword."),
    max_tokens: z.number().int().min(100).max(12_000).default(4_000).describe("Budget of the answer."),
  }),
  async run(
    { query, collection, limit, path, language, category, where, mode, max_tokens: maxTokens },
    { session, signal },
  ) {
    const [wantedCategory] = knownCategories(category === undefined ? undefined : [category]) ?? [];
    const answer = await runSearch(
      session,
      {
        query,
        collections: wantedCollections(collection),
        limit,
        mode,
        filters: {
          ...(path === undefined ? {} : { path }),
          ...(language === undefined ? {} : { language }),
          ...(wantedCategory === undefined ? {} : { category: wantedCategory }),
          ...(where === undefined ? {} : { where }),
        },
      },
      signal,
    );
    return hitsText(answer, { query, mode, maxTokens });
  },
});

/** "*" alone or among names means all. */
function wantedCollections(given: string | readonly string[] | undefined): "*" | readonly string[] | null {
  if (given === undefined) return null;
  const names = [given].flat();
  return names.includes("*") ? "*" : [...new Set(names)];
}
