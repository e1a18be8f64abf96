import type { Readable } from "node:stream";
import { systemErrorCode } from "../../core/errors.ts";
import { boundedGunzip } from "../bounded-gunzip.ts";
import { unreadable } from "./record-metadata.ts";

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
  try {
    yield* boundedGunzip(file, () =>
      unreadable("The compressed file unpacks to far more than text of its size has.", {
        hint: "If it is what you expect, unpack it with gunzip and give the JSON.",
      }),
    ).parts;
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
