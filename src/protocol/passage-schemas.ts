import { z } from "zod";
import { maxPagePassages, maxSpans } from "../core/stored-passages.ts";

export const passagePageSchema = z.strictObject({
  collectionId: z.string(),
  /** null begins. */
  after: z.strictObject({ source: z.number().int().min(0), path: z.string().max(8_192) }).nullable(),
  limit: z.number().int().min(1).max(maxPagePassages),
});

const spanSchema = z.strictObject({
  documentId: z.number().int().min(1),
  first: z.number().int().min(0),
  count: z.number().int().min(1),
  hasText: z.boolean(),
});

export const spansSchema = z.strictObject({ collectionId: z.string(), spans: z.array(spanSchema).max(maxSpans) });
