import { u32, type TagSet, type TiffTag } from "./tiff-tags.ts";

const latitude = { side: 0x01, degrees: 0x02, sides: /^\s*[NS]/i };
const longitude = { side: 0x03, degrees: 0x04, sides: /^\s*[EW]/i };

/** What is odd of the position in a picture's GPS fields, as a sentence's end; null: nothing is. */
export function positionNoteOf(tags: TagSet | null): string | null {
  if (tags === null) return null;
  const { gps, isLittleEndian } = tags;
  const fieldOf = (id: number): TiffTag | undefined => gps.find(({ tag }) => tag === id);
  const degrees = [latitude, longitude].flatMap((axis) => fieldOf(axis.degrees) ?? []);
  if (degrees.length < 2) return null;
  if (degrees.every((field) => isZero(field, isLittleEndian)))
    return "0, 0 in the file counts as none: receivers without a signal write it";
  const missing = [latitude, longitude].map(
    ({ side, sides }) => !sides.test(fieldOf(side)?.bytes.toString("latin1") ?? ""),
  );
  const assumed = ["north", "east"].filter((_, index) => missing[index]);
  if (assumed.length === 0) return null;
  return `${assumed.join(" and ")} ${assumed.length === 1 ? "is" : "are"} assumed: the file does not say which side`;
}

/** Fractions each of which is 0; one without a denominator says nothing. */
function isZero({ type, bytes }: TiffTag, isLittleEndian: boolean): boolean {
  if (type !== 5 || bytes.length < 8) return false;
  for (let at = 0; at + 8 <= bytes.length; at += 8) if (u32(bytes, at, isLittleEndian) !== 0) return false;
  return u32(bytes, 4, isLittleEndian) !== 0;
}
