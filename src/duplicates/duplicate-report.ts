import type { Category, SkipReason } from "../core/document.ts";

export const hashMethods = ["full", "partial", "perceptual", "text"] as const;
/** full: the same bytes. partial: the same size, head and tail. perceptual: images that look alike. text: near copies of texts. */
export type HashMethod = (typeof hashMethods)[number];

export interface DuplicatesInput {
  /** A directory, as a person or a model types it. */
  readonly path: string;
  readonly recursive: boolean;
  readonly categories?: readonly Category[] | undefined;
  readonly extensions?: readonly string[] | undefined;
  readonly maxFiles?: number | undefined;
  readonly method: HashMethod;
  /** Of perceptual: also pictures that were turned or mirrored. */
  readonly isTurned: boolean;
  /** Least likeness of perceptual and text, 0 to 1; absent: what tells copies from chance. */
  readonly threshold?: number | undefined;
}

export interface DuplicateReport {
  readonly method: HashMethod;
  /** Files that were compared. */
  readonly files: number;
  readonly sizeBytes: number;
  /** Most wasted bytes first. */
  readonly groups: readonly DuplicateGroup[];
  /** Bytes that would be free if of each group only the copy to keep stayed; names of one file (hard links) waste nothing. */
  readonly wastedBytes: number;
  /** Bytes that were read to find out. */
  readonly readBytes: number;
  readonly skipped: number;
  readonly skippedBy: Readonly<Partial<Record<SkipReason, number>>>;
  readonly skippedSamples: readonly { readonly path: string; readonly reason: SkipReason }[];
  readonly isTruncated: boolean;
  readonly ms: number;
}

export interface DuplicateGroup {
  /** The copy to keep first. */
  readonly files: readonly DuplicateFile[];
  /** Why the first is the one to keep, as a sentence. */
  readonly keepBecause: string;
  readonly wastedBytes: number;
  /** Whether every byte was compared by a full hash; false: by what the method looks at. */
  readonly isProven: boolean;
}

export interface DuplicateFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  /** Other names of this very file (hard links) among the compared. */
  readonly otherNames: readonly string[];
  /** Likeness to the copy to keep, 0 to 1. */
  readonly likeness: number;
  /** What is known of the copy beyond its bytes: "4000 x 3000", "turned by 90 degrees". */
  readonly note: string | null;
}
