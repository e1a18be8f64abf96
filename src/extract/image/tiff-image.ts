import { layoutOf, profileIn, type ImageLayout } from "./image-layout.ts";
import { sourceWithin, type ImageSource } from "./image-source.ts";
import { readJpeg } from "./jpeg.ts";
import { fieldOf, gatherTags, type GatheredTags, type TiffPicture } from "./tag-gathering.ts";
import { readDirectory, readNumbers, u16, u32, type Directory, type TiffReader, type TiffTag } from "./tiff-tags.ts";

interface Size {
  readonly width: number;
  readonly height: number;
}

const subDirectories = 0x14a;
const maxSubDirectories = 8;
/** Where the pixels are, in strips or in tiles: offsets, and how many bytes each has. */
const pixelTags = [
  [0x111, 0x117],
  [0x144, 0x145],
] as const;
const dngVersion = 0xc612;
const profileTag = 0x8773;
const panasonicMagic = 0x55;
/** Panasonic's sensor borders: top, left, bottom, right. */
const panasonicBorders = [4, 5, 6, 7] as const;
const panasonicIso = 0x17;
const panasonicPreview = 0x2e;

/** A TIFF: its first page's size and how many pages it has. */
export async function readTiff(source: ImageSource): Promise<ImageLayout> {
  const gathered = await gatherTags(source);
  if (gathered === null) return layoutOf({ format: "TIFF", isDamaged: true });
  const { pages, parts, hasMorePages } = gathered;
  const full = pages.filter(({ isReduced }) => !isReduced);
  const size = full[0] ?? largest([...pages, ...parts]);
  // Of a chain that is longer than what is read the number of pages is not known.
  const facts = full.length > 1 && !hasMorePages ? { pages: full.length } : {};
  return { ...(await wholeLayout("TIFF", gathered, size)), facts };
}

/** A RAW photo of the TIFF family: CR2, NEF, ARW, DNG, ORF, RW2 and others. `name`: what its ending promises. */
export async function readRawPhoto(source: ImageSource, name: string): Promise<ImageLayout> {
  const gathered = await gatherTags(source);
  if (gathered === null) return layoutOf({ format: name, isDamaged: true });
  if (fieldOf(gathered.first, dngVersion) !== undefined) return wholeLayout("DNG", gathered, fullSize(gathered));
  if (gathered.tiff.magic === panasonicMagic) return readPanasonic(gathered);
  const head = await source.bytes(8, 2);
  const format = head.toString("latin1") === "CR" ? "Canon CR2" : name;
  return wholeLayout(format, gathered, shownSize(gathered));
}

async function wholeLayout(format: string, gathered: GatheredTags, size: Size | null): Promise<ImageLayout> {
  const layout = rawLayout(format, gathered, size);
  const isCutShort = await arePixelsPastEnd(gathered);
  return { ...layout, isCutShort, isDamaged: layout.isDamaged || isCutShort };
}

/** Whether the last strip or tile of the first picture, or of one below it, is not in the file. */
async function arePixelsPastEnd({ tiff, first }: GatheredTags): Promise<boolean> {
  if (await isPastEnd(tiff, first)) return true;
  for (const offset of await readNumbers(tiff, fieldOf(first, subDirectories), maxSubDirectories))
    if (await isPastEnd(tiff, await readDirectory(tiff, offset))) return true;
  return false;
}

async function isPastEnd(tiff: TiffReader, directory: Directory): Promise<boolean> {
  for (const [offsets, sizes] of pixelTags) {
    const [offset, size] = [await lastOf(tiff, directory, offsets), await lastOf(tiff, directory, sizes)];
    // Some cameras write a number for "elsewhere"; sizes are rounded up to whole words.
    if (offset === null || size === null || offset === 0 || offset >= 0xff_ff_ff_ff) continue;
    if (offset + size > tiff.source.sizeBytes + 4) return true;
  }
  return false;
}

async function lastOf(tiff: TiffReader, directory: Directory, tag: number): Promise<number | null> {
  const field = fieldOf(directory, tag);
  if (field === undefined) return null;
  const valueBytes = field.sizeBytes / field.count;
  const last = { ...field, count: 1, offset: field.offset + valueBytes * (field.count - 1), sizeBytes: valueBytes };
  return (await readNumbers(tiff, last))[0] ?? null;
}

function rawLayout(format: string, gathered: GatheredTags, size: Size | null): ImageLayout {
  const { tags, iptc, xmp, isCut, tiff, first } = gathered;
  const isDamaged = isCut || size === null;
  const profile = fieldOf(first, profileTag);
  return layoutOf({
    format,
    width: size?.width ?? null,
    height: size?.height ?? null,
    tags,
    iptc,
    xmp,
    blocks: [{ source: tiff.source, holds: "image" }],
    readProfile: profileIn(profile === undefined ? null : sourceWithin(tiff.source, profile.offset, profile.sizeBytes)),
    isDamaged,
  });
}

function largest(pictures: readonly TiffPicture[]): Size | null {
  return pictures.toSorted((one, other) => other.width * other.height - one.width * one.height)[0] ?? null;
}

function fullSize({ pages, parts }: GatheredTags): Size | null {
  return largest([...pages, ...parts].filter(({ isReduced }) => !isReduced)) ?? largest([...pages, ...parts]);
}

/** The size that the camera says the picture has, unless it is a preview's; the sensor has some more columns that are cut off. */
function shownSize(gathered: GatheredTags): Size | null {
  const full = fullSize(gathered);
  const shown = exifSize(gathered);
  if (shown === null || full === null) return full ?? shown;
  return shown.width > full.width * 0.9 ? shown : full;
}

function exifSize({ tags }: GatheredTags): Size | null {
  const [width, height] = [0xa002, 0xa003].map((id) => {
    const field = tags.exif.find(({ tag }) => tag === id);
    if (field === undefined || field.count !== 1) return 0;
    if (field.type === 3) return u16(field.bytes, 0, tags.isLittleEndian);
    return field.type === 4 ? u32(field.bytes, 0, tags.isLittleEndian) : 0;
  });
  return width === undefined || height === undefined || width === 0 || height === 0 ? null : { width, height };
}

async function readPanasonic(gathered: GatheredTags): Promise<ImageLayout> {
  const { tiff, first, tags } = gathered;
  const borders: number[] = [];
  for (const tag of panasonicBorders) borders.push((await readNumbers(tiff, fieldOf(first, tag)))[0] ?? 0);
  const [top = 0, left = 0, bottom = 0, right = 0] = borders;
  const size = right > left && bottom > top ? { width: right - left, height: bottom - top } : shownSize(gathered);
  const layout = rawLayout("Panasonic RW2", gathered, size);
  const exif = [...tags.exif, ...(await panasonicIsoTag(gathered))];
  const preview = fieldOf(first, panasonicPreview);
  if (preview === undefined) return { ...layout, tags: { ...tags, exif } };
  // The JPEG inside says what the directories around it leave out: lens, software, GPS.
  const inner = await readJpeg(sourceWithin(tiff.source, preview.offset, preview.sizeBytes));
  if (inner.tags?.isLittleEndian !== tags.isLittleEndian) return { ...layout, tags: { ...tags, exif } };
  const { isLittleEndian } = tags;
  const { image, exif: innerExif, gps } = inner.tags;
  return {
    ...layout,
    blocks: [...layout.blocks, ...inner.blocks],
    xmp: [...layout.xmp, ...inner.xmp],
    tags: {
      isLittleEndian,
      image: [...tags.image, ...image],
      exif: [...exif, ...innerExif],
      gps: [...tags.gps, ...gps],
    },
  };
}

async function panasonicIsoTag({ tiff, first, tags }: GatheredTags): Promise<TiffTag[]> {
  const [iso] = await readNumbers(tiff, fieldOf(first, panasonicIso));
  if (iso === undefined || tags.exif.some(({ tag }) => tag === 0x8827)) return [];
  const bytes = Buffer.alloc(2);
  if (tags.isLittleEndian) bytes.writeUInt16LE(iso & 0xffff);
  else bytes.writeUInt16BE(iso & 0xffff);
  return [{ tag: 0x8827, type: 3, count: 1, bytes }];
}

/** A Fujifilm RAF: a JPEG with all that describes the photo stands inside of it, and its own size in a list of fields. */
export async function readFujifilm(source: ImageSource): Promise<ImageLayout> {
  const head = await source.bytes(84, 16);
  if (head.length < 16) return layoutOf({ format: "Fujifilm RAF", isDamaged: true });
  const inner = await readJpeg(sourceWithin(source, head.readUInt32BE(0), head.readUInt32BE(4)));
  const size = fujifilmSize(await source.bytes(head.readUInt32BE(8), Math.min(head.readUInt32BE(12), 65_536)));
  return { ...inner, format: "Fujifilm RAF", ...size };
}

function fujifilmSize(fields: Buffer): Size | null {
  const croppedSize = 0x111;
  const count = fields.length < 4 ? 0 : fields.readUInt32BE(0);
  let at = 4;
  for (let index = 0; index < count && at + 8 <= fields.length; index++) {
    const tag = fields.readUInt16BE(at);
    const length = fields.readUInt16BE(at + 2);
    if (tag === croppedSize && length === 4)
      return { height: fields.readUInt16BE(at + 4), width: fields.readUInt16BE(at + 6) };
    at += 4 + length;
  }
  return null;
}
