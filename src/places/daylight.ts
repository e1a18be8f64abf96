import { getPosition } from "suncalc";
import type { Position } from "./distance.ts";

/** Words for the light by the sun's height, in the order of a day. */
export const daylights = ["night", "dawn", "sunrise", "golden hour", "day", "sunset", "dusk"] as const;
export type Daylight = (typeof daylights)[number];

// Degrees as suncalc gives them: with the refraction at the horizon, 0.48 degrees, also below it. Geometrically the sun's upper edge
// sets at -0.83 (the definition of almanacs), and civil twilight ends at -6.
const horizon = -0.35;
const twilightEnd = -5.52;
/** In middle latitudes some twenty minutes from the horizon. */
const lowSun = 3;
/** The golden hour of suncalc and of photographers' tables. */
const goldenSun = 6;

/**
 * The light at a moment (milliseconds of UTC) and place: "dawn" and "dusk" are civil twilight (sun up to 6 degrees below the horizon),
 * "sunrise" and "sunset" the sun up to 3 degrees above it, "golden hour" up to 6, morning and evening. Heights are those of suncalc
 * (Meeus, Astronomical Algorithms; right to 0.1 degree, less than a minute); mountains and the height of the place are not known.
 */
export function daylightAt(utcMs: number, { latitude, longitude }: Position): Daylight {
  const { altitude, azimuth } = getPosition(new Date(utcMs), latitude, longitude);
  if (altitude >= goldenSun) return "day";
  if (altitude >= lowSun) return "golden hour";
  if (altitude < twilightEnd) return "night";
  // The sun rises in the east on both halves of the earth.
  const isMorning = azimuth < 180;
  if (altitude >= horizon) return isMorning ? "sunrise" : "sunset";
  return isMorning ? "dawn" : "dusk";
}
