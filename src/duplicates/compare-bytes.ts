import { setImmediate } from "node:timers/promises";
import type { CheckedFile } from "../workspace/checked-file.ts";

/** Two open files side by side. */
export interface OpenPair {
  readonly first: CheckedFile;
  readonly second: CheckedFile;
  readonly firstBytes: number;
  readonly secondBytes: number;
}

export interface PassOptions {
  readonly signal: AbortSignal;
  /** Bytes of each that were looked at. */
  readonly onBytes?: (done: number) => void;
}

const blockBytes = 1_048_576;
const blocksPerTurn = 16;
// What the system makes up when it is read (/proc) says that it has no bytes.
const maxUncountedBytes = 16 * blockBytes;

/**
 * Where two files differ first, as an offset; null: nowhere. Reads both side by side, a megabyte at a time, and nothing behind the first
 * difference. A file that ends where the other goes on differs there. Errors: the signal's reason, the file system's.
 */
export async function firstDifference(pair: OpenPair, { signal, onBytes }: PassOptions): Promise<number | null> {
  const counted = Math.max(pair.firstBytes, pair.secondBytes);
  const end = counted === 0 ? maxUncountedBytes : counted;
  for (let at = 0; at < end; at += blockBytes) {
    if ((at / blockBytes) % blocksPerTurn === 0) await giveTurn(signal);
    const first = pair.first.read(at, blockBytes);
    const second = pair.second.read(at, blockBytes);
    if (!first.equals(second)) return at + equalBytes(first, second);
    if (first.length === 0) return null;
    onBytes?.(at + first.length);
  }
  return null;
}

/** How many bytes at their ends are the same; at most `limit`. */
export async function equalEnd(pair: OpenPair, limit: number, { signal }: PassOptions): Promise<number> {
  for (let done = 0; done < limit;) {
    if ((done / blockBytes) % blocksPerTurn === 0) await giveTurn(signal);
    const length = Math.min(blockBytes, limit - done);
    const first = pair.first.read(pair.firstBytes - done - length, length);
    const second = pair.second.read(pair.secondBytes - done - length, length);
    if (!first.equals(second)) {
      let back = 1;
      while (back <= length && first.at(-back) === second.at(-back)) back++;
      return done + back - 1;
    }
    done += length;
  }
  return limit;
}

/** Line breaks before an offset of the first file. */
export async function lineBreaksBefore(pair: OpenPair, offset: number, { signal }: PassOptions): Promise<number> {
  let count = 0;
  for (let at = 0; at < offset; at += blockBytes) {
    if ((at / blockBytes) % blocksPerTurn === 0) await giveTurn(signal);
    const block = pair.first.read(at, Math.min(blockBytes, offset - at));
    for (let found = block.indexOf(10); found !== -1; found = block.indexOf(10, found + 1)) count++;
  }
  return count;
}

function equalBytes(first: Buffer, second: Buffer): number {
  const length = Math.min(first.length, second.length);
  let at = 0;
  while (at < length && first[at] === second[at]) at++;
  return at;
}

/** Reading is synchronous: others have to be let in, and a cancellation heard. */
async function giveTurn(signal: AbortSignal): Promise<void> {
  await setImmediate();
  signal.throwIfAborted();
}
