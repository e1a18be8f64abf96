import { layoutOf, profileIn, type ImageLayout, type TiffBlock } from "./image-layout.ts";
import { sourceWithin, type ImageSource } from "./image-source.ts";
import { gatherTags } from "./tag-gathering.ts";
import type { TagSet } from "./tiff-tags.ts";

const maxChunks = 4_000;
const maxXmpBytes = 1024 * 1024;
const animationFlag = 0x02;

interface Size {
  readonly width: number;
  readonly height: number;
}

/** A WebP's chunks; the frames between its header and its EXIF are stepped over. */
export async function readWebp(source: ImageSource): Promise<ImageLayout> {
  const head = await source.bytes(0, 12);
  const end = head.length < 12 ? 0 : head.readUInt32LE(4) + 8;
  let size: Size | null = null;
  let tags: TagSet | null = null;
  let isAnimated = false;
  const isCutShort = end > source.sizeBytes;
  let isDamaged = isCutShort;
  const xmp: Buffer[] = [];
  const blocks: TiffBlock[] = [];
  let profile: ImageSource | null = null;
  let at = 12;
  for (let count = 0; count < maxChunks && at + 8 <= Math.min(end, source.sizeBytes); count++) {
    const chunk = await source.bytes(at, 8 + 10);
    if (chunk.length < 8) break;
    const type = chunk.toString("latin1", 0, 4);
    const length = chunk.readUInt32LE(4);
    if (type === "VP8X") isAnimated = ((chunk[8] ?? 0) & animationFlag) !== 0;
    size ??= sizeFrom(type, chunk.subarray(8));
    if (type === "EXIF" && tags === null) {
      const block = await exifBlock(sourceWithin(source, at + 8, length));
      blocks.push({ source: block, holds: "image" });
      const gathered = await gatherTags(block);
      tags = gathered?.tags ?? null;
      isDamaged ||= gathered === null || gathered.isCut;
    }
    if (type === "ICCP") profile = sourceWithin(source, at + 8, length);
    if (type === "XMP " && xmp.length === 0) xmp.push(await source.bytes(at + 8, Math.min(length, maxXmpBytes)));
    at += 8 + length + (length % 2);
  }
  // An even length is the rule, but many writers leave the last byte out.
  isDamaged ||= size === null || at > source.sizeBytes + 1;
  const facts = isAnimated ? { isAnimated } : {};
  return layoutOf({
    format: "WebP",
    width: size?.width ?? null,
    height: size?.height ?? null,
    tags,
    xmp,
    blocks,
    readProfile: profileIn(profile),
    facts,
    isDamaged,
    isCutShort,
  });
}

/** Some writers repeat JPEG's label before the block. */
async function exifBlock(chunk: ImageSource): Promise<ImageSource> {
  const label = await chunk.bytes(0, 6);
  return label.toString("latin1") === "Exif\0\0" ? sourceWithin(chunk, 6, chunk.sizeBytes) : chunk;
}

function sizeFrom(type: string, bytes: Buffer): Size | null {
  if (bytes.length < 10) return null;
  if (type === "VP8X") return { width: bytes.readUIntLE(4, 3) + 1, height: bytes.readUIntLE(7, 3) + 1 };
  if (type === "VP8 " && bytes.readUIntBE(3, 3) === 0x9d012a)
    return { width: bytes.readUInt16LE(6) & 0x3fff, height: bytes.readUInt16LE(8) & 0x3fff };
  if (type !== "VP8L" || bytes[0] !== 0x2f) return null;
  const bits = bytes.readUInt32LE(1);
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}
