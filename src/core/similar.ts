import type { Chunk } from "./document.ts";
import type { PassagePlace, SearchNote } from "./search.ts";

/** What two passages are to each other. "identical" may differ in layout and comments. */
export const similarKinds = ["identical", "near-copy", "look-alike"] as const;
export type SimilarKind = (typeof similarKinds)[number];

/** Where a caller's passage stands, so that it is not found as its own likeness. */
export interface OwnPlace {
  readonly sourceKey: string;
  /** Of the source: a file may stand in several, where one directory is below another. */
  readonly machine: string;
  readonly sourcePath: string | null;
  /** `Repository.id` of the source; null: it is in none. */
  readonly repositoryId: string | null;
  readonly path: string;
  /** From 1, inclusive. */
  readonly startLine: number;
  readonly endLine: number;
}

/** A passage to find the like of. */
export interface SimilarPassage {
  readonly text: string;
  /** As documents have it; null: unknown. */
  readonly language: string | null;
  /** null: it stands in no file. */
  readonly place: OwnPlace | null;
}

/** The passages that are stored of a source, from a place on; the hub has their texts and vectors. */
export interface StoredPassages {
  readonly collectionId: string;
  readonly sourceKey: string;
  /** Relative to the source; "" is all of it. */
  readonly directory: string;
  /** The last passage that was compared; null: from the beginning. */
  readonly after: StoredCursor | null;
  /** At most so many at once. */
  readonly limit: number;
}

export interface StoredCursor {
  readonly path: string;
  readonly chunkId: number;
}

export interface SimilarMatch extends PassagePlace, Pick<Chunk, "symbol" | "scope" | "kind" | "text"> {
  readonly match: SimilarKind;
  /** 0 to 1: of identical passages 1, of near copies the share that is the same, of look-alikes the cosine of their vectors. */
  readonly similarity: number;
  readonly language: string | null;
  readonly indexedAtMs: number;
  /** Further places of the very same text, at most 20, and how many there are. */
  readonly alsoAt: readonly PassagePlace[];
  readonly alsoAtCount: number;
}

/** One passage of the caller with what is like it, best first. */
export interface SimilarGroup {
  /** Of passages that were sent: its place in the list. */
  readonly index: number;
  /** Of stored passages: where it stands. */
  readonly mine: (Pick<PassagePlace, "path" | "startLine" | "endLine"> & Pick<Chunk, "symbol" | "scope">) | null;
  /** How many different words it has: how much its likeness says. */
  readonly distinctWords: number;
  readonly matches: readonly SimilarMatch[];
  /** Other checkouts of the same repository that have the same file with the like of this passage. */
  readonly sameFileAt: readonly Pick<PassagePlace, "source" | "sourcePath" | "branch">[];
}

export interface SimilarResult {
  /** Only passages that something is like, or whose file stands elsewhere too. */
  readonly groups: readonly SimilarGroup[];
  readonly compared: number;
  /** Passages that say too little to compare: imports, getters, licences. */
  readonly tooSmall: number;
  /** Where to go on; null: all stored passages are compared, or they were sent. */
  readonly next: StoredCursor | null;
  /** Stored passages of the source in all; null for passages that were sent. */
  readonly total: number | null;
  readonly collections: readonly string[];
  readonly searched: { readonly documents: number; readonly chunks: number };
  readonly notes: readonly SearchNote[];
}

/** Most passages of one call: an answer within some tenths of a second, so that other sessions' searches are not held up. */
export const maxSimilarPassages = 32;
