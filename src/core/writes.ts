import type { Chunk, DocumentInput, FileStat, KnownFile } from "./document.ts";

/** Chunks as they travel: written to JSON where they are made, and read where they are stored. */
export interface PackedChunks {
  /** An array of Chunk. */
  readonly json: string;
  readonly count: number;
  /** Characters of the texts. */
  readonly textLength: number;
}

/** A document whose chunks are packed. */
export type PackedDocument = Omit<DocumentInput, "chunks"> & { readonly chunks: PackedChunks };

export function packChunks(chunks: readonly Chunk[]): PackedChunks {
  const textLength = chunks.reduce((sum, chunk) => sum + chunk.text.length, 0);
  return { json: JSON.stringify(chunks), count: chunks.length, textLength };
}

/** Changes to the documents of one source in one collection. Applied in one transaction; paths must not repeat. */
export interface DocumentChanges<D = PackedDocument> {
  readonly documents: readonly D[];
  /** Same content under a new path: chunks and vectors move, nothing is embedded. */
  readonly renames: readonly {
    readonly from: string;
    readonly to: string;
    readonly stat: FileStat;
    readonly readAtMs: number;
  }[];
  /** Same content, new stat: only the stat is updated. */
  readonly touches: readonly { readonly path: string; readonly stat: FileStat; readonly readAtMs: number }[];
  readonly removals: readonly string[];
}

/** Every document and rename of the changes counts once. Touches count nowhere: their sender knows them as unchanged. */
export interface WriteResult {
  readonly added: number;
  readonly changed: number;
  readonly renamed: number;
  readonly removed: number;
  /** Documents that are stored with the same fingerprint and facts: only their stat is brought up to date. */
  readonly unchanged: number;
  /** Documents whose reading was older than the stored, different one: left as they are. */
  readonly superseded: number;
  /** Chunks written anew, and of these the ones that needed a new vector and the ones whose vector was known. */
  readonly chunks: number;
  readonly embedded: number;
  readonly reused: number;
  /** Of the source in the collection, before and after: see SourceState. */
  readonly revision: { readonly before: number; readonly after: number };
}

/** The result of a write that found nothing to do. */
export const nothingWritten = {
  added: 0,
  changed: 0,
  renamed: 0,
  removed: 0,
  unchanged: 0,
  superseded: 0,
  chunks: 0,
  embedded: 0,
  reused: 0,
  revision: { before: 0, after: 0 },
} satisfies WriteResult;

/** Where an ingest writes: one source in one collection of the hub. */
export interface DocumentTarget {
  /** Stored documents by path, after `after`, at most some thousands a call; an empty list ends the walk. */
  known(after: string | null): Promise<KnownFile[]>;
  /** What is stored of these paths; paths that are not stored are left out. */
  knownPaths(paths: readonly string[]): Promise<KnownFile[]>;
  write(changes: DocumentChanges): Promise<WriteResult>;
}
