import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { lstat, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { FileContent } from "../extract/extracted.ts";
import { readingOf } from "../extract/registry.ts";
import { storedStat } from "../workspace/file-stat.ts";
import type { Reading, ReadRequest } from "./document-reader.ts";
import { fingerprintOf } from "./fingerprint.ts";

// Enough for the facts that a format keeps at its ends; what lies between shows in the time.
const endBytes = 65_536;

/** The bytes of an open file that was not changed since `before`, and what they are known by; null when it was. */
export async function readStable(
  handle: FileHandle,
  before: BigIntStats,
  request: Pick<ReadRequest, "path" | "includeContent">,
): Promise<{ reading: Reading; content: FileContent } | null> {
  const readAtMs = Date.now();
  const { path } = request;
  const sizeBytes = Number(before.size);
  const isWhole = isReadWhole(path);
  const bytes = isWhole ? await readWhole(handle, sizeBytes) : null;
  const contentHash =
    bytes === null ? await hashOfEnds(handle, before) : createHash("sha256").update(bytes).digest("hex");
  const after = await handle.stat({ bigint: true });
  if (!isSame(before, after) || (bytes !== null && bytes.length !== sizeBytes)) return null;
  const reading = {
    path,
    stat: storedStat(after, readAtMs),
    contentHash,
    fingerprint: fingerprintOf(path, contentHash, true),
    readAtMs,
  };
  const content: FileContent = {
    path,
    sizeBytes,
    read: async (offset, length) =>
      bytes === null ? readRange(handle, offset, length) : bytes.subarray(offset, offset + length),
  };
  return { reading, content };
}

/** A file of which only the name is wanted is not opened, however large: its hash is made of size and time. */
export async function readName({ root, path }: ReadRequest): Promise<{ reading: Reading; stats: BigIntStats }> {
  const readAtMs = Date.now();
  const stats = await lstat(join(root, path), { bigint: true });
  const contentHash = createHash("sha256").update(`${stats.size}:${stats.mtimeNs}`).digest("hex");
  const fingerprint = fingerprintOf(path, contentHash, false);
  return { stats, reading: { path, stat: storedStat(stats, readAtMs), contentHash, fingerprint, readAtMs } };
}

/** The content hash of an open file, as a document of this path has it. */
export async function contentHashOf(handle: FileHandle, path: string): Promise<string> {
  const stats = await handle.stat({ bigint: true });
  if (!isReadWhole(path)) return hashOfEnds(handle, stats);
  return createHash("sha256")
    .update(await readWhole(handle, Number(stats.size)))
    .digest("hex");
}

export function isSame(before: BigIntStats, after: BigIntStats): boolean {
  return before.mtimeNs === after.mtimeNs && before.ctimeNs === after.ctimeNs && before.size === after.size;
}

function isReadWhole(path: string): boolean {
  const reads = readingOf(path);
  return reads === "text" || reads === "whole";
}

async function hashOfEnds(handle: FileHandle, stats: BigIntStats): Promise<string> {
  const size = Number(stats.size);
  const hash = createHash("sha256").update(`${size}:${stats.mtimeNs}:`);
  hash.update(await readRange(handle, 0, endBytes));
  if (size > endBytes) hash.update(await readRange(handle, Math.max(endBytes, size - endBytes), endBytes));
  return hash.digest("hex");
}

/** At most `size` bytes and one more, so that a file that grows is noticed and never fills the memory. */
async function readWhole(handle: FileHandle, size: number): Promise<Buffer> {
  return readRange(handle, 0, size + 1);
}

async function readRange(handle: FileHandle, offset: number, length: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await handle.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return buffer.subarray(0, filled);
}
