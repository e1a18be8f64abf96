import { z } from "zod";
import { ingestAnswer } from "../ingest-answer.ts";
import {
  categoriesParameter,
  collectionParameter,
  defineTool,
  extensionsParameter,
  maxFilesParameter,
} from "./tool.ts";

export const batchIngest = defineTool({
  name: "batch_ingest",
  title: "Ingest this workspace",
  description:
    "Batch ingest /workspace or a folder of it into a collection of the shared context, so that every agent can search it. Mirrors the files: added, changed, renamed and deleted ones are brought up to date, unchanged ones cost nothing. Run it again after edits.",
  effect: "adds",
  isIdempotent: true,
  input: z.strictObject({
    path: z
      .string()
      .default(".")
      .describe("Folder or file in the workspace: relative, absolute, or beginning with /workspace."),
    collection: collectionParameter.optional(),
    recursive: z.boolean().default(true),
    categories: categoriesParameter.optional(),
    extensions: extensionsParameter.optional(),
    max_files: maxFilesParameter.optional(),
    include_content: z.boolean().default(true).describe("false: store only names and metadata."),
  }),
  run: (input, context) => ingestAnswer("batch_ingest", { ...input, kind: "any" }, context),
});
