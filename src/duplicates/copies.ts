import type { BigIntStats } from "node:fs";
import { CommonsError } from "../core/errors.ts";
import { fileStat } from "../workspace/file-stat.ts";
import type { ComparisonNotes } from "./comparison-notes.ts";
import { plainWorth, type CopyWorth } from "./copy-worth.ts";
import type { FoundFiles } from "./found-files.ts";

/** What all methods of comparing work with. */
export interface Comparison {
  /** Real path of the directory that the files' paths begin at. */
  readonly root: string;
  readonly files: FoundFiles;
  readonly notes: ComparisonNotes;
  readonly signal: AbortSignal;
  readonly isTimeOver: () => boolean;
  /** Bytes of files that are decided on since the last call, read or not, and how many files. */
  readonly onSettled: (files: number, sizeBytes: number, path: string) => void;
}

/** Errors: CANCELLED when the caller does not want it any more. */
export function requireWanted({ signal }: Pick<Comparison, "signal">): void {
  if (signal.aborted) throw new CommonsError("CANCELLED", "The search for duplicates was cancelled.");
}

/** One file of a group, by all of its names. */
export interface Copy {
  /** Files of the list: names of one file on the disk. */
  readonly names: number[];
  /** Names that the file has anywhere: those that were not looked at keep its bytes on the disk. */
  readonly linkCount: number;
  readonly sizeBytes: number;
  /** What its removal would free: a sparse file takes less than its size. */
  readonly allocatedBytes: number;
  readonly mtimeMs: number;
  /** As of `fileStat`, when it was read. */
  readonly signature: string;
  readonly worth: CopyWorth;
  readonly note: string | null;
}

/** Files that are the same, or nearly. */
export interface CopyGroup {
  readonly copies: readonly Copy[];
  readonly isProven: boolean;
  /** How one copy is like another, by their places in `copies`. */
  readonly compare: (keep: number, other: number) => CopyLikeness;
  /** Whether one copy may stay for another. The first may for all; null: any may. */
  readonly isNear: ((keep: number, other: number) => boolean) | null;
}

export interface CopyLikeness {
  /** 0 to 1. */
  readonly likeness: number;
  /** What was done to the one if it is the other: "turned by 90 degrees". */
  readonly note: string | null;
}

// Small files may stand in the directory's own entry, where no block is counted; no program makes holes in them either.
const leastSparseBytes = 65_536;

/** What a copy is made of. */
export type CopyStats = Pick<
  BigIntStats,
  "dev" | "ino" | "nlink" | "size" | "blocks" | "mtimeMs" | "mtimeNs" | "ctimeNs"
>;

export function copyOf(index: number, stats: CopyStats): Copy {
  const sizeBytes = Number(stats.size);
  return {
    names: [index],
    linkCount: Number(stats.nlink),
    sizeBytes,
    allocatedBytes: sizeBytes < leastSparseBytes ? sizeBytes : Math.min(sizeBytes, Number(stats.blocks) * 512),
    mtimeMs: Number(stats.mtimeMs),
    signature: fileStat(stats).signature,
    worth: plainWorth,
    note: null,
  };
}

/** Names of the file that were not looked at: outside of the directory, or left out by a rule. */
export function namesElsewhere({ names, linkCount }: Copy): number {
  return Math.max(0, linkCount - names.length);
}

/** What the disk has free when the copy goes by all of its names that were looked at. */
export function freedBytes(copy: Copy): number {
  return namesElsewhere(copy) > 0 ? 0 : copy.allocatedBytes;
}

/** Tells names of one file by: hard links, and the same directory mounted twice. */
export function inodeKey({ dev, ino }: Pick<CopyStats, "dev" | "ino">): string {
  return `${dev}:${ino}`;
}
