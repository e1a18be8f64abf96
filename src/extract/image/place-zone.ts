import type { Position } from "../../places/distance.ts";
import { createLocalClock, type LocalClock } from "../../places/local-clock.ts";
import { zoneOfMs } from "./gps-time.ts";

// One for the life of the process: what it reads is some hundred kilobytes, and a directory has thousands of photos.
let clock: LocalClock | null = null;

/** The zone that clocks at a place had, "+02:00", when they showed a time; null for a time with a zone, and for a day alone. */
export function placeZone(takenAt: string | undefined, position: Position): string | null {
  const shown = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:)(\d{2})(?:\.\d+)?$/.exec(takenAt ?? "");
  if (shown === null) return null;
  // A leap second is no time for Date.
  const localMs = Date.parse(`${shown[1]}${shown[2] === "60" ? "59" : shown[2]}Z`);
  clock ??= createLocalClock();
  return zoneOfMs(localMs - clock.utcMs(localMs, position));
}
