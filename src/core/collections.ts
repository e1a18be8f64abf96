import type { Author, Source } from "./document.ts";

export interface CollectionSummary {
  /** Unique for ever; also the stamp of the collection in Chroma. */
  readonly id: string;
  readonly name: string;
  readonly space: string;
  readonly kind: "permanent" | "temporary";
  readonly ownerSession: string | null;
  /** Agent and workspace that made it, for people. */
  readonly owner: string;
  readonly embedder: string;
  readonly documents: number;
  readonly chunks: number;
  readonly sizeBytes: number;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
}

export interface SourceSummary {
  readonly source: Source;
  readonly documents: number;
  readonly chunks: number;
  readonly updatedAtMs: number;
  readonly author: Author | null;
}

export interface CollectionDetail extends CollectionSummary {
  readonly sources: readonly SourceSummary[];
  readonly categories: Readonly<Record<string, number>>;
  readonly languages: Readonly<Record<string, number>>;
  /** A few documents, newest first. */
  readonly samples: readonly { source: string; path: string; chunks: number; indexedAtMs: number }[];
  readonly health: { readonly journalPending: number; readonly chunksWithoutVector: number };
}

/** Which document of a collection: its source, and its path there. */
export interface DocumentPlace {
  readonly sourceKey: string;
  /** The source's name for people. */
  readonly source: string;
  /** The source's directory on its machine; null for notes. */
  readonly sourcePath: string | null;
  readonly path: string;
}

export interface DeleteResult {
  readonly documents: number;
  readonly chunks: number;
  readonly paths: readonly string[];
  /** The same documents in the same order, with their sources. */
  readonly places: readonly DocumentPlace[];
  /** Given ids that matched nothing. */
  readonly unknownIds: readonly string[];
  /** Given ids that may mean several documents. Nothing is deleted for them; `<sourceKey>/<path>` names one of them. */
  readonly ambiguousIds: readonly { readonly id: string; readonly places: readonly DocumentPlace[] }[];
  /** By which it can be undone; null: a dry run, or nothing was deleted. */
  readonly receipt: number | null;
}
