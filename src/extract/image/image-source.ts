import type { FileContent } from "../extracted.ts";

// Most photos keep all that is wanted in their first 64 KiB; what else is wanted lies close together.
const headBytes = 65_536;
const windowBytes = 16_384;
const keptWindows = 4;
const budgetBytes = 8 * 1024 * 1024;

/** The bytes of an image, or of a block inside of one. Offsets that a file makes up give no bytes, never an error. */
export interface ImageSource {
  readonly sizeBytes: number;
  /** Bytes from `offset`, at most `length`; fewer where the source ends, none once 8 MiB of the file were read. */
  bytes(offset: number, length: number): Promise<Buffer>;
}

/** A file by ranges: small reads near to one another cost one read of the file. */
export function createImageSource(file: FileContent): ImageSource {
  const { sizeBytes } = file;
  const windows: { start: number; bytes: Buffer }[] = [];
  let spentBytes = 0;
  const bytes = async (offset: number, length: number): Promise<Buffer> => {
    const wanted = Math.min(length, sizeBytes - offset);
    if (!(offset >= 0 && wanted > 0)) return Buffer.alloc(0);
    for (const { start, bytes: known } of windows) {
      if (offset >= start && offset + wanted <= start + known.length)
        return known.subarray(offset - start, offset - start + wanted);
    }
    const size = Math.min(Math.max(wanted, offset === 0 ? headBytes : windowBytes), sizeBytes - offset);
    if (spentBytes + size > budgetBytes) return Buffer.alloc(0);
    spentBytes += size;
    const read = await file.read(offset, size);
    windows.unshift({ start: offset, bytes: read });
    windows.splice(keptWindows);
    return read.subarray(0, wanted);
  };
  return { sizeBytes, bytes };
}

/** A part of a source, with offsets of its own; it ends with the source. */
export function sourceWithin(source: ImageSource, start: number, length: number): ImageSource {
  const sizeBytes = Math.max(0, Math.min(length, source.sizeBytes - start));
  return {
    sizeBytes,
    bytes: async (offset, wanted) =>
      offset >= 0 && offset < sizeBytes
        ? source.bytes(start + offset, Math.min(wanted, sizeBytes - offset))
        : Buffer.alloc(0),
  };
}

/** Bytes that are in memory already. */
export function sourceOfBytes(content: Buffer): ImageSource {
  return {
    sizeBytes: content.length,
    bytes: async (offset, length) =>
      offset >= 0 && length > 0 ? content.subarray(offset, offset + length) : Buffer.alloc(0),
  };
}
