import timeZoneAt from "@photostructure/tz-lookup";
import type { Position } from "./distance.ts";

const minuteMs = 60_000;

/** Tells what time UTC has when clocks at a place show a time. */
export interface LocalClock {
  /**
   * `localMs` is the clock's time counted as if it were UTC. By the time zone of the place and its rules of that day, summer time included:
   * wrong by an hour within some kilometres of a zone's border, and in the hour that clocks are changed in.
   */
  utcMs(localMs: number, position: Position): number;
}

/** Zones by tz-lookup's shapes, their rules by Node's own tables; each zone that was asked for is kept. */
export function createLocalClock(): LocalClock {
  const offsets = new Map<string, ZoneOffset>();
  return {
    utcMs: (localMs, { latitude, longitude }) => {
      const timeZone = timeZoneAt(latitude, longitude);
      const offset = offsets.get(timeZone) ?? offsetOf(timeZone, longitude);
      offsets.set(timeZone, offset);
      // The offset of the moment that is looked for: with a guess first.
      const guess = localMs - offset(localMs);
      return localMs - offset(guess);
    },
  };
}

/** Milliseconds that the zone's clocks are ahead of UTC at a moment of UTC. */
type ZoneOffset = (utcMs: number) => number;

function offsetOf(timeZone: string, longitude: number): ZoneOffset {
  const format = formatOf(timeZone);
  if (format === null) return () => Math.round(longitude / 15) * 60 * minuteMs;
  return (utcMs) => {
    const name = format.formatToParts(utcMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours = "0", minutes = "0"] = /([+-])(\d+):(\d+)/.exec(name) ?? [];
    const ahead = (Number(hours) * 60 + Number(minutes)) * minuteMs;
    return sign === "-" ? -ahead : ahead;
  };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch (error) {
    // A zone that was made after this Node ("America/Coyhaique", 2025).
    if (error instanceof RangeError) return null;
    throw error;
  }
}
