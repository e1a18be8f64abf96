import { createHash } from "node:crypto";
import type { CheckedFile } from "../workspace/checked-file.ts";
import { lookOf, type Frames } from "./later-frames.ts";
import { mean } from "./tone-distance.ts";
import { decodeSmall, decodeWhole, withUndecoded, type Undecoded } from "./picture-decoding.ts";
import { blockSums, differenceHash, frequencyHashes, smallSide, turnedSquare, turns } from "./perceptual-hash.ts";

/** How a picture looks, upright as people see it: small enough to keep for a hundred thousand. */
export interface PicturePrint extends Frames {
  readonly kind: "picture";
  /** Pixels as shown. */
  readonly width: number;
  readonly height: number;
  readonly hashes: PictureHashes;
  /** Of the picture turned and mirrored, in the order of EXIF's orientations 2 to 8; null unless asked for. */
  readonly turned: readonly PictureHashes[] | null;
  /** Base64 of 144 bytes of brightness, 12 rows of 12, then 36 of blue and 36 of red against it (Cb, Cr), 6 rows of 6. */
  readonly tones: string;
  /**
   * Of a picture that is mostly white and without colours, as a page is: base64 of 1296 bytes of brightness against that of the paper, 36 rows of
   * 36. Pages of one form differ in some words alone. null: no page.
   */
  readonly page: string | null;
  /** Mean distance of the brightness from its mean, 0 to 127: what has hardly any looks like all others that have none. */
  readonly detail: number;
}

/** 64 bits each, as 16 hex digits. */
export interface PictureHashes {
  /** Differences of neighbours' brightness (dHash). */
  readonly difference: string;
  /** Low frequencies of the cosine transform (pHash). */
  readonly frequency: string;
}

export interface PixelHash {
  readonly kind: "pixels";
  /** sha256 of the decoded pixels, RGBA, upright; of what moves, of all its pictures; hex. */
  readonly hash: string;
  /** Of a channel, as the file has them: one of 16 bits is hashed with all. */
  readonly bits: 8 | 16;
  /** Of one picture, as shown. */
  readonly width: number;
  readonly height: number;
}

export const toneSide = 12;
export const colourSide = 6;
const pageSide = 36;
// Of a page, so much is paper; what compression and light make of it.
const leastPaper = 0.5;
const paperShare = 0.9;
const maxColour = 3;

/**
 * How the file's picture looks: of what moves the first, of a RAW photo the preview that the camera made. Time and memory are bounded
 * whatever the file claims. Errors: PIXELS_UNAVAILABLE, the file system's.
 */
export function printPicture(
  file: CheckedFile,
  { path, isTurned }: { readonly path: string; readonly isTurned: boolean },
): Promise<PicturePrint | Undecoded> {
  return withUndecoded(async () => {
    const { width, height, rgb, turn: upright, frames, later } = await decodeSmall(file, path);
    const stored = planesOf(rgb);
    const grey = turnedSquare(stored.grey, upright);
    const [blue, red] = [turnedSquare(stored.blue, upright), turnedSquare(stored.red, upright)];
    const wanted = isTurned ? turns : ([1] as const);
    const frequencies = frequencyHashes(grey, wanted);
    const [hashes, ...turned] = wanted.map((turn, index): PictureHashes => {
      return { difference: differenceHash(turnedSquare(grey, turn)), frequency: frequencies[index] ?? "" };
    });
    return {
      kind: "picture",
      width,
      height,
      hashes: hashes ?? { difference: "", frequency: "" },
      turned: isTurned ? turned : null,
      tones: tonesOf(grey, blue, red),
      page: pageOf(grey, [blue, red]),
      detail: detailOf(grey),
      frames,
      later: later?.map((each) => lookOf(planesOf(each).grey)) ?? null,
    };
  });
}

/** The hash of all pixels, of at most 64 million; more are too-complex. Errors: as above. */
export function hashPixels(file: CheckedFile, { path }: { readonly path: string }): Promise<PixelHash | Undecoded> {
  return withUndecoded(async () => {
    const hash = createHash("sha256");
    const { width, height, bits } = await decodeWhole(file, path, (pixels) => hash.update(pixels));
    return { kind: "pixels", hash: hash.digest("hex"), bits, width, height };
  });
}

/** Brightness and colour of each pixel as JFIF has them (ITU-T T.871), in whole numbers. */
function planesOf(rgb: Uint8Array): { grey: Uint8Array; blue: Uint8Array; red: Uint8Array } {
  const count = smallSide * smallSide;
  const [grey, blue, red] = [new Uint8Array(count), new Uint8Array(count), new Uint8Array(count)];
  for (let index = 0; index < count; index++) {
    const [r, g, b] = [rgb[index * 3] ?? 0, rgb[index * 3 + 1] ?? 0, rgb[index * 3 + 2] ?? 0];
    grey[index] = (77 * r + 150 * g + 29 * b + 128) >> 8;
    blue[index] = Math.min(255, (32_768 - 43 * r - 85 * g + 128 * b + 128) >> 8);
    red[index] = Math.min(255, (32_768 + 128 * r - 107 * g - 21 * b + 128) >> 8);
  }
  return { grey, blue, red };
}

function tonesOf(grey: Uint8Array, blue: Uint8Array, red: Uint8Array): string {
  const means = (values: Uint8Array, side: number): Uint8Array => {
    const blockPixels = (smallSide / side) ** 2;
    return Uint8Array.from(blockSums(values, side, side), (sum) => Math.round(sum / blockPixels));
  };
  return Buffer.concat([means(grey, toneSide), means(blue, colourSide), means(red, colourSide)]).toString("base64");
}

function pageOf(grey: Uint8Array, colours: readonly Uint8Array[]): string | null {
  if (colours.some((plane) => mean(plane, (value) => Math.abs(value - 128)) > maxColour)) return null;
  const sums = blockSums(grey, pageSide, pageSide);
  const white = sums.toSorted()[Math.floor(sums.length * 0.95)] ?? 0;
  const paper = sums.filter((sum) => sum >= white * paperShare).length;
  // In the dark all is near to black, and nothing is paper.
  if (paper < sums.length * leastPaper || white < (255 / 2) * (smallSide / pageSide) ** 2) return null;
  return Buffer.from(Uint8Array.from(sums, (sum) => Math.min(255, Math.round((sum * 255) / white)))).toString("base64");
}

function detailOf(grey: Uint8Array): number {
  const middle = mean(grey, (value) => value);
  return Math.round(mean(grey, (value) => Math.abs(value - middle)) * 10) / 10;
}
