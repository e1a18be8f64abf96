import type { Category } from "./document.ts";

/** What part of a source a collection mirrors: what an ingest was asked for, so that it can be done again by anyone. */
export interface IngestScope {
  /** Relative to the source, with forward slashes; "" is all of it. */
  readonly directory: string;
  readonly recursive: boolean;
  /** null: all. Sorted, so that equal scopes are equal texts. */
  readonly categories: readonly Category[] | null;
  readonly extensions: readonly string[] | null;
  readonly maxFiles: number | null;
  readonly includeContent: boolean;
}

/** A scope as the hub remembers it. */
export interface StoredScope {
  readonly id: number;
  readonly scope: IngestScope;
  readonly isWatched: boolean;
  /** When the last run began that went through all of it; null: none has yet. */
  readonly mirroredAtMs: number | null;
}

/** A folder that somebody wants watched, whether or not a live session does it now. */
export interface WatchedScope extends StoredScope {
  readonly collectionId: string;
  readonly collection: string;
  readonly sourceKey: string;
  readonly source: string;
  readonly sourcePath: string | null;
  /** Who asked for it, and when. */
  readonly agent: string;
  readonly sinceMs: number;
}

/** What is stored of a source in a collection, in short. */
export interface SourceState {
  /** Rises with every change of the source's documents in the collection. */
  readonly revision: number;
  readonly scopes: readonly StoredScope[];
}

/** The scope with its lists sorted and without repeats. */
export function canonicalScope(scope: IngestScope): IngestScope {
  const sorted = <T extends string>(list: readonly T[] | null): T[] | null =>
    list === null ? null : [...new Set(list)].toSorted((a, b) => (a < b ? -1 : 1));
  const { directory, recursive, categories, extensions, maxFiles, includeContent } = scope;
  return {
    directory,
    recursive,
    categories: sorted(categories),
    extensions: sorted(extensions),
    maxFiles,
    includeContent,
  };
}

/** Whether all that `inner` takes, `outer` takes too, in the same way. */
export function coversScope(outer: IngestScope, inner: IngestScope): boolean {
  const isSameSelection =
    outer.includeContent === inner.includeContent &&
    JSON.stringify([outer.categories, outer.extensions, outer.maxFiles]) ===
      JSON.stringify([inner.categories, inner.extensions, inner.maxFiles]) &&
    outer.maxFiles === null;
  const isBelow = outer.directory === "" || inner.directory.startsWith(`${outer.directory}/`);
  if (outer.directory === inner.directory) return isSameSelection && (outer.recursive || !inner.recursive);
  return isSameSelection && outer.recursive && isBelow;
}

/**
 * Whether a scope that was asked for later takes the place of an earlier one: it takes all of it in the same way, or it is about the same
 * folder and says otherwise whether contents are wanted.
 */
export function replacesScope(later: IngestScope, earlier: IngestScope): boolean {
  if (later.includeContent === earlier.includeContent)
    return coversScope(later, earlier) && !coversScope(earlier, later);
  const isAsWide = (wide: unknown, narrow: unknown) => wide === null || JSON.stringify(wide) === JSON.stringify(narrow);
  return (
    later.directory === earlier.directory &&
    (later.recursive || !earlier.recursive) &&
    isAsWide(later.categories, earlier.categories) &&
    isAsWide(later.extensions, earlier.extensions) &&
    isAsWide(later.maxFiles, earlier.maxFiles)
  );
}
