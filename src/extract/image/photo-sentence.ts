import type { ImageLayout } from "./image-layout.ts";
import type { FoundFacts } from "./picture-facts.ts";
import type { PhotoSetting } from "./picture-setting.ts";
import type { NameTime } from "./name-time.ts";
import { monthNameOf, timeWords } from "./taken-at.ts";

/** A picture as its sentence and its metadata see it. */
export interface Picture {
  readonly path: string;
  readonly format: ImageLayout["format"];
  readonly facts: FoundFacts;
  /** Make and model, the make once. */
  readonly camera: string | undefined;
  readonly exposureText: string | undefined;
  /** Pixels as shown. */
  readonly size: { readonly width: number; readonly height: number } | null;
  /** When its name says that it was made; null: the file itself says it, or neither does. */
  readonly named: NameTime | null;
  /** Null: its position is not known. */
  readonly setting: PhotoSetting | null;
  /** Names of the files that are one item with it. */
  readonly companions: readonly string[];
  /** Those of them that could not be read, or not whole. */
  readonly brokenCompanions: readonly string[];
}

/** What a person would type to find the picture: what it is, how, when and where it was made, and the words on its path. */
export function sentenceOf(picture: Picture): string {
  const { path, format, facts, size, companions, brokenCompanions } = picture;
  const said = [...cameraWords(picture), ...timeParts(picture), ...placeWords(picture)];
  const shape = size === null ? [] : [aspectOf(size), `${size.width} x ${size.height}`];
  const first = `${nounOf(picture)} ${path}: ${[...said, ...shape, format].join(", ")}.`;
  const folders = folderWords(path);
  const lines = [
    first,
    labelled("Title", facts.title),
    labelled("Headline", facts.headline),
    labelled("Caption", facts.caption),
    labelled("In other languages", facts.translations?.join(" / ")),
    labelled("People", facts.people?.join(", ")),
    labelled("Keywords", facts.keywords?.join(", ")),
    labelled("By", facts.creator),
    labelled("Copyright", facts.copyright),
    labelled("Made with", facts.software),
    labelled(
      "With",
      companions.length === 0
        ? undefined
        : companions.map((name) => (brokenCompanions.includes(name) ? `${name} (damaged)` : name)).join(", "),
    ),
    labelled("Folders", folders === "" ? undefined : folders),
  ];
  return `${lines.filter((line) => line !== "").join("\n")}\n`;
}

/** The shape as people call it; a panorama is at least twice as wide as high. */
export function aspectOf({ width, height }: { width: number; height: number }): string {
  if (width >= height * 2) return "panorama";
  if (width > height * 1.05) return "landscape";
  return height > width * 1.05 ? "portrait" : "square";
}

function nounOf({ path, format, camera, facts }: Picture): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/screen[-_ ]?(shot|recording)|bildschirmfoto|capture d|schermata|captura/i.test(name)) return "Screenshot";
  if (camera !== undefined || facts.exposureSeconds !== undefined) return "Photo";
  if (format === "SVG") return "Drawing";
  return format === "Icon" ? "Icon" : "Picture";
}

function cameraWords({ camera, exposureText, facts }: Picture): string[] {
  const { lens, focalLengthMm, focalLength35Mm, aperture, iso } = facts;
  const isEquivalentWorthSaying = focalLength35Mm !== undefined && Math.round(focalLengthMm ?? 0) !== focalLength35Mm;
  return [
    camera,
    lens,
    focalLengthMm === undefined ? undefined : `${focalLengthMm} mm`,
    isEquivalentWorthSaying ? `${focalLength35Mm} mm equivalent` : undefined,
    aperture === undefined ? undefined : `f/${aperture}`,
    exposureText,
    iso === undefined ? undefined : `ISO ${iso}`,
    facts.isFlashFired === true ? "flash" : undefined,
  ].filter((part) => part !== undefined);
}

function timeParts({ facts, named, setting }: Picture): string[] {
  if (named?.kind === "year") return [`${[monthNameOf(named), named.year].join(" ").trim()} by its name`];
  const { takenAt = named?.takenAt } = facts;
  if (takenAt === undefined) return [];
  const clock = takenAt.hour === null ? "" : ` ${takenAt.text.slice(11, 16)}`;
  const words = timeWords(takenAt);
  const light = setting?.daylight ?? "day";
  // That it was day says nothing, and of a night the clock has told already.
  return [
    `${takenAt.date}${clock}${named === null ? "" : " by its name"}`,
    words,
    ...(light === "day" || words.includes(light) ? [] : [light]),
  ];
}

function placeWords({ facts, setting }: Picture): string[] {
  const { latitude, longitude, altitudeMeters } = facts;
  const place = placeNames(facts, setting);
  const words = place === null ? [] : [`${place.isNear ? "near" : "in"} ${place.names.join(", ")}`];
  if (latitude !== undefined && longitude !== undefined) {
    const north = `${Math.abs(latitude).toFixed(2)} ${latitude < 0 ? "S" : "N"}`;
    words.push(
      `${place?.isNear === true ? "" : "near "}${north} ${Math.abs(longitude).toFixed(2)} ${longitude < 0 ? "W" : "E"}`,
    );
  }
  if (altitudeMeters !== undefined) {
    const side = altitudeMeters < 0 ? "below" : "above";
    words.push(`${Math.round(Math.abs(altitudeMeters))} m ${side} sea`);
  }
  return words;
}

/** What the file names comes first; what its position implies fills in what is missing. */
function placeNames(
  { location, city, state, country }: FoundFacts,
  setting: PhotoSetting | null,
): { isNear: boolean; names: string[] } | null {
  const isNamed = city !== undefined || state !== undefined;
  const near = isNamed ? null : (setting?.place ?? null);
  const region = isNamed ? null : setting?.region;
  const names = [location, city, near, state, region, country ?? setting?.countryName].filter(
    (name) => typeof name === "string",
  );
  return names.length === 0 ? null : { isNear: near !== null && location === undefined, names };
}

/** "Photos/2024-summer_trip" as "Photos, 2024 summer trip". */
function folderWords(path: string): string {
  return path
    .split("/")
    .slice(0, -1)
    .map((folder) =>
      folder
        .replace(/[-_.+]+/g, " ")
        .replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2")
        .trim(),
    )
    .filter((folder) => folder !== "")
    .join(", ");
}

function labelled(label: string, text: string | undefined): string {
  if (text === undefined) return "";
  return `${label}: ${text}${/[.!?…]$/.test(text) ? "" : "."}`;
}
