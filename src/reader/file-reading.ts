import { createHash, hash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import type { FileContent } from "../extract/extracted.ts";
import { fileTypeOf } from "../extract/registry.ts";
import { statChecked, type CheckedFile } from "../workspace/checked-file.ts";
import { storedStat } from "../workspace/file-stat.ts";
import type { Reading, ReadRequest } from "./document-reader.ts";
import { fingerprintOf } from "./fingerprint.ts";

// Enough for the facts that a format keeps at its ends; what lies between shows in the time.
const endBytes = 65_536;
// Fixed, because a stored hash must not depend on a setting. What is larger and of an unknown name is no text as a rule.
const maxUnknownBytes = 2_000_000;

/** The bytes of an open file that was not changed since `before`, and what they are known by; null when it was. */
export function readStable(
  file: CheckedFile,
  before: BigIntStats,
  path: string,
): { reading: Reading; content: FileContent } | null {
  const readAtMs = Date.now();
  const sizeBytes = Number(before.size);
  const isWhole = isReadWhole(path, sizeBytes);
  // One byte more, so that a file that grows is noticed and never fills the memory.
  const bytes = isWhole ? file.read(0, sizeBytes + 1) : null;
  const head = bytes ?? file.read(0, endBytes);
  const contentHash = bytes === null ? hashOfEnds(file, before, head) : hash("sha256", bytes, "hex");
  const after = file.stat();
  if (!isSame(before, after) || (bytes !== null && bytes.length !== sizeBytes)) return null;
  const reading = {
    path,
    stat: storedStat(after, readAtMs),
    contentHash,
    fingerprint: fingerprintOf(path, contentHash, true),
    readAtMs,
  };
  // What was read for the hash is what most formats begin with.
  const content: FileContent = {
    path,
    sizeBytes,
    read: async (offset, length) =>
      bytes !== null || offset + length <= head.length
        ? head.subarray(offset, offset + length)
        : file.read(offset, length),
  };
  return { reading, content };
}

/** A file of which only the name is wanted is not read, however large: its hash is made of size and time. Errors: those of `statChecked`. */
export async function readName({ root, path }: ReadRequest): Promise<{ reading: Reading; stats: BigIntStats }> {
  const readAtMs = Date.now();
  const stats = statChecked(path, root);
  const contentHash = createHash("sha256").update(`${stats.size}:${stats.mtimeNs}`).digest("hex");
  const fingerprint = fingerprintOf(path, contentHash, false);
  return { stats, reading: { path, stat: storedStat(stats, readAtMs), contentHash, fingerprint, readAtMs } };
}

/** The content hash of an open file, as a document of this path has it. */
export function contentHashOf(file: CheckedFile, path: string): string {
  const stats = file.stat();
  return isReadWhole(path, Number(stats.size))
    ? hash("sha256", file.read(0, Number(stats.size)), "hex")
    : hashOfEnds(file, stats, file.read(0, endBytes));
}

/** Whether an open file was not written to between the two. */
export function isSame(before: BigIntStats, after: BigIntStats): boolean {
  return before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs && before.size === after.size;
}

function isReadWhole(path: string, sizeBytes: number): boolean {
  const type = fileTypeOf(path);
  if (type === null) return sizeBytes <= maxUnknownBytes;
  return type.extractor.reads === "text" || type.extractor.reads === "whole";
}

/** `head`: the first `endBytes` of the file, or all of it. */
function hashOfEnds(file: CheckedFile, stats: BigIntStats, head: Buffer): string {
  const size = Number(stats.size);
  const sum = createHash("sha256").update(`${size}:${stats.mtimeNs}:`);
  sum.update(head);
  if (size > endBytes) sum.update(readTail(file, Math.max(endBytes, size - endBytes)));
  return sum.digest("hex");
}

// Buffers of that size cost the garbage collector more than reading them takes.
let tailBuffer: Buffer | null = null;

/** At most `endBytes` from `offset`, valid until the next call. */
function readTail(file: CheckedFile, offset: number): Buffer {
  tailBuffer ??= Buffer.allocUnsafeSlow(endBytes);
  return tailBuffer.subarray(0, file.fillNow(tailBuffer, offset));
}
