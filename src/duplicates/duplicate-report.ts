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
  /** Also what git and the built-in rules leave out; never secrets, .git, and what a .commonsignore names. */
  readonly includeIgnored: boolean;
  /** Groups in the report at most, and files of each; the rest is counted. */
  readonly limit: { readonly groups: number; readonly filesPerGroup: number };
  /** After so long no further file is opened, and what is left is counted; absent: until all is done. */
  readonly budgetMs?: number | undefined;
}

export interface DuplicateReport {
  readonly method: HashMethod;
  /** Files that were compared: what is `left` is not among them. */
  readonly files: number;
  readonly sizeBytes: number;
  /** Most wasted bytes first, `limit.groups` at most. */
  readonly groups: readonly DuplicateGroup[];
  /** All groups, and the files in them beside the copies to keep. */
  readonly groupCount: number;
  readonly copies: number;
  /** Bytes that would be free if of each group only the copy to keep stayed; names of one file (hard links) waste nothing, and a file with names elsewhere frees nothing. */
  readonly wastedBytes: number;
  /** Pairs of folders with most copies in common, the folder with the copies to keep first: ten at most, of two files and more. */
  readonly folders: readonly FolderPair[];
  /** Bytes that were read to find out. */
  readonly readBytes: number;
  /** Files without a byte: in no group. */
  readonly emptyFiles: number;
  /** Further names of files that are listed or were compared (hard links): no copies. */
  readonly hardLinks: number;
  /** Pictures of one colour, which no look tells apart: in no group. */
  readonly flatPictures: number;
  /** RAW photos that stand beside the JPEG of the same photo: one item with it, in no group by themselves. */
  readonly rawsBeside: number;
  /** Files that changed or went while they were compared: in no group. */
  readonly changed: { readonly count: number; readonly samples: readonly string[] };
  /** What was not compared for want of time; null: nothing. */
  readonly left: { readonly files: number; readonly sizeBytes: number } | null;
  readonly skipped: number;
  readonly skippedBy: Readonly<Partial<Record<SkipReason, number>>>;
  /** Of what was to be compared and could not be read, some paths; never a secret's. */
  readonly skippedSamples: readonly SkippedSample[];
  /** Whether `maxFiles` left files out. */
  readonly isTruncated: boolean;
  readonly ms: number;
}

export interface SkippedSample {
  readonly path: string;
  readonly reason: SkipReason;
  /** What a library or the system says of it; "" for nothing. */
  readonly message: string;
}

export interface DuplicateGroup {
  /** The copy to keep first; `limit.filesPerGroup` at most. */
  readonly files: readonly DuplicateFile[];
  /** Files of the group that are not listed. */
  readonly moreFiles: number;
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

export interface FolderPair {
  /** "" is the workspace's root. */
  readonly keep: string;
  readonly other: string;
  readonly files: number;
  readonly wastedBytes: number;
}
