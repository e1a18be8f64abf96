import { layoutOf, profileIn, type ImageLayout, type TiffBlock } from "./image-layout.ts";
import { sourceOfBytes, sourceWithin, type ImageSource } from "./image-source.ts";
import { boxBytes, boxOf, cursorOf, readBoxes, type IsoBox } from "./iso-boxes.ts";
import { gatherTags } from "./tag-gathering.ts";
import type { TagSet } from "./tiff-tags.ts";

const maxItems = 10_000;
const maxXmpBytes = 1024 * 1024;
const maxExtents = 32;

interface Item {
  readonly id: number;
  readonly type: string;
  readonly contentType: string;
}

interface Place {
  /** 0: offsets in the file; 1: in the box of small items. */
  readonly method: number;
  readonly extents: readonly { readonly offset: number; readonly length: number }[];
}

/** A HEIC, HEIF or AVIF file: the properties of its main picture, and its EXIF and XMP wherever they lie. */
export async function readHeif(source: ImageSource, format: string): Promise<ImageLayout> {
  const { boxes, isCut } = await readBoxes(source);
  const meta = boxOf(boxes, "meta");
  // "meta" is a full box: version and flags stand before its boxes.
  const inner = meta === undefined ? [] : (await readBoxes(meta.content, 4)).boxes;
  const main = mainItem(await boxBytes(boxOf(inner, "pitm")));
  const items = await readItems(boxOf(inner, "iinf"));
  const places = readPlaces(await boxBytes(boxOf(inner, "iloc")));
  const small = boxOf(inner, "idat")?.content ?? sourceOfBytes(Buffer.alloc(0));
  const contentOf = async (item: Item, maxBytes: number): Promise<Buffer> =>
    placedBytes(places.get(item.id), { source, small, maxBytes });

  const { size, isTurned, profile } = await mainProperties(boxOf(inner, "iprp"), main);
  let tags: TagSet | null = null;
  const blocks: TiffBlock[] = [];
  let isDamaged = isCut || size === null;
  const exif = items.find((item) => item.type === "Exif");
  if (exif !== undefined) {
    const block = exifIn(await contentOf(exif, maxXmpBytes));
    blocks.push({ source: block, holds: "image" });
    const gathered = await gatherTags(block);
    tags = gathered?.tags ?? null;
    isDamaged ||= gathered === null || gathered.isCut;
  }
  const packet = items.find((item) => item.type === "mime" && item.contentType === "application/rdf+xml");
  const xmp = packet === undefined ? [] : [await contentOf(packet, maxXmpBytes)];
  return layoutOf({
    format,
    width: size?.width ?? null,
    height: size?.height ?? null,
    isTurned,
    tags,
    xmp,
    blocks,
    readProfile: profileIn(profile),
    isDamaged,
    isCutShort: isCut,
  });
}

/** The block after its four bytes that say how many more stand before it. */
function exifIn(bytes: Buffer): ImageSource {
  const skipped = bytes.length < 4 ? 0 : 4 + bytes.readUInt32BE(0);
  return sourceOfBytes(bytes.subarray(Math.min(skipped, bytes.length)));
}

function mainItem(bytes: Buffer): number {
  const cursor = cursorOf(bytes);
  const version = cursor.number(1);
  cursor.number(3);
  return cursor.number(version === 0 ? 2 : 4);
}

async function readItems(box: IsoBox | undefined): Promise<Item[]> {
  if (box === undefined) return [];
  const head = await box.content.bytes(0, 1);
  const { boxes } = await readBoxes(box.content, head[0] === 0 ? 6 : 8);
  const items: Item[] = [];
  for (const entry of boxes) {
    if (entry.type !== "infe") continue;
    const cursor = cursorOf(await boxBytes(entry));
    const version = cursor.number(1);
    cursor.number(3);
    const id = cursor.number(version === 3 ? 4 : 2);
    cursor.number(2);
    const type = cursor.letters();
    cursor.text();
    const contentType = type === "mime" ? cursor.text() : "";
    if (version >= 2) items.push({ id, type, contentType });
  }
  return items;
}

function readPlaces(bytes: Buffer): ReadonlyMap<number, Place> {
  const cursor = cursorOf(bytes);
  const version = cursor.number(1);
  cursor.number(3);
  const sizes = cursor.number(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const count = Math.min(cursor.number(version < 2 ? 2 : 4), maxItems);
  const places = new Map<number, Place>();
  if ([offsetBytes, lengthBytes, baseBytes, indexBytes].some((size) => size !== 0 && size !== 4 && size !== 8))
    return places;
  for (let item = 0; item < count && !cursor.isPast; item++) {
    const id = cursor.number(version < 2 ? 2 : 4);
    const method = version === 0 ? 0 : cursor.number(2) & 15;
    cursor.number(2);
    const base = cursor.number(baseBytes);
    const extentCount = cursor.number(2);
    const extents: { offset: number; length: number }[] = [];
    for (let extent = 0; extent < extentCount && !cursor.isPast; extent++) {
      cursor.number(indexBytes);
      const offset = base + cursor.number(offsetBytes);
      const length = cursor.number(lengthBytes);
      if (extents.length < maxExtents) extents.push({ offset, length });
      if (offsetBytes + lengthBytes + indexBytes === 0) break;
    }
    places.set(id, { method, extents });
  }
  return places;
}

async function placedBytes(
  place: Place | undefined,
  { source, small, maxBytes }: { source: ImageSource; small: ImageSource; maxBytes: number },
): Promise<Buffer> {
  if (place === undefined || place.method > 1) return Buffer.alloc(0);
  const from = place.method === 1 ? small : source;
  const pieces: Buffer[] = [];
  let room = maxBytes;
  for (const { offset, length } of place.extents) {
    const whole = length === 0 ? from.sizeBytes - offset : length;
    const piece = await sourceWithin(from, offset, whole).bytes(0, Math.min(whole, room));
    room -= piece.length;
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

/** Size and rotation of the main picture; without its properties those of the largest. */
async function mainProperties(
  box: IsoBox | undefined,
  main: number,
): Promise<{ size: { width: number; height: number } | null; isTurned: boolean; profile: ImageSource | null }> {
  if (box === undefined) return { size: null, isTurned: false, profile: null };
  const { boxes } = await readBoxes(box.content);
  const container = boxOf(boxes, "ipco");
  const properties = container === undefined ? [] : (await readBoxes(container.content)).boxes;
  const links = propertyLinks(await boxBytes(boxOf(boxes, "ipma")), main);
  const own = links.flatMap((index) => properties[index - 1] ?? []);
  const sizes: { width: number; height: number }[] = [];
  for (const property of own.some(({ type }) => type === "ispe") ? own : properties) {
    if (property.type !== "ispe") continue;
    const bytes = await property.content.bytes(0, 12);
    if (bytes.length === 12) sizes.push({ width: bytes.readUInt32BE(4), height: bytes.readUInt32BE(8) });
  }
  const size = sizes.toSorted((one, other) => other.width * other.height - one.width * one.height)[0] ?? null;
  const rotation = own.find(({ type }) => type === "irot");
  const quarters = rotation === undefined ? 0 : ((await rotation.content.bytes(0, 1))[0] ?? 0);
  return { size, isTurned: quarters % 2 === 1, profile: await profileBox(own) };
}

/** A colour box may hold a profile, or only numbers of a standard. */
async function profileBox(properties: readonly IsoBox[]): Promise<ImageSource | null> {
  for (const { type, content } of properties) {
    if (type !== "colr") continue;
    const kind = (await content.bytes(0, 4)).toString("latin1");
    if (kind === "prof" || kind === "rICC") return sourceWithin(content, 4, content.sizeBytes);
  }
  return null;
}

/** Numbers of the properties of one item, from 1. */
function propertyLinks(bytes: Buffer, main: number): number[] {
  const cursor = cursorOf(bytes);
  const version = cursor.number(1);
  const hasWideLinks = (cursor.number(3) & 1) === 1;
  const count = Math.min(cursor.number(4), maxItems);
  for (let item = 0; item < count && !cursor.isPast; item++) {
    const id = cursor.number(version === 0 ? 2 : 4);
    const links = cursor.number(1);
    const numbers: number[] = [];
    for (let link = 0; link < links; link++)
      numbers.push(hasWideLinks ? cursor.number(2) & 0x7fff : cursor.number(1) & 0x7f);
    if (id === main) return numbers;
  }
  return [];
}
