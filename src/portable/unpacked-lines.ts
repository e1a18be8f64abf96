import type { Readable } from "node:stream";
import { systemErrorCode } from "../core/errors.ts";
import { boundedGunzip } from "./bounded-gunzip.ts";
import { maxLineBytes, unusable } from "./export-lines.ts";

const lineEnd = 0x0a;

/**
 * The lines of a gzip stream as bytes, without their ends. Memory is bounded by one line. Errors: EXPORT_UNUSABLE for what is no gzip, cut
 * short, altered, followed by something else, or unpacks to far more than such a file can; those of the stream as they are.
 */
export async function* unpackedLines(file: Readable): AsyncGenerator<Buffer> {
  const unpacked = boundedGunzip(file, () => unusable("The file unpacks to far more than an export of its size has."));
  let hasBegun = false;
  let rest: Buffer[] = [];
  try {
    for await (const part of unpacked.parts) {
      hasBegun = true;
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
    throw translated(error, hasBegun);
  }
  if (rest.length > 0) throw cutShort();
  if (unpacked.hasRest()) throw unusable("Something stands behind the end of the export in the file.");
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
