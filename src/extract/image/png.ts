import { inflateSync } from "node:zlib";
import { layoutOf, type ImageLayout, type ImageNotes, type TiffBlock } from "./image-layout.ts";
import { sourceOfBytes, type ImageSource } from "./image-source.ts";
import { imageResources, iptcOf } from "./photoshop.ts";
import { gatherTags } from "./tag-gathering.ts";
import type { TagSet } from "./tiff-tags.ts";

const maxChunks = 1_000;
const maxTextBytes = 1024 * 1024;
const tailBytes = 65_536;
const maxPackets = 2;
const xmpKeyword = "XML:com.adobe.xmp";
/** What a text may be unpacked to, all texts together: a picture of a few megabytes could claim gigabytes. */
const maxUnpackedBytes = 2 * 1024 * 1024;
const maxNoteChars = 20_000;
const noteKeywords: ReadonlySet<string> = new Set([
  "Title",
  "Description",
  "Comment",
  "parameters",
  "Author",
  "Copyright",
  "Software",
  "Creation Time",
]);

interface Found {
  size: { width: number; height: number } | null;
  tags: TagSet | null;
  iptc: Buffer | null;
  xmp: Buffer[];
  texts: Map<string, string>;
  unpackableBytes: number;
  blocks: TiffBlock[];
  /** As it stands in the file: with its name, packed. */
  profile: Buffer | null;
  isAnimated: boolean;
  isDamaged: boolean;
  isCutShort: boolean;
}

/** A PNG's chunks before its pixels, and those behind them that stand in its last 64 KiB. */
export async function readPng(source: ImageSource): Promise<ImageLayout> {
  const found: Found = {
    size: null,
    tags: null,
    iptc: null,
    xmp: [],
    texts: new Map(),
    unpackableBytes: maxUnpackedBytes,
    blocks: [],
    profile: null,
    isAnimated: false,
    isDamaged: false,
    isCutShort: false,
  };
  const stop = await readChunks(source, 8, found);
  if (stop.reason === "pixels") {
    // Pixels come in thousands of chunks; the way past all of them would cost more than the picture's facts are worth.
    const start = await chunkInTail(source);
    if (start === null) found.isDamaged = found.isCutShort = true;
    else if ((await readChunks(source, start, found)).reason !== "end") found.isDamaged = true;
  } else if (stop.reason === "damage") found.isDamaged = true;
  return layoutOf({
    format: "PNG",
    width: found.size?.width ?? null,
    height: found.size?.height ?? null,
    tags: found.tags,
    iptc: found.iptc,
    xmp: found.xmp,
    blocks: found.blocks,
    readProfile: found.profile === null ? null : async () => profileOf(found),
    notes: notesOf(found.texts),
    facts: found.isAnimated ? { isAnimated: true } : {},
    isDamaged: found.isDamaged || found.size === null,
    isCutShort: found.isCutShort,
  });
}

async function readChunks(
  source: ImageSource,
  start: number,
  found: Found,
): Promise<{ reason: "pixels" | "end" | "damage" }> {
  const isTail = start !== 8;
  let at = start;
  for (let count = 0; count < maxChunks; count++) {
    const head = await source.bytes(at, 8);
    if (head.length < 8) return { reason: "damage" };
    const length = head.readUInt32BE(0);
    const type = head.toString("latin1", 4, 8);
    if (type === "IEND") return { reason: "end" };
    if (!/^[A-Za-z]{4}$/.test(type) || at + 12 + length > source.sizeBytes) return { reason: "damage" };
    if (type === "IDAT" && !isTail) return { reason: "pixels" };
    if (length <= maxTextBytes) await readChunk(type, source, { at: at + 8, length, found });
    at += 12 + length;
  }
  return { reason: "damage" };
}

async function readChunk(
  type: string,
  source: ImageSource,
  { at, length, found }: { at: number; length: number; found: Found },
): Promise<void> {
  const content = async (): Promise<Buffer> => source.bytes(at, length);
  if (type === "IHDR" && found.size === null) {
    const bytes = await content();
    if (bytes.length >= 8) found.size = { width: bytes.readUInt32BE(0), height: bytes.readUInt32BE(4) };
  } else if (type === "iCCP") {
    found.profile = await content();
  } else if (type === "acTL") {
    found.isAnimated = true;
  } else if (type === "eXIf" && found.tags === null) {
    await addExif(sourceOfBytes(await content()), found);
  } else if (type === "tEXt" || type === "zTXt" || type === "iTXt") {
    await addText(type, await content(), found);
  }
}

/** A name of at most 79 letters, the number of the packing, and the packed profile. */
function profileOf(found: Found): Buffer | null {
  const nameEnd = found.profile?.indexOf(0) ?? -1;
  return found.profile === null || nameEnd === -1 ? null : unpacked(found.profile.subarray(nameEnd + 2), found);
}

async function addText(type: string, bytes: Buffer, found: Found): Promise<void> {
  const keywordEnd = bytes.indexOf(0);
  if (keywordEnd < 1 || keywordEnd > 79) return;
  const keyword = bytes.toString("latin1", 0, keywordEnd);
  const rawKind = /^Raw profile type (exif|APP1|iptc|xmp)$/i.exec(keyword)?.[1]?.toLowerCase();
  if (rawKind !== undefined && type !== "iTXt") {
    const hex = textValue(type, bytes.subarray(keywordEnd + 1), found);
    return addRawProfile(rawKind, hex === null ? null : rawProfile(hex.toString("latin1")), found);
  }
  const isPacket = keyword === xmpKeyword && found.xmp.length < maxPackets;
  if (!isPacket && (!noteKeywords.has(keyword) || found.texts.has(keyword))) return;
  const value = textValue(type, bytes.subarray(keywordEnd + 1), found);
  if (value === null) found.isDamaged = true;
  else if (isPacket) found.xmp.push(value);
  else {
    const text = value.subarray(0, maxNoteChars).toString(type === "iTXt" ? "utf8" : "latin1");
    found.texts.set(keyword, text);
  }
}

/** ImageMagick keeps other formats' blocks as texts: a name, the length, and the bytes in hex. */
function rawProfile(text: string): Buffer | null {
  const match = /^\n?[^\n]{0,80}\n\s*(\d+)\s([0-9a-f\s]*)$/i.exec(text);
  if (match === null) return null;
  const bytes = Buffer.from((match[2] ?? "").replace(/\s+/g, ""), "hex");
  return bytes.subarray(0, Number(match[1]));
}

async function addRawProfile(kind: string, bytes: Buffer | null, found: Found): Promise<void> {
  const start = bytes?.toString("latin1", 0, 6) ?? "";
  const packetAt = bytes?.indexOf("<") ?? -1;
  if (bytes === null) found.isDamaged = true;
  else if (kind === "iptc") found.iptc ??= iptcOf(imageResources(bytes));
  else if (/^(Exif\0\0|II|MM)/.test(start) && found.tags === null)
    await addExif(sourceOfBytes(start.startsWith("Exif") ? bytes.subarray(6) : bytes), found);
  else if (packetAt !== -1 && found.xmp.length < maxPackets) found.xmp.push(bytes.subarray(packetAt));
}

async function addExif(block: ImageSource, found: Found): Promise<void> {
  const gathered = await gatherTags(block);
  found.blocks.push({ source: block, holds: "image" });
  found.tags = gathered?.tags ?? null;
  found.isDamaged ||= gathered === null || gathered.isCut;
}

/** The text's bytes; null when they cannot be unpacked, or would be more than texts may be. */
function textValue(type: string, bytes: Buffer, found: Found): Buffer | null {
  if (type === "tEXt") return bytes;
  if (type === "zTXt") return unpacked(bytes.subarray(1), found);
  const isPacked = bytes[0] === 1;
  const languageEnd = bytes.indexOf(0, 2);
  const translationEnd = languageEnd === -1 ? -1 : bytes.indexOf(0, languageEnd + 1);
  if (translationEnd === -1) return null;
  const text = bytes.subarray(translationEnd + 1);
  return isPacked ? unpacked(text, found) : text;
}

function unpacked(bytes: Buffer, found: Found): Buffer | null {
  const maxOutputLength = Math.min(maxTextBytes, found.unpackableBytes);
  // What does not fit is work too.
  found.unpackableBytes -= maxOutputLength;
  if (maxOutputLength === 0) return null;
  try {
    const text = inflateSync(bytes, { maxOutputLength });
    found.unpackableBytes += maxOutputLength - text.length;
    return text;
  } catch {
    // A broken text is one fact less.
    return null;
  }
}

/** Where a chunk begins in the last 64 KiB from which a chain of chunks leads to the file's end; null: none. */
async function chunkInTail(source: ImageSource): Promise<number | null> {
  const start = Math.max(8, source.sizeBytes - tailBytes);
  const tail = await source.bytes(start, tailBytes);
  const end = tail.lastIndexOf("IEND");
  if (end < 4) return null;
  let chain = end - 4;
  // From the end to the front: a chunk whose end is the beginning of the one that is known is the one before it.
  for (let at = chain - 12; at >= 0; at--) {
    if (isChunkOf(tail, at, chain)) chain = at;
  }
  return start + chain;
}

function isChunkOf(tail: Buffer, at: number, end: number): boolean {
  return (
    tail.readUInt32BE(at) === end - at - 12 &&
    /^(tEXt|zTXt|iTXt|eXIf|tIME|IDAT)$/.test(tail.toString("latin1", at + 4, at + 8))
  );
}

function notesOf(texts: ReadonlyMap<string, string>): ImageNotes {
  return {
    title: texts.get("Title"),
    caption: texts.get("Description") ?? texts.get("Comment") ?? texts.get("parameters"),
    creator: texts.get("Author"),
    copyright: texts.get("Copyright"),
    software: texts.get("Software"),
    takenAt: texts.get("Creation Time"),
  };
}
