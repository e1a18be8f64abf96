import { z } from "zod";
import type { CollectionDetail, CollectionSummary, DeleteResult } from "../core/collections.ts";
import {
  receiptActions,
  type PromoteResult,
  type Receipt,
  type RestoreResult,
  type UnloadResult,
} from "../core/receipts.ts";
import type { IngestRates } from "../core/ingest-rates.ts";
import { categories, type KnownFile } from "../core/document.ts";
import type { ExportPage, ImportResult, PlacedReceipt } from "../core/portable.ts";
import type { ForeignCollection, ForeignRecord } from "../core/ports.ts";
import type { SearchResult } from "../core/search.ts";
import type { SourceState, StoredScope, WatchedScope } from "../core/scopes.ts";
import type { WriteResult } from "../core/writes.ts";
import { latestMs } from "../core/moment.ts";
import { maxSimilarPassages, type SimilarResult } from "../core/similar.ts";
import type { PassagePage, SpanPlace } from "../core/stored-passages.ts";
import { passagePageSchema, spansSchema } from "./passage-schemas.ts";
import { importedParts, originQuerySchema } from "./portable-schemas.ts";
import {
  changesSchema,
  filtersSchema,
  scopeSchema,
  searchModeSchema,
  sizeBytes,
  sourceSchema,
  whereSchema,
  similarPassageSchema,
  storedPassagesSchema,
  wholeMs,
} from "./schemas.ts";
import type {
  CollectionListing,
  CollectionMirror,
  CollectionUse,
  HubStatus,
  KeepResult,
  MirrorPage,
  ReindexPrice,
  ReindexView,
  SessionView,
  TemporaryCollection,
  WorkNews,
  WorkView,
} from "./views.ts";

/** Raised when the wire changes so that the two sides cannot understand each other. */
export const protocolVersion = 1;

export const headers = {
  session: "x-commons-session",
  space: "x-commons-space",
  protocol: "x-commons-protocol",
  /** One for each call, the same when the call is repeated: what was done already is not done again. */
  call: "x-commons-call",
} as const;

interface Operation<I extends z.ZodType, O> {
  readonly input: I;
  /** Type only: what the hub answers. */
  readonly output?: O;
}

/** Curried, so that the output's type is given and the input's is inferred: `answering<HubStatus>()(schema)`. */
const answering =
  <O>() =>
  <I extends z.ZodType>(input: I): Operation<I, O> => ({ input });

const name = z.string().max(2_000);
const model = z.string().min(1).max(300);
const receiptId = z.number().int().min(1);
const nothing = z.strictObject({});
const run = { key: z.string().min(1).max(500), runId: z.string().min(8).max(100) };

/** Every hub operation: name to input schema and output type. The hub's routes and the client's methods are made from it. */
export const operations = {
  "hub.status": answering<HubStatus>()(nothing),
  "hub.stop": answering<{ isStopping: true }>()(z.strictObject({ reason: z.string().max(200) })),
  /** A new token for TCP: the old one is refused from now on, and what came over TCP is hung up on. Null: no TCP is open. */
  "hub.rotateToken": answering<{ hungUp: number | null }>()(nothing),
  "sessions.list": answering<SessionView[]>()(nothing),
  "session.describe": answering<Record<string, never>>()(
    z.strictObject({
      /** What is absent stays as it is. */
      activity: z.string().max(500).nullable().optional(),
      branch: z.string().max(1_000).nullable().optional(),
      commit: z.string().max(200).nullable().optional(),
    }),
  ),
  "collections.list": answering<CollectionListing>()(nothing),
  "collections.get": answering<
    CollectionDetail & {
      usedBy: CollectionUse[];
      mirror: CollectionMirror;
      /** What keeps the collection's model from its work, as sentences; null when nothing does. */
      model: string | null;
      /** The last thing that was done to it; null when that is too long ago. */
      lastReceipt: Receipt | null;
    }
  >()(z.strictObject({ collection: name })),
  "collections.ofSource": answering<CollectionSummary[]>()(z.strictObject({ sourceKey: z.string() })),
  "collections.ensure": answering<{ collection: CollectionSummary; isNew: boolean }>()(
    z.strictObject({
      collection: name,
      kind: z.enum(["permanent", "temporary", "any"]),
      /** Model of a new collection; a collection that is there must have it. Absent: the setting `embedder`. */
      embedder: model.optional(),
    }),
  ),
  /**
   * What is removed from a temporary collection is gone for good. This and the other removals are refused with COLLECTION_IN_USE while
   * another live session uses the collection, unless forced.
   */
  "collections.unload": answering<UnloadResult & { collection: string; kind: CollectionSummary["kind"] }>()(
    z.strictObject({ collection: name, force: z.boolean() }),
  ),
  /** What it would take to move the collection; nothing of the user's is sent anywhere. Null: the same model again. */
  "reindex.price": answering<ReindexPrice>()(z.strictObject({ collection: name, embedder: model.nullable() })),
  /** Begins in the background and goes on after a restart; a second one for the collection replaces the first. */
  "reindex.start": answering<ReindexView>()(z.strictObject({ collection: name, embedder: model.nullable() })),
  "reindex.cancel": answering<{ wasRunning: boolean }>()(z.strictObject({ collection: name })),
  "reindex.list": answering<ReindexView[]>()(nothing),
  /** One of the two: the newest unloaded collection of a name, or what a receipt stands for. */
  "collections.restore": answering<RestoreResult>()(
    z.strictObject({ collection: name.optional(), receipt: receiptId.optional() }),
  ),
  /** The caller's temporary collection becomes permanent under the name; with `overwrite` in the place of one that is there. */
  "collections.promote": answering<PromoteResult>()(
    z.strictObject({
      collectionId: z.string(),
      name,
      overwrite: z.boolean(),
      force: z.boolean().default(false),
      /** The user keeps what was loaded for the session; else it ends an import. */
      isKept: z.boolean().optional(),
    }),
  ),
  /** Temporary collections of all live agents of the space. For commands of a person only, as the next. */
  "collections.temporary": answering<TemporaryCollection[]>()(nothing),
  /** A live agent's temporary collection becomes permanent, under `as` or its own name; `session`: whose, by the beginning of its id. */
  "collections.keep": answering<KeepResult>()(
    z.strictObject({ collection: name, as: name.optional(), session: z.string().min(1).max(200).optional() }),
  ),
  "receipts.list": answering<Receipt[]>()(
    z.strictObject({
      collection: name.optional(),
      action: z.enum(receiptActions).optional(),
      sinceMs: z.number().min(0).optional(),
      beforeId: receiptId.optional(),
      isRestorable: z.boolean().optional(),
      limit: z.number().int().min(1).max(1_000),
    }),
  ),
  /** A collection that another program made in Chroma; both only read. */
  "foreign.get": answering<ForeignCollection>()(z.strictObject({ collection: name })),
  "foreign.read": answering<ForeignRecord[]>()(
    z.strictObject({
      collection: name,
      offset: z.number().int().min(0),
      limit: z.number().int().min(1).max(1_000),
    }),
  ),
  "documents.known": answering<KnownFile[]>()(
    z.strictObject({
      collectionId: z.string(),
      sourceKey: z.string(),
      after: z.string().nullable(),
      limit: z.number().int().min(1).max(20_000),
    }),
  ),
  "documents.knownPaths": answering<KnownFile[]>()(
    z.strictObject({ collectionId: z.string(), sourceKey: z.string(), paths: z.array(z.string()).max(20_000) }),
  ),
  "documents.write": answering<WriteResult>()(
    z.strictObject({ collectionId: z.string(), source: sourceSchema, changes: changesSchema }),
  ),
  /** A step of a walk over a collection's documents, in pages of about `maxBytes` of text. */
  "documents.export": answering<ExportPage>()(
    z.strictObject({
      collectionId: z.string(),
      after: z.number().int().min(0),
      maxBytes: z.number().int().min(1).max(16_000_000),
    }),
  ),
  /** Adds documents to the caller's temporary collection; `model` is what the page's vectors are of. */
  "documents.import": answering<ImportResult>()(z.strictObject({ collectionId: z.string(), model, ...importedParts })),
  /** That history, behind the place `after`; -1 begins. */
  "receipts.origin": answering<PlacedReceipt[]>()(originQuerySchema),
  "sources.state": answering<SourceState>()(z.strictObject({ collectionId: z.string(), sourceKey: z.string() })),
  "scopes.save": answering<StoredScope>()(
    z.strictObject({
      collectionId: z.string(),
      source: sourceSchema,
      scope: scopeSchema,
      isWatched: z.boolean(),
      mirroredAtMs: wholeMs.nullable(),
    }),
  ),
  "scopes.watched": answering<WatchedScope[]>()(nothing),
  "scopes.unwatch": answering<{ wasWatched: boolean }>()(z.strictObject({ id: z.number().int().min(1) })),
  "contents.known": answering<{ known: number }>()(
    z.strictObject({ hashes: z.array(z.string().max(128)).max(50_000) }),
  ),
  "rates.get": answering<IngestRates>()(nothing),
  "rates.report": answering<Record<string, never>>()(
    z.strictObject({
      chunks: z.number().int().min(1),
      textBytes: sizeBytes.min(1),
      ms: z.number().min(1).max(latestMs),
      byCategory: z
        .partialRecord(z.enum(categories), z.strictObject({ chunks: z.number().int().min(0), textBytes: sizeBytes }))
        .optional(),
    }),
  ),
  /** Takes a lease, or says who holds it. `finish` with a result, `release` without; `wait` answers at the end or after the time. */
  "work.claim": answering<{ isHolder: boolean; work: WorkView }>()(
    z.strictObject({
      ...run,
      kind: z.enum(["ingest", "watch"]),
      title: z.string().max(5_000),
      /** The collection that the work goes into, if it is there already: the caller uses it. */
      collection: name.optional(),
    }),
  ),
  "work.report": answering<{ isHolder: boolean }>()(z.strictObject({ ...run, progress: z.unknown() })),
  "work.finish": answering<Record<string, never>>()(z.strictObject({ ...run, result: z.unknown() })),
  "work.release": answering<Record<string, never>>()(z.strictObject(run)),
  "work.wait": answering<WorkNews>()(z.strictObject({ ...run, timeoutMs: z.number().int().min(1).max(60_000) })),
  /** Gives up the caller's ingests: the process that did them is gone. */
  "work.abandon": answering<Record<string, never>>()(nothing),
  "work.list": answering<WorkView[]>()(nothing),
  "documents.delete": answering<DeleteResult & { kind: CollectionSummary["kind"] }>()(
    z.strictObject({
      collection: name,
      ids: z.array(z.string().max(8_192)).min(1).max(10_000).optional(),
      where: whereSchema.optional(),
      /** The caller's own source: whose file a path means. */
      sourceKey: z.string().max(200).nullable().default(null),
      isDryRun: z.boolean(),
      force: z.boolean().default(false),
    }),
  ),
  /** Compares a page of a collection with what Chroma has of it, row by row; `cursor` null begins, an answered null ends. */
  "mirror.check": answering<MirrorPage>()(z.strictObject({ collection: name, cursor: z.string().max(100).nullable() })),
  /** Brings these records in Chroma to the catalog's state, in the background. */
  "mirror.repair": answering<Record<string, never>>()(
    z.strictObject({ collection: name, recordIds: z.array(z.string().max(10_000)).min(1).max(10_000) }),
  ),
  search: answering<SearchResult>()(
    z.strictObject({
      /** Names, or "*" for all that the session may see. */
      collections: z.union([z.literal("*"), z.array(name).min(1).max(500)]),
      query: z.string().max(2_000_000),
      limit: z.number().int().min(1).max(200),
      mode: searchModeSchema,
      filters: filtersSchema,
      /** Keys of the caller's own sources: of a passage that stands in several, their place is shown first. */
      preferredSources: z.array(z.string().max(200)).max(1_000).default([]),
    }),
  ),
  /** A step of a walk over a collection: which texts its documents have, to find those that stand more than once. */
  "passages.page": answering<PassagePage>()(passagePageSchema),
  /** Where passages of a collection stand; null for what is not there (any more). */
  "passages.places": answering<(SpanPlace | null)[]>()(spansSchema),
  /** At most `maxSimilarPassages` passages: a whole workspace comes in slices. None: only says what would be compared with. */
  similar: answering<SimilarResult>()(
    z.strictObject({
      collections: z.union([z.literal("*"), z.array(name).min(1).max(500)]),
      of: z.discriminatedUnion("kind", [
        z.strictObject({
          kind: z.literal("sent"),
          passages: z.array(similarPassageSchema).max(maxSimilarPassages),
        }),
        z.strictObject({ kind: z.literal("stored"), stored: storedPassagesSchema }),
      ]),
      limit: z.number().int().min(1).max(100),
      threshold: z.number().min(0).max(1).nullable(),
      /** Models that are not built in may be asked for vectors of the passages; they may cost something. */
      mayEmbed: z.boolean().optional(),
    }),
  ),
} as const;

export type OperationName = keyof typeof operations;
export type OperationInput<N extends OperationName> = z.input<(typeof operations)[N]["input"]>;
export type OperationOutput<N extends OperationName> = NonNullable<(typeof operations)[N]["output"]>;
