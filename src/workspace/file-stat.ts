import type { BigIntStats } from "node:fs";
import type { FileStat } from "../core/document.ts";

// A clock tick of a file system is up to some 10 ms long: two writes in one tick leave the same times.
const racyWindowMs = 50;

/** What is remembered of a file to tell later, without reading it, that it is unchanged. */
export function fileStat(stats: Pick<BigIntStats, "size" | "mtimeMs" | "mtimeNs" | "ctimeNs" | "ino">): FileStat {
  return {
    sizeBytes: Number(stats.size),
    mtimeMs: Number(stats.mtimeMs),
    signature: `${stats.size}:${stats.mtimeNs}:${stats.ctimeNs}:${stats.ino}`,
  };
}

/**
 * The stat to store with a reading that began at `readAtMs`. A file written just before it was read may be written again
 * within the same clock tick; its signature is marked, so that the next run reads it once more (as git does with "racily
 * clean" entries).
 */
export function storedStat(stats: BigIntStats, readAtMs: number): FileStat {
  const plain = fileStat(stats);
  const isRacy = readAtMs - Number(stats.ctimeMs) < racyWindowMs;
  return isRacy ? { ...plain, signature: `${plain.signature}:racy` } : plain;
}

/** When the file's entry or content last changed (ctime), epoch ms; 0 where the signature does not tell. */
export function changedAtMs({ signature }: Pick<FileStat, "signature">): number {
  const nanoseconds = signature.split(":")[2] ?? "";
  return /^\d+$/.test(nanoseconds) ? Number(nanoseconds) / 1e6 : 0;
}
