import { countOf } from "../core/quantities.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import type { PictureHashes, PicturePrint, PixelHash } from "../pictures/picture-print.ts";
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
    reader.run("picture", { ...first, isTurned: false }),
    reader.run("picture", { ...second, isTurned: true }),
  ]);
  const looks = looksOf(prints[0], prints[1]);
  // Pixels of full size take a second where their small copies take a moment; of others they cannot be the same.
  const mayBeSame = looks.picture !== null && looks.picture.distance === 0 && looks.picture.turn === null;
  const pixels = mayBeSame ? await Promise.all([first, second].map((each) => reader.run("pixels", each))) : [];
  const tags = await tagsOf(photos[0], photos[1]);
  const same = samePixels(pixels[0], pixels[1]);
  const told = tags === null ? [] : tagSentences(tags, same !== null);
  if (same !== null) return { isNear: true, findings: [same, ...told], picture: looks.picture, tags };
  return { ...looks, findings: [...looks.findings, ...formats(photos, prints), ...told], tags };
}

function samePixels(first: PixelHash | Unread | undefined, second: PixelHash | Unread | undefined): string | null {
  if (first?.kind !== "pixels" || second?.kind !== "pixels" || first.hash !== second.hash) return null;
  if (first.width !== second.width || first.height !== second.height) return null;
  return `The same pixels (${first.width} x ${first.height}); the files differ in what stands around them.`;
}

// Measured by bench/media for the grouping of alike pictures: docs/decisions/0029-duplicates.md.
const surelyAlike = 10;
const perhapsAlike = 18;
const maxOtherHash = 20;

function looksOf(
  first: PicturePrint | Unread,
  second: PicturePrint | Unread,
): Closeness & Pick<FileComparison, "picture"> {
  if (first.kind !== "picture" || second.kind !== "picture") {
    return { isNear: false, findings: unseen(reasonOf(first), reasonOf(second)), picture: null };
  }
  const { distance, other, turn } = closestTurn(first.hashes, [second.hashes, ...(second.turned ?? [])]);
  const picture = { distance, turn: turnWords[turn] ?? null };
  const isFlat = Math.min(first.detail, second.detail) < 2;
  const isAlike = distance <= surelyAlike && other <= maxOtherHash && !isFlat;
  return { isNear: isAlike, findings: [looksSentence(picture, { isAlike, isFlat, first, second })], picture };
}

function closestTurn(
  wanted: PictureHashes,
  turned: readonly PictureHashes[],
): { readonly distance: number; readonly other: number; readonly turn: number } {
  const distances = turned.map((hashes, turn) => ({
    distance: bitsApart(wanted.frequency, hashes.frequency),
    other: bitsApart(wanted.difference, hashes.difference),
    turn,
  }));
  return (
    distances.toSorted((a, b) => a.distance + a.other - b.distance - b.other || a.turn - b.turn)[0] ?? {
      distance: 64,
      other: 64,
      turn: 0,
    }
  );
}

function bitsApart(first: string, second: string): number {
  let bits = BigInt(`0x${first}`) ^ BigInt(`0x${second}`);
  let count = 0;
  for (; bits > 0n; bits >>= 1n) count += Number(bits & 1n);
  return count;
}

/** How the second has to be turned to look like the first; by the place in upright and EXIF's orientations 2 to 8. */
const turnWords: readonly (string | null)[] = [
  null,
  "mirrored left to right",
  "turned by 180 degrees",
  "mirrored top to bottom",
  "mirrored along the diagonal from the upper left",
  "turned by 90 degrees clockwise",
  "mirrored along the diagonal from the upper right",
  "turned by 90 degrees counterclockwise",
];

function looksSentence(
  { distance, turn }: { readonly distance: number; readonly turn: string | null },
  how: {
    readonly isAlike: boolean;
    readonly isFlat: boolean;
    readonly first: PicturePrint;
    readonly second: PicturePrint;
  },
): string {
  const sizes = [how.first, how.second].map(({ width, height }) => `${width} x ${height}`);
  const size = sizes[0] === sizes[1] ? `both ${sizes[0] ?? ""}` : sizes.join(" and ");
  const turned = turn === null ? "" : `, the second ${turn}`;
  const bits = `${distance} of 64 bits of their hashes differ${turned}; ${size} pixels`;
  if (how.isAlike) return `They look the same: ${bits}.`;
  if (how.isFlat) return `Too little is seen in them to tell whether they are copies: ${bits}.`;
  return distance <= perhapsAlike
    ? `They look somewhat alike, as pictures of one scene do: ${bits}.`
    : `They look different: ${bits}; chance gives some 32.`;
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
