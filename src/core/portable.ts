import type { Author, Chunk, DocumentInput, Source } from "./document.ts";
import type { Receipt } from "./receipts.ts";

/** A vector as the catalog stores it: each signed byte times the scale. */
export interface PortableVector {
  readonly scale: number;
  /** The bytes as base64. */
  readonly data: string;
}

export interface PortableText {
  /** sha256 of the text as UTF-8, hex. */
  readonly hash: string;
  /** null: a page before this one brought it. */
  readonly text: string | null;
  /** Under the collection's model; null: it has none yet. */
  readonly vector: PortableVector | null;
}

/** `text` and `author` are places in the lists of the page. */
export interface PortableChunk extends Omit<Chunk, "text"> {
  readonly text: number;
  readonly author: number;
  readonly indexedAtMs: number;
}

/** A document with all its chunks, in their order. `source` and `author` are places in the lists of the page. */
export interface PortableDocument extends Omit<DocumentInput, "chunks"> {
  readonly source: number;
  readonly author: number;
  readonly indexedAtMs: number;
  readonly chunks: readonly PortableChunk[];
}

/** Some documents of a collection with all that they need; a text stands once, however many chunks have it. */
export interface PortablePage {
  readonly sources: readonly Source[];
  readonly authors: readonly Author[];
  readonly texts: readonly PortableText[];
  readonly documents: readonly PortableDocument[];
}

/** One step of a walk over a collection, by the numbers of its documents. */
export interface ExportPage extends PortablePage {
  /** Differs from that of another page when anything of the collection changed between the two, its model too. */
  readonly revision: string;
  /** The collection's model, and the length of its vectors; null while there are none. */
  readonly embedder: string;
  readonly dimensions: number | null;
  /** Where the next page begins; null: this is the last one. */
  readonly next: number | null;
}

/** A line of the history that a collection had where it was exported, with its place there, from 0. */
export interface PlacedReceipt {
  readonly place: number;
  readonly receipt: Receipt;
}

export interface ExportQuery {
  readonly collectionId: string;
  /** `next` of the page before; 0 begins. */
  readonly after: number;
  /** A page ends when its texts have so many bytes; one document may have more. */
  readonly maxBytes: number;
}

/** What an import of a page did. */
export interface ImportResult {
  readonly documents: number;
  readonly chunks: number;
  /** Vectors that were taken from the page. */
  readonly vectors: number;
}
