import type { Metadata } from "../core/document.ts";
import { DamagedFile, type BytesExtractor, type Extracted, type FileType } from "./extracted.ts";
import { readExifFacts } from "./image/exif-facts.ts";
import { readImage } from "./image/image-formats.ts";
import type { ImageLayout, ImageNotes } from "./image/image-layout.ts";
import { createImageSource } from "./image/image-source.ts";
import { aspectOf, sentenceOf, type Picture } from "./image/photo-sentence.ts";
import { cleanText, foundFacts, mergeFacts, shortened, type FoundFacts } from "./image/picture-facts.ts";
import { extractSvg } from "./image/svg.ts";
import { readTakenAt } from "./image/taken-at.ts";
import { readXmpFacts } from "./image/xmp-facts.ts";

// No camera and no program makes more; a header that says so lies.
const maxSidePixels = 2_000_000;
const maxTitleChars = 200;
const maxCaptionChars = 2_000;
const maxKeywords = 50;
const maxNameChars = 200;

const described =
  "Size, camera, lens, exposure, date and place; title, caption, keywords and names (EXIF, IPTC, XMP). No pixels.";

const image = (id: string, extensions: readonly string[], extracts = described): FileType => ({
  id,
  category: "images",
  language: null,
  extensions,
  fileNames: [],
  extracts,
  extractor: { reads: "ranges", extract: extractImage },
  version: "image-1",
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
  const facts = boundedFacts(mergeFacts({ exif, iptc, xmp, notes: factsOfNotes(layout.notes) }));
  const size = shownSize(layout, facts);
  if (size === null && Object.keys(facts).length === 0) throw new DamagedFile(`cut short: no ${layout.format} header`);
  const picture: Picture = {
    path: file.path,
    format: layout.format,
    facts,
    camera: cameraOf(facts),
    exposureText: facts.exposureSeconds === undefined ? undefined : exposureText(facts.exposureSeconds),
    size,
  };
  const isBroken = isDamaged || layout.isDamaged || size === null;
  const metadata = { ...metadataOf(picture), ...layout.facts, ...(isBroken ? { isDamaged: true } : {}) };
  const symbol = file.path.slice(file.path.lastIndexOf("/") + 1);
  const text = sentenceOf(picture);
  const part = { text, start: 1, end: 1, kind: "record", symbol, signature: null, doc: null, scope: [] } as const;
  return { kind: "parts", unit: "record", parts: [part], metadata };
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

function isSide(pixels: number): boolean {
  return pixels >= 1 && pixels <= maxSidePixels;
}

/** "Canon" and "Canon EOS R5" are one name, "NIKON CORPORATION" and "NIKON Z 6" too. */
function cameraOf({ make, model }: FoundFacts): string | undefined {
  if (make === undefined || model === undefined) return model ?? make;
  const maker = make.replace(/[\s,]+(imaging\s+)?(corporation|corp|company|co|ltd|inc|gmbh|ag)\b.*$/i, "");
  const isRepeated = model.toLowerCase().startsWith(maker.split(" ")[0]?.toLowerCase() ?? maker);
  return isRepeated ? model : `${maker} ${model}`;
}

/** "1/250 s" for what is shorter than a third of a second, else "0.5 s". */
function exposureText(seconds: number): string {
  return seconds < 0.3 ? `1/${Math.round(1 / seconds)} s` : `${Number(seconds.toPrecision(2))} s`;
}

function boundedFacts(facts: FoundFacts): FoundFacts {
  const { keywords } = facts;
  const more = keywords === undefined ? 0 : keywords.length - maxKeywords;
  const kept = keywords?.slice(0, maxKeywords).map((keyword) => shortened(keyword, maxNameChars));
  const bounded = Object.entries(facts).map(([name, value]) =>
    typeof value === "string" ? [name, shortened(value, limitOf(name))] : [name, value],
  );
  return {
    // Safe: the entries are those of `facts`, with texts in the place of texts.
    ...(Object.fromEntries(bounded) as FoundFacts),
    ...(kept === undefined ? {} : { keywords: more > 0 ? [...kept, `and ${more} more`] : kept }),
  };
}

function limitOf(name: string): number {
  if (name === "caption") return maxCaptionChars;
  return name === "title" ? maxTitleChars : maxNameChars;
}

/** Facts under the names by which filters know them; those that the picture does not give are left out. */
function metadataOf({ format, facts, camera, exposureText: exposure, size }: Picture): Metadata {
  const { takenAt, keywords, isFlashFired, make, model, ...plain } = facts;
  const known: Record<string, string | number | boolean | undefined> = {
    format,
    width: size?.width,
    height: size?.height,
    aspect: size === null ? undefined : aspectOf(size),
    camera,
    cameraMake: make,
    cameraModel: model,
    exposureText: exposure,
    flash: isFlashFired,
    takenAt: takenAt?.text,
    takenDate: takenAt?.date,
    keywords: keywords?.join(", "),
    ...plain,
  };
  const metadata: Record<string, string | number | boolean> = {};
  for (const [name, value] of Object.entries(known)) if (value !== undefined && value !== "") metadata[name] = value;
  return metadata;
}
