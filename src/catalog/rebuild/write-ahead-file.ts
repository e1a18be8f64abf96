import { closeSync, existsSync, openSync, readSync, statSync } from "node:fs";

/** What can be read of a write-ahead file (https://sqlite.org/fileformat2.html#the_write_ahead_log). */
export interface WriteAheadFile {
  /** Offset of the newest committed copy of each page, by page number. */
  readonly pages: ReadonlyMap<number, number>;
  /** Size of the database in pages after the last commit that can be read; null when there is none. */
  readonly pageCount: number | null;
  readonly pageSize: number | null;
  /** Commits behind the first frame that is not as it was written: they are lost. A torn last write is none. */
  readonly lostCommits: number;
  /** It ends in the middle of a page: what was behind is gone. */
  readonly isCut: boolean;
}

const headerBytes = 32;
const frameHeaderBytes = 24;
const nothing: WriteAheadFile = { pages: new Map(), pageCount: null, pageSize: null, lostCommits: 0, isCut: false };

/** Reads and checks the file as SQLite does when it opens a database; a file that is missing or empty has nothing. */
export function readWriteAheadFile(path: string): WriteAheadFile {
  if (!existsSync(path)) return nothing;
  const size = statSync(path).size;
  const file = openSync(path, "r");
  try {
    const header = Buffer.alloc(headerBytes);
    if (readSync(file, header, 0, headerBytes, 0) < headerBytes) return { ...nothing, isCut: size > 0 };
    return readFrames(file, size, header);
  } finally {
    closeSync(file);
  }
}

function readFrames(file: number, size: number, header: Buffer): WriteAheadFile {
  const magic = header.readUInt32BE(0);
  const pageSize = header.readUInt32BE(8);
  const isKnown = (magic & 0xfffffffe) >>> 0 === 0x377f0682 && isPageSize(pageSize);
  const sum = new FrameSum((magic & 1) === 1);
  sum.add(header, 0, 24);
  // Frames cannot be told apart without their header: all of them are lost, and some of them were commits.
  if (!isKnown || !sum.equals(header, 24)) return { ...nothing, lostCommits: isBlank(header) ? 0 : 1 };
  const frame = Buffer.alloc(frameHeaderBytes + pageSize);
  const committed = new Map<number, number>();
  let open = new Map<number, number>();
  let pageCount: number | null = null;
  let lostCommits = 0;
  let isBroken = false;
  for (let offset = headerBytes; offset + frame.length <= size; offset += frame.length) {
    readSync(file, frame, 0, frame.length, offset);
    // A frame of an earlier round of the file: what was written in this round ends here.
    const isOfThisRound = frame.compare(header, 16, 24, 8, 16) === 0;
    if (!isBroken) {
      if (isOfThisRound) sum.add(frame, 0, 8).add(frame, frameHeaderBytes, pageSize);
      isBroken = !isOfThisRound || frame.readUInt32BE(0) === 0 || !sum.equals(frame, 16);
    }
    const sizeAfter = frame.readUInt32BE(4);
    if (isBroken) {
      if (isOfThisRound && sizeAfter > 0) lostCommits += 1;
      continue;
    }
    open.set(frame.readUInt32BE(0), offset + frameHeaderBytes);
    if (sizeAfter === 0) continue;
    for (const [page, at] of open) committed.set(page, at);
    open = new Map();
    pageCount = sizeAfter;
  }
  return { pages: committed, pageCount, pageSize, lostCommits, isCut: (size - headerBytes) % frame.length !== 0 };
}

export function isPageSize(size: number): boolean {
  return size >= 512 && size <= 65_536 && (size & (size - 1)) === 0;
}

function isBlank(bytes: Buffer): boolean {
  return bytes.every((byte) => byte === 0);
}

/** The running checksum of SQLite's write-ahead file, over words of 32 bits in the byte order that the header's magic number names. */
class FrameSum {
  readonly #isBigEndian: boolean;
  #first = 0;
  #second = 0;

  constructor(isBigEndian: boolean) {
    this.#isBigEndian = isBigEndian;
  }

  add(bytes: Buffer, from: number, length: number): this {
    for (let at = from; at < from + length; at += 8) {
      const [a, b] = this.#isBigEndian
        ? [bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4)]
        : [bytes.readUInt32LE(at), bytes.readUInt32LE(at + 4)];
      this.#first = (this.#first + a + this.#second) >>> 0;
      this.#second = (this.#second + b + this.#first) >>> 0;
    }
    return this;
  }

  equals(bytes: Buffer, at: number): boolean {
    return bytes.readUInt32BE(at) === this.#first && bytes.readUInt32BE(at + 4) === this.#second;
  }
}
