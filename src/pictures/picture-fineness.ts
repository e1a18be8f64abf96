import type { CheckedFile } from "../workspace/checked-file.ts";
import { decodeGrey, withUndecoded, type Undecoded } from "./picture-decoding.ts";

/** How much is seen in a picture at some sizes: what was made larger has no more than before. */
export interface PictureFineness {
  readonly kind: "fineness";
  /**
   * By the sizes of `fineSides`, as far as the picture has them: the mean difference of a pixel's brightness from its neighbours', in levels
   * of 256. Of an enlarged picture it falls where its own detail ends.
   */
  readonly levels: readonly number[];
}

/** Pixels of the longer side. */
export const fineSides = [144, 288, 576, 1152] as const;

/** Errors: as of `printPicture`. */
export function measureFineness(
  file: CheckedFile,
  { path }: { readonly path: string },
): Promise<PictureFineness | Undecoded> {
  return withUndecoded(async () => {
    const decoded = await decodeGrey(file, path, fineSides);
    if (decoded === null) return { kind: "fineness", levels: [] };
    const levels: number[] = [];
    let plane: Plane = { values: decoded.grey, width: decoded.width, height: decoded.height };
    for (const side of fineSides.filter((each) => each <= decoded.side).toReversed()) {
      if (side < decoded.side) plane = halved(plane);
      levels.unshift(edgesOf(plane));
    }
    return { kind: "fineness", levels };
  });
}

interface Plane {
  readonly values: Uint8Array;
  readonly width: number;
  readonly height: number;
}

function halved({ values, width, height }: Plane): Plane {
  const [wide, high] = [Math.max(1, width >> 1), Math.max(1, height >> 1)];
  const made = new Uint8Array(wide * high);
  for (let y = 0; y < high; y++) {
    for (let x = 0; x < wide; x++) {
      const at = 2 * y * width + 2 * x;
      const below = 2 * y + 1 < height ? at + width : at;
      const right = 2 * x + 1 < width ? 1 : 0;
      const sum = (values[at] ?? 0) + (values[at + right] ?? 0) + (values[below] ?? 0) + (values[below + right] ?? 0);
      made[y * wide + x] = (sum + 2) >> 2;
    }
  }
  return { values: made, width: wide, height: high };
}

/** Mean strength of the Laplacian, a quarter of it. */
function edgesOf({ values, width, height }: Plane): number {
  let sum = 0;
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      const at = y * width + x;
      const around =
        (values[at - 1] ?? 0) + (values[at + 1] ?? 0) + (values[at - width] ?? 0) + (values[at + width] ?? 0);
      sum += Math.abs(4 * (values[at] ?? 0) - around);
    }
  }
  const count = Math.max(1, (width - 2) * (height - 2));
  return Math.round((sum / count / 4) * 100) / 100;
}

// Measured: pictures of several kinds that were stored again keep 0.7 and more, those made larger by half have 0.5 at most.
const leastShare = 0.5;
const leastFall = 0.3;

/**
 * Of pictures that look alike, by the places of `measured`: up to which of `fineSides` each has as much detail as the best of them, and does not
 * end before; 0: none, or not measured.
 */
export function comparedFineness(measured: readonly (readonly number[] | null)[]): number[] {
  const best = fineSides.map((_, at) => Math.max(0, ...measured.map((levels) => levels?.[at] ?? 0)));
  return measured.map((levels) => {
    let fineness = 0;
    for (const [at, level] of (levels ?? []).entries()) {
      const before = levels?.[at - 1];
      if (level < (best[at] ?? 0) * leastShare || (before !== undefined && level < before * leastFall)) break;
      fineness = fineSides[at] ?? 0;
    }
    return fineness;
  });
}
