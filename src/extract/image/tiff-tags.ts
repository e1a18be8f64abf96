import type { ImageSource } from "./image-source.ts";

/** One field of an image file directory: its type and count, and its value's bytes in the byte order of its file. */
export interface TiffTag {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  readonly bytes: Buffer;
}

/** The fields of a TIFF structure that describe the picture, wherever in the file they stood. */
export interface TagSet {
  readonly isLittleEndian: boolean;
  readonly image: readonly TiffTag[];
  readonly exif: readonly TiffTag[];
  readonly gps: readonly TiffTag[];
}

/** A field as the directory has it, its value not read yet. */
export interface TiffField {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where its value stands, from the start of the TIFF structure. */
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface Directory {
  readonly fields: readonly TiffField[];
  /** Offset of the next directory; 0: none. */
  readonly next: number;
  readonly isCut: boolean;
}

/** A TIFF structure: a file, or a block of EXIF in another one. */
export interface TiffReader {
  readonly source: ImageSource;
  readonly isLittleEndian: boolean;
  /** BigTIFF: offsets and counts of 8 bytes. */
  readonly isBig: boolean;
  readonly firstDirectory: number;
  /** Two letters and a number in a TIFF; cameras write others. */
  readonly magic: number;
}

// Bytes per value of each field type; 13 is an offset, 129 text in UTF-8, 16 to 18 are BigTIFF's.
const typeSizes: Readonly<Record<number, number>> = {
  1: 1,
  2: 1,
  3: 2,
  4: 4,
  5: 8,
  6: 1,
  7: 1,
  8: 2,
  9: 4,
  10: 8,
  11: 4,
  12: 8,
  13: 4,
  16: 8,
  17: 8,
  18: 8,
  129: 1,
};
const maxFields = 2_000;

/** The header of a TIFF structure; null when there is none. RAW formats put numbers of their own in the place of 42. */
export async function openTiff(source: ImageSource): Promise<TiffReader | null> {
  const head = await source.bytes(0, 16);
  if (head.length < 8) return null;
  const order = head.toString("latin1", 0, 2);
  if (order !== "II" && order !== "MM") return null;
  const isLittleEndian = order === "II";
  const magic = u16(head, 2, isLittleEndian);
  const isBig = magic === 43;
  if (isBig && head.length < 16) return null;
  const firstDirectory = isBig ? u64(head, 8, isLittleEndian) : u32(head, 4, isLittleEndian);
  return { source, isLittleEndian, isBig, firstDirectory, magic };
}

/** One directory; at most 2,000 fields of it. What lies outside of the file is no field. */
export async function readDirectory(tiff: TiffReader, offset: number): Promise<Directory> {
  const { source, isLittleEndian, isBig } = tiff;
  const [countBytes, fieldBytes, offsetBytes] = isBig ? [8, 20, 8] : [2, 12, 4];
  const head = await source.bytes(offset, countBytes);
  if (head.length < countBytes) return { fields: [], next: 0, isCut: true };
  const claimed = isBig ? u64(head, 0, isLittleEndian) : u16(head, 0, isLittleEndian);
  const count = Math.min(claimed, maxFields);
  const body = await source.bytes(offset + countBytes, count * fieldBytes + offsetBytes);
  const whole = Math.min(count, Math.floor(body.length / fieldBytes));
  const fields: TiffField[] = [];
  let isCut = whole < claimed;
  for (let index = 0; index < whole; index++) {
    const at = index * fieldBytes;
    const field = fieldAt(tiff, body.subarray(at, at + fieldBytes), offset + countBytes + at);
    if (field === null) continue;
    if (field.offset + field.sizeBytes <= source.sizeBytes) fields.push(field);
    else isCut = true;
  }
  const end = count * fieldBytes;
  const hasNext = body.length >= end + offsetBytes;
  const next = hasNext ? (isBig ? u64(body, end, isLittleEndian) : u32(body, end, isLittleEndian)) : 0;
  return { fields, next, isCut };
}

function fieldAt({ isLittleEndian, isBig }: TiffReader, entry: Buffer, at: number): TiffField | null {
  const tag = u16(entry, 0, isLittleEndian);
  const type = u16(entry, 2, isLittleEndian);
  const count = isBig ? u64(entry, 4, isLittleEndian) : u32(entry, 4, isLittleEndian);
  const size = typeSizes[type];
  if (size === undefined || count === 0) return null;
  const valueAt = isBig ? 12 : 8;
  const sizeBytes = size * count;
  if (sizeBytes <= (isBig ? 8 : 4)) return { tag, type, count, offset: at + valueAt, sizeBytes };
  const offset = isBig ? u64(entry, valueAt, isLittleEndian) : u32(entry, valueAt, isLittleEndian);
  return { tag, type, count, offset, sizeBytes };
}

/** The values of a field of whole numbers or fractions, at most `limit`; empty for other types. */
export async function readNumbers(tiff: TiffReader, field: TiffField | undefined, limit = 1): Promise<number[]> {
  if (field === undefined) return [];
  const size = typeSizes[field.type] ?? 1;
  const bytes = await tiff.source.bytes(field.offset, Math.min(field.count, limit) * size);
  const values: number[] = [];
  for (let at = 0; at + size <= bytes.length; at += size) {
    const value = numberAt(bytes, at, { type: field.type, isLittleEndian: tiff.isLittleEndian });
    if (value !== null) values.push(value);
  }
  return values;
}

function numberAt(
  bytes: Buffer,
  at: number,
  { type, isLittleEndian }: { type: number; isLittleEndian: boolean },
): number | null {
  if (type === 1 || type === 7) return bytes[at] ?? null;
  if (type === 3) return u16(bytes, at, isLittleEndian);
  if (type === 4 || type === 13) return u32(bytes, at, isLittleEndian);
  if (type === 5) return u32(bytes, at, isLittleEndian) / u32(bytes, at + 4, isLittleEndian);
  if (type === 16 || type === 18) return u64(bytes, at, isLittleEndian);
  return null;
}

export function u16(bytes: Buffer, at: number, isLittleEndian: boolean): number {
  return isLittleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at);
}

export function u32(bytes: Buffer, at: number, isLittleEndian: boolean): number {
  return isLittleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}

/** Exact up to 2 ** 53; what is above is no place in a file anyway. */
function u64(bytes: Buffer, at: number, isLittleEndian: boolean): number {
  return Number(isLittleEndian ? bytes.readBigUInt64LE(at) : bytes.readBigUInt64BE(at));
}
