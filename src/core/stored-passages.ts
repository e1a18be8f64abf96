import type { ChunkKind, Metadata, Source } from "./document.ts";

/** Where a walk over the documents of a collection goes on: behind this one, by the number of its source and its path. */
export interface DocumentCursor {
  readonly source: number;
  readonly path: string;
}

/** Some documents of a collection with the numbers of their passages' texts: equal texts have equal numbers, in all collections. */
export interface PassagePage {
  /** Those that documents of this page name by their place in the list. */
  readonly sources: readonly Source[];
  readonly documents: readonly {
    readonly id: number;
    readonly source: number;
    readonly path: string;
    readonly passages: number;
  }[];
  /** One for each passage, of one document after the other, in the order of their lines. */
  readonly textIds: readonly number[];
  /** Sizes of these texts in bytes of UTF-8. */
  readonly textBytes: readonly number[];
  /** Of the same texts: how many characters (Unicode code points) each has. */
  readonly textCharacters: readonly number[];
  /** null: this is the last page. */
  readonly next: DocumentCursor | null;
}

/** Consecutive passages of a document, in the order of their lines. */
export interface PassageSpan {
  readonly documentId: number;
  /** From 0. */
  readonly first: number;
  readonly count: number;
  /** Whether the answer has the beginning of its text. */
  readonly hasText: boolean;
}

/** Where a span stands. */
export interface SpanPlace {
  /** Of its first and its last passage: other ones than the walk gave tell that the document was changed meanwhile. */
  readonly firstTextId: number;
  readonly lastTextId: number;
  readonly collection: string;
  readonly source: Source;
  readonly branch: string | null;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: ChunkKind;
  readonly metadata: Metadata;
  readonly contentHash: string;
  /** At most 2,000 characters; null: not asked for. */
  readonly text: string | null;
}

/** Most of one page (its last document may have more passages) and most spans of one call, so that no search waits long. */
export const maxPagePassages = 5_000;
export const maxPageDocuments = 2_000;
export const maxSpans = 500;
