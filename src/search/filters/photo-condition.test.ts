import { expect, test } from "vitest";
import type { Metadata } from "../../core/document.ts";
import type { PhotoClause, PhotoNeed } from "../../core/photo-filter.ts";
import { createTokenizer } from "../tokenizer.ts";
import { compileFilters } from "./compile-filters.ts";
import { clauseTest, photoViewOf } from "./photo-condition.ts";
import { needTest } from "./photo-needs.ts";

const holds = (need: PhotoNeed, metadata: Metadata, path = "a/IMG_1.jpg") =>
  needTest(need)(photoViewOf(path, metadata));
const clause = (rest: Partial<PhotoClause>): PhotoClause => ({
  anyOf: [],
  words: [],
  wordsCount: "when-unknown",
  label: "",
  ...rest,
});

test("a camera is known by a part of its name, but a number is whole", () => {
  const camera = { camera: "Canon EOS R50", cameraMake: "Canon" };
  expect(holds({ kind: "camera", name: "eos r50" }, camera)).toBe(true);
  expect(holds({ kind: "camera", name: "CANON" }, camera)).toBe(true);
  expect(holds({ kind: "camera", name: "eos r5" }, camera)).toBe(false);
  expect(holds({ kind: "camera", name: "5d" }, { camera: "Canon EOS 15D" })).toBe(false);
  expect(holds({ kind: "camera", name: "ilce-7m3" }, { cameraModel: "ILCE-7M3" })).toBe(true);
  expect(holds({ kind: "camera", name: "canon" }, {})).toBeNull();
});

test("near is a circle on the ground, not a box, and holds over the date line", () => {
  const paris = { kind: "near", latitude: 48.8566, longitude: 2.3522, withinKm: 20 } as const;
  // Versailles is 17 km away; the corner of the box around the circle 27 km.
  expect(holds(paris, { latitude: 48.8049, longitude: 2.1204 })).toBe(true);
  expect(holds(paris, { latitude: 48.8566 + 0.175, longitude: 2.3522 + 0.26 })).toBe(false);
  const fiji = { kind: "near", latitude: -17, longitude: 179.95, withinKm: 20 } as const;
  expect(holds(fiji, { latitude: -17, longitude: -179.95 })).toBe(true);
  expect(holds(fiji, { latitude: -17 })).toBeNull();
});

test("the light decides where it is known, else the hour, also over midnight", () => {
  const night = { kind: "daylight", names: ["night"], fromHour: 21, toHour: 5 } as const;
  expect(holds(night, { takenAt: "2024-06-21T23:30:00", daylight: "day" })).toBe(false);
  expect(holds(night, { takenAt: "2024-06-21T21:00:00" })).toBe(true);
  expect(holds(night, { takenAt: "2024-06-21T04:59:00" })).toBe(true);
  expect(holds(night, { takenAt: "2024-06-21T05:00:00" })).toBe(false);
  expect(holds(night, { takenAt: "2024-06-21" })).toBeNull();
});

test("hours may begin with a half, and a box has its edges", () => {
  const late = { kind: "daylight", names: [], fromHour: 17.5, toHour: 24 } as const;
  expect(holds(late, { takenAt: "2024-06-21T17:29:59" })).toBe(false);
  expect(holds(late, { takenAt: "2024-06-21T17:30:00" })).toBe(true);
  expect(holds(late, { takenAt: "2024-06-21T23:59:59" })).toBe(true);
  const bali = { kind: "box", south: -8.9, north: -8, west: 114.4, east: 115.8 } as const;
  expect(holds(bali, { latitude: -8.4, longitude: 115.2 })).toBe(true);
  expect(holds(bali, { latitude: -8.4, longitude: 116 })).toBe(false);
  expect(holds(bali, {})).toBeNull();
});

test("a season is that of the photo's half of the earth", () => {
  const summer = { kind: "yearly", from: "06-01", to: "08-31", south: { from: "12-01", to: "02-31" } } as const;
  expect(holds(summer, { takenDate: "2024-07-01", latitude: 48 })).toBe(true);
  expect(holds(summer, { takenDate: "2024-07-01", latitude: -33 })).toBe(false);
  expect(holds(summer, { takenDate: "2024-01-01", latitude: -33 })).toBe(true);
  expect(holds(summer, { takenDate: "2024-07-01" })).toBe(true);
});

test("days of every year go over its end, and days are those of the camera's clock", () => {
  const winter = { kind: "yearly", from: "12-01", to: "02-31" } as const;
  expect(holds(winter, { takenDate: "2024-02-29" })).toBe(true);
  expect(holds(winter, { takenDate: "2024-03-01" })).toBe(false);
  const day = { kind: "dates", from: "2024-07-14", to: "2024-07-14" } as const;
  expect(holds(day, { takenAt: "2024-07-14T23:59:59-11:00" })).toBe(true);
});

test.each([
  [{ kind: "country", code: "FR", name: "France" }, { nearCountry: "FR" }, true],
  [{ kind: "country", code: "FR", name: "France" }, { country: "france" }, true],
  [{ kind: "country", code: "FR", name: "France" }, { nearCountry: "DE" }, false],
  [{ kind: "region", country: "US", name: "New York" }, { nearRegion: "New York" }, true],
  [{ kind: "number", field: "iso", least: 100, most: null }, { iso: 100 }, true],
  [{ kind: "number", field: "iso", least: null, most: 99 }, { iso: "50" }, false],
  [{ kind: "number", field: "iso", least: null, most: 99 }, {}, null],
  [{ kind: "dates", from: "1985-01-01", to: "1985-12-31" }, { takenYear: 1985 }, true],
  [{ kind: "dates", from: "1985-07-01", to: "1985-07-31" }, { takenYear: 1985 }, null],
  [{ kind: "dates", from: "1985-07-01", to: "1985-07-31" }, { takenYear: 1985, takenMonth: 7 }, true],
  [{ kind: "dates", from: null, to: "1984-12-31" }, { takenYear: 1985 }, false],
  [{ kind: "yearly", from: "07-01", to: "07-31" }, { takenYear: 1985, takenMonth: 7 }, true],
  [{ kind: "yearly", from: "07-04", to: "07-04" }, { takenYear: 1985, takenMonth: 7 }, null],
  [{ kind: "yearly", from: "12-01", to: "02-31" }, { takenYear: 1985, takenMonth: 7 }, false],
  [{ kind: "yearly", from: "12-01", to: "02-31" }, { takenYear: 1985 }, null],
  [{ kind: "weekdays", days: [0] }, { takenYear: 1985 }, null],
  [{ kind: "flash", isFired: false }, {}, null],
  [{ kind: "flash", isFired: false }, { flash: false }, true],
  [{ kind: "shape", aspects: ["square"] }, { aspect: "square" }, true],
  [{ kind: "weekdays", days: [0] }, { takenDate: "2024-07-14" }, true],
] as const)("of %j and %j the answer is %j", (need, metadata, answer) => {
  expect(holds(need, metadata)).toBe(answer);
});

test("formats and screenshots are told by the names of the file and of what belongs to it", () => {
  expect(holds({ kind: "format", extensions: ["cr2"] }, {}, "a/IMG.CR2")).toBe(true);
  expect(holds({ kind: "format", extensions: ["cr2"] }, { companions: "IMG.CR2, IMG.xmp" }, "a/IMG.jpg")).toBe(true);
  expect(holds({ kind: "format", extensions: ["cr2"] }, { companions: "IMG.xmp" }, "a/IMG.jpg")).toBe(false);
  expect(holds({ kind: "screenshot" }, {}, "Screenshots/IMG.png")).toBe(false);
  expect(holds({ kind: "screenshot" }, {}, "x/Screenshot 2024.png")).toBe(true);
});

test("words stand for a fact that is missing, whole and without case and accents", () => {
  const inParis = clauseTest(
    clause({ anyOf: [{ kind: "near", latitude: 48.86, longitude: 2.35, withinKm: 10 }], words: ["sao paulo"] }),
  );
  expect(inParis(photoViewOf("Trips/SãoPaulo_2024/1.jpg", {}))).toBe(true);
  expect(inParis(photoViewOf("Trips/Sao Paulos/1.jpg", {}))).toBe(false);
  expect(inParis(photoViewOf("São Paulo/1.jpg", { latitude: 0.1, longitude: 0.1 }))).toBe(false);
});

test("a filter of photos lets only images pass, and is decided by the document alone", () => {
  const photo = { clauses: [clause({ anyOf: [{ kind: "camera", name: "canon" }] })] };
  const filter = compileFilters({ photo }, createTokenizer());
  const document = (category: "images" | "code") => ({
    path: "a.jpg",
    language: null,
    category,
    source: "app",
    sourceKey: "ws-1",
    changedAtMs: 1,
    indexedAtMs: 1,
    metadata: () => ({ camera: "Canon EOS R5" }),
  });
  expect(filter?.isOfDocuments).toBe(true);
  expect(filter?.ofDocument(document("images"))).toBe(true);
  expect(filter?.ofDocument(document("code"))).toBe(false);
});
