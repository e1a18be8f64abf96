import type { Metadata } from "../core/document.ts";
import { DamagedFile, type BytesExtractor, type Extracted, type FileType } from "./extracted.ts";
import { withCompanionFacts } from "./image/companion-facts.ts";
import { readExifFacts } from "./image/exif-facts.ts";
import { readImage } from "./image/image-formats.ts";
import type { ImageLayout, ImageNotes } from "./image/image-layout.ts";
import { createImageSource } from "./image/image-source.ts";
import { gpsTimeOf } from "./image/gps-time.ts";
import { boundedFacts, cameraOf, exposureText, metadataOf } from "./image/photo-metadata.ts";
import { sentenceOf, type Picture } from "./image/photo-sentence.ts";
import type { PhotoSettings } from "./image/photo-setting.ts";
import { nameTimeOf } from "./image/name-time.ts";
import { cleanText, foundFacts, mergeFacts, type FoundFacts } from "./image/picture-facts.ts";
import type { PhotoSetting } from "./image/picture-setting.ts";
import { extractSvg } from "./image/svg.ts";
import { readTakenAt } from "./image/taken-at.ts";
import { readXmpFacts } from "./image/xmp-facts.ts";

// No camera and no program makes more; a header that says so lies.
const maxSidePixels = 2_000_000;
const leastPhotoPixels = 100;
const leastDrawnPixels = 256;

const described =
  "Size, camera, lens, exposure, date, place and light; title, caption, keywords and names (EXIF, IPTC, XMP). No pixels.";

const image = (id: string, extensions: readonly string[], extracts = described): FileType => ({
  id,
  category: "images",
  language: null,
  extensions,
  fileNames: [],
  extracts,
  extractor: { reads: "ranges", extract: extractImage },
  version: "image-4",
});

export const imageTypes: readonly FileType[] = [
  image("jpeg", ["jpg", "jpeg", "jpe", "jfif"]),
  image("png", ["png", "apng"]),
  image("webp", ["webp"]),
  image("gif", ["gif"], "Size, comment, and whether it moves."),
  image("tiff", ["tif", "tiff"]),
  image("heic", ["heic", "heif", "hif"]),
  image("avif", ["avif"]),
  image("bmp", ["bmp", "dib"], "Size."),
  image("icon", ["ico", "cur"], "Size of the largest picture, and how many there are."),
  image("photoshop", ["psd", "psb"], "Size; title, caption, keywords and names; no layers."),
  image("raw-photo", [
    "cr2",
    "cr3",
    "nef",
    "nrw",
    "arw",
    "sr2",
    "dng",
    "orf",
    "rw2",
    "raf",
    "pef",
    "srw",
    "3fr",
    "erf",
  ]),
  {
    ...image("svg", ["svg"], "Size, title, description and the texts in the drawing."),
    extractor: { reads: "ranges", extract: extractSvg },
    version: "svg-1",
  },
  {
    ...image("image", [
      "xcf",
      "raw",
      "ai",
      "eps",
      "svgz",
      "jxl",
      "jp2",
      "tga",
      "icns",
      "exr",
      "hdr",
      "dds",
      "iiq",
      "x3f",
      "crw",
    ]),
    extracts: "Name and size.",
    extractor: { reads: "name" },
    version: "name-1",
  },
];

/** Any picture, by what its bytes are: one part with a sentence that a person would search for, and its facts as metadata. */
async function extractImage(...[file]: Parameters<BytesExtractor>): Promise<Extracted> {
  const layout = await readImage(createImageSource(file), file.path);
  if (layout === null) throw new DamagedFile("not a picture of a known format");
  const { exif, iptc } = await readExifFacts(layout.tags, layout.iptc);
  const { facts: xmp, isDamaged } = await readXmpFacts(layout.xmp);
  const own = mergeFacts({ exif, iptc, xmp, notes: factsOfNotes(layout.notes) });
  const { companions = [] } = file;
  const joined = await withCompanionFacts(own, companions);
  const facts = boundedFacts(joined.facts);
  const size = shownSize(layout, facts);
  if (size === null && Object.keys(facts).length === 0) throw new DamagedFile(`cut short: no ${layout.format} header`);
  const named = facts.takenAt === undefined ? nameTimeOf(file.path, mayBePhoto(layout, size)) : null;
  const picture: Picture = {
    path: file.path,
    format: layout.format,
    facts,
    camera: cameraOf(facts),
    exposureText: facts.exposureSeconds === undefined ? undefined : exposureText(facts.exposureSeconds),
    size,
    named,
    setting: await settingOf(layout, { ...facts, ...(named?.kind === "time" ? { takenAt: named.takenAt } : {}) }),
    companions: companions.map(({ path }) => path.slice(path.lastIndexOf("/") + 1)),
    brokenCompanions: joined.broken,
  };
  const isBroken = isDamaged || layout.isDamaged || size === null;
  const metadata = { ...metadataOf(picture), ...layout.facts, ...damageOf(layout, isBroken) };
  const symbol = file.path.slice(file.path.lastIndexOf("/") + 1);
  const text = sentenceOf(picture);
  const part = { text, start: 1, end: 1, kind: "record", symbol, signature: null, doc: null, scope: [] } as const;
  return { kind: "parts", unit: "record", parts: [part], metadata };
}

function damageOf({ isCutShort }: ImageLayout, isBroken: boolean): Metadata {
  if (!isBroken) return {};
  return isCutShort ? { isDamaged: true, damage: "cut short" } : { isDamaged: true };
}

// One for the life of the process: what it reads is half a megabyte, and a directory has thousands of photos of some places.
let settings: PhotoSettings | null = null;

/** Null without a position; nothing is loaded then. */
async function settingOf({ tags }: ImageLayout, facts: FoundFacts): Promise<PhotoSetting | null> {
  const { latitude, longitude, takenAt } = facts;
  if (latitude === undefined || longitude === undefined) return null;
  settings ??= (await import("./image/photo-setting.ts")).createPhotoSettings();
  return settings.of({ position: { latitude, longitude }, takenAt, gpsTime: gpsTimeOf(tags) });
}

function factsOfNotes(notes: ImageNotes): FoundFacts {
  return foundFacts({
    title: cleanText(notes.title),
    caption: cleanText(notes.caption),
    creator: cleanText(notes.creator),
    copyright: cleanText(notes.copyright),
    software: cleanText(notes.software),
    takenAt: readTakenAt(notes.takenAt ?? "") ?? undefined,
  });
}

/** Width and height as people see the picture: after the rotation that the format or EXIF asks for. */
function shownSize(layout: ImageLayout, { orientation = 1 }: FoundFacts): Picture["size"] {
  const { width, height, isTurned } = layout;
  if (width === null || height === null || !isSide(width) || !isSide(height)) return null;
  return (isTurned ?? orientation >= 5) ? { width: height, height: width } : { width, height };
}

/** Smaller ones, and those of such formats, are icons and drawings: the folder that they are in says nothing of when they were made. */
function mayBePhoto({ format }: ImageLayout, size: Picture["size"]): boolean {
  if (size === null || format === "Icon" || format === "GIF") return false;
  const least = format === "PNG" || format === "WebP" ? leastDrawnPixels : leastPhotoPixels;
  return Math.min(size.width, size.height) >= least;
}

function isSide(pixels: number): boolean {
  return pixels >= 1 && pixels <= maxSidePixels;
}
