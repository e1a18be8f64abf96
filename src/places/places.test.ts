import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { CommonsError } from "../core/errors.ts";
import { distanceKm, type Position } from "./distance.ts";
import { placeAliases } from "./place-aliases.ts";
import { noRegion, placeTableBytes, readPlaceTable, type PlaceTable } from "./place-table.ts";
import { openPlaces } from "./places.ts";

const places = openPlaces();
const tableFile = join(import.meta.dirname, "table", "cities-1.bin");

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "places-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

// Positions as Wikipedia has them.
test.each([
  ["the Eiffel Tower", 48.8584, 2.2945, "Paris", null, "FR"],
  ["the palace of Versailles", 48.8049, 2.1204, "Versailles", null, "FR"],
  ["Big Ben", 51.5007, -0.1246, "London", "England", "GB"],
  ["the Empire State Building", 40.7484, -73.9857, "New York City", "New York", "US"],
  ["the Golden Gate Bridge", 37.8199, -122.4783, "San Francisco", "California", "US"],
  ["the Colosseum", 41.8902, 12.4922, "Rome", null, "IT"],
  ["the Rialto Bridge", 45.438, 12.3359, "Venice", null, "IT"],
  ["the opera of Sydney", -33.8568, 151.2153, "Sydney", "New South Wales", "AU"],
  ["Tokyo Tower", 35.6586, 139.7454, "Tokyo", null, "JP"],
  ["Christ the Redeemer", -22.9519, -43.2105, "Rio de Janeiro", null, "BR"],
  ["Saint Peter's Square", 41.9022, 12.4568, "Vatican City", null, "VA"],
  ["the Castel Sant'Angelo", 41.9031, 12.4663, "Rome", null, "IT"],
])("%s is near the city that a person would name", (_, latitude, longitude, name, region, country) => {
  expect(places.nearestPlace({ latitude, longitude }, 50)).toMatchObject({ name, region, country });
});

test("a position far from any city has no place, but a country where a city is within 150 km", () => {
  const grandCanyon = { latitude: 36.0544, longitude: -112.1401 };
  expect(places.nearestPlace(grandCanyon, 50)).toBeNull();
  expect(places.regionAt(grandCanyon)).toEqual({ country: "US", region: "Arizona" });
  const pacific = { latitude: 0, longitude: -150 };
  expect(places.nearestPlace(pacific, 50)).toBeNull();
  expect(places.regionAt(pacific)).toBeNull();
});

test("the date line and the poles are no walls", () => {
  // Suva is at 178.4 E: this is 220 km away, on the other side of the line.
  expect(places.nearestPlace({ latitude: -18.14, longitude: -179.5 }, 300)).toMatchObject({ country: "FJ" });
  expect(places.nearestPlace({ latitude: 90, longitude: 0 }, 50)).toBeNull();
  expect(places.nearestPlace({ latitude: -90, longitude: 180 }, 5_000)).not.toBeNull();
});

test("the nearest place is what a look at every place finds, also beside the date line and the poles", () => {
  const { rows, latitudes, longitudes, countries, countryOf } = readPlaceTable(tableFile);
  const nearest = (position: Position): string | null => {
    const all = Array.from({ length: rows }, (_, row) => ({
      country: countries[countryOf[row] ?? 0] ?? "",
      km: distanceKm(position, { latitude: latitudes[row] ?? 0, longitude: longitudes[row] ?? 0 }),
    }));
    const best = all.reduce((one, other) => (other.km < one.km ? other : one));
    return best.km <= 150 ? best.country : null;
  };
  const positions = [-90, -54.8, -18.1, -0.2, 14, 47.5, 51, 69.6, 90].flatMap((latitude) =>
    [-179.9, -68.3, 7.6, 104, 179.9].map((longitude) => ({ latitude, longitude })),
  );
  const found = positions.map((position) => places.regionAt(position)?.country ?? null);
  expect(found).toEqual(positions.map(nearest));
  expect(new Set(found).size).toBeGreaterThan(5);
});

test("distances are those of the great circle", () => {
  const [paris, london] = ["Paris", "London"].map((name) => places.findPlaces(name)[0]);
  if (paris === undefined || london === undefined) throw new Error("no Paris, no London");
  // 344 km from middle to middle.
  expect(Math.abs(distanceKm(paris, london) - 343.5)).toBeLessThan(2);
  expect(distanceKm({ latitude: 0, longitude: 179.5 }, { latitude: 0, longitude: -179.5 })).toBeCloseTo(111.19, 1);
  expect(distanceKm({ latitude: 90, longitude: 0 }, { latitude: -90, longitude: 0 })).toBeCloseTo(20_015.1, 0);
});

test.each([
  ["Paris", "Paris", "FR", null],
  ["paris, texas", "Paris", "US", "Texas"],
  ["Paris TX", "Paris", "US", "Texas"],
  ["Paris France", "Paris", "FR", null],
  ["Paris, Frankreich", "Paris", "FR", null],
  ["London, Ontario", "London", "CA", "Ontario"],
  ["new york", "New York City", "US", "New York"],
  ["NYC", "New York City", "US", "New York"],
  ["São Paulo", "São Paulo", "BR", null],
  ["sao paulo", "São Paulo", "BR", null],
  ["Muenchen", "Munich", "DE", null],
  ["MÜNCHEN", "Munich", "DE", null],
  ["Wien", "Vienna", "AT", null],
  ["Nuernberg", "Nürnberg", "DE", null],
  ["Düsseldorf", "Düsseldorf", "DE", null],
  ["Duesseldorf", "Düsseldorf", "DE", null],
  ["Cologne", "Köln", "DE", null],
  ["Firenze", "Florence", "IT", null],
  ["St. Louis", "St. Louis", "US", "Missouri"],
  ["saint louis", "St. Louis", "US", "Missouri"],
  ["saint-etienne", "Saint-Étienne", "FR", null],
  ["Washington D.C.", "Washington, D.C.", "US", "District of Columbia"],
  ["Washington DC", "Washington, D.C.", "US", "District of Columbia"],
  ["Frankfurt", "Frankfurt am Main", "DE", null],
  ["København", "Copenhagen", "DK", null],
  ["Łódź", "Łódź", "PL", null],
  ["lodz", "Łódź", "PL", null],
  ["Vaduz", "Vaduz", "LI", null],
])("%s is found as a place", (asked, name, country, region) => {
  expect(places.findPlaces(asked)[0]).toMatchObject({ name, country, region });
});

test("places of one name come with the largest first", () => {
  const found = places.findPlaces("springfield");
  expect(found.length).toBeGreaterThan(3);
  expect(found.map(({ population }) => population)).toEqual(
    found.map(({ population }) => population).toSorted((a, b) => b - a),
  );
});

test.each([
  "",
  " ",
  ",",
  "Nowhereville",
  "Paris, Nowhereland",
  "constructor",
  "__proto__",
  "the",
  "\u0000",
  "é".repeat(99),
])("%j is no place", (name) => {
  expect(places.findPlaces(name)).toEqual([]);
  expect(places.findCountry(name)).toBeNull();
  expect(places.findRegion(name)).toBeNull();
});

test("a text of any length is answered, with no place", () => {
  expect(places.findPlaces("paris ".repeat(100_000))).toEqual([]);
  expect(places.findCountry("france ".repeat(100_000))).toBeNull();
});

test("every other name of a city leads to a city of its country", () => {
  for (const { place, country, names } of placeAliases)
    for (const name of [place, ...names])
      expect(places.findPlaces(name).map((found) => `${found.name}, ${found.country}`)).toContain(
        `${place}, ${country}`,
      );
});

test.each([
  ["France", "FR", "France"],
  ["frankreich", "FR", "France"],
  ["Deutschland", "DE", "Germany"],
  ["Österreich", "AT", "Austria"],
  ["España", "ES", "Spain"],
  ["Italia", "IT", "Italy"],
  ["日本", "JP", "Japan"],
  ["UK", "GB", "United Kingdom"],
  ["Great Britain", "GB", "United Kingdom"],
  ["USA", "US", "United States"],
  ["US", "US", "United States"],
  ["Holland", "NL", "Netherlands"],
  ["the Netherlands", "NL", "Netherlands"],
  ["Côte d'Ivoire", "CI", "Côte d’Ivoire"],
  ["Liechtenstein", "LI", "Liechtenstein"],
])("%s is a country", (asked, code, name) => {
  expect(places.findCountry(asked)).toEqual({ code, name });
});

test("a country's code is one in capitals only: in, us, it and no are words", () => {
  for (const word of ["in", "us", "it", "no", "at", "be"]) expect(places.findCountry(word)).toBeNull();
  expect(places.countryName("FR")).toBe("France");
  expect(places.countryName("France; DROP")).toBe("France; DROP");
});

test("regions are known by name, and by their letters in capitals", () => {
  expect(places.findRegion("texas")).toEqual({ country: "US", code: "TX", name: "Texas" });
  expect(places.findRegion("TX")).toMatchObject({ name: "Texas" });
  expect(places.findRegion("tx")).toBeNull();
  expect(places.findRegion("Scotland")).toMatchObject({ country: "GB" });
});

test("a table that is written is read as it was", () => {
  const table: PlaceTable = {
    rows: 3,
    countries: ["DE", "US"],
    regions: [{ country: "US", code: "TX", name: "Téxas" }],
    latitudes: Float32Array.of(-10.5, 31.25, 48.5),
    longitudes: Float32Array.of(-97, 0, 11.75),
    populations: Int32Array.of(15_000, -20_000, 1_500_000),
    countryOf: Uint8Array.of(1, 1, 0),
    regionOf: Uint8Array.of(0, 0, noRegion),
    names: Buffer.from("Süd\nNord\nMünchen"),
  };
  const file = join(directory, "cities.bin");
  writeFileSync(file, placeTableBytes(table));
  expect(readPlaceTable(file)).toEqual(table);
  // A part of a city has a name, and is never the nearest.
  expect(openPlaces(file).findPlaces("nord")).toMatchObject([{ population: 20_000, region: "Téxas" }]);
  expect(openPlaces(file).nearestPlace({ latitude: 31.25, longitude: 0 }, 50)).toBeNull();
});

test.each([
  ["is not there", null],
  ["is empty", Buffer.alloc(0)],
  ["is cut short", readFileSync(tableFile).subarray(0, 100_000)],
  ["has a header that says too much", Buffer.concat([Buffer.from("CCPLACE1\u00ff\u00ff\u00ff\u00ff", "latin1")])],
  ["is something else", Buffer.from("PK\u0003\u0004 and so on")],
])("a table that %s is a broken installation, and the error says so", (_, bytes) => {
  const file = join(directory, "cities.bin");
  if (bytes !== null) writeFileSync(file, bytes);
  expect(() => openPlaces(file)).toThrow(CommonsError);
  expect(() => openPlaces(file)).toThrow(/table of places cannot be used/);
});
