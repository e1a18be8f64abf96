import type { BigIntStats } from "node:fs";
import { unreadFrom } from "../reader/unread.ts";
import { openCheckedFile, type CheckedFile } from "../workspace/checked-file.ts";
import type { Breather } from "../workspace/directory-listing.ts";
import { noteUnread } from "./comparison-notes.ts";
import { requireWanted, type Comparison, type CopyStats } from "./copies.ts";
import { digestBytes, hashEnds, hashSlowEnds, wholeBytes } from "./file-hash.ts";
import { repeatedNumbers, type SizeClass } from "./same-size.ts";

// A look at a file takes some 30 microseconds where the disk answers at once; of a slow one many are asked at the same time.
const slowLookMs = 3;
const measuredLooks = 32;
const looksAhead = 16;

/** One for each run. */
export interface DiskPace {
  /** Whether the disk is slow, as found out on the way. */
  isSlow: boolean;
  /** Other work of the thread has its turn, such as the caller's cancelling, also between many small groups. */
  readonly breather: Breather;
}

export interface FileEnd {
  readonly digest: Buffer;
  readonly stats: CopyStats;
}

/** Files with equal ends, two or more, in the order of the list. */
export type SameEnds = readonly { readonly index: number; readonly stats: CopyStats }[];

// Columns of the packed numbers.
const columns = ["dev", "ino", "nlink", "blocks", "mtimeNs", "ctimeNs"] as const;

/** Head and tail of all files of one size: digests and stats, packed, for there may be a million: 81 bytes each. */
export class FileEnds {
  readonly #sizeClass: SizeClass;
  readonly #digests: Buffer;
  readonly #stats: BigInt64Array;
  readonly #isKnown: Uint8Array;
  #opened = 0;

  constructor(sizeClass: SizeClass) {
    const count = sizeClass.files.length;
    this.#sizeClass = sizeClass;
    this.#digests = Buffer.alloc(count * digestBytes);
    this.#stats = new BigInt64Array(count * columns.length);
    this.#isKnown = new Uint8Array(count);
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
    for (const [column, name] of columns.entries()) this.#stats[row * columns.length + column] = end.stats[name];
    this.#isKnown[row] = 1;
  }

  repeated(): SameEnds[] {
    const { files } = this.#sizeClass;
    const keys = new Float64Array(files.length);
    let known = 0;
    for (const [row, isKnown] of this.#isKnown.entries()) if (isKnown === 1) keys[known++] = this.#shortKey(row);
    const repeated = repeatedNumbers(keys.subarray(0, known));
    const classes = new Map<string, SameEnds[number][]>();
    for (const [row, index] of files.entries()) {
      if (this.#isKnown[row] !== 1 || !repeated.has(this.#shortKey(row))) continue;
      const key = this.#digests.toString("latin1", row * digestBytes, (row + 1) * digestBytes);
      const end = { index, stats: this.#statsOf(row) };
      const members = classes.get(key);
      if (members === undefined) classes.set(key, [end]);
      else members.push(end);
    }
    return [...classes.values()].filter((members) => members.length > 1);
  }

  #statsOf(row: number): CopyStats {
    const at = (name: (typeof columns)[number]): bigint =>
      this.#stats[row * columns.length + columns.indexOf(name)] ?? 0n;
    return {
      dev: at("dev"),
      ino: at("ino"),
      nlink: at("nlink"),
      size: BigInt(this.#sizeClass.sizeBytes),
      blocks: at("blocks"),
      mtimeMs: at("mtimeNs") / 1_000_000n,
      mtimeNs: at("mtimeNs"),
      ctimeNs: at("ctimeNs"),
    };
  }

  /** 48 bits of the digest: enough to leave out nearly all that stand alone. */
  #shortKey(row: number): number {
    return this.#digests.readUIntBE(row * digestBytes, 6);
  }
}

/** Looks at the ends of all files of one size, until the time is over. What changed or cannot be read is noted. Errors: the signal's. */
export async function readEnds(sizeClass: SizeClass, work: Comparison, pace: DiskPace): Promise<FileEnds> {
  const { files, sizeBytes } = sizeClass;
  const ends = new FileEnds(sizeClass);
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
    if (pace.breather.isDue()) await pace.breather.pause();
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
    noteUnread(notes, path, await unreadFrom(error, { root, path }));
  }
  return null;
}

function endOf(digest: Buffer | null, stats: BigIntStats): FileEnd | null {
  return digest === null ? null : { digest, stats };
}

function isSame(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs;
}
