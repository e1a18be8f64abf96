import { pipeline, type Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { systemErrorCode } from "../core/errors.ts";
import { maxLineBytes, unusable } from "./export-lines.ts";

// Real exports unpack to some 3 to 10 times their size, since vectors hardly shrink. A small file of much repetition may have more.
const freeBytes = 64 * 1024 * 1024;
const maxGrowth = 200;
const lineEnd = 0x0a;

/**
 * The lines of a gzip stream as bytes, without their ends. Memory is bounded by one line. Errors: EXPORT_UNUSABLE for what is no gzip, cut
 * short, altered, followed by something else, or unpacks to far more than such a file can; those of the stream as they are.
 */
export async function* unpackedLines(file: Readable): AsyncGenerator<Buffer> {
  const gunzip = createGunzip();
  let packedBytes = 0;
  let bytes = 0;
  // Errors of each come out of the loop below.
  const counted = async function* (parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const part of parts) {
      packedBytes += part.byteLength;
      yield part;
    }
  };
  pipeline(file, counted, gunzip, () => undefined);
  let rest: Buffer[] = [];
  try {
    // Safe: a zlib stream without an encoding gives buffers.
    for await (const part of gunzip as AsyncIterable<Buffer>) {
      bytes += part.byteLength;
      if (bytes > freeBytes + maxGrowth * packedBytes)
        throw unusable("The file unpacks to far more than an export of its size has.");
      let from = 0;
      for (let to = part.indexOf(lineEnd); to >= 0; to = part.indexOf(lineEnd, from)) {
        yield rest.length === 0 ? part.subarray(from, to) : Buffer.concat([...rest, part.subarray(from, to)]);
        rest = [];
        from = to + 1;
      }
      if (from < part.byteLength) rest.push(part.subarray(from));
      if (rest.reduce((sum, { byteLength }) => sum + byteLength, 0) > maxLineBytes)
        throw unusable("A line of the file is longer than any that an export has.");
    }
  } catch (error) {
    throw translated(error, bytes > 0);
  }
  if (rest.length > 0) throw cutShort();
  if (gunzip.bytesWritten !== packedBytes) throw unusable("Something stands behind the end of the export in the file.");
}

export function cutShort(cause?: unknown): Error {
  return unusable("The file is cut short: its end is missing.", { cause });
}

function translated(error: unknown, hasBegun: boolean): unknown {
  const code = systemErrorCode(error);
  if (code === "Z_BUF_ERROR") return cutShort(error);
  if (code?.startsWith("Z_") !== true) return error;
  const fact = hasBegun
    ? "The file is damaged, or something stands behind its end."
    : "The file is no export of a collection: it is not compressed by gzip.";
  return unusable(fact, { cause: error });
}
