import { expect, test } from "vitest";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import { photoDetails } from "./photo-details.ts";
import { createPlaceWords, positionText } from "./photo-place.ts";
import { exposureWords, takenText } from "./photo-words.ts";

const photoOf = (facts: PhotoFacts["facts"]): PhotoFacts => ({
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
});

test("a position reads in degrees, minutes and seconds, and never has 60 of them", () => {
  expect(positionText(48.8582, 2.2945)).toBe(`48 deg 51' 29.52" N, 2 deg 17' 40.20" E`);
  expect(positionText(-33.8568, -151.2153)).toBe(`33 deg 51' 24.48" S, 151 deg 12' 55.08" W`);
  expect(positionText(0.999_999_9, -0.000_001)).toBe(`1 deg 0' 0.00" N, 0 deg 0' 0.00" W`);
});

test("an exposure and a time read as photographers write them, of what is known", () => {
  expect(exposureWords({ aperture: 2.8, exposureText: "1/250 s", iso: 100, focalLengthMm: 50, flash: true })).toBe(
    "f/2.8 1/250 s ISO 100 50 mm flash",
  );
  expect(exposureWords({ iso: 100 })).toBe("ISO 100");
  expect(takenText("2024-07-14T19:32:05.120+02:00")).toBe("2024-07-14 19:32:05.120 +02:00");
  expect(takenText("2024-07-14")).toBe("2024-07-14");
});

test("a place is the file's own words, else the nearest city, else its rounded position", () => {
  const placeOf = createPlaceWords();
  const position = { latitude: 48.8582, longitude: -2.2945 };
  expect(placeOf({ facts: { ...position, city: "Paris", country: "France", nearPlace: "Clichy" } })).toBe(
    "Paris, France",
  );
  expect(placeOf({ facts: { ...position, nearPlace: "Clichy", nearCountry: "FR" } })).toBe("Clichy, France");
  expect(placeOf({ facts: { ...position, nearPlace: "Paris", nearRegion: "Texas", nearCountry: "US" } })).toBe(
    "Paris, Texas, United States",
  );
  expect(placeOf({ facts: position })).toBe("48.9 N 2.3 W");
  expect(placeOf({ facts: {} })).toBeNull();
});

test("an inferred zone is told as inferred, a missing one as missing, and the file's own not again", () => {
  const timeOf = (photo: PhotoFacts) => photoDetails(photo).find(({ title }) => title === "Time")?.rows;
  const bare = photoOf({ takenAt: "2024-07-14T19:32:05" });
  expect(timeOf({ ...bare, gpsTime: "2024-07-14T17:32:05Z", inferredZone: "+02:00" })).toEqual([
    ["taken", "2024-07-14 19:32:05"],
    ["zone", "+02:00, inferred from the GPS time; the file does not say it"],
    ["GPS time", "2024-07-14 17:32:05 UTC"],
  ]);
  expect(timeOf(bare)).toContainEqual(["zone", "not in the file: the camera's own clock"]);
  expect(timeOf(photoOf({ takenAt: "2024-07-14T19:32:05+02:00" }))).toEqual([["taken", "2024-07-14 19:32:05 +02:00"]]);
});

test("an altitude below the sea says so", () => {
  const rows = photoDetails(photoOf({ altitudeMeters: -12.5 })).flatMap((group) => group.rows);
  expect(rows).toContainEqual(["altitude", "12.5 m below sea level"]);
});
