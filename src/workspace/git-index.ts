import { join } from "node:path";
import { readBytes } from "./rule-files.ts";
import { parseSplitIndexLink, type SplitIndexLink } from "./split-index.ts";

/** The paths that git tracks in one worktree. Strings hold one character a byte; paths are relative to the repository's top. */
export interface TrackedFiles {
  /** Whether the path itself is in the index: a file, or the directory of a submodule. */
  has(path: string): boolean;
  hasBelow(directory: string): boolean;
}

// An index of a million files takes some 100 MB; a larger one counts as absent, and then the rules alone decide.
const maxIndexBytes = 128_000_000;
const maxNameBytes = 4_096;

/** Where each name lies in `bytes`, in the order of the index, which is sorted by bytes. */
interface Names {
  readonly bytes: Buffer;
  readonly starts: Uint32Array;
  readonly ends: Uint32Array;
}

interface ParsedIndex {
  readonly names: Names;
  /** null: not split. */
  readonly link: SplitIndexLink | null;
}

interface Half {
  readonly names: Names;
  readonly isDeleted: (position: number) => boolean;
}

/** Reads the index of a worktree (versions 2, 3 and 4, split ones too); null when there is none or it cannot be understood. */
export async function readTrackedFiles(gitDirectory: string, hashBytes: 20 | 32): Promise<TrackedFiles | null> {
  const own = await readIndex(join(gitDirectory, "index"), hashBytes);
  if (own === null) return null;
  const { link } = own;
  const shared = link === null ? null : await readIndex(join(gitDirectory, `sharedindex.${link.shared}`), hashBytes);
  const halves: Half[] = [{ names: own.names, isDeleted: () => false }];
  if (link !== null && shared !== null) halves.push({ names: shared.names, isDeleted: link.isDeleted });
  return {
    has: (path) =>
      halves.some(({ names, isDeleted }) => {
        const index = firstFrom(names, path);
        return nameAt(names, index) === path && !isDeleted(index);
      }),
    hasBelow: (directory) => {
      const prefix = `${directory}/`;
      return halves.some(({ names, isDeleted }) => {
        let index = firstFrom(names, prefix);
        while (index < names.starts.length && isDeleted(index)) index++;
        return nameAt(names, index).startsWith(prefix);
      });
    },
  };
}

async function readIndex(path: string, hashBytes: number): Promise<ParsedIndex | null> {
  const bytes = await readBytes(path, { maxBytes: maxIndexBytes, follow: true });
  return bytes === null ? null : parseIndex(bytes, hashBytes);
}

/** Format: gitformat-index(5). null for anything that breaks its promises. */
export function parseIndex(bytes: Buffer, hashBytes: number): ParsedIndex | null {
  if (bytes.length < 12 + hashBytes || bytes.toString("latin1", 0, 4) !== "DIRC") return null;
  const version = bytes.readUInt32BE(4);
  const count = bytes.readUInt32BE(8);
  const smallest = 40 + hashBytes + 2;
  if (version < 2 || version > 4 || count > bytes.length / smallest) return null;
  const read = version === 4 ? readCompressedNames : readPlainNames;
  const result = read(bytes, count, smallest);
  return result === null ? null : { names: result.names, link: linkOf(bytes, result.end, hashBytes) };
}

type ReadNames = (bytes: Buffer, count: number, smallest: number) => { names: Names; end: number } | null;

const readPlainNames: ReadNames = (bytes, count, smallest) => {
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  let at = 12;
  for (let index = 0; index < count; index++) {
    if (at + smallest > bytes.length) return null;
    const start = at + smallest + extraBytes(bytes, at + smallest);
    const end = bytes.indexOf(0, start);
    if (end === -1) return null;
    starts[index] = start;
    ends[index] = end;
    // One to eight NULs, so that entries begin at multiples of eight.
    at += (end - at + 8) & ~7;
  }
  return { names: { bytes, starts, ends }, end: at };
};

/** Version 4: each name says how many bytes of the one before it replaces at the end. */
const readCompressedNames: ReadNames = (bytes, count, smallest) => {
  const starts = new Uint32Array(count);
  const ends = new Uint32Array(count);
  const name = Buffer.alloc(maxNameBytes);
  let out = Buffer.alloc(Math.min(maxIndexBytes, bytes.length * 2));
  let length = 0;
  let used = 0;
  let at = 12;
  for (let index = 0; index < count; index++) {
    if (at + smallest > bytes.length) return null;
    const strip = readVarint(bytes, at + smallest + extraBytes(bytes, at + smallest));
    const end = strip === null ? -1 : bytes.indexOf(0, strip.end);
    if (strip === null || end === -1 || strip.value > length) return null;
    length -= strip.value;
    if (length + end - strip.end > maxNameBytes) return null;
    length += bytes.copy(name, length, strip.end, end);
    if (used + length > out.length) {
      if (out.length >= maxIndexBytes) return null;
      out = Buffer.concat([out], Math.min(maxIndexBytes, out.length * 2 + maxNameBytes));
    }
    if (used + length > out.length) return null;
    starts[index] = used;
    used += name.copy(out, used, 0, length);
    ends[index] = used;
    at = end + 1;
  }
  return { names: { bytes: out, starts, ends }, end: at };
};

/** Bytes that extended flags take, by the flags that stand before `end`. */
function extraBytes(bytes: Buffer, end: number): number {
  return (bytes.readUInt16BE(end - 2) & 0x40_00) === 0 ? 0 : 2;
}

function readVarint(bytes: Buffer, start: number): { value: number; end: number } | null {
  let value = 0;
  for (let at = start; at < Math.min(bytes.length, start + 4); at++) {
    const byte = bytes[at] ?? 0;
    value = value * 128 + (byte & 127);
    if ((byte & 128) === 0) return { value, end: at + 1 };
    value++;
  }
  return null;
}

function linkOf(bytes: Buffer, start: number, hashBytes: number): SplitIndexLink | null {
  const end = bytes.length - hashBytes;
  for (let at = start; at + 8 <= end; at += 8 + bytes.readUInt32BE(at + 4)) {
    if (bytes.toString("latin1", at, at + 4) !== "link") continue;
    return parseSplitIndexLink(bytes.subarray(at + 8, Math.min(end, at + 8 + bytes.readUInt32BE(at + 4))), hashBytes);
  }
  return null;
}

/** Position of the first name that is not before `wanted`. */
function firstFrom(names: Names, wanted: string): number {
  const target = Buffer.from(wanted, "latin1");
  let low = 0;
  let high = names.starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (names.bytes.compare(target, 0, target.length, names.starts[middle], names.ends[middle]) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

function nameAt(names: Names, index: number): string {
  return names.bytes.toString("latin1", names.starts[index] ?? 0, names.ends[index] ?? 0);
}
