import type { CollectionSummary } from "../core/collections.ts";
import type { EngineRecord, ForeignCollection, ForeignQuery, ForeignRecord } from "../core/ports.ts";
import type { CollectionMirror, EngineView } from "../protocol/views.ts";

/** Records of a collection of ours, as Chroma has them. */
export interface OwnRecords {
  /** Ids in an order that holds while nothing is written. */
  ids(page: { readonly offset: number; readonly limit: number }): Promise<string[]>;
  /** Which of the records Chroma lacks, or has differently. */
  compare(records: readonly EngineRecord[]): Promise<{ readonly missing: string[]; readonly different: string[] }>;
}

/** The hub's view of ChromaDB: its state, what it lacks, and what other programs keep in it. Never throws because Chroma is away. */
export interface EngineService {
  view(): Promise<EngineView>;
  /** How one collection stands in Chroma. */
  mirrorOf(collection: CollectionSummary): CollectionMirror;
  /** The collection as Chroma has it; null when it has none of it. Errors: ENGINE_UNAVAILABLE. */
  openOwn(collection: CollectionSummary): Promise<OwnRecords | null>;
  /** The journal has something new. */
  kick(): void;
  /** null when Chroma cannot be asked now. */
  listForeign(space: string): Promise<readonly ForeignCollection[] | null>;
  /** Records of another program's collection; see Engine. Errors: ENGINE_UNAVAILABLE, COLLECTION_NOT_FOUND. */
  searchForeign(space: string, name: string, query: ForeignQuery): Promise<ForeignRecord[]>;
  readForeign(space: string, name: string, page: { offset: number; limit: number }): Promise<ForeignRecord[]>;
  /** Errors: COLLECTION_FOREIGN when another program's collection holds the name; silent while Chroma is away. */
  requireNotForeign(space: string, name: string): Promise<void>;
  close(): Promise<void>;
}
