import type { TagSet, TiffTag } from "./tiff-tags.ts";

const exifPointer = 0x8769;
const gpsPointer = 0x8825;
const iptcTag = 0x83bb;
const fieldBytes = 12;

/**
 * One small TIFF of fields that may have stood anywhere in a file, and of IPTC: the library that knows what fields mean reads
 * one buffer from its start, while a RAW photo of 60 MB keeps them in several places.
 */
export function singleTiff(tags: TagSet, iptc: Buffer | null): Buffer {
  const { isLittleEndian } = tags;
  const iptcTags = iptc === null ? [] : [{ tag: iptcTag, type: 7, count: iptc.length, bytes: iptc }];
  const image = once([...tags.image, ...iptcTags]);
  const exif = once(tags.exif);
  const gps = once(tags.gps);
  const imageCount = image.length + (exif.length > 0 ? 1 : 0) + (gps.length > 0 ? 1 : 0);
  const exifAt = 8 + directoryBytes(imageCount) + valueBytes(image);
  const gpsAt = exifAt + directoryBytes(exif.length) + valueBytes(exif);
  const pointers = [
    ...(exif.length > 0 ? [pointerTo(exifPointer, exifAt, isLittleEndian)] : []),
    ...(gps.length > 0 ? [pointerTo(gpsPointer, gpsAt, isLittleEndian)] : []),
  ];
  return Buffer.concat([
    tiffHeader(isLittleEndian),
    directory([...image, ...pointers], { at: 8, isLittleEndian }),
    directory(exif, { at: exifAt, isLittleEndian }),
    directory(gps, { at: gpsAt, isLittleEndian }),
  ]);
}

/** Eight bytes, behind which the first directory stands. */
export function tiffHeader(isLittleEndian: boolean): Buffer {
  return Buffer.from(isLittleEndian ? "II*\0\x08\0\0\0" : "MM\0*\0\0\0\x08", "latin1");
}

/** The first of each field, text in UTF-8 as text; without those of types that nobody reads. */
export function once(tags: readonly TiffTag[]): TiffTag[] {
  const seen = new Set<number>();
  const kept: TiffTag[] = [];
  for (const each of tags) {
    if (seen.has(each.tag)) continue;
    seen.add(each.tag);
    const type = each.type === 129 ? 2 : each.type;
    if (type <= 5 || type === 7 || type === 9 || type === 10) kept.push({ ...each, type });
  }
  return kept;
}

export function pointerTo(tag: number, offset: number, isLittleEndian: boolean): TiffTag {
  const bytes = Buffer.alloc(4);
  if (isLittleEndian) bytes.writeUInt32LE(offset);
  else bytes.writeUInt32BE(offset);
  return { tag, type: 4, count: 1, bytes };
}

export function directoryBytes(count: number): number {
  return 2 + count * fieldBytes + 4;
}

export function valueBytes(tags: readonly TiffTag[]): number {
  return tags.reduce((sum, { bytes }) => sum + (bytes.length > 4 ? bytes.length : 0), 0);
}

export function directory(
  tags: readonly TiffTag[],
  { at, isLittleEndian }: { at: number; isLittleEndian: boolean },
): Buffer {
  const head = Buffer.alloc(directoryBytes(tags.length));
  const write16 = (value: number, to: number): number =>
    isLittleEndian ? head.writeUInt16LE(value, to) : head.writeUInt16BE(value, to);
  const write32 = (value: number, to: number): number =>
    isLittleEndian ? head.writeUInt32LE(value, to) : head.writeUInt32BE(value, to);
  write16(tags.length, 0);
  const values: Buffer[] = [];
  let valueAt = at + head.length;
  for (const [index, { tag, type, count, bytes }] of tags.entries()) {
    const to = 2 + index * fieldBytes;
    write16(tag, to);
    write16(type, to + 2);
    write32(count, to + 4);
    if (bytes.length <= 4) {
      bytes.copy(head, to + 8);
      continue;
    }
    write32(valueAt, to + 8);
    values.push(bytes);
    valueAt += bytes.length;
  }
  return Buffer.concat([head, ...values]);
}
