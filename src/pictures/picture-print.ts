import type { CheckedFile } from "../workspace/checked-file.ts";

/** How a picture looks, upright as people see it: small enough to keep for a hundred thousand. */
export interface PicturePrint {
  readonly kind: "picture";
  /** Pixels as shown. */
  readonly width: number;
  readonly height: number;
  readonly hashes: PictureHashes;
  /** Of the picture turned and mirrored, in the order of EXIF's orientations 2 to 8; null unless asked for. */
  readonly turned: readonly PictureHashes[] | null;
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
  /** sha256 of the decoded pixels, 8 bits a channel, RGBA, upright; hex. */
  readonly hash: string;
  readonly width: number;
  readonly height: number;
}

export async function printPicture(
  _file: CheckedFile,
  _request: { readonly isTurned: boolean },
): Promise<PicturePrint> {
  throw new Error("not built yet");
}

export async function hashPixels(_file: CheckedFile, _request: object): Promise<PixelHash> {
  throw new Error("not built yet");
}
