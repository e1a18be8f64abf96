import type { Category, ChunkKind, FileStat, Metadata, MetadataValue } from "./document.ts";

export const searchModes = ["hybrid", "semantic", "keyword"] as const;
export type SearchMode = (typeof searchModes)[number];

/** Chroma's `where`: field to value or operator object, combined by `$and` and `$or`. */
export type Where = { readonly [key: string]: WhereValue };
export type WhereValue = MetadataValue | WhereOperators | readonly Where[];
export type WhereOperators = { readonly [operator: string]: MetadataValue | readonly MetadataValue[] };

/** Narrowing that applies before ranking. Absent means all. */
export interface SearchFilters {
  /** Glob over document paths, for example `src/**` + `/*.ts`. */
  readonly path?: string | undefined;
  readonly language?: string | undefined;
  readonly category?: Category | undefined;
  readonly where?: Where | undefined;
}

/** A passage that answers a query, as the hub returns it; lines count from 1, inclusive. */
export interface Hit {
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
  readonly symbol: string | null;
  readonly scope: readonly string[];
  readonly kind: ChunkKind;
  readonly language: string | null;
  readonly text: string;
  /** 0 to about 1, higher is better, comparable between collections. */
  readonly score: number;
  readonly recordId: string;
  readonly stat: FileStat;
  readonly contentHash: string;
  readonly indexedAtMs: number;
  readonly metadata: Metadata;
}
