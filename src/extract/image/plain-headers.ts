import { layoutOf, type ImageLayout } from "./image-layout.ts";
import type { ImageSource } from "./image-source.ts";

const gifHeadBytes = 65_536;
const maxGifBlocks = 2_000;

/** A GIF's size, comment and whether it moves: what its first 64 KiB say. */
export async function readGif(source: ImageSource): Promise<ImageLayout> {
  const bytes = await source.bytes(0, gifHeadBytes);
  if (bytes.length < 13) return layoutOf({ format: "GIF", isDamaged: true });
  const { comment, isAnimated } = gifExtensions(bytes);
  return layoutOf({
    format: "GIF",
    width: bytes.readUInt16LE(6),
    height: bytes.readUInt16LE(8),
    notes: { caption: comment },
    facts: isAnimated ? { isAnimated } : {},
  });
}

/** The blocks before the first picture: comments and the loop count of an animation. */
function gifExtensions(bytes: Buffer): { comment: string | undefined; isAnimated: boolean } {
  const flags = bytes[10] ?? 0;
  let at = 13 + (flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0);
  let comment: string | undefined;
  let isAnimated = false;
  for (let count = 0; count < maxGifBlocks && bytes[at] === 0x21; count++) {
    const label = bytes[at + 1];
    const { content, next } = gifSubBlocks(bytes, at + 2);
    if (label === 0xfe) comment ??= content.toString("utf8");
    if (label === 0xff && content.toString("latin1", 0, 11) === "NETSCAPE2.0") isAnimated = true;
    at = next;
  }
  return { comment, isAnimated };
}

function gifSubBlocks(bytes: Buffer, start: number): { content: Buffer; next: number } {
  const pieces: Buffer[] = [];
  let at = start;
  for (let size = bytes[at] ?? 0; size > 0; size = bytes[at] ?? 0) {
    pieces.push(bytes.subarray(at + 1, at + 1 + size));
    at += 1 + size;
  }
  return { content: Buffer.concat(pieces), next: at + 1 };
}

/** A Windows bitmap's size; rows from the top have a negative height. */
export async function readBitmap(source: ImageSource): Promise<ImageLayout> {
  const bytes = await source.bytes(0, 26);
  if (bytes.length < 26) return layoutOf({ format: "BMP", isDamaged: true });
  const isOld = bytes.readUInt32LE(14) === 12;
  return layoutOf({
    format: "BMP",
    width: isOld ? bytes.readUInt16LE(18) : Math.abs(bytes.readInt32LE(18)),
    height: isOld ? bytes.readUInt16LE(20) : Math.abs(bytes.readInt32LE(22)),
    isDamaged: bytes.readUInt32LE(10) > source.sizeBytes,
  });
}

/** An icon's largest picture, and how many there are. */
export async function readIcon(source: ImageSource): Promise<ImageLayout> {
  const head = await source.bytes(0, 6);
  const count = head.length < 6 ? 0 : head.readUInt16LE(4);
  const entries = await source.bytes(6, count * 16);
  let width: number | null = null;
  let height: number | null = null;
  for (let at = 0; at + 16 <= entries.length; at += 16) {
    // A byte cannot say 256, so 0 does.
    const size = { width: entries[at] || 256, height: entries[at + 1] || 256 };
    if (width !== null && size.width <= width) continue;
    ({ width, height } = size);
  }
  const isDamaged = count === 0 || entries.length < count * 16;
  return layoutOf({ format: "Icon", width, height, facts: count > 1 ? { pictures: count } : {}, isDamaged });
}
