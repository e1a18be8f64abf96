import { z } from "zod";
import { scanText } from "../scan-text.ts";
import { categoriesParameter, defineTool, extensionsParameter, maxFilesParameter } from "./tool.ts";

export const scanDirectoryTool = defineTool({
  name: "scan_directory",
  title: "Scan a folder",
  description:
    "Scan a folder of this workspace without ingesting it: how many files of which kinds and sizes, what would be skipped and why, and the price of ingesting (chunks, seconds, disk, share already stored).",
  effect: "reads",
  isIdempotent: true,
  input: z.strictObject({
    path: z
      .string()
      .default(".")
      .describe("Folder in the workspace: relative, absolute, or beginning with /workspace."),
    collection: z
      .string()
      .optional()
      .describe("Collection to compare with, existing or not. Default: the one that holds this workspace."),
    recursive: z.boolean().default(true),
    categories: categoriesParameter.optional(),
    extensions: extensionsParameter.optional(),
    max_files: maxFilesParameter.optional(),
  }),
  run: scanText,
});
