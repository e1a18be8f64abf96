import { daylightAt, type Daylight } from "../../places/daylight.ts";
import type { Position } from "../../places/distance.ts";
import { createLocalClock, type LocalClock } from "../../places/local-clock.ts";
import { openPlaces, type Places } from "../../places/places.ts";
import { inferredZone } from "./gps-time.ts";
import type { PhotoSetting, PicturePosition } from "./picture-setting.ts";
import type { TakenAt } from "./taken-at.ts";

/** Farther from a city nobody would name it; the country still is. */
const nearWithinKm = 50;

/** Tells where and in what light pictures were made; of those without a position nothing. */
export interface PhotoSettings {
  of(position: PicturePosition): PhotoSetting;
}

/** Reads the table of places. Throws PROGRAM_NOT_BUILT without it. */
export function createPhotoSettings(): PhotoSettings {
  const places = openPlaces();
  const clock = createLocalClock();
  return {
    of: ({ position, takenAt, gpsTime }) => ({
      ...placesOf(position, places),
      daylight: takenAt === undefined ? null : lightOf(takenAt, { position, gpsTime, clock }),
    }),
  };
}

function placesOf(position: Position, places: Places): Omit<PhotoSetting, "daylight"> {
  const near = places.nearestPlace(position, nearWithinKm);
  const area = near ?? places.regionAt(position);
  const country = area?.country ?? null;
  return {
    place: near?.name ?? null,
    region: area?.region ?? null,
    country,
    countryName: country === null ? null : places.countryName(country),
  };
}

/** By the zone that the file has, else by what its GPS time says of the clock, else by the clocks of the place. */
function lightOf(
  { text, hour }: TakenAt,
  { position, gpsTime, clock }: { position: Position; gpsTime: string | null; clock: LocalClock },
): Daylight | null {
  if (hour === null) return null;
  // A leap second is no time for Date.
  const moment = text.replace(/:60(?=[.Z+-]|$)/, ":59");
  const isZoned = /(?:Z|[+-]\d{2}:\d{2})$/.test(text);
  const zone = isZoned ? "" : inferredZone(text, gpsTime);
  const utcMs = zone === null ? clock.utcMs(Date.parse(`${moment}Z`), position) : Date.parse(`${moment}${zone}`);
  return daylightAt(utcMs, position);
}
