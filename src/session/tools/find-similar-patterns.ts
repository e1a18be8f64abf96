import { z } from "zod";
import { similarSubject } from "../similar-input.ts";
import { similarText } from "../similar-text.ts";
import { defineTool, listed } from "./tool.ts";

// Clients give up on a silent call after a minute or more; a step of the comparison comes on top.
const budgetMs = 45_000;
const wholeWorkspace = new Set([".", "./", "/workspace", "/workspace/"]);

export const findSimilarPatterns = defineTool({
  name: "find_similar_patterns",
  title: "Find similar patterns",
  description:
    "Find similar patterns between a collection and /workspace: identical code, near copies (renamed, reordered, half copied) and look-alikes. Compares pasted code, a file or lines of it, the whole workspace, or only its uncommitted change. Use it before writing something that may exist already.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({
    collection: z
      .union([z.string(), z.array(z.string())])
      .transform((value) => [value].flat().flatMap(listed))
      .refine((names) => names.length > 0, 'names no collection: give a name or "*"')
      .describe('Whose patterns: a name, a list, or "*" for all.'),
    code: z.string().optional().describe("Code to find the like of."),
    path: z
      .string()
      .optional()
      .describe("File, lines (src/a.ts:10-40) or folder. Without path and code: the whole workspace."),
    start_line: z.number().int().min(1).optional(),
    end_line: z.number().int().min(1).optional(),
    changed: z.boolean().default(false).describe("Only what differs from the last commit."),
    limit: z.number().int().min(1).max(100).default(10).describe("Pairs at most."),
    threshold: z
      .number()
      .min(0)
      .max(1)
      .optional()
      .describe("Least similarity, 0 to 1. Default: what tells copies and look-alikes from chance."),
  }),
  async run(
    { collection, code, path, start_line, end_line, changed, limit, threshold },
    { session, signal, progress },
  ) {
    const isWhole = path !== undefined && wholeWorkspace.has(path);
    const subject = similarSubject({
      code,
      path: isWhole ? undefined : path,
      startLine: start_line,
      endLine: end_line,
      isChangedOnly: changed,
    });
    const input = {
      subject,
      collections: collection.includes("*") ? ("*" as const) : [...new Set(collection)],
      isChangedOnly: changed,
      limit,
      threshold: threshold ?? null,
      budgetMs,
    };
    const ingester = await session.ingester();
    const answer = await ingester.similar(input, {
      signal,
      onProgress: ({ done, total, path: current }) =>
        progress({ done, total, message: `comparing ${current ?? ""}`.trim() }),
    });
    return similarText(answer, input);
  },
});
