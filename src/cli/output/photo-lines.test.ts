import { expect, test } from "vitest";
import type { PhotoFacts } from "../../extract/image/photo-facts.ts";
import { photoTable } from "./photo-lines.ts";
import { displayWidth } from "./printable-text.ts";

const facts: PhotoFacts["facts"] = {
  takenAt: "2024-07-14T19:32:05.120+02:00",
  camera: "Canon EOS R5",
  lens: "RF24-70mm F2.8 L IS USM",
  aperture: 2.8,
  exposureText: "1/250 s",
  iso: 400,
};
const photo: PhotoFacts = {
  kind: "photo",
  format: "JPEG",
  sizeBytes: 1,
  facts,
  hasExif: true,
  gpsTime: null,
  inferredZone: null,
  inferredFrom: null,
  positionNote: null,
  tags: null,
  tagsLeftOut: 0,
};
const path = "Photos/2024-summer/a folder of a long name/IMG_0001.jpg";

test("a table of photos fits the terminal, keeps the end of paths, and leaves out what nobody says", () => {
  const lines = photoTable([{ path, photo }], 80);
  expect(lines[0]).toMatch(/^PATH +TAKEN +CAMERA +LENS +EXPOSURE$/);
  for (const line of lines) expect(displayWidth(line)).toBeLessThanOrEqual(80);
  expect(lines[1]).toContain("0001.jpg");
  expect(lines[1]).toContain("2024-07-14");
});

test("nothing is cut where no terminal is", () => {
  const [, row] = photoTable([{ path, photo }], Number.POSITIVE_INFINITY);
  expect(row).toBe(
    `${path}  2024-07-14 19:32:05.120 +02:00  Canon EOS R5  RF24-70mm F2.8 L IS USM  f/2.8 1/250 s ISO 400`,
  );
});
