import { createInflateRaw } from "node:zlib";
import { DamagedFile } from "./extracted.ts";

/** An archive that is sound, as far as one can tell, and is not read all the same. */
export class UnreadableArchive extends Error {
  readonly reason: "locked" | "too-complex";
  constructor(reason: "locked" | "too-complex", message: string) {
    super(message);
    this.name = "UnreadableArchive";
    this.reason = reason;
  }
}

/** A ZIP file in memory. Entry names have forward slashes and are compared without case, as office formats ask. */
export interface ZipArchive {
  readonly names: readonly string[];
  has(name: string): boolean;
  /**
   * The bytes of an entry, in pieces of some 64 kB; none when there is no such entry. What it unpacks to is counted as it comes,
   * whatever the headers say. Errors: DamagedFile, UnreadableArchive.
   */
  stream(name: string): AsyncGenerator<Buffer>;
}

interface Entry {
  readonly name: string;
  readonly method: number;
  readonly isEncrypted: boolean;
  readonly compressedBytes: number;
  readonly offset: number;
}

const maxEntries = 50_000;
const maxUnpackedBytes = 1_000_000_000;
const endSignature = 0x06054b50;
const entrySignature = 0x02014b50;
const localSignature = 0x04034b50;
const maxCommentBytes = 65_535;

/**
 * Reads the directory of a ZIP file. Written here because libraries size their buffers by the headers, or inflate to the end before
 * anyone can stop them; all that unpacking one archive may give is `maxUnpackedBytes`. Errors: DamagedFile, UnreadableArchive.
 */
export function openZip(bytes: Buffer): ZipArchive {
  if (bytes.length < 4 || bytes.readUInt16LE(0) !== 0x4b50) throw new DamagedFile("is no ZIP file");
  const entries = new Map<string, Entry>();
  for (const entry of readDirectory(bytes)) {
    const key = entry.name.toLowerCase();
    if (!entries.has(key)) entries.set(key, entry);
  }
  const budget = { leftBytes: maxUnpackedBytes };
  return {
    names: [...entries.values()].map((entry) => entry.name),
    has: (name) => entries.has(name.toLowerCase()),
    async *stream(name) {
      const entry = entries.get(name.toLowerCase());
      if (entry !== undefined) yield* unpack(bytes, entry, budget);
    },
  };
}

function readDirectory(bytes: Buffer): Entry[] {
  const end = findEnd(bytes);
  const directoryBytes = bytes.readUInt32LE(end + 12);
  const declared = bytes.readUInt32LE(end + 16);
  // Bytes before the archive move everything; where the fields lie, the directory still ends where its end record begins.
  const start = end - directoryBytes;
  const base = start >= 0 && isAt(bytes, start, entrySignature) ? Math.max(0, start - declared) : 0;
  const entries: Entry[] = [];
  let at = base + declared;
  while (isAt(bytes, at, entrySignature) && at + 46 <= bytes.length) {
    if (entries.length >= maxEntries)
      throw new UnreadableArchive("too-complex", `holds more than ${maxEntries} entries`);
    const nameBytes = bytes.readUInt16LE(at + 28);
    const name = bytes.toString("utf8", at + 46, at + 46 + nameBytes);
    entries.push({
      name: name.replaceAll("\\", "/").replace(/^\/+/, ""),
      method: bytes.readUInt16LE(at + 10),
      isEncrypted: (bytes.readUInt16LE(at + 8) & 1) === 1,
      compressedBytes: bytes.readUInt32LE(at + 20),
      offset: base + bytes.readUInt32LE(at + 42),
    });
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  if (entries.length === 0) throw new DamagedFile("is a ZIP file without a directory: cut short, or empty");
  return entries;
}

function findEnd(bytes: Buffer): number {
  const first = Math.max(0, bytes.length - 22 - maxCommentBytes);
  for (let at = bytes.length - 22; at >= first; at--) if (bytes.readUInt32LE(at) === endSignature) return at;
  throw new DamagedFile("is a ZIP file without an end: cut short");
}

function isAt(bytes: Buffer, at: number, signature: number): boolean {
  return at >= 0 && at + 4 <= bytes.length && bytes.readUInt32LE(at) === signature;
}

async function* unpack(bytes: Buffer, entry: Entry, budget: { leftBytes: number }): AsyncGenerator<Buffer> {
  if (entry.isEncrypted) throw new UnreadableArchive("locked", "needs a password");
  if (!isAt(bytes, entry.offset, localSignature) || entry.offset + 30 > bytes.length)
    throw new DamagedFile(`has no entry where its directory says: ${entry.name}`);
  const start = entry.offset + 30 + bytes.readUInt16LE(entry.offset + 26) + bytes.readUInt16LE(entry.offset + 28);
  const packed = bytes.subarray(start, start + entry.compressedBytes);
  if (packed.length < entry.compressedBytes) throw new DamagedFile(`is cut short in ${entry.name}`);
  for await (const piece of piecesOf(packed, entry)) {
    budget.leftBytes -= piece.length;
    if (budget.leftBytes < 0)
      throw new UnreadableArchive("too-complex", `unpacks to more than ${maxUnpackedBytes / 1e6} MB`);
    yield piece;
  }
}

async function* piecesOf(packed: Buffer, entry: Entry): AsyncGenerator<Buffer> {
  if (entry.method === 0) {
    for (let at = 0; at < packed.length; at += 65_536) yield packed.subarray(at, at + 65_536);
    return;
  }
  if (entry.method !== 8) throw new DamagedFile(`packs ${entry.name} in a way of its own (method ${entry.method})`);
  const inflate = createInflateRaw({ chunkSize: 65_536 });
  inflate.end(packed);
  try {
    // Safe: a zlib stream without an encoding yields buffers.
    for await (const piece of inflate) yield piece as Buffer;
  } catch (error) {
    throw new DamagedFile(`has a broken entry: ${entry.name}`, error);
  } finally {
    inflate.destroy();
  }
}
