import type { ImageSource } from "./image-source.ts";
import {
  openTiff,
  readDirectory,
  readNumbers,
  type Directory,
  type TagSet,
  type TiffField,
  type TiffReader,
  type TiffTag,
} from "./tiff-tags.ts";

/** A picture of a TIFF structure: its size as stored, and whether it is only a preview of another. */
export interface TiffPicture {
  readonly width: number;
  readonly height: number;
  readonly isReduced: boolean;
}

/** What a TIFF structure has of use: the fields that describe it, packets of XMP, IPTC, and the sizes of its pictures. */
export interface GatheredTags {
  readonly tiff: TiffReader;
  readonly first: Directory;
  readonly tags: TagSet;
  readonly xmp: readonly Buffer[];
  readonly iptc: Buffer | null;
  /** The chain of directories, then those below the first. */
  readonly pages: readonly TiffPicture[];
  readonly hasMorePages: boolean;
  readonly parts: readonly TiffPicture[];
  readonly isCut: boolean;
}

const tagIds = {
  subfileType: 0xfe,
  width: 0x100,
  height: 0x101,
  subDirectories: 0x14a,
  xmp: 0x2bc,
  iptc: 0x83bb,
  exif: 0x8769,
  gps: 0x8825,
  cropSize: 0xc620,
  makerNote: 0x927c,
  lensModel: 0xa434,
  canonLens: 0x95,
} as const;

const imageTags = new Set([
  0x10e, 0x10f, 0x110, 0x112, 0x131, 0x132, 0x13b, 0x4746, 0x8298, 0x9c9b, 0x9c9c, 0x9c9d, 0x9c9e, 0x9c9f,
]);
const exifTags = new Set([
  0x829a, 0x829d, 0x8827, 0x8831, 0x8832, 0x8833, 0x9003, 0x9004, 0x9010, 0x9011, 0x9012, 0x9201, 0x9202, 0x9209,
  0x920a, 0x9286, 0x9290, 0x9291, 0x9292, 0xa002, 0xa003, 0xa405, 0xa432, 0xa433, 0xa434,
]);
const maxGpsTag = 0x1f;
const maxPages = 256;
const maxParts = 32;
const maxLensBytes = 128;
const maxTextBytes = 8_192;
const maxIptcBytes = 65_536;
const maxXmpBytes = 1024 * 1024;

/** Collects the fields of a TIFF structure by ranges, each directory once; null when there is none. */
export async function gatherTags(source: ImageSource): Promise<GatheredTags | null> {
  const tiff = await openTiff(source);
  if (tiff === null) return null;
  const first = await readDirectory(tiff, tiff.firstDirectory);
  const exif = await directoryBelow(tiff, first, tagIds.exif);
  const gps = await directoryBelow(tiff, first, tagIds.gps);
  const tags: TagSet = {
    isLittleEndian: tiff.isLittleEndian,
    image: await readTags(tiff, first, (tag) => imageTags.has(tag)),
    // Some cameras write fields of EXIF into the first directory.
    exif: [
      ...(exif === null ? [] : await readTags(tiff, exif, (tag) => exifTags.has(tag))),
      ...(await readTags(tiff, first, (tag) => exifTags.has(tag))),
      ...(exif === null ? [] : await canonLens(tiff, exif)),
    ],
    gps: gps === null ? [] : await readTags(tiff, gps, (tag) => tag <= maxGpsTag),
  };
  const xmp = await blockOf(tiff, fieldOf(first, tagIds.xmp), maxXmpBytes);
  const iptc = await blockOf(tiff, fieldOf(first, tagIds.iptc), maxIptcBytes);
  const { parts, isCut: arePartsCut } = await readParts(tiff, first);
  const { pages, hasMorePages, isCut: arePagesCut } = await readPages(tiff, first);
  const isCut = first.isCut || exif?.isCut === true || gps?.isCut === true || arePartsCut || arePagesCut;
  return { tiff, first, tags, xmp: xmp === null ? [] : [xmp], iptc, pages, hasMorePages, parts, isCut };
}

/** The fields of a structure whose first directory is one of GPS, as Canon's CR3 has it. */
export async function gatherGps(source: ImageSource): Promise<readonly TiffTag[]> {
  const tiff = await openTiff(source);
  if (tiff === null) return [];
  return readTags(tiff, await readDirectory(tiff, tiff.firstDirectory), (tag) => tag <= maxGpsTag);
}

export function fieldOf(directory: Directory, tag: number): TiffField | undefined {
  return directory.fields.find((field) => field.tag === tag);
}

async function directoryBelow(tiff: TiffReader, first: Directory, tag: number): Promise<Directory | null> {
  const [offset] = await readNumbers(tiff, fieldOf(first, tag));
  return offset === undefined || offset === 0 ? null : readDirectory(tiff, offset);
}

async function readTags(
  tiff: TiffReader,
  directory: Directory,
  isWanted: (tag: number) => boolean,
): Promise<TiffTag[]> {
  const tags: TiffTag[] = [];
  const seen = new Set<number>();
  for (const { tag, type, count, offset, sizeBytes } of directory.fields) {
    if (seen.has(tag) || !isWanted(tag)) continue;
    seen.add(tag);
    const isText = type === 1 || type === 2 || type === 7 || type === 129;
    if (sizeBytes > maxTextBytes && !isText) continue;
    const bytes = await tiff.source.bytes(offset, Math.min(sizeBytes, maxTextBytes));
    if (isText ? bytes.length > 0 : bytes.length === sizeBytes)
      tags.push({ tag, type, count: isText ? bytes.length : count, bytes });
  }
  return tags;
}

/** Canon's cameras of before 2010 keep the lens's name in a directory of their own, which begins without any header. */
async function canonLens(tiff: TiffReader, exif: Directory): Promise<TiffTag[]> {
  const note = fieldOf(exif, tagIds.makerNote);
  if (note === undefined || fieldOf(exif, tagIds.lensModel) !== undefined) return [];
  const field = fieldOf(await readDirectory(tiff, note.offset), tagIds.canonLens);
  if (field === undefined || field.type !== 2 || field.sizeBytes > maxLensBytes) return [];
  const bytes = await tiff.source.bytes(field.offset, field.sizeBytes);
  // Directories of other makers may have another field of this number.
  if (!/^[ -~]*[1-9]\d*mm[ -~]*\0*$/.test(bytes.toString("latin1"))) return [];
  return [{ tag: tagIds.lensModel, type: 2, count: bytes.length, bytes }];
}

async function blockOf(tiff: TiffReader, field: TiffField | undefined, maxBytes: number): Promise<Buffer | null> {
  if (field === undefined || field.sizeBytes < 8) return null;
  return tiff.source.bytes(field.offset, Math.min(field.sizeBytes, maxBytes));
}

async function readPages(
  tiff: TiffReader,
  first: Directory,
): Promise<{ pages: TiffPicture[]; hasMorePages: boolean; isCut: boolean }> {
  const pages: TiffPicture[] = [];
  const seen = new Set([tiff.firstDirectory]);
  let directory = first;
  for (let count = 0; count < maxPages; count++) {
    const picture = await pictureOf(tiff, directory);
    if (picture !== null) pages.push(picture);
    const { next } = directory;
    if (next === 0) return { pages, hasMorePages: false, isCut: false };
    if (seen.has(next)) return { pages, hasMorePages: false, isCut: true };
    seen.add(next);
    directory = await readDirectory(tiff, next);
    if (directory.fields.length === 0) return { pages, hasMorePages: false, isCut: true };
  }
  return { pages, hasMorePages: true, isCut: false };
}

async function readParts(tiff: TiffReader, first: Directory): Promise<{ parts: TiffPicture[]; isCut: boolean }> {
  const offsets = await readNumbers(tiff, fieldOf(first, tagIds.subDirectories), maxParts);
  const parts: TiffPicture[] = [];
  let isCut = false;
  for (const offset of new Set(offsets)) {
    const directory = await readDirectory(tiff, offset);
    isCut ||= directory.fields.length === 0;
    const picture = await pictureOf(tiff, directory);
    if (picture !== null) parts.push(picture);
  }
  return { parts, isCut };
}

async function pictureOf(tiff: TiffReader, directory: Directory): Promise<TiffPicture | null> {
  const [subfileType = 0] = await readNumbers(tiff, fieldOf(directory, tagIds.subfileType));
  const [cropWidth, cropHeight] = await readNumbers(tiff, fieldOf(directory, tagIds.cropSize), 2);
  const [width = 0] = await readNumbers(tiff, fieldOf(directory, tagIds.width));
  const [height = 0] = await readNumbers(tiff, fieldOf(directory, tagIds.height));
  if (width === 0 || height === 0) return null;
  const isReduced = subfileType % 2 === 1;
  if (!(cropWidth !== undefined && cropHeight !== undefined && cropWidth > 0 && cropHeight > 0))
    return { width, height, isReduced };
  return { width: Math.round(cropWidth), height: Math.round(cropHeight), isReduced };
}
