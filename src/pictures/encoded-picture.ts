import type { SkipReason } from "../core/document.ts";
import { DamagedFile, type FileContent } from "../extract/extracted.ts";
import { readImage } from "../extract/image/image-formats.ts";
import type { ImageLayout } from "../extract/image/image-layout.ts";
import { createImageSource } from "../extract/image/image-source.ts";
import { extractSvg } from "../extract/image/svg.ts";
import type { CheckedFile } from "../workspace/checked-file.ts";
import { largestPreview } from "./embedded-preview.ts";
import { turns, type Turn } from "./perceptual-hash.ts";

/** Bytes that the decoder takes, and what is known of them before it does. They are not read yet. */
export interface EncodedPicture {
  /** As our readers name it: "JPEG", "Canon CR2". */
  readonly format: string;
  readonly offset: number;
  readonly sizeBytes: number;
  /** Pixels that the header claims. */
  readonly pixels: number;
  /** What the file shows, where that is another picture than the one that is decoded: of a RAW photo, as stored; of a drawing. */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** What makes it upright, where that stands outside of the decoded bytes; null: the decoder finds it. */
  readonly turn: Turn | null;
  /** The preview that stands for a RAW photo. */
  readonly isPreview: boolean;
  /** A PNG of many pictures, of which the decoder knows the first. */
  readonly isMovingPng: boolean;
  /** Of a drawing: points per inch at which its longer side has 256 pixels. */
  readonly density: number | null;
}

/** Why a picture is not decoded: data, not an error. */
export class Undecodable extends Error {
  readonly reason: SkipReason;
  constructor(reason: SkipReason, message: string) {
    super(message);
    this.name = "Undecodable";
    this.reason = reason;
  }
}

/** Cameras make 200 million; a header that claims more is that of a bomb. */
export const maxPixels = 250_000_000;
/** Of pictures that are unpacked whole before a row of them is known. */
const maxHeldPixels = 64_000_000;
const maxBytes = 128 * 1024 * 1024;
const maxDrawingBytes = 2 * 1024 * 1024;
const usualEncoding =
  /^(?!\xfe\xff|\xff\xfe)(?:(?!encoding)[^])*(?:encoding\s*=\s*["'](?:utf-?8|us-ascii|iso-8859-1)["']|$)/i;
const drawnSide = 256;
const pointsPerInch = 72;
const plain = { size: null, turn: null, isPreview: false, isMovingPng: false, density: null } as const;
const decodedFormats: ReadonlySet<string> = new Set(["JPEG", "PNG", "WebP", "GIF", "TIFF", "AVIF"]);
const heldFormats: ReadonlySet<string> = new Set(["WebP", "GIF", "AVIF"]);
const withoutPreview: ReadonlySet<string> = new Set(["HEIC", "BMP", "Icon", "Photoshop"]);

/**
 * What of a file is to be decoded, from its headers alone: some KB are read, however large it is. Errors: Undecodable, DamagedFile, and the
 * file system's.
 */
export async function findEncodedPicture(file: CheckedFile, path: string): Promise<EncodedPicture> {
  const sizeBytes = Number(file.stat().size);
  if (sizeBytes === 0) throw new Undecodable("empty", "has no bytes");
  const content: FileContent = { path, sizeBytes, read: async (offset, length) => file.read(offset, length) };
  if (/\.svg$/i.test(path)) return await findDrawing(content);
  const source = createImageSource(content);
  const layout = await readImage(source, path);
  if (layout === null) throw new DamagedFile("not a picture of a known format");
  const { format } = layout;
  if (withoutPreview.has(format)) throw new Undecodable("no-decoder", `${format} pictures cannot be decoded here`);
  if (decodedFormats.has(format)) return bounded(layout, { offset: 0, sizeBytes });
  const preview = await largestPreview(createImageSource(content), format);
  if (preview === null) throw new Undecodable("no-decoder", `no preview that can be decoded in this ${format}`);
  const { width, height } = layout;
  const size = width === null || height === null ? null : { width, height };
  return { ...plain, format, ...preview, pixels: preview.pixels, size, turn: turnOf(layout), isPreview: true };
}

/** Throws where the header claims more than is decoded. */
function bounded(layout: ImageLayout, place: { offset: number; sizeBytes: number }): EncodedPicture {
  const { format, width, height } = layout;
  if (place.sizeBytes > maxBytes) throw new Undecodable("too-large", `is larger than ${maxBytes / 1024 / 1024} MiB`);
  const pixels = (width ?? 0) * (height ?? 0);
  requirePixels(pixels, heldFormats.has(format));
  const isMovingPng = format === "PNG" && layout.facts["isAnimated"] === true;
  return { ...plain, format, ...place, pixels, isMovingPng };
}

/** Errors: Undecodable "too-complex". `isHeld`: the format is unpacked whole. */
export function requirePixels(pixels: number, isHeld: boolean): void {
  const most = isHeld ? maxHeldPixels : maxPixels;
  if (pixels > most) throw new Undecodable("too-complex", `unpacks to more than ${most / 1e6} million pixels`);
}

async function findDrawing(content: FileContent): Promise<EncodedPicture> {
  const { sizeBytes } = content;
  if (sizeBytes > maxDrawingBytes)
    throw new Undecodable("too-large", `is a drawing of more than ${maxDrawingBytes / 1024 / 1024} MiB`);
  requirePlainDrawing(await content.read(0, sizeBytes));
  const extracted = await extractSvg(content);
  const { width, height } = extracted.kind === "parts" ? extracted.metadata : {};
  const size = typeof width === "number" && typeof height === "number" ? { width, height } : null;
  const longer = size === null ? drawnSide : Math.max(size.width, size.height);
  const density = Math.min(100_000, Math.max(1, (pointsPerInch * drawnSide) / longer));
  return {
    ...plain,
    format: "SVG",
    offset: 0,
    sizeBytes,
    pixels: drawnSide * drawnSide,
    size:
      size === null
        ? null
        : { width: Math.max(1, Math.round(size.width)), height: Math.max(1, Math.round(size.height)) },
    density,
  };
}

/**
 * Pictures inside of a drawing are unpacked by a library without limits: 400 kB of them were 1.7 GB. Entities and other encodings could
 * hide them. Throws Undecodable.
 */
function requirePlainDrawing(bytes: Buffer): void {
  const text = bytes.toString("latin1");
  const hidesText = text.includes("\0") || /<!ENTITY/i.test(text) || !usualEncoding.test(text.slice(0, 200));
  if (hidesText || /<(?:[^\s<>/:]{1,100}:)?(?:image|feImage)[\s/>]/i.test(text))
    throw new Undecodable("too-complex", "is a drawing that holds pictures or entities");
}

function turnOf({ tags }: ImageLayout): Turn | null {
  const field = tags?.image.find(({ tag }) => tag === 0x112);
  if (tags === null || field === undefined || field.bytes.length < 2) return null;
  const value = tags.isLittleEndian ? field.bytes.readUInt16LE(0) : field.bytes.readUInt16BE(0);
  return turns.find((turn) => turn === value) ?? null;
}
