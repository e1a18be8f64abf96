import { HashIndex, splitHash } from "../pictures/hash-index.ts";
import { inverseOf, turns, type Turn } from "../pictures/perceptual-hash.ts";
import {
  areAlike,
  bitsForLikeness,
  copyLikeness,
  distanceBetween,
  distanceByTurn,
  hashesByTurn,
  isFlat,
  leastLikeness,
  likenessAt,
  turnText,
} from "../pictures/picture-likeness.ts";
import type { PicturePrint } from "../pictures/picture-print.ts";

export interface PrintedPicture {
  readonly path: string;
  readonly print: PicturePrint;
}

export interface AlikePictures {
  /** The one with most pixels, which all others are compared with. */
  readonly center: string;
  /** The others, most alike first. */
  readonly others: readonly AlikePicture[];
}

export interface AlikePicture {
  readonly path: string;
  /** To the center, 0.7 to 1. */
  readonly likeness: number;
  /** Bits of 64 in which it differs from the center: 32 is chance. */
  readonly bits: number;
  /** What was done to the center to get it: "turned by 90 degrees"; null: not turned. */
  readonly turn: string | null;
}

export interface AlikeGroups {
  readonly groups: readonly AlikePictures[];
  /** Pictures of one colour, which no look tells apart; in no group. */
  readonly flat: number;
}

interface Center {
  readonly picture: PrintedPicture;
  readonly others: AlikePicture[];
}

/**
 * Groups pictures around one each, the one with most pixels: no picture joins because it looks like one that looks like another, and each
 * joins the center that it is most like. `threshold`: the least likeness, 0.7 to 1 (what lies outside is taken as the nearest of both);
 * absent: 0.85. `isTurned`: also turned and mirrored ones, of pictures printed with turns. Groups in the order of their centers' paths. A
 * hundred thousand pictures take seconds: see `HashIndex`.
 */
export function groupAlikePictures(
  pictures: Iterable<PrintedPicture>,
  options: { readonly isTurned: boolean; readonly threshold?: number | undefined },
): AlikeGroups {
  const least = leastOf(options.threshold);
  const wanted = options.isTurned ? turns : ([1] as const);
  const all = [...pictures];
  const shown = all.filter(({ print }) => !isFlat(print)).toSorted(mostPixelsFirst);
  const index = new HashIndex(bitsForLikeness(least));
  const centers: Center[] = [];
  for (const picture of shown) {
    const nearest = nearestCenter(picture, { index, centers, wanted, least });
    if (nearest !== null) nearest.center.others.push(nearest.other);
    else {
      index.add(splitHash(picture.print.hashes.frequency));
      centers.push({ picture, others: [] });
    }
  }
  const groups = centers
    .filter(({ others }) => others.length > 0)
    .map(({ picture, others }) => ({ center: picture.path, others: others.toSorted(mostAlikeFirst) }))
    .toSorted((one, other) => compare(one.center, other.center));
  return { groups, flat: all.length - shown.length };
}

/** Whether one picture may stay for another, by any turn that both were printed with: as in `groupAlikePictures`. */
export function mayBeCopies(first: PicturePrint, second: PicturePrint, threshold?: number): boolean {
  return areAlike({ first, second }, distanceBetween(first, second), leastOf(threshold));
}

function leastOf(threshold: number = copyLikeness): number {
  return Math.min(1, Math.max(leastLikeness, threshold));
}

interface Search {
  readonly index: HashIndex;
  readonly centers: readonly Center[];
  readonly wanted: readonly Turn[];
  readonly least: number;
}

function nearestCenter(
  { path, print }: PrintedPicture,
  { index, centers, wanted, least }: Search,
): { center: Center; other: AlikePicture } | null {
  let best: { center: Center; other: AlikePicture } | null = null;
  for (const turn of wanted) {
    const hashes = hashesByTurn(print, turn);
    if (hashes === undefined) continue;
    for (const number of index.within(splitHash(hashes.frequency))) {
      const center = centers[number];
      if (center === undefined) continue;
      const distance = distanceByTurn(print, center.picture.print, turn);
      if (!areAlike({ first: print, second: center.picture.print }, distance, least)) continue;
      const likeness = likenessAt(distance);
      // Of equals the first: upright before turned.
      if (best !== null && likeness <= best.other.likeness) continue;
      best = { center, other: { path, likeness, bits: distance.bits, turn: turnText(inverseOf(turn)) } };
    }
  }
  return best;
}

function mostPixelsFirst(one: PrintedPicture, other: PrintedPicture): number {
  return other.print.width * other.print.height - one.print.width * one.print.height || compare(one.path, other.path);
}

function mostAlikeFirst(one: AlikePicture, other: AlikePicture): number {
  return other.likeness - one.likeness || compare(one.path, other.path);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
