import { sourceWithin, type ImageSource } from "../extract/image/image-source.ts";
import { boxOf, readBoxes } from "../extract/image/iso-boxes.ts";
import { openTiff, readDirectory, readNumbers, type Directory, type TiffReader } from "../extract/image/tiff-tags.ts";

/** Where in a file a JPEG stands. */
interface Preview {
  readonly offset: number;
  readonly sizeBytes: number;
}

export interface FoundPreview extends Preview {
  readonly pixels: number;
}

interface Frame {
  readonly width: number;
  readonly height: number;
}

const tagIds = {
  compression: 0x103,
  stripOffsets: 0x111,
  stripBytes: 0x117,
  subDirectories: 0x14a,
  jpegOffset: 0x201,
  jpegBytes: 0x202,
  panasonicPreview: 0x2e,
} as const;
const jpegCompressions: readonly number[] = [6, 7];
const maxDirectories = 40;
const maxSegments = 200;
const maxPreviewBytes = 64 * 1024 * 1024;
const canonPreviewBox = "eaf42b5e1c984b88b9fbb7dc406e4d16";

/** The largest JPEG that the camera put into a RAW photo, found by ranges; null: none that can be shown. `format`: as our readers say. */
export async function largestPreview(source: ImageSource, format: string): Promise<FoundPreview | null> {
  let best: FoundPreview | null = null;
  for (const preview of await candidates(source, format)) {
    if (preview.sizeBytes > maxPreviewBytes || preview.offset + preview.sizeBytes > source.sizeBytes) continue;
    const frame = await shownFrame(sourceWithin(source, preview.offset, preview.sizeBytes));
    const pixels = frame === null ? 0 : frame.width * frame.height;
    if (pixels > (best?.pixels ?? 0)) best = { ...preview, pixels };
  }
  return best;
}

async function candidates(source: ImageSource, format: string): Promise<Preview[]> {
  if (format === "Canon CR3") return canonPreview(source);
  if (format !== "Fujifilm RAF") return tiffPreviews(source);
  const head = await source.bytes(84, 8);
  return head.length < 8 ? [] : [{ offset: head.readUInt32BE(0), sizeBytes: head.readUInt32BE(4) }];
}

/** The preview's box has 16 bytes of sizes before its JPEG (github.com/lclevy/canon_cr3). */
async function canonPreview(source: ImageSource): Promise<Preview[]> {
  const { boxes } = await readBoxes(source);
  const found: Preview[] = [];
  let at = 0;
  for (const { uuid, type, content } of boxes) {
    // Boxes follow one another without gaps; theirs is the place of the next.
    const headerBytes = await headerBytesAt(source, at, type);
    if (uuid === canonPreviewBox) {
      const inner = (await readBoxes(content, 8)).boxes;
      const preview = boxOf(inner, "PRVW");
      if (preview !== undefined)
        found.push({ offset: at + headerBytes + 8 + 8 + 16, sizeBytes: preview.content.sizeBytes - 16 });
    }
    at += headerBytes + content.sizeBytes;
  }
  return found;
}

async function headerBytesAt(source: ImageSource, at: number, type: string): Promise<number> {
  const head = await source.bytes(at, 4);
  const isLong = head.length === 4 && head.readUInt32BE(0) === 1;
  return (isLong ? 16 : 8) + (type === "uuid" ? 16 : 0);
}

async function tiffPreviews(source: ImageSource): Promise<Preview[]> {
  const tiff = await openTiff(source);
  if (tiff === null) return [];
  const found: Preview[] = [];
  const waiting = [tiff.firstDirectory];
  const seen = new Set<number>();
  for (let at = waiting.shift(); at !== undefined && seen.size < maxDirectories; at = waiting.shift()) {
    if (at === 0 || seen.has(at)) continue;
    seen.add(at);
    const directory = await readDirectory(tiff, at);
    found.push(...(await previewsOf(tiff, directory)));
    const below = directory.fields.find(({ tag }) => tag === tagIds.subDirectories);
    waiting.push(directory.next, ...(await readNumbers(tiff, below, maxDirectories)));
  }
  return found;
}

/** A JPEG in fields of its own, in one strip, or as Panasonic has it. */
async function previewsOf(tiff: TiffReader, directory: Directory): Promise<Preview[]> {
  const field = (wanted: number): Directory["fields"][number] | undefined =>
    directory.fields.find(({ tag }) => tag === wanted);
  const number = async (tag: number): Promise<number> => (await readNumbers(tiff, field(tag)))[0] ?? 0;
  const found: Preview[] = [{ offset: await number(tagIds.jpegOffset), sizeBytes: await number(tagIds.jpegBytes) }];
  if (jpegCompressions.includes(await number(tagIds.compression)) && field(tagIds.stripOffsets)?.count === 1)
    found.push({ offset: await number(tagIds.stripOffsets), sizeBytes: await number(tagIds.stripBytes) });
  const panasonic = field(tagIds.panasonicPreview);
  if (panasonic !== undefined) found.push({ offset: panasonic.offset, sizeBytes: panasonic.sizeBytes });
  return found.filter(({ offset, sizeBytes }) => offset > 0 && sizeBytes > 0);
}

/** The size of a JPEG that every decoder knows: sensors' data are often kept as lossless JPEG, which begins alike. */
async function shownFrame(source: ImageSource): Promise<Frame | null> {
  const start = await source.bytes(0, 2);
  if (start.toString("latin1") !== "\xff\xd8") return null;
  let at = 2;
  for (let count = 0; count < maxSegments; count++) {
    const head = await source.bytes(at, 9);
    if (head.length < 9 || head[0] !== 0xff) return null;
    const marker = head[1] ?? 0;
    if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2)
      return { height: head.readUInt16BE(5), width: head.readUInt16BE(7) };
    if (marker === 0xda || (marker >= 0xc3 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc))
      return null;
    at += marker === 0xff ? 1 : 2 + head.readUInt16BE(2);
  }
  return null;
}
