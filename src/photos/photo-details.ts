import type { PhotoFacts, PhotoPart } from "../extract/image/photo-facts.ts";
import { formatBytes } from "../core/quantities.ts";
import { createPlaceWords, positionText } from "./photo-place.ts";
import { exposureWords, takenText } from "./photo-words.ts";

/** A group of facts of one photo, as a person reads them. */
export interface DetailGroup {
  readonly title: string;
  readonly rows: readonly (readonly [name: string, text: string])[];
}

type Facts = PhotoFacts["facts"];

/** What one photo says, in groups; those that have nothing are left out. */
export function photoDetails(photo: PhotoFacts): DetailGroup[] {
  const { facts } = photo;
  const groups: DetailGroup[] = [
    group("Image", [
      ["format", photo.format],
      ["size", sizeText(facts)],
      ["file", formatBytes(photo.sizeBytes)],
      ["orientation", orientationText(facts["orientation"])],
      ["pages", textOf(facts["pages"])],
      [
        "damaged",
        facts["isDamaged"] !== true
          ? ""
          : facts["damage"] === "cut short"
            ? "cut short: the file ends before its pixels do"
            : "yes: what stands before the break was read",
      ],
    ]),
    group("Camera", [
      ["camera", textOf(facts["camera"])],
      ["make", textOf(facts["cameraMake"])],
      ["model", textOf(facts["cameraModel"])],
      ["lens", textOf(facts["lens"])],
      ["software", textOf(facts["software"])],
    ]),
    group("Exposure", [
      ["exposure", exposureWords(facts)],
      ["35 mm equivalent", withUnit(facts["focalLength35Mm"], "mm")],
      ["flash", flashText(facts["flash"])],
    ]),
    group("Time", timeRows(photo)),
    group("Place", placeRows(photo)),
    group("Words", [
      ["title", textOf(facts["title"])],
      ["headline", textOf(facts["headline"])],
      ["caption", textOf(facts["caption"])],
      ["other languages", textOf(facts["translations"])],
      ["people", textOf(facts["people"])],
      ["keywords", textOf(facts["keywords"])],
      ["creator", textOf(facts["creator"])],
      ["copyright", textOf(facts["copyright"])],
      ["rating", textOf(facts["rating"])],
    ]),
    group("Files", [
      ...(photo.parts ?? []).map(partRow),
      [
        "part of",
        photo.partOf === undefined
          ? ""
          : `${photo.partOf}: one item with it, and asked of that the facts of all are told`,
      ],
    ]),
  ];
  return groups.filter(({ rows }) => rows.length > 0);
}

function group(title: string, rows: readonly (readonly [string, string])[]): DetailGroup {
  return { title, rows: rows.filter(([, text]) => text !== "") };
}

function partRow({ name, isDamaged, gives }: PhotoPart): [string, string] {
  const given = gives.length === 0 ? "adds nothing" : `gives ${gives.join(", ")}`;
  return [name, isDamaged ? `damaged or too large, ${given}` : given];
}

function timeRows({ facts, gpsTime, inferredZone, inferredFrom }: PhotoFacts): [string, string][] {
  const takenAt = textOf(facts["takenAt"]);
  const hasZone = /(Z|[+-]\d{2}:\d{2})$/.test(takenAt);
  const zone =
    takenAt === "" || !takenAt.includes("T") || hasZone || facts["takenFrom"] !== undefined
      ? ""
      : inferredZone === null
        ? "not in the file: the camera's own clock"
        : `${inferredZone}, inferred from ${inferredFrom === "place" ? "its place" : "the GPS time"}; the file does not say it`;
  return [
    [
      "taken",
      facts["takenFrom"] === undefined ? takenText(takenAt) : `${nameTimeText(facts)}, by its name; the file says none`,
    ],
    ["zone", zone],
    ["GPS time", gpsTime === null ? "" : takenText(gpsTime).replace(" Z", " UTC")],
    ["daylight", textOf(facts["daylight"])],
  ];
}

/** A whole time, or what is known of one: "1985", "2024-07". */
function nameTimeText({ takenAt, takenYear, takenMonth }: Facts): string {
  if (typeof takenAt === "string") return takenText(takenAt);
  return [textOf(takenYear), ...(takenMonth === undefined ? [] : [textOf(takenMonth).padStart(2, "0")])].join("-");
}

function placeRows(photo: PhotoFacts): [string, string][] {
  const { facts } = photo;
  const { latitude, longitude, altitudeMeters } = facts;
  const hasPosition = typeof latitude === "number" && typeof longitude === "number";
  const name = facts["city"] ?? facts["nearPlace"] ?? facts["country"];
  const near = facts["city"] === undefined && facts["nearPlace"] !== undefined ? "near " : "";
  const below = typeof altitudeMeters === "number" && altitudeMeters < 0;
  return [
    ["place", name === undefined ? "" : `${near}${createPlaceWords()(photo) ?? ""}`],
    ["location", textOf(facts["location"])],
    ["state", textOf(facts["state"])],
    ["position", hasPosition ? `${latitude}, ${longitude}` : ""],
    ["note", photo.positionNote ?? ""],
    ["degrees", hasPosition ? positionText(latitude, longitude) : ""],
    [
      "altitude",
      typeof altitudeMeters === "number" ? `${Math.abs(altitudeMeters)} m ${below ? "below" : "above"} sea level` : "",
    ],
  ];
}

const orientations: readonly string[] = [
  "",
  "upright",
  "mirrored",
  "upside down",
  "upside down, mirrored",
  "mirrored, turned 270 degrees clockwise",
  "turned 90 degrees clockwise",
  "mirrored, turned 90 degrees clockwise",
  "turned 270 degrees clockwise",
];

function orientationText(value: Facts[string] | undefined): string {
  return typeof value === "number" && value > 1 ? (orientations[value] ?? String(value)) : "";
}

function sizeText({ width, height, aspect }: Facts): string {
  return width === undefined || height === undefined ? "" : `${width} x ${height}, ${textOf(aspect)}`;
}

function flashText(flash: Facts[string] | undefined): string {
  if (flash === undefined) return "";
  return flash === true ? "fired" : "did not fire";
}

function withUnit(value: Facts[string] | undefined, unit: string): string {
  return value === undefined ? "" : `${textOf(value)} ${unit}`;
}

function textOf(value: Facts[string] | undefined): string {
  return value === undefined || value === null ? "" : String(value);
}
