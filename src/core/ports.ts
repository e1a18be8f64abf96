import type { Metadata } from "./document.ts";

/** Turns text into vectors at once, inside a write. The id names model and version; vectors of two ids never share a collection. */
export interface Embedder {
  readonly id: string;
  readonly dimensions: number;
  /**
   * One vector of `dimensions` floats for each text, in order: L2-normalised, or zeros for a text that the model knows nothing of. Never
   * throws for odd text. PROGRAM_NOT_BUILT when a file of the model is missing or broken.
   */
  embed(texts: readonly string[]): Float32Array[];
}

/**
 * A model that takes time or may fail: another process, a server on this machine, a service. Errors: EMBEDDER_UNAVAILABLE (worth
 * trying again later), EMBEDDER_REFUSED (it will not do this: no key, no such model, wrong answer).
 */
export interface EmbeddingModel {
  /** Provider and model, as the setting names it, for example `ollama:nomic-embed-text`. Vectors are stored under it. */
  readonly id: string;
  /**
   * One L2-normalised vector for each text, in order; all of one length for ever. Longer texts than the model takes are cut.
   * Models that tell questions from passages get `purpose`.
   */
  embed(
    texts: readonly string[],
    options: { readonly purpose: "passage" | "query"; readonly signal?: AbortSignal },
  ): Promise<Float32Array[]>;
  /** Most texts worth sending in one call. */
  readonly batchSize: number;
  close(): Promise<void>;
}

/** A record as it stands in Chroma. */
export interface EngineRecord {
  readonly id: string;
  readonly embedding: readonly number[];
  /** null: vectors and metadata only are mirrored. */
  readonly document: string | null;
  readonly metadata: Metadata;
}

/** Names a collection in Chroma: `database` is the space's, `stamp` tells ours from another program's. */
export interface EngineCollectionRef {
  readonly database: string;
  readonly name: string;
  /** Unique id of the catalog's collection, kept in Chroma's collection metadata as `commons_id`. */
  readonly stamp: string;
}

export interface ForeignCollection {
  readonly database: string;
  readonly name: string;
  readonly records: number;
  /** Length of its vectors; null while it has none. */
  readonly dimensions: number | null;
  /** The embedding model that its maker noted, as written there; null: not known. */
  readonly model: string | null;
}

/** A record of another program's collection. Lists among its metadata are joined by ", ". */
export interface ForeignRecord {
  readonly id: string;
  readonly document: string | null;
  readonly metadata: Metadata;
}

export interface ForeignQuery {
  /** Spellings of each word; a text has the word when it contains one of them, letter for letter. No words: any record. */
  readonly words: readonly (readonly string[])[];
  /** Chroma's own `where` over metadata; null: none. */
  readonly where: Readonly<Record<string, unknown>> | null;
  /** Most records for each word, and for all words together. */
  readonly limit: number;
  readonly signal?: AbortSignal;
}

export type ForeignRef = Pick<ForeignCollection, "database" | "name">;

/**
 * What the mirror needs of a ChromaDB server. All calls are idempotent. Errors: ENGINE_UNAVAILABLE when the server cannot be
 * reached, COLLECTION_FOREIGN when the name belongs to a collection without our stamp.
 */
export interface Engine {
  /** Resolves with Chroma's own version string when the server answers. */
  heartbeat(): Promise<string>;
  /** Creates database and collection where they are missing. Returns whether the collection was created just now. */
  ensureCollection(collection: EngineCollectionRef, metadata: Metadata): Promise<{ isNew: boolean }>;
  /** Writes whole records: old metadata keys do not stay. What is stored just so is not written again. At most `maxBatch` records. */
  upsert(collection: EngineCollectionRef, records: readonly EngineRecord[]): Promise<void>;
  /** Ids that are not there are ignored. */
  deleteRecords(collection: EngineCollectionRef, ids: readonly string[]): Promise<void>;
  /** Ids of stored records in an order that holds while nothing is written, at most `limit` after the first `offset`. */
  recordIds(
    collection: EngineCollectionRef,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<string[]>;
  /** Removes the collection if it carries the stamp; one that is not there is fine. */
  dropCollection(collection: EngineCollectionRef): Promise<void>;
  count(collection: EngineCollectionRef): Promise<number>;
  /** Collections of the database that carry none of these stamps: other programs made them, or another hub. */
  listForeign(database: string, ownStamps: ReadonlySet<string>): Promise<ForeignCollection[]>;
  /** Records that have the words, each once: those with all of them first, then, where they are few, those with one. COLLECTION_NOT_FOUND. */
  searchForeign(collection: ForeignRef, query: ForeignQuery): Promise<ForeignRecord[]>;
  /** A page of records in an order that holds while nothing is written. COLLECTION_NOT_FOUND. */
  readForeign(
    collection: ForeignRef,
    page: { readonly offset: number; readonly limit: number },
  ): Promise<ForeignRecord[]>;
  readonly maxBatch: number;
  close(): Promise<void>;
}

/** One step that Chroma is still owed, in the order of the catalog's writes. */
export type JournalEntry =
  /** Make the collection; one that Chroma has already is freed of records that the catalog does not have. */
  | {
      readonly seq: number;
      readonly op: "ensure";
      readonly collection: EngineCollectionRef;
      readonly metadata: Metadata;
    }
  | { readonly seq: number; readonly op: "drop"; readonly collection: EngineCollectionRef }
  /** Bring one record to the catalog's present state: upsert if it exists there, delete if not. */
  | { readonly seq: number; readonly op: "sync"; readonly collection: EngineCollectionRef; readonly recordId: string };

/** The catalog's side of the mirror. */
export interface Journal {
  /** The oldest entries, in order. */
  peek(limit: number): Promise<JournalEntry[]>;
  /** Present state of records by id; an id without a record is left out. */
  records(stamp: string, recordIds: readonly string[]): Promise<EngineRecord[]>;
  /** Which of the ids are no records of the collection; none when the collection is not there any more. */
  unknown(stamp: string, recordIds: readonly string[]): Promise<string[]>;
  /** Removes entries that Chroma now holds. */
  acknowledge(seqs: readonly number[]): Promise<void>;
  /** Entries not yet carried over. */
  depth(): Promise<number>;
  /** Journals every record of one collection again (Chroma lost it); `stamp` null: of all collections. */
  resync(stamp: string | null): Promise<void>;
}
