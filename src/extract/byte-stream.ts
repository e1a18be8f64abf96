import type { FileContent } from "./extracted.ts";

const blockBytes = 1_048_576;

/** The bytes from `start` to `end`, in order, in blocks of at most `blockBytes`. Ends early where the file does. */
export async function* blocksOf(file: FileContent, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end;) {
    const block = await file.read(at, Math.min(blockBytes, end - at));
    if (block.length === 0) return;
    yield block;
    at += block.length;
  }
}

/** A view for reading numbers out of bytes without copying them. */
export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
