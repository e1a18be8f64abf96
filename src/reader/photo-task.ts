import { DamagedFile, type FileContent, type FileType } from "../extract/extracted.ts";
import { isSidecar } from "../extract/image/companion-facts.ts";
import { everyTag } from "../extract/image/every-tag.ts";
import { gpsTimeOf, inferredZone } from "../extract/image/gps-time.ts";
import { positionNoteOf } from "../extract/image/position-note.ts";
import { readImage } from "../extract/image/image-formats.ts";
import type { ImageLayout } from "../extract/image/image-layout.ts";
import { createImageSource } from "../extract/image/image-source.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import { fileTypeOf, listFileTypes } from "../extract/registry.ts";
import type { CheckedFile } from "../workspace/checked-file.ts";
import type { Unread } from "./document-reader.ts";
import { readSidecarFacts } from "./sidecar-task.ts";

interface PhotoRequest {
  readonly path: string;
  /** With every tag. */
  readonly isWhole: boolean;
  /** Open files that are one item with it. */
  readonly companions: readonly FileContent[];
}

/** Fields of a TIFF that any program writes: they make no photo. */
const plainTags: ReadonlySet<number> = new Set([0x112, 0x131]);

/**
 * What an image says of itself, or XMP of one. What is no image is skipped as "filtered", a broken one as "damaged"; a file whose name says nothing is
 * known by its first bytes.
 */
export async function readPhoto(
  file: CheckedFile,
  { path, isWhole, companions }: PhotoRequest,
): Promise<PhotoFacts | Unread> {
  const sizeBytes = Number(file.stat().size);
  const named = fileTypeOf(path);
  if (named !== null && named.category !== "images") return noImage;
  if (sizeBytes === 0) return { kind: "skipped", reason: "empty" };
  // Twice read is once read from the disk.
  const source = createImageSource({ path, sizeBytes, read: async (offset, length) => file.read(offset, length) });
  const read: FileContent["read"] = (offset, length) => source.bytes(offset, length);
  const content = { path, sizeBytes, read, companions };
  if (isSidecar(path)) return readSidecarFacts(content, isWhole);
  try {
    const layout = isDrawing(named) ? null : await readImage(source, path);
    const type = layout === null ? named : rangesType(named);
    if (type === null) return noImage;
    if (layout === null && type.extractor.reads === "name") return namedOnly(content);
    return photoOf(await metadataOf(content, type), { layout, content, isWhole });
  } catch (error) {
    if (error instanceof DamagedFile) return { kind: "skipped", reason: "damaged", message: error.message };
    throw error;
  }
}

const noImage: Unread = { kind: "skipped", reason: "filtered", message: "no image" };

async function photoOf(
  facts: PhotoFacts["facts"],
  { layout, content, isWhole }: { layout: ImageLayout | null; content: FileContent; isWhole: boolean },
): Promise<PhotoFacts> {
  const gpsTime = gpsTimeOf(layout?.tags ?? null);
  // A name's time is of nobody's clock.
  const takenAt =
    typeof facts["takenAt"] === "string" && facts["takenFrom"] === undefined ? facts["takenAt"] : undefined;
  const every = isWhole && layout !== null ? await everyTag(layout) : { tags: null, leftOut: 0 };
  return {
    kind: "photo",
    format: typeof facts["format"] === "string" ? facts["format"] : endingOf(content.path),
    sizeBytes: content.sizeBytes,
    facts,
    hasExif: hasExif(layout),
    gpsTime,
    ...(await zoneOf(takenAt, { facts, gpsTime })),
    positionNote: positionNoteOf(layout?.tags ?? null),
    tags: every.tags,
    tagsLeftOut: every.leftOut,
  };
}

async function zoneOf(
  takenAt: string | undefined,
  { facts, gpsTime }: Pick<PhotoFacts, "facts" | "gpsTime">,
): Promise<Pick<PhotoFacts, "inferredZone" | "inferredFrom">> {
  const byTime = inferredZone(takenAt, gpsTime);
  if (byTime !== null) return { inferredZone: byTime, inferredFrom: "gps-time" };
  const { latitude, longitude } = facts;
  if (typeof latitude !== "number" || typeof longitude !== "number") return { inferredZone: null, inferredFrom: null };
  // The table of zones is loaded for photos that have a position.
  const { placeZone } = await import("../extract/image/place-zone.ts");
  const byPlace = placeZone(takenAt, { latitude, longitude });
  return { inferredZone: byPlace, inferredFrom: byPlace === null ? null : "place" };
}

function hasExif(layout: ImageLayout | null): boolean {
  if (layout?.tags == null) return false;
  const { image, exif, gps } = layout.tags;
  return exif.length > 0 || gps.length > 0 || image.some(({ tag }) => !plainTags.has(tag));
}

async function metadataOf(content: FileContent, type: FileType): Promise<PhotoFacts["facts"]> {
  if (type.extractor.reads !== "ranges") throw new DamagedFile("not a picture of a known format");
  const extracted = await type.extractor.extract(content, type);
  if (extracted.kind === "skipped") throw new DamagedFile(extracted.message ?? extracted.reason);
  return extracted.metadata;
}

/** The type whose extractor reads any picture by its bytes: of a format that is known by name only, they may be another's. */
function rangesType(named: FileType | null): FileType | null {
  if (named?.extractor.reads === "ranges") return named;
  return (
    listFileTypes().find(({ category, extractor }) => category === "images" && extractor.reads === "ranges") ?? null
  );
}

function isDrawing(type: FileType | null): boolean {
  return type?.id === "svg";
}

function namedOnly({ path, sizeBytes }: FileContent): PhotoFacts {
  const format = endingOf(path);
  return {
    kind: "photo",
    format,
    sizeBytes,
    facts: { format },
    hasExif: null,
    gpsTime: null,
    inferredZone: null,
    inferredFrom: null,
    positionNote: null,
    tags: null,
    tagsLeftOut: 0,
  };
}

function endingOf(path: string): string {
  return path.slice(path.lastIndexOf(".") + 1).toUpperCase();
}
