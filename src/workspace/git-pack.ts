import { constants, fstatSync, openSync, closeSync } from "node:fs";
import { inflateSync } from "node:zlib";
import { systemErrorCode } from "../core/errors.ts";
import { CheckedFile } from "./checked-file.ts";

export type GitObjectType = "commit" | "tree" | "blob" | "tag";

export interface GitObject {
  readonly type: GitObjectType;
  readonly bytes: Buffer;
}

/** One pack with its index, open: gitformat-pack(5). */
export interface GitPack {
  /** The object of that name; null when it is not here, larger than `maxBytes`, or not as the format says. */
  read(id: Buffer, maxBytes: number): GitObject | null;
  close(): void;
}

const typeNames: Readonly<Record<number, GitObjectType>> = { 1: "commit", 2: "tree", 3: "blob", 4: "tag" };
const offsetDelta = 6;
const referenceDelta = 7;
const indexMagic = 0xff_74_4f_63;
const fanoutStart = 8;
const namesStart = fanoutStart + 256 * 4;
const headerBytes = 32;
// git's own limit of a chain. What a hostile pack could ask for beyond is bounded by the bytes.
const maxChain = 4_095;
const maxChainBytes = 256_000_000;
const openFlags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

interface Entry {
  readonly type: number;
  readonly size: number;
  /** Where the compressed bytes begin. */
  readonly dataStart: number;
  /** Of a delta: where its base stands; null: not here. */
  readonly base: number | null;
}

/** Opens `NAME.idx` (version 2) and `NAME.pack`; null when they are not there or not of that format. */
export function openGitPack(indexPath: string, hashBytes: 20 | 32): GitPack | null {
  const index = openRegular(indexPath);
  const pack = index === null ? null : openRegular(indexPath.replace(/\.idx$/, ".pack"));
  if (index === null || pack === null) {
    index?.close();
    return null;
  }
  const close = (): void => {
    index.close();
    pack.close();
  };
  const head = index.read(0, namesStart);
  if (head.length < namesStart || head.readUInt32BE(0) !== indexMagic || head.readUInt32BE(4) !== 2) {
    close();
    return null;
  }
  const find = (id: Buffer): number | null => findOffset(index, head, { id, hashBytes });
  return {
    close,
    read: (id, maxBytes) => {
      const offset = find(id);
      return offset === null ? null : orNull(() => readChain(pack, offset, { find, hashBytes, maxBytes }));
    },
  };
}

/** A regular file, open, through links; null when there is none to be read. */
export function openRegular(path: string): CheckedFile | null {
  return orNull(() => {
    const descriptor = openSync(path, openFlags);
    if (fstatSync(descriptor).isFile()) return new CheckedFile(descriptor);
    closeSync(descriptor);
    return null;
  });
}

/** `bytes` from the begin of a zlib stream, whatever stands behind it; null unless it gives just `size` bytes. */
export function inflateExactly(compressed: Buffer, size: number): Buffer | null {
  const bytes = orNull(() => inflateSync(compressed, { maxOutputLength: Math.max(1, size) }));
  return bytes?.length === size ? bytes : null;
}

/** null for what the file system or zlib refuses: a damaged repository is one whose old text is not known. */
export function orNull<T>(read: () => T | null): T | null {
  try {
    return read();
  } catch (thrown) {
    if (systemErrorCode(thrown) !== undefined) return null;
    throw thrown;
  }
}

/** Binary search in the index's sorted names, by single reads: an index of millions is never loaded. */
function findOffset(
  index: CheckedFile,
  head: Buffer,
  { id, hashBytes }: { id: Buffer; hashBytes: number },
): number | null {
  const first = id[0] ?? 0;
  const fanout = (at: number): number => (at < 0 ? 0 : head.readUInt32BE(fanoutStart + at * 4));
  const count = fanout(255);
  let low = fanout(first - 1);
  let high = Math.min(fanout(first), count);
  while (low < high) {
    const middle = (low + high) >>> 1;
    const name = index.read(namesStart + middle * hashBytes, hashBytes);
    if (name.length < hashBytes) return null;
    const order = name.compare(id);
    if (order === 0) return offsetAt(index, middle, namesStart + count * (hashBytes + 4));
    if (order < 0) low = middle + 1;
    else high = middle;
  }
  return null;
}

function offsetAt(index: CheckedFile, position: number, offsetsStart: number): number | null {
  const bytes = index.read(offsetsStart + position * 4, 4);
  if (bytes.length < 4) return null;
  const offset = bytes.readUInt32BE(0);
  if (offset < 0x80_00_00_00) return offset;
  // Beyond 2 GB the number is a row of a second table. Its length is that of the first one.
  const count = index.read(fanoutStart + 255 * 4, 4).readUInt32BE(0);
  const large = index.read(offsetsStart + count * 4 + (offset - 0x80_00_00_00) * 8, 8);
  return large.length < 8 ? null : Number(large.readBigUInt64BE(0));
}

interface ChainOptions {
  readonly find: (id: Buffer) => number | null;
  readonly hashBytes: number;
  readonly maxBytes: number;
}

/** Follows deltas down to a whole object, then applies them upwards. */
function readChain(pack: CheckedFile, start: number, { find, hashBytes, maxBytes }: ChainOptions): GitObject | null {
  const deltas: Buffer[] = [];
  let budget = maxChainBytes;
  for (let offset: number | null = start; offset !== null && deltas.length <= maxChain;) {
    const entry = readEntry(pack, offset, { find, hashBytes });
    if (entry === null || entry.size > maxBytes) return null;
    budget -= entry.size;
    const bytes = budget < 0 ? null : inflateEntry(pack, entry);
    if (bytes === null) return null;
    const type = typeNames[entry.type];
    if (type !== undefined) return applyDeltas({ type, bytes }, deltas, { maxBytes, budget });
    deltas.push(bytes);
    offset = entry.base;
  }
  return null;
}

function readEntry(
  pack: CheckedFile,
  offset: number,
  { find, hashBytes }: Pick<ChainOptions, "find" | "hashBytes">,
): Entry | null {
  const head = pack.read(offset, headerBytes + hashBytes);
  let at = 0;
  let byte = head[at++] ?? 0;
  const type = (byte >> 4) & 7;
  let size = byte & 15;
  for (let factor = 16; (byte & 128) !== 0; factor *= 128) {
    if (at >= 10) return null;
    byte = head[at++] ?? 0;
    size += (byte & 127) * factor;
  }
  let base: number | null = null;
  if (type === offsetDelta) {
    byte = head[at++] ?? 0;
    let back = byte & 127;
    while ((byte & 128) !== 0 && at < headerBytes) {
      byte = head[at++] ?? 0;
      back = (back + 1) * 128 + (byte & 127);
    }
    if (back <= 0 || back > offset) return null;
    base = offset - back;
  } else if (type === referenceDelta) {
    base = find(head.subarray(at, at + hashBytes));
    at += hashBytes;
  } else if (typeNames[type] === undefined) return null;
  return at > head.length ? null : { type, size, dataStart: offset + at, base };
}

function inflateEntry(pack: CheckedFile, { size, dataStart }: Entry): Buffer | null {
  // How long the stream is stands nowhere; what does not compress grows by less than this.
  return inflateExactly(pack.read(dataStart, size + (size >>> 6) + 1_024), size);
}

function applyDeltas(
  base: GitObject,
  deltas: readonly Buffer[],
  limits: { readonly maxBytes: number; readonly budget: number },
): GitObject | null {
  let { bytes } = base;
  let { budget } = limits;
  for (const delta of deltas.toReversed()) {
    const next = applyDelta(bytes, delta, Math.min(limits.maxBytes, budget));
    if (next === null) return null;
    bytes = next;
    budget -= next.length;
  }
  return { type: base.type, bytes };
}

/** Copies from the base and inserts from the delta. null when it does not give what it says. */
function applyDelta(base: Buffer, delta: Buffer, maxBytes: number): Buffer | null {
  const from = readSize(delta, 0);
  const to = readSize(delta, from.end);
  if (from.value !== base.length || to.value > maxBytes) return null;
  const out = Buffer.alloc(to.value);
  let filled = 0;
  for (let at = to.end; at < delta.length;) {
    const code = delta[at++] ?? 0;
    if ((code & 128) === 0) {
      if (code === 0 || at + code > delta.length || filled + code > out.length) return null;
      filled += delta.copy(out, filled, at, at + code);
      at += code;
      continue;
    }
    let [offset, size] = [0, 0];
    for (let bit = 0; bit < 4; bit++) if ((code & (1 << bit)) !== 0) offset += (delta[at++] ?? 0) * 256 ** bit;
    for (let bit = 0; bit < 3; bit++) if ((code & (16 << bit)) !== 0) size += (delta[at++] ?? 0) * 256 ** bit;
    if (size === 0) size = 0x1_00_00;
    if (offset + size > base.length || filled + size > out.length) return null;
    filled += base.copy(out, filled, offset, offset + size);
  }
  return filled === out.length ? out : null;
}

function readSize(bytes: Buffer, start: number): { value: number; end: number } {
  let value = 0;
  let at = start;
  for (let factor = 1; at < Math.min(bytes.length, start + 8); factor *= 128) {
    const byte = bytes[at++] ?? 0;
    value += (byte & 127) * factor;
    if ((byte & 128) === 0) break;
  }
  return { value, end: at };
}
