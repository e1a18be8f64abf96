import type { CollectionDetail, CollectionSummary, DeleteResult } from "../core/collections.ts";
import type { Author, DocumentInput, KnownFile, Source } from "../core/document.ts";
import type { MissingText, ModelDebt, ModelVector, ReindexPlan, ReindexRun, VectorGap } from "../core/model-vectors.ts";
import type { ExportPage, ExportQuery, ImportResult, PlacedReceipt, PortablePage } from "../core/portable.ts";
import type { EngineRecord, JournalEntry } from "../core/ports.ts";
import type { Origin, PromoteResult, Receipt, ReceiptQuery, RestoreResult, UnloadResult } from "../core/receipts.ts";
import type { SearchFilters, SearchMode, SearchResult, Where } from "../core/search.ts";
import type { SimilarPassage, SimilarResult, StoredPassages } from "../core/similar.ts";
import type { DocumentCursor, PassagePage, PassageSpan, SpanPlace } from "../core/stored-passages.ts";
import type { IngestScope, SourceState, StoredScope, WatchedScope } from "../core/scopes.ts";
import type { DocumentChanges, WriteResult } from "../core/writes.ts";
import type { RecordPage } from "./record-pages.ts";
import type { RankingTuning } from "../search/tuning.ts";

export type MirrorScope = "all" | "vectors" | "none";

export interface CatalogOptions {
  /** Directory of `catalog.sqlite`; made if missing. */
  readonly directory: string;
  readonly isReadOnly?: boolean;
  readonly mirror: MirrorScope;
  /** A file outside of the directory, made with the catalog: while it is there, a catalog that is gone is damage. */
  readonly madeMarker?: string;
}

/** Who asks: decides which collections are visible. A temporary collection is visible to its own session only. */
export interface Viewer {
  readonly space: string;
  readonly sessionId: string | null;
}

export interface CollectionSpec extends Viewer {
  readonly name: string;
  /** `any`: as it is there, or permanent. */
  readonly kind: "permanent" | "temporary" | "any";
  readonly author: Author;
  /** The model that it must have. */
  readonly embedder?: string | undefined;
  /** Model of a new collection where none is asked for; absent: the built-in one. */
  readonly embedderOfNew?: string | undefined;
}

/** One transaction: all of it or nothing. INPUT_INVALID when a path stands in it twice. */
export interface WriteBatch extends DocumentChanges<DocumentInput> {
  readonly collectionId: string;
  readonly source: Source;
  readonly author: Author;
}

export interface ImportRequest {
  /** A temporary collection. */
  readonly collectionId: string;
  /** That the page's vectors are of. */
  readonly model: string;
  readonly page: PortablePage;
  /** Of sources that have documents in the collection; others are left out. */
  readonly scopes: readonly { readonly sourceKey: string; readonly scope: IngestScope }[];
  /** Of the history that the collection had where it was exported. */
  readonly receipts?: readonly PlacedReceipt[];
}

export interface ScopeRequest {
  readonly collectionId: string;
  readonly source: Source;
  readonly author: Author;
  readonly scope: IngestScope;
  readonly isWatched: boolean;
  /** When a run began that has gone through all of it; null leaves what is stored. */
  readonly mirroredAtMs: number | null;
}

export interface SearchRequest {
  readonly collectionIds: readonly string[];
  readonly query: string;
  readonly limit: number;
  readonly mode: SearchMode;
  readonly filters: SearchFilters;
  /** Of "yesterday" and its like; absent: now. */
  readonly nowMs?: number;
  /** Keys of sources whose places stand first where one text stands in several. */
  readonly preferredSources?: readonly string[];
  /** The query's vector under each model that the catalog cannot compute itself; such models without one do not rank. */
  readonly queryVectors?: Readonly<Record<string, Float32Array>>;
  /** For measurements. */
  readonly tuning?: Partial<RankingTuning>;
}

export interface SimilarRequest {
  readonly collectionIds: readonly string[];
  readonly of:
    | { readonly kind: "sent"; readonly passages: readonly SimilarPassage[] }
    | { readonly kind: "stored"; readonly stored: StoredPassages };
  /** Matches of each passage at most. */
  readonly limit: number;
  /** The least similarity of any match, 0 to 1; null: what each kind needs. */
  readonly threshold: number | null;
  /** Of passages that were sent: their vectors under models that are not built in, in their order. Stored ones come first. */
  readonly passageVectors?: Readonly<Record<string, readonly Float32Array[]>>;
}

export interface DeleteSelection {
  readonly collectionId: string;
  /**
   * Each is a note's id, a record id (it stands for its whole document), `<sourceKey>/<path>`, or a path in the caller's own source;
   * a path in another source only when it means nothing else and one source has it.
   */
  readonly ids?: readonly string[];
  /** INPUT_INVALID when empty. */
  readonly where?: Where;
  /** The caller's own source; null when it has none. */
  readonly sourceKey: string | null;
}

/** A change that somebody asked for by a call; `isForced` only goes into the receipt. */
export interface RemovalOptions {
  readonly origin: Origin;
  readonly isForced: boolean;
  /** The name by which the caller means the collection: COLLECTION_NOT_FOUND when an import gave it another meanwhile. */
  readonly named?: string;
}

export interface PromoteRequest extends Omit<RemovalOptions, "named"> {
  readonly viewer: Viewer;
  /** A temporary collection of the viewer. */
  readonly collectionId: string;
  /** What it is called from now on; a legal name. */
  readonly name: string;
  /** Unload the permanent collection that has the name. */
  readonly overwrite: boolean;
  /** Whether a user keeps what was loaded for a session; else it ends an import. */
  readonly isKept?: boolean | undefined;
  /**
   * Id of the one that was looked at and may be overwritten; null: none had the name. COLLECTION_EXISTS, with the `id` of the one in the
   * way, when it is another by now. Absent: whichever it is.
   */
  readonly overwrites?: string | null;
}

/** A call that was done, and what the method returned. */
export interface AnsweredCall {
  readonly receipt: Receipt;
  readonly answer: unknown;
}

/** A session uses a collection; see `noteUse`. */
export interface SessionUse {
  readonly sessionId: string;
  /** Its collection's name. */
  readonly collection: string;
  /** As CollectionSummary.id. */
  readonly collectionId: string;
  readonly agent: string;
  readonly workspace: string | null;
  /** Of its first use. */
  readonly atMs: number;
}

/**
 * The hub's memory: SQLite, one writer. Every method is synchronous and durable when it returns (WAL, synchronous=FULL).
 * Errors: COLLECTION_NOT_FOUND, COLLECTION_EXISTS, CATALOG_DAMAGED, DISK_FULL.
 */
export interface Catalog {
  /** Returns the collection of that name, made if missing. COLLECTION_EXISTS when it is of the other kind, or has another model than a given one. */
  ensureCollection(spec: CollectionSpec): { collection: CollectionSummary; isNew: boolean };
  findCollection(viewer: Viewer, name: string): CollectionSummary | null;
  listCollections(viewer: Viewer): CollectionSummary[];
  /** Ids of all permanent collections of all spaces, unloaded ones too: the stamps by which the catalog knows its own in Chroma. */
  collectionIds(): string[];
  collectionDetail(id: string): CollectionDetail;
  /** Collections visible to the viewer that hold documents of the source. */
  collectionsOfSource(viewer: Viewer, sourceKey: string): CollectionSummary[];
  /** Documents of a source in a collection, by path, after `after`, at most `limit`. */
  knownFiles(query: { collectionId: string; sourceKey: string; after: string | null; limit: number }): KnownFile[];
  /** What is stored of these paths; paths that are not stored are left out. */
  knownPaths(query: { collectionId: string; sourceKey: string; paths: readonly string[] }): KnownFile[];
  write(batch: WriteBatch): WriteResult;
  /** Remembers what an ingest was asked for; `isWatched`: its author wants the folder watched, false leaves that as it is. */
  saveScope(request: ScopeRequest): StoredScope;
  /** What is stored of a source in a collection, in short; revision 0 and no scopes when nothing is. */
  sourceState(query: { collectionId: string; sourceKey: string }): SourceState;
  /** Folders that somebody wants watched, in collections that the viewer sees. */
  watchedScopes(viewer: Viewer): WatchedScope[];
  /** Nobody wants that folder watched any more; whether anybody did. */
  unwatchScope(id: number): boolean;
  /** A step of a walk over the collection's documents with all that they need. */
  exportPage(query: ExportQuery): ExportPage;
  /**
   * Adds a page's documents to a temporary collection; those that are there already stay. Vectors of a model that is not built in are kept
   * where a text has none; the built-in model makes its own, which are the same, so that no file can plant others. Errors: INPUT_INVALID
   * when the page names what it does not have, EXPORT_UNUSABLE for a vector that no model makes, EMBEDDER_REFUSED for another length.
   */
  importPage(request: ImportRequest): ImportResult;
  /** What an import brought of the collection's history elsewhere, behind the place `after` (-1 begins), in its file's order. */
  originReceipts(query: { collectionId: string; after: number; limit: number }): PlacedReceipt[];
  /** How many of the content hashes some document has in the collections that the viewer sees. */
  knownContents(viewer: Viewer, hashes: readonly string[]): number;
  /**
   * Documents of a permanent collection can be restored for `restorableMs`; those of a temporary one are gone. This and the next four
   * are done once for a call id: when it comes again, it gets the first answer.
   */
  deleteDocuments(selection: DeleteSelection, options: RemovalOptions & { isDryRun: boolean }): DeleteResult;
  /** Hides the collection and journals its removal from Chroma; `purgeUnloaded` removes the rows later. Temporary ones go at once. */
  unloadCollection(id: string, options: RemovalOptions): UnloadResult;
  /** Brings back the newest unloaded collection of that name, or COLLECTION_NOT_FOUND; COLLECTION_EXISTS when the name is taken. */
  restoreCollection(viewer: Viewer, name: string, origin: Origin): RestoreResult;
  /** Undoes an unload or a deletion. RECEIPT_NOT_FOUND, NOT_RESTORABLE (done already, too late, of another kind), COLLECTION_EXISTS. */
  restoreReceipt(viewer: Viewer, receiptId: number, origin: Origin): RestoreResult;
  /** All of it or nothing. COLLECTION_NOT_FOUND when it is not the viewer's temporary one, COLLECTION_EXISTS when the name is taken. */
  promoteCollection(request: PromoteRequest): PromoteResult;
  /** The newest first. Those of a temporary collection are for its own session only. */
  receipts(viewer: Viewer, query: Omit<ReceiptQuery, "space">): Receipt[];
  /**
   * What the call of that id was answered, which can be asked of a writing catalog only; null: no removal, restore or promotion had it.
   * For a caller that repeats a call whose collection is not there any more.
   */
  answerTo(callId: string): AnsweredCall | null;
  /** Remembers the first use of a collection by a session; forgotten with either. A collection that is gone: nothing happens. */
  noteUse(sessionId: string, collectionId: string, by: { agent: string; workspace: string | null }): void;
  /** Of all sessions, oldest first. */
  sessionUses(): SessionUse[];
  /** Forgets the uses of all sessions that are not in the list. */
  forgetUses(liveSessionIds: readonly string[]): void;
  /**
   * Removes rows of what was unloaded or deleted at least `keptMs` ago (the hub says `restorableMs`), as retention-clock.ts counts time, and
   * old receipts; in steps of at most `maxDocuments`. Returns whether more remain.
   */
  purgeUnloaded(options: { keptMs: number; maxDocuments: number }): { hasMore: boolean };
  /** Removes all temporary collections whose owner is not in the list; returns their names. */
  dropTemporary(liveSessionIds: readonly string[]): string[];
  search(request: SearchRequest): SearchResult;
  /** What is like some passages. INPUT_INVALID for more than `maxSimilarPassages`. */
  similar(request: SimilarRequest): SimilarResult;
  /** A step of a walk over a collection's documents: which texts their passages have. Errors of both: COLLECTION_NOT_FOUND. */
  passagePage(query: { collectionId: string; after: DocumentCursor | null; limit: number }): PassagePage;
  /** Where spans stand, in their order; null for one that is not there (any more). */
  spanPlaces(query: { collectionId: string; spans: readonly PassageSpan[] }): (SpanPlace | null)[];
  /** One short step that makes the word indexes smaller and faster; whether there is more to do. */
  mergeWords(): boolean;
  journalPeek(limit: number): JournalEntry[];
  journalAcknowledge(seqs: readonly number[]): void;
  journalDepth(): number;
  journalResync(stamp: string | null): void;
  /** Journals these records of a collection again; an id without a record is removed from Chroma. Errors: COLLECTION_NOT_FOUND. */
  journalRecords(stamp: string, recordIds: readonly string[]): void;
  /** A page of what Chroma should hold of a collection, at most `limit`; 0 begins. Errors: COLLECTION_NOT_FOUND. */
  recordPage(query: { stamp: string; after: number; limit: number }): RecordPage;
  /** Which of the ids Chroma is still owed. Errors: COLLECTION_NOT_FOUND. */
  owedRecords(stamp: string, recordIds: readonly string[]): string[];
  engineRecords(stamp: string, recordIds: readonly string[]): EngineRecord[];
  /** Which of the ids are no records of the collection; none when the collection is not there any more. */
  unknownRecords(stamp: string, recordIds: readonly string[]): string[];
  /** What models owe; the built-in one only while a reindex goes to it. */
  vectorDebts(): ModelDebt[];
  missingVectors(model: string, limit: number): MissingText[];
  /** Errors: EMBEDDER_REFUSED when the model's vectors have another length than before. */
  saveVectors(model: string, vectors: readonly ModelVector[]): { saved: number };
  /** The model will not take these texts: until a reindex they are found by their words only. */
  setVectorsAside(model: string, texts: readonly Pick<MissingText, "textId" | "hash">[], reason: string): void;
  /** Passages that lack the vector of their collection's model. */
  vectorGaps(): VectorGap[];
  /** Errors of this and the next: INPUT_INVALID for an unknown built-in model. */
  planReindex(collectionId: string, model: string): ReindexPlan;
  startReindex(collectionId: string, model: string): ReindexRun;
  cancelReindex(collectionId: string): boolean;
  reindexRuns(): ReindexRun[];
  /** A bounded step: texts for the built-in model, and the collections that have all their vectors. */
  stepReindex(): { finished: ReindexRun[]; hasMore: boolean };
  /** A bounded step: vectors of models that no collection has or is on its way to. */
  removeUnusedVectors(): { hasMore: boolean };
  /** Small facts that outlive the hub, such as which Chroma was mirrored to. */
  getMeta(key: string): string | null;
  setMeta(key: string, value: string): void;
  totals(): { collections: number; documents: number; chunks: number; vectors: number; sizeBytes: number };
  close(): void;
}
