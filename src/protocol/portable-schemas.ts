import { z } from "zod";
import type { PlacedReceipt, PortablePage } from "../core/portable.ts";
import { receiptActions } from "../core/receipts.ts";
import { chunkSchema, documentSchema, scopeSchema, wholeMs, sourceSchema } from "./schemas.ts";

const place = z.number().int().min(0);

const authorSchema = z.strictObject({
  sessionId: z.string().max(100),
  agent: z.string().max(200),
  workspace: z.string().max(4_096).nullable(),
  branch: z.string().max(1_000).nullable(),
  commit: z.string().max(100).nullable(),
});

const textSchema = z.strictObject({
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  text: z.string().max(200_000).nullable(),
  vector: z.strictObject({ scale: z.number().min(0), data: z.string().max(100_000) }).nullable(),
});

const portableChunkSchema = chunkSchema
  .omit({ text: true })
  .extend({ text: place, author: place, indexedAtMs: wholeMs });

const portableDocumentSchema = documentSchema.omit({ chunks: true }).extend({
  source: place,
  author: place,
  indexedAtMs: wholeMs,
  chunks: z.array(portableChunkSchema).max(200_000),
});

/** Some documents of an exported collection. */
const portablePageSchema: z.ZodType<PortablePage> = z.strictObject({
  sources: z.array(sourceSchema).max(20_000),
  authors: z.array(authorSchema).max(200_000),
  texts: z.array(textSchema).max(400_000),
  documents: z.array(portableDocumentSchema).max(20_000),
});

const moment = z.number().min(0);

/** A line of an exported history; of a hub's own none comes over the wire. */
const placedReceiptSchema: z.ZodType<PlacedReceipt> = z.strictObject({
  place,
  receipt: z.strictObject({
    id: place,
    action: z.enum(receiptActions),
    collection: z.string().max(512),
    collectionId: z.string().max(100),
    kind: z.enum(["permanent", "temporary"]),
    author: authorSchema,
    source: z
      .strictObject({ key: z.string().max(200), name: z.string().max(1_000), path: z.string().max(4_096).nullable() })
      .nullable(),
    added: place,
    changed: place,
    renamed: place,
    removed: place,
    chunks: place,
    isForced: z.boolean(),
    detail: z.string().max(100_000).nullable(),
    startedAtMs: moment,
    atMs: moment,
    restorableUntilMs: moment.nullable(),
  }),
});

/** What an import brings in one call. */
export const importedParts = {
  page: portablePageSchema,
  /** What sources whose documents are there already were ingested by. */
  scopes: z
    .array(z.strictObject({ sourceKey: z.string().max(200), scope: scopeSchema }))
    .max(1_000)
    .default([]),
  /** Of the history that the collection had elsewhere. */
  receipts: z.array(placedReceiptSchema).max(1_000).default([]),
};

/** A page of the history that came along with a collection; `after` -1 begins. */
export const originQuerySchema = z.strictObject({
  collectionId: z.string(),
  after: z.number().int().min(-1),
  limit: z.number().int().min(1).max(1_000),
});
