import type { MetadataValue } from "../../core/document.ts";
import { type PhotoNeed, photoNumbers } from "../../core/photo-filter.ts";
import { distanceKm, type Position } from "../../places/distance.ts";
import { knownDays, type KnownDays } from "./known-days.ts";
import { photoWordFields } from "./photo-words.ts";

/** A document as needs see it. */
export interface PhotoView {
  readonly path: string;
  readonly valueOf: (field: string) => MetadataValue | undefined;
}

/** All that needs and words ask for. */
export const photoFields: readonly string[] = [
  "companions",
  "camera",
  "cameraMake",
  "cameraModel",
  "lens",
  "takenDate",
  "takenAt",
  "takenYear",
  "takenMonth",
  "daylight",
  "latitude",
  "longitude",
  "nearCountry",
  "nearRegion",
  "aspect",
  "flash",
  ...photoNumbers,
  ...photoWordFields,
];

/** Whether the photo has the fact; null: it does not say. */
export type NeedTest = (photo: PhotoView) => boolean | null;

const screenshotName = /screen[-_ ]?(?:shot|capture)|bildschirmfoto|capture d|schermata|captura/i;

export function needTest(need: PhotoNeed): NeedTest {
  switch (need.kind) {
    case "camera":
      return nameTest(["camera", "cameraMake", "cameraModel"], need.name);
    case "lens":
      return nameTest(["lens"], need.name);
    case "dates":
      return onDays(need, ({ first, last }, { from, to }) => {
        if ((from !== null && last < from) || (to !== null && first > to)) return false;
        return (from === null || first >= from) && (to === null || last <= to) ? true : null;
      });
    case "yearly":
      return onDays(need, ({ first, last }, { from, to }) => {
        // Of a year alone every day of the calendar may be meant.
        if (first.slice(0, 7) !== last.slice(0, 7)) return null;
        const [isFirst, isLast] = [first, last].map((day) => isBetween(day.slice(5), from, to));
        if (isFirst === isLast && (first === last || isFirst === true)) return isFirst ?? null;
        return [from, to].some((day) => day.slice(0, 2) === first.slice(5, 7)) ? null : (isFirst ?? null);
      });
    case "weekdays":
      return onDays({}, ({ first, last }) => (first === last ? need.days.includes(new Date(first).getUTCDay()) : null));
    case "daylight":
      return daylightTest(need);
    case "near":
      return atPosition((position) => distanceKm(need, position) <= need.withinKm);
    case "box":
      return atPosition(
        ({ latitude, longitude }) =>
          latitude >= need.south && latitude <= need.north && longitude >= need.west && longitude <= need.east,
      );
    case "country":
    case "region":
      return areaTest(need);
    case "shape":
      return known("aspect", (aspect) => need.aspects.includes(String(aspect)));
    case "number": {
      const { least, most } = need;
      return known(need.field, (value) => {
        if (typeof value !== "number") return false;
        return (least === null || value >= least) && (most === null || value <= most);
      });
    }
    case "flash":
      return known("flash", (isFired) => isFired === need.isFired);
    case "format":
      // A RAW beside its JPEG is that photo's companion.
      return ({ path, valueOf }) =>
        [path, ...namesOf(valueOf("companions"))].some((name) => need.extensions.includes(endingOf(name)));
    default:
      return ({ path }) => screenshotName.test(path.slice(path.lastIndexOf("/") + 1));
  }
}

function namesOf(companions: MetadataValue | undefined): string[] {
  return typeof companions === "string" ? companions.split(", ") : [];
}

function endingOf(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1).toLowerCase();
}

function known(field: string, test: (value: MetadataValue) => boolean): NeedTest {
  return ({ valueOf }) => {
    const value = valueOf(field);
    return value === undefined ? null : test(value);
  };
}

function nameTest(fields: readonly string[], name: string): NeedTest {
  const wanted = squeezed(name);
  return ({ valueOf }) => {
    const values = fields.flatMap((field) => valueOf(field) ?? []);
    return values.length === 0 ? null : values.some((value) => hasName(squeezed(String(value)), wanted));
  };
}

/** "Canon EOS R5" has "eosr5" and "r5", but "EOS R50" does not: a number is whole. */
function hasName(name: string, wanted: string): boolean {
  for (let at = name.indexOf(wanted); at >= 0; at = name.indexOf(wanted, at + 1)) {
    const isCutBefore = isDigit(name[at - 1]) && isDigit(wanted[0]);
    const isCutBehind = isDigit(wanted.at(-1)) && isDigit(name[at + wanted.length]);
    if (!isCutBefore && !isCutBehind) return wanted !== "";
  }
  return false;
}

function isDigit(character: string | undefined): boolean {
  return character !== undefined && character >= "0" && character <= "9";
}

function squeezed(name: string): string {
  return name.toLowerCase().replaceAll(/[^\p{L}\p{N}]+/gu, "");
}

/** Seasons are turned round south of the equator; a photo of which that is not known counts as from the north. */
function onDays<S extends { readonly south?: object | undefined }>(
  span: S,
  test: (days: KnownDays, span: S) => boolean | null,
): NeedTest {
  return ({ valueOf }) => {
    const days = knownDays(valueOf);
    if (days === null) return null;
    const latitude = span.south === undefined ? undefined : valueOf("latitude");
    const isSouth = typeof latitude === "number" && latitude < 0;
    return test(days, isSouth ? { ...span, ...span.south } : span);
  };
}

/** Also over the end of what is counted, as from December to February. */
function isBetween(value: string, from: string, to: string): boolean {
  return from <= to ? value >= from && value <= to : value >= from || value <= to;
}

function daylightTest({ names, fromHour, toHour }: Extract<PhotoNeed, { kind: "daylight" }>): NeedTest {
  return ({ valueOf }) => {
    const daylight = valueOf("daylight");
    if (names.length > 0 && daylight !== undefined) return names.includes(String(daylight));
    const time = valueOf("takenAt");
    if (typeof time !== "string" || time.length < 13) return null;
    const hour = Number(time.slice(11, 13)) + (Number(time.slice(14, 16)) || 0) / 60;
    return fromHour <= toHour ? hour >= fromHour && hour < toHour : hour >= fromHour || hour < toHour;
  };
}

function atPosition(test: (position: Position) => boolean): NeedTest {
  return ({ valueOf }) => {
    const [latitude, longitude] = [valueOf("latitude"), valueOf("longitude")];
    if (typeof latitude !== "number" || typeof longitude !== "number") return null;
    return test({ latitude, longitude });
  };
}

/** What people wrote into the photo, and the country or region of its position. */
function areaTest(need: Extract<PhotoNeed, { kind: "country" | "region" }>): NeedTest {
  const name = squeezed(need.name);
  const isCountry = need.kind === "country";
  const [written, found] = isCountry ? ["country", "nearCountry"] : ["state", "nearRegion"];
  return ({ valueOf }) => {
    const values = [valueOf(written), valueOf(found)].filter((value) => value !== undefined);
    if (values.length === 0) return null;
    return values.some((value) => squeezed(String(value)) === name || (isCountry && value === need.code));
  };
}
