import { createHash, hash } from "node:crypto";
import type { CheckedFile } from "../workspace/checked-file.ts";

/** What is read of a file's head, and of its tail, before all of it is read. */
export const endBytes = 16_384;
/** A file of at most so many bytes is read whole at once. */
export const wholeBytes = 2 * endBytes;
export const digestBytes = 32;
/** Read in one call, which takes less time than the way through the thread pool. */
export const smallBytes = 262_144;
const partBytes = 1_048_576;

export interface WholeReading {
  readonly signal: AbortSignal;
  /** Asked between two parts: whether to stop. */
  readonly isTimeOver: () => boolean;
  /** Bytes that were read since the last call. */
  readonly onBytes: (count: number) => void;
}

/**
 * sha256 of head and tail: of all bytes where `sizeBytes` is at most `wholeBytes`. `scratch` has `wholeBytes` bytes. null: the file is
 * shorter by now.
 */
export function hashEnds(file: CheckedFile, sizeBytes: number, scratch: Buffer): Buffer | null {
  const isWhole = sizeBytes <= wholeBytes;
  const used = scratch.subarray(0, isWhole ? sizeBytes : wholeBytes);
  const filled = isWhole
    ? file.fillNow(used, 0)
    : file.fillNow(used.subarray(0, endBytes), 0) + file.fillNow(used.subarray(endBytes), sizeBytes - endBytes);
  return filled === used.length ? hash("sha256", used, "buffer") : null;
}

/** The same on a slow disk, without blocking the thread. */
export async function hashSlowEnds(file: CheckedFile, sizeBytes: number): Promise<Buffer | null> {
  const isWhole = sizeBytes <= wholeBytes;
  const used = Buffer.allocUnsafe(isWhole ? sizeBytes : wholeBytes);
  let filled = await file.fill(isWhole ? used : used.subarray(0, endBytes), 0);
  if (!isWhole) filled += await file.fill(used.subarray(endBytes), sizeBytes - endBytes);
  return filled === used.length ? hash("sha256", used, "buffer") : null;
}

/** sha256 of all bytes of a file of at most `smallBytes`; null: it has another length by now. Errors: the file system's. */
export function hashSmall(
  file: CheckedFile,
  sizeBytes: number,
  { onBytes }: Pick<WholeReading, "onBytes">,
): Buffer | null {
  const bytes = file.read(0, sizeBytes + 1);
  onBytes(bytes.length);
  return bytes.length === sizeBytes ? hash("sha256", bytes, "buffer") : null;
}

/**
 * sha256 of all bytes, in parts of 1 MB, the next one read while one is hashed. Not a quicker hash without proof: whoever makes two
 * files with one MD5 would have a person delete one. null: the file has another length by now, the time is over, or the signal
 * aborted. Errors: the file system's.
 */
export async function hashWhole(
  file: CheckedFile,
  sizeBytes: number,
  { signal, isTimeOver, onBytes }: WholeReading,
): Promise<Buffer | null> {
  const sum = createHash("sha256");
  const [first, second] = [Buffer.allocUnsafe(partBytes), Buffer.allocUnsafe(sizeBytes < partBytes ? 0 : partBytes)];
  let [current, next] = [first, second];
  let pending = file.fill(current, 0);
  try {
    for (let at = 0; ;) {
      const count = await pending;
      at += count;
      onBytes(count);
      // A file that grows is noticed and not followed.
      if (count < partBytes || at > sizeBytes)
        return at === sizeBytes ? sum.update(current.subarray(0, count)).digest() : null;
      if (signal.aborted || isTimeOver()) break;
      pending = file.fill(next, at);
      sum.update(current);
      [current, next] = [next, current];
    }
  } finally {
    // The descriptor must not be closed under a read.
    await pending.catch(() => undefined);
  }
  return null;
}
