import { blockSums, frequencyHashes, smallSide } from "./perceptual-hash.ts";
import { bitsBetween } from "./hash-bits.ts";
import { levelDistance, toneDistance } from "./tone-distance.ts";

/** How one of the later pictures of a file looks: of what moves, or has pages. */
export interface FrameLook {
  /** pHash, 16 hex digits. */
  readonly frequency: string;
  /** Base64 of 144 bytes of brightness, 12 rows of 12. */
  readonly tones: string;
}

const toneSide = 12;
const maxLooked = 4;
// What a copy that was stored again may differ by.
const maxLevels = 3;
const maxBits = 8;
const maxTones = 0.2;

/** Which of the pictures behind the first are looked at: four at most, evenly spread, the last among them. Numbers from 0. */
export function framesToLookAt(frames: number): number[] {
  const looked = Math.min(maxLooked, frames - 1);
  return Array.from({ length: looked }, (_, index) => Math.round(((index + 1) * (frames - 1)) / looked));
}

export function lookOf(grey: Uint8Array): FrameLook {
  const placePixels = (smallSide / toneSide) ** 2;
  const tones = Uint8Array.from(blockSums(grey, toneSide, toneSide), (sum) => Math.round(sum / placePixels));
  return { frequency: frequencyHashes(grey, [1])[0] ?? "", tones: Buffer.from(tones).toString("base64") };
}

/** What is known of the pictures of a file: how many they are, and how some behind the first look. */
export interface Frames {
  /** Pictures of the file; null: more than one, and not known how many. */
  readonly frames: number | null;
  /** In the order of `framesToLookAt`; null: they could not be looked at. */
  readonly later: readonly FrameLook[] | null;
}

/** Whether two files have as many pictures, and those behind the first look the same where they were looked at. */
export function haveSameFrames(first: Frames, second: Frames): boolean {
  if (first.frames === null || first.frames !== second.frames) return false;
  const [own, other] = [first.later, second.later];
  if (own === null || other === null || own.length !== other.length) return false;
  return own.every((look, index) => {
    const same = other[index];
    return same !== undefined && isSameLook(look, same);
  });
}

function isSameLook(first: FrameLook, second: FrameLook): boolean {
  const [own, other] = [Buffer.from(first.tones, "base64"), Buffer.from(second.tones, "base64")];
  const levels = levelDistance(own, other);
  if (levels > maxLevels * 3) return false;
  return (
    levels <= maxLevels ||
    (bitsBetween(first.frequency, second.frequency) <= maxBits && toneDistance(own, other) <= maxTones)
  );
}
