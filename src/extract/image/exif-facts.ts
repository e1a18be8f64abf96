import { cleanText, foundFacts, numberWithin, positionOf, rounded, type FoundFacts } from "./picture-facts.ts";
import { singleTiff } from "./single-tiff.ts";
import { readTakenAt, type TakenAt } from "./taken-at.ts";
import type { TagSet } from "./tiff-tags.ts";
import { userComment } from "./user-comment.ts";

/** Captions that cameras write into every picture. */
const factoryCaption =
  /^(olympus digital camera|sony dsc|minolta dsc|konica minolta digital camera|digital camera|dcim|dji|default|untitled|samsung|jpeg|exif_jpeg_picture|ascii|unicode|charset=.*)$|^\W*$/i;

const userCommentTag = 0x9286;

type Group = Readonly<Record<string, unknown>>;

/**
 * What EXIF and IPTC say. `exifreader` knows fields, types and character sets; it gets one small TIFF of the fields that are wanted
 * and never the file, so that a file's other claims cost nothing.
 */
export async function readExifFacts(
  tags: TagSet | null,
  iptc: Buffer | null,
): Promise<{ exif: FoundFacts; iptc: FoundFacts }> {
  const block = singleTiff(tags ?? { isLittleEndian: true, image: [], exif: [], gps: [] }, wholeRecords(iptc));
  if (tags === null && iptc === null) return { exif: {}, iptc: {} };
  const { load, errors } = (await import("exifreader")).default;
  try {
    const groups: { readonly exif?: object; readonly iptc?: object } = load(block, { expanded: true });
    return { exif: exifFacts({ ...groups.exif }, commentIn(tags)), iptc: iptcFacts({ ...groups.iptc }) };
  } catch (error) {
    // A block of fields none of which is known.
    if (error instanceof errors.MetadataMissingError) return { exif: {}, iptc: {} };
    throw error;
  }
}

/** IPTC up to its last whole record: the library drops all of a block that is cut. */
export function wholeRecords(iptc: Buffer | null): Buffer | null {
  if (iptc === null) return null;
  let at = 0;
  while (at + 5 <= iptc.length && iptc[at] === 0x1c) {
    const next = at + 5 + iptc.readUInt16BE(at + 3);
    if (next > iptc.length) break;
    at = next;
  }
  return at === 0 ? null : iptc.subarray(0, at);
}

function exifFacts(group: Group, comment: string | undefined): FoundFacts {
  const text = (name: string): string | undefined => cleanText(textOf(group[name]));
  const fraction = (name: string): number | undefined => numbersOf(group[name])[0];
  const flash = fraction("Flash");
  const millimeters = numberWithin(fraction("FocalLength"), 0.1, 100_000);
  const caption = [text("ImageDescription"), text("XPComment"), text("XPSubject"), comment];
  const keywords = (textOf(group["XPKeywords"]) ?? "").split(";").map((word) => cleanText(word) ?? "");
  return {
    ...foundFacts({
      make: text("Make"),
      model: text("Model"),
      lens: text("LensModel") ?? lensOf(numbersOf(group["LensSpecification"])),
      focalLengthMm: millimeters === undefined ? undefined : rounded(millimeters, 3),
      focalLength35Mm: numberWithin(fraction("FocalLengthIn35mmFilm"), 1, 65_534),
      aperture: roundedWithin(fraction("FNumber") ?? powerOfTwo(fraction("ApertureValue"), 0.5), 0.1, 1_000),
      exposureSeconds: secondsWithin(fraction("ExposureTime") ?? powerOfTwo(fraction("ShutterSpeedValue"), -1)),
      iso: isoOf(group),
      isFlashFired: flash === undefined ? undefined : flash % 2 === 1,
      takenAt: takenAtOf(group) ?? undefined,
      altitudeMeters: altitudeOf(group),
      orientation: numberWithin(fraction("Orientation"), 1, 8),
      title: text("XPTitle"),
      caption: caption.find((each) => each !== undefined && !factoryCaption.test(each)),
      creator: text("Artist") ?? text("XPAuthor"),
      copyright: text("Copyright"),
      rating: numberWithin(fraction("Rating"), -1, 5),
      software: text("Software"),
      keywords: keywords.filter((word) => word !== ""),
    }),
    ...positionOf(
      degreesOf(group["GPSLatitude"], textOf(group["GPSLatitudeRef"])),
      degreesOf(group["GPSLongitude"], textOf(group["GPSLongitudeRef"])),
    ),
  };
}

function iptcFacts(group: Group): FoundFacts {
  const text = (name: string): string | undefined => cleanText(textOf(group[name]));
  const date = /^(\d{4})(\d{2})(\d{2})/.exec(textOf(group["Date Created"])?.replace(/-/g, "") ?? "");
  const time = /^(\d{2}):?(\d{2}):?(\d{2})([+-]\d{2}:?\d{2})?/.exec(textOf(group["Time Created"]) ?? "");
  const clock = time === null ? "" : ` ${time[1]}:${time[2]}:${time[3]}${time[4] ?? ""}`;
  const takenAt = date === null ? null : readTakenAt(`${date[1]}-${date[2]}-${date[3]}${clock}`);
  return foundFacts({
    title: text("Object Name") ?? text("Headline"),
    headline: text("Headline"),
    caption: text("Caption/Abstract"),
    keywords: textsOf(group["Keywords"]).map((keyword) => cleanText(keyword) ?? ""),
    creator: text("By-line"),
    copyright: text("Copyright Notice"),
    location: text("Sub-location"),
    city: text("City"),
    state: text("Province/State"),
    country: text("Country/Primary Location Name"),
    takenAt: takenAt ?? undefined,
  });
}

/** A tag's value as the library gives it: `value` raw, `description` for people; several of the same name as a list. */
function descriptionsOf(tag: unknown): unknown[] {
  const tags = Array.isArray(tag) ? tag : [tag];
  return tags.map((each: unknown) =>
    typeof each === "object" && each !== null && "description" in each ? each.description : undefined,
  );
}

function textsOf(tag: unknown): string[] {
  return descriptionsOf(tag).filter((text): text is string => typeof text === "string" && text !== "<faulty value>");
}

function textOf(tag: unknown): string | undefined {
  const raw = typeof tag === "object" && tag !== null && "value" in tag ? tag.value : undefined;
  // Text fields may be lists: EXIF separates a photographer's and an editor's copyright by a zero byte.
  if (Array.isArray(raw) && raw.length > 0 && raw.every((each) => typeof each === "string")) return raw.join("; ");
  return textsOf(tag)[0];
}

/** Numbers, fractions as quotients; a fraction with the denominator 0 is NaN or infinite. */
function numbersOf(tag: unknown): number[] {
  const raw: unknown = typeof tag === "object" && tag !== null && "value" in tag ? tag.value : undefined;
  if (typeof raw === "number") return [raw];
  if (!Array.isArray(raw)) return [];
  // One fraction is a pair of numbers, several are a list of pairs.
  const isPair = raw.length === 2 && raw.every((each) => typeof each === "number") && isFractionTag(tag);
  const values: unknown[] = isPair ? [raw] : raw;
  return values.flatMap((value) => {
    if (typeof value === "number") return [value];
    if (!Array.isArray(value) || value.length !== 2) return [];
    return [Number(value[0]) / Number(value[1])];
  });
}

const listTags: ReadonlySet<unknown> = new Set([0x8827, 0x112, 0x9209]);

/** Two plain numbers look like one fraction; fields that may have two numbers are named. */
function isFractionTag(tag: unknown): boolean {
  return typeof tag === "object" && tag !== null && "id" in tag && !listTags.has(tag.id);
}

function commentIn(tags: TagSet | null): string | undefined {
  const field = tags?.exif.find(({ tag }) => tag === userCommentTag);
  if (tags === null || field === undefined) return undefined;
  const text = cleanText(userComment(field.bytes, tags.isLittleEndian) ?? undefined);
  // Programs keep their own state here, as lists of numbers.
  return text === undefined || text.startsWith("[") ? undefined : text;
}

function powerOfTwo(exponent: number | undefined, factor: number): number | undefined {
  return exponent === undefined ? undefined : 2 ** (exponent * factor);
}

function roundedWithin(value: number | undefined, from: number, to: number): number | undefined {
  const within = numberWithin(value, from, to);
  return within === undefined ? undefined : rounded(within, 2);
}

/** Seconds with six digits that count, however short. */
function secondsWithin(value: number | undefined): number | undefined {
  const within = numberWithin(value, 1e-7, 1e6);
  return within === undefined ? undefined : Number(within.toPrecision(6));
}

/** The old field ends at 65535; cameras that go above write the true value into newer ones. */
function isoOf(group: Group): number | undefined {
  const names = ["ISOSpeedRatings", "ISOSpeed", "RecommendedExposureIndex", "StandardOutputSensitivity"];
  for (const name of names) {
    const iso = numberWithin(numbersOf(group[name])[0], 1, 10_000_000);
    if (iso !== undefined && iso !== 65_535) return iso;
  }
  return undefined;
}

function lensOf([shortest, longest, widest]: readonly number[]): string | undefined {
  const from = numberWithin(shortest, 0.1, 10_000);
  const to = numberWithin(longest, 0.1, 10_000);
  if (from === undefined || to === undefined) return undefined;
  const aperture = numberWithin(widest, 0.1, 100);
  const range = from === to ? `${rounded(from, 1)} mm` : `${rounded(from, 1)}-${rounded(to, 1)} mm`;
  return aperture === undefined ? range : `${range} f/${rounded(aperture, 1)}`;
}

function takenAtOf(group: Group): TakenAt | null {
  const at = (name: string, fraction: string, zone: string): TakenAt | null => {
    // The zone of the last change is where somebody edited it.
    const apart = { fraction: textOf(group[fraction]) ?? "", zone: textOf(group[zone]) ?? "" };
    return readTakenAt(textOf(group[name]) ?? "", apart);
  };
  const taken =
    at("DateTimeOriginal", "SubSecTimeOriginal", "OffsetTimeOriginal") ??
    at("DateTimeDigitized", "SubSecTimeDigitized", "OffsetTimeDigitized");
  // The last change of a file is when it was taken only where a camera wrote it.
  return taken ?? (group["Make"] === undefined ? null : at("DateTime", "SubSecTime", "OffsetTime"));
}

function degreesOf(tag: unknown, reference: string | undefined): number | undefined {
  const [degrees, minutes = 0, seconds = 0] = numbersOf(tag);
  if (degrees === undefined) return undefined;
  // Some writers leave out seconds as 0/0.
  const value =
    degrees + (Number.isFinite(minutes) ? minutes : 0) / 60 + (Number.isFinite(seconds) ? seconds : 0) / 3600;
  return /^\s*[sw]/i.test(reference ?? "") ? -value : value;
}

function altitudeOf(group: Group): number | undefined {
  const meters = numberWithin(numbersOf(group["GPSAltitude"])[0], -12_000, 100_000);
  if (meters === undefined) return undefined;
  const isBelow = numbersOf(group["GPSAltitudeRef"])[0] === 1;
  return rounded(isBelow ? -meters : meters, 1);
}
