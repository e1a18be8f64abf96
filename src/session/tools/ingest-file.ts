import { z } from "zod";
import { metadataSchema } from "../../protocol/schemas.ts";
import { ingestAnswer } from "../ingest-answer.ts";
import { requirePlainKeys } from "../names-without-secrets.ts";
import { collectionParameter, defineTool } from "./tool.ts";

export const ingestFileTool = defineTool({
  name: "ingest_file",
  title: "Ingest one file",
  description:
    "Ingest a single file of this workspace into a collection of the shared context, or bring it up to date there.",
  effect: "adds",
  isIdempotent: true,
  input: z.strictObject({
    path: z.string().describe("File in the workspace: relative, absolute, or beginning with /workspace."),
    collection: collectionParameter.optional(),
    metadata: metadataSchema.optional().describe('Flat facts to store with it, for example {"topic": "auth"}.'),
  }),
  async run(input, context) {
    await requirePlainKeys(input.metadata ?? {});
    const file = { ...input, recursive: false, include_content: true, kind: "any", mustBe: "file" } as const;
    return ingestAnswer("ingest_file", file, context);
  },
});
