import { constants, createInflate, inflateSync } from "node:zlib";

// Deflate packs a thousand to one at best: smaller streams are within the limits whatever they hold.
const maxRatio = 1_032;
const maxStreamBytes = 32_000_000;
// Of pictures, which are not unpacked here, but a file may use one for something else.
const maxImageBytes = 1_000_000_000;
const maxBytesInAll = 1_500_000_000;
const dictionaryBytes = 600;
const peekBytes = 512;

/**
 * Whether packed streams of a PDF file unpack to more than pdf.js should be trusted with: it keeps all that a stream gives in one
 * growing piece of memory, and packs within packs multiply. Looks at the bytes, not at what dictionaries say.
 */
export async function unpacksTooMuch(bytes: Buffer): Promise<boolean> {
  let leftInAll = maxBytesInAll;
  for (const { start, end } of streamsOf(bytes)) {
    const packed = bytes.subarray(start, end);
    if (!looksPacked(packed)) continue;
    const isNested = looksPacked(peek(packed));
    const isImage = bytes.subarray(Math.max(0, start - dictionaryBytes), start).includes("/Image");
    const limit = isImage ? maxImageBytes : maxStreamBytes;
    if (!isNested && packed.length * maxRatio <= limit) continue;
    const unpacked = await unpackedBytes(packed, { limit: Math.min(limit, leftInAll), isNested });
    leftInAll -= unpacked;
    if (unpacked > limit || leftInAll <= 0) return true;
  }
  return false;
}

function* streamsOf(bytes: Buffer): Generator<{ start: number; end: number }> {
  let at = bytes.indexOf("stream");
  while (at !== -1) {
    let start = at + 6;
    if (bytes[start] === 0x0d) start++;
    if (bytes[start] === 0x0a) start++;
    const end = bytes.indexOf("endstream", start);
    yield { start, end: end === -1 ? bytes.length : end };
    if (end === -1) return;
    at = bytes.indexOf("stream", end + 9);
  }
}

/** The header of zlib: a method, and a check of it. */
function looksPacked(bytes: Buffer): boolean {
  return bytes.length > 2 && ((bytes[0] ?? 0) & 0x0f) === 8 && bytes.readUInt16BE(0) % 31 === 0;
}

function peek(packed: Buffer): Buffer {
  try {
    return inflateSync(packed.subarray(0, peekBytes), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    // Broken at its beginning: it gives nothing.
    return Buffer.alloc(0);
  }
}

/** Bytes that come out of the last of the nested packs, counted up to a little over `limit`. */
async function unpackedBytes(
  packed: Buffer,
  { limit, isNested }: { limit: number; isNested: boolean },
): Promise<number> {
  const outer = createInflate();
  const inner = isNested ? createInflate() : null;
  const last = inner === null ? outer : outer.pipe(inner);
  outer.on("error", () => last.destroy());
  let count = 0;
  outer.end(packed);
  try {
    // Safe: a zlib stream without an encoding yields buffers.
    for await (const piece of last) {
      count += (piece as Buffer).length;
      if (count > limit) break;
    }
  } catch {
    // Broken within: what came before counts, since readers of PDF take it.
  } finally {
    outer.destroy();
    inner?.destroy();
  }
  return count;
}
