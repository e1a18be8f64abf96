import { expect, test } from "vitest";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import type { PhotoReport, PhotoSummary } from "../photos/photo-report.ts";
import { startSummary } from "../photos/photo-summary.ts";
import { photosText } from "./photos-text.ts";
import { answerTokens } from "./token-count.ts";

const photoOf = (facts: PhotoFacts["facts"], more: Partial<PhotoFacts> = {}): PhotoFacts => ({
  kind: "photo",
  format: "JPEG",
  sizeBytes: 1_000,
  facts,
  hasExif: true,
  gpsTime: null,
  inferredZone: null,
  inferredFrom: null,
  positionNote: null,
  tags: null,
  tagsLeftOut: 0,
  ...more,
});

function manyOf(photos: readonly PhotoFacts[], more: Partial<PhotoSummary> = {}, rows = 500): PhotoReport {
  const summary = startSummary();
  for (const photo of photos) summary.add(photo);
  return {
    kind: "many",
    photos: photos.slice(0, rows).map((photo, index) => ({ path: `2024/summer/IMG_${index}.jpg`, photo })),
    summary: {
      ...summary.counted(),
      unread: [],
      unreadCount: 0,
      skippedBy: {},
      skippedSamples: {},
      isTruncated: false,
      ...more,
    },
    ms: 1_200,
  };
}

const full = photoOf({
  takenAt: "2024-07-14T19:32:05+02:00",
  camera: "Canon EOS R5",
  lens: "RF24-70mm F2.8 L IS USM",
  aperture: 2.8,
  exposureText: "1/250 s",
  iso: 400,
  focalLengthMm: 35,
  city: "Paris",
  country: "France",
});

test("many images are a summary of all and a table of as many as fit, and the rest is counted", () => {
  const text = photosText("/workspace", manyOf(Array.from({ length: 5_000 }, () => full)));
  expect(text).toContain("/workspace: 5,000 images, 5.0 MB, read in 1.2 s: 5,000 with EXIF, 0 without.");
  expect(text).toContain("Cameras: Canon EOS R5 5,000.");
  expect(text).toContain("Places (0 with a position): Paris, France 5,000.");
  expect(text).toContain(
    "2024/summer/IMG_0.jpg | 2024-07-14 19:32:05 +02:00 | Canon EOS R5 | RF24-70mm F2.8 L IS USM | f/2.8 1/250 s ISO 400 35 mm | Paris, France",
  );
  const rows = text.split("\n").filter((line) => line.startsWith("2024/")).length;
  expect(rows).toBeGreaterThan(50);
  expect(text).toContain(`(${(5_000 - rows).toLocaleString("en-US")} more images: `);
  expect(answerTokens(text)).toBeLessThan(7_200);
});

test("columns in which nothing stands are left out, and a cell cannot forge another or a line", () => {
  const text = photosText(".", manyOf([photoOf({ camera: "A | B\nIMG_9.jpg" })]));
  expect(text).toContain("path | camera\n2024/summer/IMG_0.jpg | A / B\\nIMG_9.jpg");
});

test("files that could not be read are counted and the first ones named; a reason stands once", () => {
  const unread = Array.from({ length: 50 }, (_, index) => ({
    path: `${index}.jpg`,
    reason: "damaged" as const,
    message: index === 0 ? "damaged" : "cut short: no JPEG header",
  }));
  const text = photosText(".", manyOf([full], { unread, unreadCount: 1_234 }));
  expect(text).toContain("Could not be read: 1,234 files.");
  expect(text).toContain("- 0.jpg: damaged\n- 1.jpg: damaged (cut short: no JPEG header)");
  expect(text).toContain("- 1,224 more files");
});

test("a folder without images says where to look", () => {
  expect(photosText("docs", manyOf([]))).toMatch(/^docs: 0 images.*\nNo image to tell of\./);
});

test("one image is told in groups, then by every tag, within the budget", () => {
  const tags = Array.from({ length: 2_000 }, (_, index) => ({
    block: index < 1_000 ? "EXIF" : "XMP",
    name: `Tag${index}`,
    text: "a value of some length ".repeat(20),
    value: null,
  }));
  const text = photosText("a.jpg", { kind: "one", path: "a.jpg", photo: { ...full, tags, tagsLeftOut: 7 }, ms: 3 });
  expect(text).toMatch(/^a\.jpg\nImage:\n- format: JPEG/);
  expect(text).toContain("Exposure:\n- exposure: f/2.8 1/250 s ISO 400 35 mm");
  expect(text).toContain("All tags (2,000):\n[EXIF]\nTag0: a value of");
  expect(text).toMatch(/\(1,\d\d\d more tags: commons exif --json FILE prints all\.\)\n\(7 further fields/);
  expect(answerTokens(text)).toBeLessThan(7_200);
});
