import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { systemErrorCode } from "../../core/errors.ts";
import { unreadable } from "./record-metadata.ts";

// Texts shrink to a fifth or a tenth; a small file of much repetition may have more in it.
const freeBytes = 64 * 1024 * 1024;
const maxGrowth = 200;

/** Whether bytes begin as gzip's do. */
function isPacked(head: Buffer): boolean {
  return head[0] === 0x1f && head[1] === 0x8b;
}

/**
 * The bytes of a file, unpacked where it is compressed by gzip; memory is bounded. Errors: MIGRATION_UNUSABLE for one that is damaged, cut
 * short, or unpacks to far more than text of its size can; those of the stream as they are.
 */
export async function* unpacked(file: Readable): AsyncGenerator<Buffer, void> {
  // Safe: a stream that was not given an encoding gives buffers.
  const parts = file[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  const head: Buffer[] = [];
  while (head.reduce((sum, { byteLength }) => sum + byteLength, 0) < 2) {
    const next = await parts.next();
    if (next.done === true) break;
    head.push(next.value);
  }
  const whole = withHead(head, parts);
  if (isPacked(Buffer.concat(head).subarray(0, 2))) yield* gunzipped(whole);
  else yield* whole;
}

async function* withHead(head: readonly Buffer[], rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer, void> {
  try {
    yield* head;
    yield* { [Symbol.asyncIterator]: () => rest };
  } finally {
    await rest.return?.();
  }
}

async function* gunzipped(file: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  const gunzip = createGunzip();
  let packedBytes = 0;
  let bytes = 0;
  const counted = async function* (parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const part of parts) {
      packedBytes += part.byteLength;
      yield part;
    }
  };
  // Errors of each come out of the loop below.
  pipeline(Readable.from(file, { objectMode: false }), counted, gunzip, () => undefined);
  try {
    // Safe: a zlib stream without an encoding gives buffers.
    for await (const part of gunzip as AsyncIterable<Buffer>) {
      bytes += part.byteLength;
      if (bytes > freeBytes + maxGrowth * packedBytes)
        throw unreadable("The compressed file unpacks to far more than text of its size has.", {
          hint: "If it is what you expect, unpack it with gunzip and give the JSON.",
        });
      yield part;
    }
  } catch (error) {
    const code = systemErrorCode(error);
    if (code?.startsWith("Z_") !== true) throw error;
    throw unreadable(
      `The compressed file is ${code === "Z_BUF_ERROR" ? "cut short: its end is missing" : "damaged"}.`,
      {
        hint: "Copy the file again, or export the collection again.",
        cause: error,
      },
    );
  }
}
