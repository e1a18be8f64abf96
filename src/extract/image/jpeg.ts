import { layoutOf, type ImageLayout, type TiffBlock } from "./image-layout.ts";
import { sourceWithin, type ImageSource } from "./image-source.ts";
import { imageResources, iptcOf } from "./photoshop.ts";
import { gatherTags } from "./tag-gathering.ts";
import type { TagSet } from "./tiff-tags.ts";

const exifLabel = "Exif\0";
const xmpLabel = "http://ns.adobe.com/xap/1.0/\0";
const photoshopLabel = "Photoshop 3.0\0";
const profileLabel = "ICC_PROFILE\0";
const tailBytes = 16_384;
const maxSegments = 2_000;
const maxPackets = 4;
const maxProfileBytes = 1024 * 1024;

interface Found {
  size: { width: number; height: number } | null;
  tags: TagSet | null;
  iptc: Buffer | null;
  xmp: Buffer[];
  comment: string | undefined;
  blocks: TiffBlock[];
  /** Pieces of the colour profile, with the number that each has. */
  profile: ImageSource[];
  isDamaged: boolean;
}

/** A JPEG's segments up to its first scan; of the pixels behind it only whether they have an end. */
export async function readJpeg(source: ImageSource): Promise<ImageLayout> {
  const found: Found = {
    size: null,
    tags: null,
    iptc: null,
    xmp: [],
    comment: undefined,
    blocks: [],
    profile: [],
    isDamaged: false,
  };
  let [isEnded, isCutShort] = [false, false];
  let at = 2;
  for (let count = 0; count < maxSegments && !isEnded; count++) {
    const head = await source.bytes(at, 4);
    if (head.length < 4 || head[0] !== 0xff) break;
    const marker = head[1] ?? 0;
    // A marker may be padded with any number of 0xff before it; some have no content.
    if (marker === 0xff) at += 1;
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8)) at += 2;
    else if (marker === 0xda || marker === 0xd9) {
      isEnded = true;
      isCutShort = marker === 0xda && (await endsInScan(source, at + 2));
    } else {
      const length = head.readUInt16BE(2);
      isCutShort = at + 2 + length > source.sizeBytes;
      if (length < 2 || isCutShort) break;
      await readSegment(sourceWithin(source, at + 4, length - 2), marker, found);
      at += 2 + length;
    }
  }
  return layoutOf({
    format: "JPEG",
    width: found.size?.width ?? null,
    height: found.size?.height ?? null,
    tags: found.tags,
    iptc: found.iptc,
    xmp: found.xmp,
    notes: { caption: found.comment },
    blocks: found.blocks,
    readProfile: found.profile.length === 0 ? null : () => joinedProfile(found.profile),
    isDamaged: found.isDamaged || !isEnded || found.size === null || isCutShort,
    isCutShort,
  });
}

/**
 * Whether the file ends amid the data of a scan: there, 0xff comes only before a zero, a restart or the tables of a next scan (ITU-T T.81,
 * B.1.1.5). What stands behind a picture (a video, a gain map, zeros) is not like that, or has no 0xff at all.
 */
async function endsInScan(source: ImageSource, scan: number): Promise<boolean> {
  const start = Math.max(scan, source.sizeBytes - tailBytes);
  const wanted = source.sizeBytes - start;
  const tail = await source.bytes(start, wanted);
  if (tail.length < wanted) return false;
  let marks = 0;
  for (let at = tail.indexOf(0xff); at >= 0 && at + 1 < tail.length; at = tail.indexOf(0xff, at + 1)) {
    const next = tail[at + 1] ?? 0;
    if (next === 0xd9 || !isInScan(next)) return false;
    marks++;
  }
  // All of the scan was seen, and no end in it.
  return marks > 0 || start === scan;
}

function isInScan(marker: number): boolean {
  return (
    marker === 0 ||
    marker === 0xff ||
    (marker >= 0xd0 && marker <= 0xd7) ||
    [0xc4, 0xda, 0xdb, 0xdc, 0xdd].includes(marker)
  );
}

async function readSegment(segment: ImageSource, marker: number, found: Found): Promise<void> {
  if (marker === 0xe1) return readDescription(segment, found);
  if (marker === 0xe2) return addProfile(segment, found);
  if (marker === 0xed && found.iptc === null) {
    const bytes = await segment.bytes(0, segment.sizeBytes);
    if (startsWith(bytes, photoshopLabel)) found.iptc = iptcOf(imageResources(bytes.subarray(photoshopLabel.length)));
  } else if (marker === 0xfe) {
    found.comment ??= (await segment.bytes(0, segment.sizeBytes)).toString("utf8");
  } else if (isFrame(marker) && found.size === null) {
    const frame = await segment.bytes(0, 5);
    if (frame.length === 5) found.size = { height: frame.readUInt16BE(1), width: frame.readUInt16BE(3) };
  }
}

async function readDescription(segment: ImageSource, found: Found): Promise<void> {
  const label = await segment.bytes(0, xmpLabel.length);
  if (startsWith(label, exifLabel) && found.tags === null) {
    const block = sourceWithin(segment, 6, segment.sizeBytes);
    const gathered = await gatherTags(block);
    found.blocks.push({ source: block, holds: "image" });
    found.tags = gathered?.tags ?? null;
    found.isDamaged ||= gathered === null || gathered.isCut;
  } else if (startsWith(label, xmpLabel) && found.xmp.length < maxPackets) {
    found.xmp.push(await segment.bytes(xmpLabel.length, segment.sizeBytes));
  }
}

async function addProfile(segment: ImageSource, found: Found): Promise<void> {
  const label = await segment.bytes(0, profileLabel.length);
  if (startsWith(label, profileLabel)) found.profile.push(sourceWithin(segment, label.length, segment.sizeBytes));
}

/** A profile of more than 64 KiB comes in numbered pieces. */
async function joinedProfile(sources: readonly ImageSource[]): Promise<Buffer | null> {
  if (sources.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) > maxProfileBytes) return null;
  const pieces: Buffer[] = [];
  for (const source of sources) pieces.push(await source.bytes(0, source.sizeBytes));
  const inOrder = pieces.toSorted((one, other) => (one[0] ?? 0) - (other[0] ?? 0));
  return Buffer.concat(inOrder.map((piece) => piece.subarray(2)));
}

/** Start of frame: all of 0xc0 to 0xcf but those that carry tables. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function startsWith(bytes: Buffer, label: string): boolean {
  return bytes.toString("latin1", 0, label.length) === label;
}
