import { gatherTags } from "./tag-gathering.ts";
import { sourceOfBytes, type ImageSource } from "./image-source.ts";
import { layoutOf, profileIn, type ImageLayout } from "./image-layout.ts";

const iptcResource = 0x0404;
const profileResource = 0x040f;
const exifResource = 0x0422;
const xmpResource = 0x0424;
const maxResources = 2_000;
const maxResourceBytes = 2 * 1024 * 1024;
const maxIptcBytes = 65_536;

/** The blocks of a list of image resources by their numbers: of JPEG's APP13, or of a PSD. The first of each number counts. */
export function imageResources(bytes: Buffer): ReadonlyMap<number, Buffer> {
  const found = new Map<number, Buffer>();
  let at = 0;
  for (let count = 0; count < maxResources && at + 12 <= bytes.length; count++) {
    if (bytes.toString("latin1", at, at + 4) !== "8BIM") break;
    const id = bytes.readUInt16BE(at + 4);
    const nameBytes = 1 + (bytes[at + 6] ?? 0);
    const sizeAt = at + 6 + nameBytes + (nameBytes % 2);
    if (sizeAt + 4 > bytes.length) break;
    const size = bytes.readUInt32BE(sizeAt);
    if (!found.has(id)) found.set(id, bytes.subarray(sizeAt + 4, sizeAt + 4 + size));
    at = sizeAt + 4 + size + (size % 2);
  }
  return found;
}

export function iptcOf(resources: ReadonlyMap<number, Buffer>): Buffer | null {
  return resources.get(iptcResource)?.subarray(0, maxIptcBytes) ?? null;
}

/** A Photoshop document (PSD, or PSB of large ones): its header and its resources; layers are not read. */
export async function readPhotoshop(source: ImageSource): Promise<ImageLayout> {
  const head = await source.bytes(0, 30);
  if (head.length < 30) return layoutOf({ format: "Photoshop", isDamaged: true });
  const colorBytes = head.readUInt32BE(26);
  const length = await source.bytes(30 + colorBytes, 4);
  const size = length.length < 4 ? 0 : length.readUInt32BE(0);
  const block = await source.bytes(34 + colorBytes, Math.min(size, maxResourceBytes));
  const resources = imageResources(block);
  const exif = resources.get(exifResource);
  const exifSource = exif === undefined ? null : sourceOfBytes(exif);
  const gathered = exifSource === null ? null : await gatherTags(exifSource);
  const profile = resources.get(profileResource);
  const xmp = resources.get(xmpResource);
  return layoutOf({
    format: "Photoshop",
    height: head.readUInt32BE(14),
    width: head.readUInt32BE(18),
    // The pixels of a PSD are upright; its EXIF is of the photo that it was made from.
    isTurned: false,
    tags: gathered?.tags ?? null,
    iptc: iptcOf(resources),
    blocks: exifSource === null ? [] : [{ source: exifSource, holds: "image" }],
    readProfile: profileIn(profile === undefined ? null : sourceOfBytes(profile)),
    xmp: xmp === undefined ? [] : [xmp],
    isDamaged: length.length < 4 || 34 + colorBytes + size > source.sizeBytes,
  });
}
