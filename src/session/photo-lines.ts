import type { Metadata } from "../core/document.ts";
import { countOf } from "../core/quantities.ts";
import type { Hit } from "../core/search.ts";
import { shownName } from "./shown-name.ts";

const maxTextCharacters = 300;
const maxNameCharacters = 120;

/**
 * A photo in two or three lines: when, with what and how it was taken; where, and what else it is; what people wrote into it. Null for
 * what is no photo, and shows its text. Of stored values none is longer than a line.
 */
export function photoLines(hit: Pick<Hit, "category" | "kind" | "metadata" | "burst">): string[] | null {
  const { metadata } = hit;
  if (hit.category !== "images" || hit.kind !== "record") return null;
  if (["takenAt", "camera", "latitude"].every((name) => metadata[name] === undefined)) return null;
  const lines = [
    [...timePart(metadata), ...cameraParts(metadata)].join(", "),
    [...burstPart(hit), ...placeParts(metadata), ...formPart(metadata)].join("; "),
    writtenParts(metadata).join("; "),
  ];
  return lines.filter((line) => line !== "");
}

function timePart(metadata: Metadata): string[] {
  const time = text(metadata, "takenAt") ?? text(metadata, "takenDate");
  if (time === undefined) return [];
  const [, date = time, clock, zone] = /^([\d-]{10})(?:T(\d\d:\d\d)\S*?)?(Z|[+-]\d\d:\d\d)?$/.exec(time) ?? [];
  const light = text(metadata, "daylight");
  const shown = [date, clock, zone === "Z" ? "UTC" : zone].filter((part) => part !== undefined).join(" ");
  if (metadata["takenFrom"] === "name") return [`${shown} by its name`];
  return [light === undefined || light === "day" ? shown : `${shown} (${light})`];
}

function cameraParts(metadata: Metadata): string[] {
  const focal = metadata["focalLengthMm"];
  const aperture = metadata["aperture"];
  const iso = metadata["iso"];
  const parts = [
    text(metadata, "camera"),
    text(metadata, "lens"),
    typeof focal === "number" ? `${focal} mm` : undefined,
    typeof aperture === "number" ? `f/${aperture}` : undefined,
    text(metadata, "exposureText"),
    typeof iso === "number" ? `ISO ${iso}` : undefined,
    metadata["flash"] === true ? "flash" : undefined,
  ];
  return parts.filter((part) => part !== undefined);
}

/** `burst of 12: IMG_0101.jpg to IMG_0112.jpg`. */
function burstPart({ burst }: Pick<Hit, "burst">): string[] {
  if (burst === undefined) return [];
  return [`burst of ${countOf(burst.photos, "photo")}: ${nameOf(burst.first)} to ${nameOf(burst.last)}`];
}

function placeParts(metadata: Metadata): string[] {
  const location = text(metadata, "location");
  const written = ["city", "state", "country"].flatMap((name) => text(metadata, name) ?? []);
  const near = [text(metadata, "nearPlace"), text(metadata, "nearRegion"), countryOf(metadata)];
  const names = [location, ...(written.length > 0 ? written : near)].filter((part) => part !== undefined);
  const { latitude, longitude } = metadata;
  const position = typeof latitude === "number" && typeof longitude === "number" ? `${latitude}, ${longitude}` : "";
  if (names.length === 0) return position === "" ? [] : [`at ${position}`];
  const isNear = written.length === 0 && location === undefined && metadata["nearPlace"] !== undefined;
  return [`${isNear ? "near" : "in"} ${names.join(", ")}${position === "" ? "" : ` (${position})`}`];
}

function countryOf(metadata: Metadata): string | undefined {
  const code = text(metadata, "nearCountry");
  if (code === undefined || !/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames(["en"], { type: "region" }).of(code) ?? code;
}

function formPart(metadata: Metadata): string[] {
  const { width, height, rating } = metadata;
  const size = typeof width === "number" && typeof height === "number" ? `${width} x ${height}` : undefined;
  const form = [text(metadata, "aspect"), size, text(metadata, "format")].filter((part) => part !== undefined);
  const companions = text(metadata, "companions");
  const broken = text(metadata, "brokenCompanions");
  return [
    ...(form.length === 0 ? [] : [form.join(" ")]),
    ...(typeof rating === "number" && rating > 0 ? [`rated ${rating}`] : []),
    ...(companions === undefined ? [] : [`with ${companions}${broken === undefined ? "" : ` (damaged: ${broken})`}`]),
  ];
}

function writtenParts(metadata: Metadata): string[] {
  const title = text(metadata, "title");
  const caption = text(metadata, "caption", maxTextCharacters);
  const keywords = text(metadata, "keywords", maxTextCharacters);
  const people = text(metadata, "people", maxTextCharacters);
  const creator = text(metadata, "creator");
  const own = [title, caption === title ? undefined : caption].filter((part) => part !== undefined);
  return [
    ...own,
    ...(people === undefined ? [] : [`shows ${people}`]),
    ...(keywords === undefined ? [] : [`keywords ${keywords}`]),
    ...(creator === undefined ? [] : [`by ${creator}`]),
  ];
}

/** On one line; an imported collection may hold anything. */
function text(metadata: Metadata, name: string, maxCharacters = maxNameCharacters): string | undefined {
  const value = metadata[name];
  if (typeof value !== "string" || value.trim() === "") return undefined;
  const shown = shownName(value);
  return shown.length > maxCharacters ? `${shown.slice(0, maxCharacters).toWellFormed()}…` : shown;
}

function nameOf(path: string): string {
  return shownName(path.slice(path.lastIndexOf("/") + 1));
}
