import type { BigIntStats } from "node:fs";
import { unreadFrom } from "../reader/unread.ts";
import { openCheckedFile, type CheckedFile } from "../workspace/checked-file.ts";
import { createBreather } from "../workspace/directory-listing.ts";
import { requireWanted, type Comparison } from "./copies.ts";
import { digestBytes, hashEnds, hashSlowEnds, wholeBytes } from "./file-hash.ts";
import { repeatedNumbers, type SizeClass } from "./same-size.ts";

// A look at a file takes some 30 microseconds where the disk answers at once; of a slow one many are asked at the same time.
const slowLookMs = 1;
const measuredLooks = 32;
const looksAhead = 16;

/** Whether the disk is slow, as found out on the way; one for each run. */
export interface DiskPace {
  isSlow: boolean;
}

export interface FileEnd {
  readonly digest: Buffer;
  /** When the file's entry last changed, as it was read. */
  readonly ctimeNs: bigint;
}

/** Files with equal ends, two or more, with the times that they were read as of. */
export type SameEnds = readonly { readonly index: number; readonly ctimeNs: bigint }[];

/** Head and tail of all files of one size: their digests, packed, for there may be a million. */
export class FileEnds {
  readonly #digests: Buffer;
  readonly #changedNs: BigInt64Array;
  readonly #isKnown: Uint8Array;
  readonly #files: readonly number[];
  #opened = 0;

  constructor(files: readonly number[]) {
    this.#files = files;
    this.#digests = Buffer.alloc(files.length * digestBytes);
    this.#changedNs = new BigInt64Array(files.length);
    this.#isKnown = new Uint8Array(files.length);
  }

  /** Files that were looked at, in vain or not. */
  get opened(): number {
    return this.#opened;
  }

  /** The next file's; null: it has none. */
  take(end: FileEnd | null): void {
    const row = this.#opened++;
    if (end === null) return;
    end.digest.copy(this.#digests, row * digestBytes);
    this.#changedNs[row] = end.ctimeNs;
    this.#isKnown[row] = 1;
  }

  /** In the order of the list. */
  repeated(): SameEnds[] {
    const keys = new Float64Array(this.#files.length);
    let known = 0;
    for (const [row, isKnown] of this.#isKnown.entries()) if (isKnown === 1) keys[known++] = this.#shortKey(row);
    const repeated = repeatedNumbers(keys.subarray(0, known));
    const classes = new Map<string, SameEnds[number][]>();
    for (const [row, file] of this.#files.entries()) {
      if (this.#isKnown[row] !== 1 || !repeated.has(this.#shortKey(row))) continue;
      const key = this.#digests.toString("latin1", row * digestBytes, (row + 1) * digestBytes);
      const end = { index: file, ctimeNs: this.#changedNs[row] ?? 0n };
      const members = classes.get(key);
      if (members === undefined) classes.set(key, [end]);
      else members.push(end);
    }
    return [...classes.values()].filter((members) => members.length > 1);
  }

  /** 48 bits of the digest: enough to leave out nearly all that stand alone. */
  #shortKey(row: number): number {
    return this.#digests.readUIntBE(row * digestBytes, 6);
  }
}

/** Looks at the ends of all files of one size, until the time is over. What changed or cannot be read is noted. Errors: the signal's. */
export async function readEnds({ files, sizeBytes }: SizeClass, work: Comparison, pace: DiskPace): Promise<FileEnds> {
  const ends = new FileEnds(files);
  const breather = createBreather();
  const scratch = Buffer.allocUnsafe(wholeBytes);
  const hashQuick = (file: CheckedFile, stats: BigIntStats) => endOf(hashEnds(file, sizeBytes, scratch), stats);
  const hashSlow = async (file: CheckedFile, stats: BigIntStats) => endOf(await hashSlowEnds(file, sizeBytes), stats);
  while (ends.opened < files.length && !work.isTimeOver()) {
    requireWanted(work);
    const some = files.slice(ends.opened, ends.opened + (pace.isSlow ? looksAhead : measuredLooks));
    const sinceMs = performance.now();
    if (pace.isSlow)
      for (const digest of await Promise.all(some.map((file) => look(file, work, hashSlow)))) ends.take(digest);
    else for (const file of some) ends.take(await look(file, work, hashQuick));
    if (some.length === measuredLooks) pace.isSlow = performance.now() - sinceMs > measuredLooks * slowLookMs;
    if (breather.isDue()) await breather.pause();
  }
  return ends;
}

/** What `take` makes of an open file, unless it changed meanwhile or cannot be read, which is noted: null. */
export async function look<T>(
  index: number,
  { root, files, notes }: Comparison,
  take: (file: CheckedFile, before: BigIntStats) => T | null | Promise<T | null>,
): Promise<T | null> {
  const path = files.path(index);
  try {
    using file = openCheckedFile(path, root);
    const before = file.stat();
    const taken = Number(before.size) === files.sizeBytes(index) ? await take(file, before) : null;
    if (taken !== null && isSame(before, file.stat())) return taken;
    notes.changed(path);
  } catch (error) {
    const unread = await unreadFrom(error, { root, path });
    notes.skip(path, unread.kind === "skipped" ? unread.reason : "failed");
  }
  return null;
}

function endOf(digest: Buffer | null, { ctimeNs }: BigIntStats): FileEnd | null {
  return digest === null ? null : { digest, ctimeNs };
}

function isSame(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs;
}
