import { countOf } from "../core/quantities.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import {
  areAlike,
  bitsForLikeness,
  copyLikeness,
  distanceBetween,
  isFlat,
  leastLikeness,
  likenessAt,
  turnText,
  type PictureDistance,
} from "../pictures/picture-likeness.ts";
import type { PicturePrint, PixelHash } from "../pictures/picture-print.ts";
import type { Unread } from "../reader/document-reader.ts";
import type { FileReader, FileRequest } from "../reader/file-tasks.ts";
import type { Closeness } from "./closeness.ts";
import { compareTags } from "./compare-tags.ts";
import type { FileComparison, TagDifferences } from "./file-comparison.ts";

export type ImageCloseness = Closeness & Pick<FileComparison, "picture" | "tags">;

/** What two images have in common: pixels, looks, and what they say of themselves. What cannot be decoded is said. */
export async function compareImages(
  first: FileRequest,
  second: FileRequest,
  reader: FileReader,
): Promise<ImageCloseness> {
  const photos = await Promise.all([first, second].map((each) => reader.run("photo", { ...each, isWhole: true })));
  const prints = await Promise.all([
    reader.run("picture", { ...first, isTurned: true }),
    reader.run("picture", { ...second, isTurned: false }),
  ]);
  const looks = looksOf(prints[0], prints[1]);
  // Pixels of full size take a second where their small copies take a moment; of others they cannot be the same.
  const pixels = mayBeSame(prints) ? await Promise.all([first, second].map((each) => reader.run("pixels", each))) : [];
  const tags = await tagsOf(photos[0], photos[1]);
  const same = samePixels(pixels[0], pixels[1]) ? sameSentence(prints[0], pixels[0]) : null;
  const told = tags === null ? [] : tagSentences(tags, same !== null);
  if (same !== null) return { isNear: true, findings: [same, ...told], picture: looks.picture, tags };
  return { ...looks, findings: [...looks.findings, ...formats(photos, prints), ...told], tags };
}

function samePixels(first: PixelHash | Unread | undefined, second: PixelHash | Unread | undefined): boolean {
  if (first?.kind !== "pixels" || second?.kind !== "pixels" || first.hash !== second.hash) return false;
  return first.width === second.width && first.height === second.height && first.bits === second.bits;
}

function sameSentence(print: PicturePrint | Unread, pixels: PixelHash | Unread | undefined): string | null {
  if (print.kind !== "picture" || pixels?.kind !== "pixels") return null;
  const frames = print.frames === null || print.frames === 1 ? [] : [`in ${countOf(print.frames, "picture")}`];
  const facts = [`${pixels.width} x ${pixels.height}`, `${pixels.bits} bits a channel`, ...frames];
  return `The same pixels (${facts.join(", ")}); the files differ in what stands around them.`;
}

// A small copy of a JPEG is decoded in another way than that of a PNG with the same pixels.
const maxBitsOfSame = 8;

function mayBeSame([first, second]: readonly [PicturePrint | Unread, PicturePrint | Unread]): boolean {
  if (first.kind !== "picture" || second.kind !== "picture") return false;
  if (first.width !== second.width || first.height !== second.height) return false;
  const { bits, turn } = distanceBetween(first, second);
  return turn === 1 && bits <= maxBitsOfSame;
}

function looksOf(
  first: PicturePrint | Unread,
  second: PicturePrint | Unread,
): Closeness & Pick<FileComparison, "picture"> {
  if (first.kind !== "picture" || second.kind !== "picture")
    return { isNear: false, findings: unseen(reasonOf(first), reasonOf(second)), picture: null };
  const distance = distanceBetween(first, second);
  const look = lookOf(first, second, distance);
  return {
    isNear: look === "same" || look === "alike",
    findings: [looksSentence(distance, look, [first, second])],
    picture: { distance: distance.bits, turn: look === "other" ? null : turnText(distance.turn) },
  };
}

type Look = "same" | "alike" | "flat" | "little" | "first" | "shapes" | "other";

function lookOf(first: PicturePrint, second: PicturePrint, distance: PictureDistance): Look {
  if (isFlat(first) || isFlat(second)) return "flat";
  if (areAlike({ first, second }, distance, copyLikeness)) return "same";
  if (areAlike({ first, second }, distance, leastLikeness)) return "alike";
  const firstOnes = { first: firstOf(first), second: firstOf(second) };
  if (areAlike(firstOnes, distance, leastLikeness)) return "first";
  if (likenessAt(distance) >= leastLikeness) return "little";
  return distance.bits <= bitsForLikeness(leastLikeness) ? "shapes" : "other";
}

/** What moves as if it had its first picture alone. */
function firstOf(print: PicturePrint): PicturePrint {
  return { ...print, frames: 1, later: [] };
}

const lookWords: Readonly<Record<Look, string>> = {
  same: "They look the same",
  alike: "They look alike, as a copy that was edited or another photo of the same moment does",
  first: "Their first pictures look alike, and the others do not, or could not be compared",
  flat: "Too little is seen in them to tell whether they are copies",
  little: "They may be copies, but too little is seen in them to tell: they are small, or have few edges",
  shapes: "They look different: their shapes are alike, their brightness, colours or writing are not",
  other: "They look different",
};

function looksSentence(
  { bits, turn }: PictureDistance,
  look: Look,
  [first, second]: readonly [PicturePrint, PicturePrint],
): string {
  const turned = turn === 1 || look === "other" ? "" : `, the second being ${turnText(turn) ?? ""}`;
  const chance = look === "other" ? " (of pictures with nothing in common some 25 do)" : "";
  const [own, other] = [first, second].map(({ width, height }) => `${width} x ${height}`);
  const size = own === other ? `both ${own ?? ""}` : `${own ?? ""} and ${other ?? ""}`;
  return `${lookWords[look]}: ${bits} of 64 bits of their hashes differ${chance}${turned}; ${size} pixels${framesOf(first, second)}.`;
}

/** How many pictures both have, where one is not alone. */
function framesOf({ frames: first }: PicturePrint, { frames: second }: PicturePrint): string {
  if (first === 1 && second === 1) return "";
  const [own, other] = [first, second].map((frames) => (frames === null ? "several" : frames.toLocaleString("en-US")));
  return own === other ? `, ${own ?? ""} pictures each` : `, ${own ?? ""} and ${other ?? ""} pictures`;
}

function reasonOf(print: PicturePrint | Unread): string | null {
  if (print.kind === "picture") return null;
  return print.kind === "failed" ? print.message : (print.message ?? print.reason);
}

function unseen(first: string | null, second: string | null): string[] {
  if (first === second) return [`The pixels of both cannot be compared: ${first ?? ""}.`];
  const told = (which: string, reason: string | null) =>
    reason === null ? [] : [`The pixels of the ${which} cannot be compared: ${reason}.`];
  return [...told("first", first), ...told("second", second)];
}

function formats(photos: readonly (PhotoFacts | Unread | undefined)[], prints: readonly unknown[]): string[] {
  const [first, second] = photos.map((photo) => (photo?.kind === "photo" ? photo.format : null));
  if (first == null || second == null || first === second || prints.length === 0) return [];
  return [`The first is ${first}, the second ${second}.`];
}

async function tagsOf(
  first: PhotoFacts | Unread | undefined,
  second: PhotoFacts | Unread | undefined,
): Promise<TagDifferences | null> {
  return first?.kind === "photo" && second?.kind === "photo" ? compareTags(first, second) : null;
}

function tagSentences({ rows, leftOut, equal }: TagDifferences, isSameElse: boolean): string[] {
  const count = rows.length + leftOut;
  if (count === 0 && isSameElse) return ["What they say of themselves is the same; they are written otherwise."];
  if (count === 0) return equal === 0 ? [] : [`What they say of themselves is the same (${countOf(equal, "tag")}).`];
  return [`${countOf(count, "tag differs", "tags differ")}, ${countOf(equal, "is", "are")} the same.`];
}
