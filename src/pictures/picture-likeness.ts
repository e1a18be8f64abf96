import { bitsBetween } from "./hash-bits.ts";
import { haveSameFrames } from "./later-frames.ts";
import { turnedSquare, turns, type Turn } from "./perceptual-hash.ts";
import { levelDistance, mean, toneDistance } from "./tone-distance.ts";
import { colourSide, toneSide, type PictureHashes, type PicturePrint } from "./picture-print.ts";

/** How far two pictures are apart. */
export interface PictureDistance {
  /** Bits of 64 in which the hashes of low frequencies differ: 0 of the same, about 32 by chance. */
  readonly bits: number;
  /** The same of the hashes of neighbours' differences. */
  readonly differenceBits: number;
  /** Mean difference of brightness at 144 places, after both got one mean and one strength: 0 of the same, about 1 by chance. */
  readonly tones: number;
  /** Mean difference of colour at 36 places, in levels of 256; 0 where one of both has no colours. */
  readonly colours: number;
  /** Mean difference of brightness at 144 places as they are, in levels of 256. */
  readonly levels: number;
  /** Of two pages: the largest difference of brightness at 1296 places, in levels of 256; else 0. */
  readonly ink: number;
  /** How the first must be turned to look like the second; 1: not at all. */
  readonly turn: Turn;
}

/**
 * Least likeness of a copy to its original unless one is asked for. Measured by `npm run bench -- media --only alike-pictures`; the table
 * stands in docs/decisions/0029-duplicates.md.
 */
export const copyLikeness = 0.85;
/** Less tells nothing: pages of one book, windows of one program are as like. */
export const leastLikeness = 0.7;

// What a likeness of 0.75 allows of each: chance gives 30 bits, 32 bits, 1.1, 18, and two forms that are filled in differently 27 and more.
const allowed = { bits: 10, differenceBits: 16, tones: 0.25, colours: 8, ink: 24 } as const;
const allowedLoss = 0.25;
// Of pictures that tell little: an icon, one edge. Nearly all is equal then.
const littleSide = 128;
const strictLoss = 0.05;
const strictLevels = 3;
// A small copy of a larger picture, such as a thumbnail, down to this side.
const leastSide = 64;
const smallLoss = 0.1;
// A cap left on, a fade to black.
const leastDetail = 1;
const usualOnes = [20, 44] as const;

// Below, a picture is grey.
const leastColour = 2;

/** By the turn that fits best; of a first one printed without its turns, upright. */
export function distanceBetween(first: PicturePrint, second: PicturePrint): PictureDistance {
  let best: { turn: Turn; bits: number } = { turn: 1, bits: 65 };
  for (const turn of turns) {
    const hashes = hashesByTurn(first, turn);
    const bits = hashes === undefined ? 65 : bitsBetween(hashes.frequency, second.hashes.frequency);
    if (bits < best.bits) best = { turn, bits };
  }
  return distanceByTurn(first, second, best.turn);
}

/** The distance of the first, turned so, from the second. The first was printed with its turns unless the turn is 1. */
export function distanceByTurn(first: PicturePrint, second: PicturePrint, turn: Turn): PictureDistance {
  const own = hashesByTurn(first, turn) ?? first.hashes;
  const [brightness, blue, red] = planesOf(first.tones).map((plane) => turnedSquare(plane, turn));
  const [otherBrightness, otherBlue, otherRed] = planesOf(second.tones);
  const isGrey = [
    [blue, red],
    [otherBlue, otherRed],
  ].some((planes) => planes.every((plane) => mean(plane, (value) => Math.abs(value - 128)) < leastColour));
  return {
    bits: bitsBetween(own.frequency, second.hashes.frequency),
    differenceBits: bitsBetween(own.difference, second.hashes.difference),
    tones: toneDistance(brightness, otherBrightness),
    levels: levelDistance(brightness, otherBrightness),
    colours: isGrey ? 0 : (levelDistance(blue, otherBlue) + levelDistance(red, otherRed)) / 2,
    ink: inkBetween(first, second, turn),
    turn,
  };
}

/** 1 of pictures that no measure tells apart, 0.7 where copies and others begin to mix, 0 of others. */
export function likenessAt({ bits, differenceBits, tones, colours, ink }: PictureDistance): number {
  const loss = Math.max(
    bits / allowed.bits,
    differenceBits / allowed.differenceBits,
    tones / allowed.tones,
    colours / allowed.colours,
    ink / allowed.ink,
  );
  return Math.max(0, 1 - loss * allowedLoss);
}

/** Bits in which the hashes of two pictures differ at most that are so alike: at the least likeness, 12. */
export function bitsForLikeness(likeness: number): number {
  return Math.floor(((1 - likeness) / allowedLoss) * allowed.bits + 1e-9);
}

/**
 * Whether both look like copies of one picture: by their likeness, and where they tell too little for it (icons, one edge) only if hardly
 * anything differs, brightness and size too; of a small copy of a larger picture less is asked. Files of many pictures must have as many, and
 * look the same in the later ones. Pictures of one colour are never alike: their bytes may be compared.
 */
export function areAlike(
  pair: { first: PicturePrint; second: PicturePrint },
  at: PictureDistance,
  least: number,
): boolean {
  const { first, second } = pair;
  const likeness = likenessAt(at);
  if (isFlat(first) || isFlat(second) || likeness < least) return false;
  if (!haveSameFrames(first, second) || (at.turn !== 1 && first.frames !== 1)) return false;
  const isUsual = isUsualHash(first) && isUsualHash(second);
  const [small, large] = [first, second].map(longerSide).toSorted((one, other) => one - other);
  if (isUsual && (small ?? 0) > littleSide) return true;
  if (at.levels > strictLevels) return false;
  if (isUsual && (small ?? 0) >= leastSide && (large ?? 0) > littleSide) return likeness >= 1 - smallLoss;
  const [wide, high] = at.turn >= 5 ? [second.height, second.width] : [second.width, second.height];
  return likeness >= 1 - strictLoss && first.width === wide && first.height === high;
}

/** Hardly any brightness differs from another: the hashes are of noise. */
export function isFlat({ detail }: PicturePrint): boolean {
  return detail < leastDetail;
}

function longerSide({ width, height }: PicturePrint): number {
  return Math.max(width, height);
}

function isUsualHash({ hashes }: PicturePrint): boolean {
  const ones = bitsBetween(hashes.frequency, "0000000000000000");
  return ones >= usualOnes[0] && ones <= usualOnes[1];
}

/** "turned by 90 degrees" and the like; null for no turn. */
export function turnText(turn: Turn): string | null {
  const names = {
    1: null,
    2: "mirrored",
    3: "turned by 180 degrees",
    4: "mirrored upside down",
    5: "mirrored and turned by 270 degrees",
    6: "turned by 90 degrees",
    7: "mirrored and turned by 90 degrees",
    8: "turned by 270 degrees",
  } as const;
  return names[turn];
}

/** Undefined of a turn that the picture was printed without. */
export function hashesByTurn(print: PicturePrint, turn: Turn): PictureHashes | undefined {
  return turn === 1 ? print.hashes : print.turned?.[turn - 2];
}

function inkBetween(first: PicturePrint, second: PicturePrint, turn: Turn): number {
  if (first.page === null || second.page === null) return 0;
  const own = turnedSquare(Buffer.from(first.page, "base64"), turn);
  const other = Buffer.from(second.page, "base64");
  return own.reduce((most, value, index) => Math.max(most, Math.abs(value - (other[index] ?? 0))), 0);
}

function planesOf(tones: string): readonly [Uint8Array, Uint8Array, Uint8Array] {
  const bytes = Buffer.from(tones, "base64");
  const [places, colours] = [toneSide ** 2, colourSide ** 2];
  return [
    bytes.subarray(0, places),
    bytes.subarray(places, places + colours),
    bytes.subarray(places + colours, places + 2 * colours),
  ];
}
