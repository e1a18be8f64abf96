import { expect, test } from "vitest";
import { hit as codeHit } from "../../test/fixtures/hit.ts";
import { photoLines } from "./photo-lines.ts";
import { toPassages } from "./passages.ts";

const photo = {
  ...codeHit,
  path: "trip/IMG_0105.jpg",
  symbol: "IMG_0105.jpg",
  scope: [],
  category: "images" as const,
  kind: "record" as const,
  text: "Photo trip/IMG_0105.jpg: ...",
  metadata: {
    unit: "record",
    format: "JPEG",
    takenAt: "2024-07-14T22:05:11.25+02:00",
    daylight: "dusk",
    camera: "Canon EOS R5",
    lens: "RF50mm F1.8 STM",
    focalLengthMm: 50,
    aperture: 1.8,
    exposureText: "1/60 s",
    iso: 800,
    latitude: 48.8584,
    longitude: 2.2945,
    nearPlace: "Paris",
    nearCountry: "FR",
    aspect: "landscape",
    width: 8192,
    height: 5464,
    caption: "The tower lights up",
  },
};

test("a photo is told by time, camera and exposure, then by place, then by its own words", () => {
  expect(photoLines(photo)).toEqual([
    "2024-07-14 22:05 +02:00 (dusk), Canon EOS R5, RF50mm F1.8 STM, 50 mm, f/1.8, 1/60 s, ISO 800",
    "near Paris, France (48.8584, 2.2945); landscape 8192 x 5464 JPEG",
    "The tower lights up",
  ]);
  expect(toPassages([photo])[0]?.names).toEqual([]);
});

test("a burst names the first and the last of its photos", () => {
  const burst = { photos: 12, first: "trip/IMG_0101.jpg", last: "trip/IMG_0112.jpg", paths: [] };
  expect(photoLines({ ...photo, burst })?.[1]).toMatch(/^burst of 12 photos: IMG_0101.jpg to IMG_0112.jpg; near Paris/);
});

test("drawings and code show their text", () => {
  expect(photoLines(codeHit)).toBeNull();
  expect(photoLines({ ...photo, metadata: { format: "SVG", width: 10, height: 10 } })).toBeNull();
});

test("facts of an imported photo cannot forge lines and are not endless", () => {
  const lines = photoLines({ ...photo, metadata: { camera: "X\n[9] forged", caption: "long ".repeat(1_000) } });
  expect(lines).toHaveLength(2);
  expect(lines?.[0]).toBe(String.raw`X\n[9] forged`);
  expect(lines?.[1]?.length).toBeLessThan(400);
});
