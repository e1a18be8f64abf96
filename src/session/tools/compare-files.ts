import { z } from "zod";
import { compareText } from "../compare-text.ts";
import { defineTool } from "./tool.ts";

// Clients give up on a silent call after a minute or more.
const budgetMs = 45_000;

export const compareFilesTool = defineTool({
  name: "compare_files",
  title: "Compare files",
  description:
    "Compare two files: same, near or different, and how. Near: the same text but for white space, line ends or encoding; the same JSON value; the same pixels, or pictures that look alike, with the EXIF tags that differ; the same archive entries; the same document text. For texts the changed lines as a diff.",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({
    file1: z.string().describe("File in the workspace: relative, absolute, or beginning with /workspace."),
    file2: z.string().describe("The file to compare it with."),
  }),
  async run({ file1, file2 }, { session, signal, progress }) {
    const ingester = await session.ingester();
    const comparison = await ingester.compare(
      { first: file1, second: file2, budgetMs },
      { signal, onProgress: ({ done, total }) => progress({ done, total, message: "comparing bytes" }) },
    );
    return compareText(comparison);
  },
});
