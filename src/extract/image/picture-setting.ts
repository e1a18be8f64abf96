import type { Position } from "../../places/distance.ts";
import type { TakenAt } from "./taken-at.ts";

/** What a picture has to say for its setting to be known. */
export interface PicturePosition {
  readonly position: Position;
  readonly takenAt: TakenAt | undefined;
  /** UTC, of its GPS fix. */
  readonly gpsTime: string | null;
}

/** Where and in what light a picture was made, as its position and time imply. */
export interface PhotoSetting {
  /** The city that it is in or near to. */
  readonly place: string | null;
  /** The state, province or nation of the countries that are known by them. */
  readonly region: string | null;
  /** ISO 3166-1: "FR". */
  readonly country: string | null;
  readonly countryName: string | null;
  /** A word of src/places/daylight.ts. */
  readonly daylight: string | null;
}
