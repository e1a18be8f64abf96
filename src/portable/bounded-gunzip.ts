import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

// Real exports unpack to some 3 to 10 times their size, since vectors hardly shrink. A small file of much repetition may have more.
const freeBytes = 64 * 1024 * 1024;
const maxGrowth = 200;

export interface BoundedGunzip {
  /** What the stream unpacks to, as it comes. Errors: zlib's and the stream's as they are, and what `tooMuch` makes. */
  readonly parts: AsyncGenerator<Buffer, void>;
  /** After the last part: whether something that is not gzip stood behind the end. */
  hasRest(): boolean;
}

/** Unpacks a gzip stream with bounded memory; one that unpacks to far more than a real file of its size ends with the error of `tooMuch`. */
export function boundedGunzip(file: Readable | AsyncIterable<Buffer>, tooMuch: () => Error): BoundedGunzip {
  const gunzip = createGunzip();
  let packedBytes = 0;
  const counted = async function* (parts: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const part of parts) {
      packedBytes += part.byteLength;
      yield part;
    }
  };
  const unpack = async function* (): AsyncGenerator<Buffer, void> {
    let bytes = 0;
    // Safe: a zlib stream without an encoding gives buffers.
    for await (const part of gunzip as AsyncIterable<Buffer>) {
      bytes += part.byteLength;
      if (bytes > freeBytes + maxGrowth * packedBytes) throw tooMuch();
      yield part;
    }
  };
  // Errors of each come out of the loop above.
  pipeline(
    file instanceof Readable ? file : Readable.from(file, { objectMode: false }),
    counted,
    gunzip,
    () => undefined,
  );
  return { parts: unpack(), hasRest: () => gunzip.bytesWritten !== packedBytes };
}
