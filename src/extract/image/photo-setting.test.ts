import { expect, test } from "vitest";
import { extracted } from "../../../test/fixtures/extraction.ts";
import {
  exifSegment,
  jpegBytes,
  tiffBytes,
  xmpPacket,
  xmpSegment,
  type Field,
} from "../../../test/fixtures/samples/image-bytes.ts";

interface Shot {
  /** On the camera's clock: "2024:07:14 21:40:00". */
  readonly taken?: string;
  readonly zone?: string;
  /** Decimal degrees. */
  readonly at?: readonly [latitude: number, longitude: number];
  /** UTC of the GPS fix. */
  readonly gps?: { readonly date: string; readonly time: readonly [number, number, number] };
  readonly city?: string;
}

function shot({ taken, zone, at, gps, city }: Shot): Buffer {
  const exif: Field[] = [];
  if (taken !== undefined) exif.push([0x9003, 2, taken]);
  if (zone !== undefined) exif.push([0x9011, 2, zone]);
  const place: Field[] = [];
  if (at !== undefined) {
    const degrees = (value: number): Field[2] => [
      [Math.round(Math.abs(value) * 10_000), 10_000],
      [0, 1],
      [0, 1],
    ];
    place.push([1, 2, at[0] < 0 ? "S" : "N"], [2, 5, degrees(at[0])]);
    place.push([3, 2, at[1] < 0 ? "W" : "E"], [4, 5, degrees(at[1])]);
  }
  if (gps !== undefined) place.push([7, 5, gps.time.map((part) => [part, 1] as const)], [0x1d, 2, gps.date]);
  const tiff = tiffBytes({ image: [[0x110, 2, "X100V"]], exif, ...(place.length === 0 ? {} : { gps: place }) });
  const written = city === undefined ? [] : [xmpSegment(xmpPacket(`photoshop:City="${city}"`))];
  return jpegBytes({ segments: [exifSegment(tiff), ...written] });
}

const paris = [48.8584, 2.2945] as const;

test("a photo with a position says near which city and in what light it was taken", async () => {
  const { metadata, text } = await extracted(
    "a.jpg",
    shot({ taken: "2024:07:14 21:40:00", zone: "+02:00", at: paris }),
  );
  expect(metadata).toMatchObject({
    takenYear: 2024,
    takenMonth: 7,
    takenHour: 21,
    daylight: "sunset",
    nearPlace: "Paris",
    nearCountry: "FR",
  });
  expect(text).toContain("2024-07-14 21:40, Sunday evening, July, sunset, near Paris, France, 48.86 N 2.29 E");
});

test("without a zone the clocks of the place count, not those of this machine", async () => {
  const { metadata } = await extracted("a.jpg", shot({ taken: "2024:07:14 21:40:00", at: paris }));
  expect(metadata["daylight"]).toBe("sunset");
  const tokyo = await extracted("a.jpg", shot({ taken: "2024:07:14 12:00:00", at: [35.6586, 139.7454] }));
  expect(tokyo.metadata).toMatchObject({ daylight: "day", nearPlace: "Tokyo" });
});

test("a clock that was left at home is known by the time of GPS", async () => {
  // Tokyo at sunrise, 4:40, on a clock that still shows 21:40 of Paris.
  const gps = { date: "2024:07:14", time: [19, 40, 3] } as const;
  const { metadata } = await extracted("a.jpg", shot({ taken: "2024:07:14 21:40:00", at: [35.6586, 139.7454], gps }));
  expect(metadata["daylight"]).toBe("sunrise");
});

test("a city that the file names is not renamed; its country is filled in", async () => {
  const { metadata, text } = await extracted("a.jpg", shot({ at: paris, city: "Boulogne-Billancourt" }));
  expect(metadata).toMatchObject({ city: "Boulogne-Billancourt", nearPlace: "Paris" });
  expect(text).toContain("in Boulogne-Billancourt, France, near 48.86 N 2.29 E");
  expect(text).not.toContain("Paris");
});

test("where no city is near, the region and country are said", async () => {
  const { metadata, text } = await extracted("a.jpg", shot({ at: [36.0544, -112.1401] }));
  expect(metadata).toMatchObject({ nearRegion: "Arizona", nearCountry: "US" });
  expect(metadata).not.toHaveProperty("nearPlace");
  expect(text).toContain("in Arizona, United States, near 36.05 N 112.14 W");
});

test("on the open sea there is a position and nothing else", async () => {
  const { metadata, text } = await extracted("a.jpg", shot({ taken: "2024:07:14 12:00:00", at: [30, -40] }));
  for (const name of ["nearPlace", "nearRegion", "nearCountry"]) expect(metadata).not.toHaveProperty(name);
  expect(metadata["daylight"]).toBe("day");
  expect(text).toContain("near 30.00 N 40.00 W");
});

test("without a position there is no light, only the clock's words", async () => {
  const { metadata, text } = await extracted("a.jpg", shot({ taken: "2024:07:14 21:40:00", zone: "+02:00" }));
  expect(metadata).not.toHaveProperty("daylight");
  expect(metadata).toMatchObject({ takenMonth: 7, takenHour: 21 });
  expect(text).toContain("Sunday evening, July, landscape");
});

test("a date alone has no light", async () => {
  const { metadata } = await extracted("a.jpg", shot({ taken: "2024:07:14", at: paris }));
  expect(metadata).toMatchObject({ takenYear: 2024, takenMonth: 7, nearPlace: "Paris" });
  for (const name of ["takenHour", "daylight"]) expect(metadata).not.toHaveProperty(name);
});

test.each([
  ["a leap second", "2016:12:31 23:59:60", { takenYear: 2016, takenHour: 23, daylight: "night" }],
  ["the earliest year", "1800:01:01 12:00:00", { takenYear: 1800, takenHour: 12, daylight: "day" }],
  ["the latest year", "2200:12:31 12:00:00", { takenYear: 2200, takenHour: 12, daylight: "day" }],
])("%s is a time like any other", async (_, taken, facts) => {
  const { metadata } = await extracted("a.jpg", shot({ taken, at: paris }));
  expect(metadata).toMatchObject(facts);
});

test.each([
  ["the North Pole", [90, 0.0001]],
  ["the South Pole", [-90, 180]],
  ["the date line", [-16.5, -180]],
] as const)("%s is a position like any other", async (_, at) => {
  const { metadata } = await extracted("a.jpg", shot({ taken: "2024:07:14 12:00:00", at }));
  expect(metadata).toHaveProperty("daylight");
});
