import type { PhotoFilter } from "./photo-filter.ts";
import type { Category, ChunkKind, FileStat, Metadata, MetadataValue } from "./document.ts";

export const searchModes = ["hybrid", "semantic", "keyword"] as const;
export type SearchMode = (typeof searchModes)[number];

/**
 * Chroma's `where`: field to value or operator object, combined by `$and` and `$or`; `#document` (or `$contains` and its kin at
 * the top) is about the text of the passage.
 */
export type Where = { readonly [key: string]: WhereValue };
export type WhereValue = MetadataValue | WhereOperators | readonly Where[];
export type WhereOperators = { readonly [operator: string]: MetadataValue | readonly MetadataValue[] };

/** Narrowing that applies before ranking. Absent means all. */
export interface SearchFilters {
  /** Glob over document paths, for example `src/**` + `/*.ts`. */
  readonly path?: string | undefined;
  readonly language?: string | undefined;
  readonly category?: Category | undefined;
  /** A source's name or key. */
  readonly source?: string | undefined;
  /** What a passage is: function, class, section ... */
  readonly kind?: ChunkKind | undefined;
  /** Files changed (notes: stored) at or after, and before this time, epoch ms. */
  readonly sinceMs?: number | undefined;
  readonly untilMs?: number | undefined;
  readonly where?: Where | undefined;
  /** Only images that are so. */
  readonly photo?: PhotoFilter | undefined;
}

/** Where a passage stands; lines count from 1, inclusive. */
export interface PassagePlace {
  readonly collection: string;
  readonly sourceKey: string;
  /** The source's name for people. */
  readonly source: string;
  /** The source's directory on its machine; null for notes. */
  readonly sourcePath: string | null;
  readonly branch: string | null;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

/** A passage that answers a query, as the hub returns it. */
export interface Hit extends PassagePlace {
  readonly symbol: string | null;
  readonly scope: readonly string[];
  readonly kind: ChunkKind;
  readonly language: string | null;
  readonly category: Category;
  readonly text: string;
  /** 0 to 1, higher is better, comparable between collections. */
  readonly score: number;
  /** What the score is made of; null where the part does not apply, as the vector of a passage that has none yet. */
  readonly scores: HitScores;
  /** Further places of the very same text, best first, at most 20. */
  readonly alsoAt: readonly PassagePlace[];
  /** How many there are in all, those of `alsoAt` included. */
  readonly alsoAtCount: number;
  readonly recordId: string;
  readonly stat: FileStat;
  readonly contentHash: string;
  readonly indexedAtMs: number;
  readonly metadata: Metadata;
  /** Of a photo of a series: the hit stands for all of it. */
  readonly burst?: PhotoBurst;
}

/** Photos of one folder and camera, each taken within two seconds of the one before; in the order of their times. */
export interface PhotoBurst {
  readonly photos: number;
  /** Paths; `paths` has at most 50 of them. */
  readonly first: string;
  readonly last: string;
  readonly paths: readonly string[];
}

export interface HitScores {
  /** BM25 divided by the most that the query's words could give: about 0 to 1. */
  readonly words: number | null;
  /** Cosine of query and passage, -1 to 1. */
  readonly vector: number | null;
  /** Factor of the file rules. */
  readonly rules: number;
}

/** What was not as asked; `text` is a sentence for people and models. */
export interface SearchNote {
  readonly kind: "query-cut" | "vectors-missing" | "model-unavailable" | "scan-cut" | "foreign" | "photo-query";
  readonly text: string;
}

export interface SearchResult {
  readonly hits: readonly Hit[];
  /** Names of the collections that were searched. */
  readonly collections: readonly string[];
  readonly searched: { readonly documents: number; readonly chunks: number };
  /** Words of the index near to those of a query that found little: "did you mean". */
  readonly suggestions: readonly string[];
  readonly notes: readonly SearchNote[];
}
