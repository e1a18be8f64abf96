import { setImmediate } from "node:timers/promises";

/** What is read of an open file. */
export interface FileBytes {
  /** Bytes from `offset`, at most `length`; fewer where the file ends. Errors: the file system's. */
  read(offset: number, length: number): Buffer;
  /** Fills a buffer with bytes from `offset`; how many there were. Errors: as above. */
  fillNow(buffer: Uint8Array, offset: number): number;
}

/** Two open files side by side. */
export interface OpenPair {
  readonly first: FileBytes;
  readonly second: FileBytes;
  readonly firstBytes: number;
  readonly secondBytes: number;
}

export interface PassOptions {
  /** Ends the pass with its reason. */
  readonly signal: AbortSignal;
  /** Bytes of each that were looked at. */
  readonly onBytes?: (done: number) => void;
}

const blockBytes = 1_048_576;
const blocksPerTurn = 16;

/**
 * Where two files differ first, as an offset; null: nowhere. Reads both side by side, a megabyte at a time, and nothing behind the first
 * difference. A file that ends where the other goes on differs there. Errors: the signal's reason, the file system's.
 */
export async function firstDifference(pair: OpenPair, { signal, onBytes }: PassOptions): Promise<number | null> {
  const end = Math.max(pair.firstBytes, pair.secondBytes);
  const blocks = [Buffer.allocUnsafe(blockBytes), Buffer.allocUnsafe(blockBytes)] as const;
  for (let at = 0; at < end; at += blockBytes) {
    if ((at / blockBytes) % blocksPerTurn === 0) await giveTurn(signal);
    const first = blocks[0].subarray(0, pair.first.fillNow(blocks[0], at));
    const second = blocks[1].subarray(0, pair.second.fillNow(blocks[1], at));
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

/** A file's bytes from an offset to its end, a megabyte at a time; a block is good until the next one. Errors: as above. */
export async function* blocksFrom(file: FileBytes, offset: number, { signal }: PassOptions): AsyncGenerator<Buffer> {
  const block = Buffer.allocUnsafe(blockBytes);
  for (let at = offset, turn = 0; ; turn++) {
    if (turn % blocksPerTurn === 0) await giveTurn(signal);
    const filled = file.fillNow(block, at);
    if (filled === 0) return;
    yield block.subarray(0, filled);
    at += filled;
  }
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
