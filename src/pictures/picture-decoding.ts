import type { Sharp, SharpOptions } from "sharp";
import type { SkipReason } from "../core/document.ts";
import { DamagedFile } from "../extract/extracted.ts";
import { shortened } from "../extract/image/picture-facts.ts";
import type { CheckedFile } from "../workspace/checked-file.ts";
import { DecodeRoom } from "./decode-room.ts";
import { framesToLookAt } from "./later-frames.ts";
import { findEncodedPicture, maxPixels, requirePixels, Undecodable, type EncodedPicture } from "./encoded-picture.ts";
import { smallSide, type Turn } from "./perceptual-hash.ts";
import { loadPixelDecoder, type PixelDecoder } from "./pixel-decoder.ts";

/** A picture that was left out; the part of an `Unread` that is about pixels. */
export interface Undecoded {
  readonly kind: "skipped";
  readonly reason: SkipReason;
  readonly message: string;
}

export interface Shown {
  /** Pixels as shown, of the picture that the file is of. */
  readonly width: number;
  readonly height: number;
}

const timeoutSeconds = 15;
const roomBytes = 256 * 1024 * 1024;
const bytesPerPixel = 4;
// More are a document's, whose first page tells enough, or a bomb's.
const maxPages = 100;
const maxMessageChars = 200;
// Twice the small picture: what is larger is made smaller only.
const enlargedBelow = 2 * smallSide;
const maxEnlarged = 4_096;

// One for the process: it is the process's memory that pictures share.
const room = new DecodeRoom(roomBytes);

/** What the work gives, or why its picture is left out. Errors: PIXELS_UNAVAILABLE, the file system's. */
export async function withUndecoded<T>(work: () => Promise<T>): Promise<T | Undecoded> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Undecodable) return { kind: "skipped", reason: error.reason, message: error.message };
    if (error instanceof DamagedFile) return { kind: "skipped", reason: "damaged", message: error.message };
    throw error;
  }
}

export interface SmallPicture extends Shown {
  /** 72 x 72 pixels of three bytes, red, green, blue (sRGB), on white. */
  readonly rgb: Uint8Array;
  readonly turn: Turn;
  /** Pictures of the file: of what moves, or has pages; null: more than one, and not known how many. */
  readonly frames: number | null;
  /** Those of `framesToLookAt`, small as well; null: they cannot be decoded, or are too many. */
  readonly later: readonly Uint8Array[] | null;
}

/** The first picture of a file, small, and some of those behind it. Errors: as of `withUndecoded`, Undecodable, DamagedFile. */
export async function decodeSmall(file: CheckedFile, path: string): Promise<SmallPicture> {
  const picture = await findEncodedPicture(file, path);
  const decoder = await loadPixelDecoder();
  return await room.hold(picture.sizeBytes + picture.pixels * bytesPerPixel, async () => {
    const bytes = bytesOf(file, picture);
    const { image, shown, stored, pages } = await openPicture(decoder, bytes, picture);
    const rgb = await smallOf(decoder, image, picture, stored);
    const turn = picture.turn ?? 1;
    if (picture.isMovingPng) return { ...shown, rgb, turn, frames: null, later: null };
    // To get to a picture of what moves, all before it are unpacked.
    if (stored.width * stored.height * pages > maxPixels) return { ...shown, rgb, turn, frames: pages, later: null };
    const later: Uint8Array[] = [];
    for (const page of framesToLookAt(pages)) {
      const frame = decoder(bytes, { ...inputOptions(picture), page }).timeout({ seconds: timeoutSeconds });
      later.push(await smallOf(decoder, frame, picture, stored));
    }
    return { ...shown, rgb, turn, frames: pages, later };
  });
}

async function smallOf(
  decoder: PixelDecoder,
  image: Sharp,
  { turn }: EncodedPicture,
  stored: Shown,
): Promise<Uint8Array> {
  const turned = turn === null ? image.autoOrient() : image;
  // What is long and thin is decoded line by line as it is.
  const isSmall =
    Math.min(stored.width, stored.height) < enlargedBelow && Math.max(stored.width, stored.height) <= maxEnlarged;
  const upright = isSmall ? await enlarged(decoder, turned) : turned;
  const rgb = await decoded(
    upright
      .flatten({ background: "#fff" })
      .resize(smallSide, smallSide, { fit: "fill" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer(),
  );
  if (rgb.length !== smallSide * smallSide * 3) throw new DamagedFile("has no pixels of three colours");
  return rgb;
}

/** A picture with each pixel several times: enlarged by less than a whole number it would be shifted by parts of a pixel. */
async function enlarged(decoder: PixelDecoder, image: Sharp): Promise<Sharp> {
  const times = (side: number): number => Math.ceil(enlargedBelow / side);
  const { data, info } = await decoded(
    image
      .flatten({ background: "#fff" })
      .toColourspace("srgb")
      .raw({ depth: "uchar" })
      .toBuffer({ resolveWithObject: true }),
  );
  const raw = { width: info.width, height: info.height, channels: info.channels };
  const [width, height] = [info.width * times(info.width), info.height * times(info.height)];
  const larger = decoder(data, { raw }).resize(width, height, { kernel: "nearest", fit: "fill" });
  return decoder(await decoded(larger.raw().toBuffer()), { raw: { ...raw, width, height } });
}

/** Brightness, row by row, as stored, of the picture at one of some sizes of its longer side: the largest that it has without being enlarged. */
export async function decodeGrey(
  file: CheckedFile,
  path: string,
  sides: readonly number[],
): Promise<{
  readonly grey: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly side: number;
} | null> {
  const picture = await findEncodedPicture(file, path);
  const decoder = await loadPixelDecoder();
  return await room.hold(picture.sizeBytes + picture.pixels * bytesPerPixel, async () => {
    const { image, stored } = await openPicture(decoder, bytesOf(file, picture), picture);
    const longer = Math.max(stored.width, stored.height);
    const side = Math.max(0, ...sides.filter((each) => each <= longer));
    if (side === 0) return null;
    const [width, height] = [stored.width, stored.height].map((each) =>
      Math.max(1, Math.round((each * side) / longer)),
    );
    const { data, info } = await decoded(
      image
        .flatten({ background: "#fff" })
        .resize(width ?? 1, height ?? 1, { fit: "fill" })
        .toColourspace("b-w")
        .raw({ depth: "uchar" })
        .toBuffer({ resolveWithObject: true }),
    );
    return { grey: data, width: info.width, height: info.height, side };
  });
}

/**
 * Gives all pixels, RGBA (sRGB), upright, of each picture that a moving or many-paged one has, piece by piece; of 16 bits a channel where the
 * file has them. At most 64 million of 8 bits, 32 million of 16. Errors: as above; Undecodable for deeper pixels.
 */
export async function decodeWhole(
  file: CheckedFile,
  path: string,
  take: (pixels: Buffer) => void,
): Promise<Shown & { readonly bits: 8 | 16 }> {
  const picture = await findEncodedPicture(file, path);
  if (picture.isPreview) throw new Undecodable("no-decoder", "only the preview of a RAW photo can be decoded");
  if (picture.isMovingPng) throw new Undecodable("no-decoder", "only the first picture of a moving PNG can be decoded");
  requirePixels(picture.pixels, true);
  const decoder = await loadPixelDecoder();
  return await room.hold(picture.sizeBytes + 2 * picture.pixels * bytesPerPixel, async () => {
    const bytes = bytesOf(file, picture);
    const { shown, stored, pages, depth } = await openPicture(decoder, bytes, picture);
    const hasPages = picture.format === "TIFF";
    const bits = depth === "uchar" ? 8 : 16;
    if (bits > 8 && depth !== "ushort")
      throw new Undecodable("no-decoder", `pixels of the kind "${depth}" are not compared one by one`);
    requirePixels((stored.width * stored.height * pages * bits) / 8, true);
    if (hasPages && pages > maxPages) throw new Undecodable("too-complex", `has more than ${maxPages} pages`);
    for (let page = 0; page < (hasPages ? pages : 1); page++) {
      const isMoving = !hasPages && pages > 1;
      const image = decoder(bytes, {
        ...inputOptions(picture),
        ...(isMoving ? { animated: true } : {}),
        ...(hasPages ? { page } : {}),
      });
      const upright = isMoving ? image : image.autoOrient();
      const whole = upright.timeout({ seconds: timeoutSeconds }).toColourspace(bits === 8 ? "srgb" : "rgb16");
      take(
        await decoded(
          whole
            .ensureAlpha()
            .raw({ depth: bits === 8 ? "uchar" : "ushort" })
            .toBuffer(),
        ),
      );
    }
    return { ...shown, bits };
  });
}

interface Opened {
  readonly image: Sharp;
  readonly shown: Shown;
  readonly stored: { readonly width: number; readonly height: number };
  readonly pages: number;
  /** Of a channel, as libvips names it: "uchar", "ushort", "float". */
  readonly depth: string;
}

/** A picture whose header the decoder has read: what it says counts, not what our readers understood. */
async function openPicture(decoder: PixelDecoder, bytes: Buffer, picture: EncodedPicture): Promise<Opened> {
  const image = decoder(bytes, inputOptions(picture)).timeout({ seconds: timeoutSeconds });
  const { width, height, pages = 1, depth, isProgressive, autoOrient } = await decoded(image.metadata());
  requirePixels(width * height, isProgressive);
  const { size, turn } = picture;
  const isOnSide = turn !== null && turn >= 5;
  const outer = size !== null && isOnSide ? { width: size.height, height: size.width } : size;
  const own = { width: autoOrient.width, height: autoOrient.height };
  return { image, shown: outer ?? own, stored: { width, height }, pages, depth };
}

function inputOptions({ density }: EncodedPicture): SharpOptions {
  return {
    limitInputPixels: maxPixels,
    // Half a photo is no copy of it.
    failOn: "truncated",
    sequentialRead: true,
    ...(density === null ? {} : { density }),
  };
}

function bytesOf(file: CheckedFile, { offset, sizeBytes }: EncodedPicture): Buffer {
  const before = file.stat();
  const bytes = file.read(offset, sizeBytes);
  const after = file.stat();
  if (bytes.length < sizeBytes || before.mtimeNs !== after.mtimeNs || before.size !== after.size)
    throw new DamagedFile("changed while it was read");
  return bytes;
}

/** What the decoder gives; what it refuses, as one of our reasons. */
async function decoded<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    if (/timeout/i.test(message)) throw new Undecodable("timed-out", `took longer than ${timeoutSeconds} s`);
    if (/pixel limit/i.test(message)) throw new Undecodable("too-complex", "unpacks to too many pixels");
    const [line = ""] = message.split("\n");
    // libvips knows no better of some broken files.
    const said = line === "" || line === "Unknown error" ? "cannot be decoded" : line;
    throw new DamagedFile(shortened(said, maxMessageChars), thrown);
  }
}
