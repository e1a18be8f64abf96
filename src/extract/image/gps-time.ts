import type { TagSet, TiffTag } from "./tiff-tags.ts";
import { u32 } from "./tiff-tags.ts";

const timeTag = 0x07;
const dateTag = 0x1d;
const minuteMs = 60_000;
const quarterMs = 15 * minuteMs;
/** A receiver writes the time of its last fix, which may be some minutes old. */
const slackMs = 5 * minuteMs;
const mostMs = 14 * 60 * minuteMs;

/** The moment of a picture's GPS fix, in UTC to the second ("2024-07-14T17:32:05Z"); null when its fields tell none. */
export function gpsTimeOf(tags: TagSet | null): string | null {
  if (tags === null) return null;
  const date = tags.gps.find(({ tag }) => tag === dateTag);
  const time = tags.gps.find(({ tag }) => tag === timeTag);
  const day = /^(\d{4})[:-](\d{2})[:-](\d{2})/.exec(date?.bytes.toString("latin1") ?? "");
  const [hour, minute, second] = time === undefined ? [] : fractions(time, tags.isLittleEndian);
  if (day === null || hour === undefined || minute === undefined || second === undefined) return null;
  if (!(hour < 24 && minute < 60 && second <= 60)) return null;
  const [, year, month, dayOfMonth] = day;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(dayOfMonth), hour, minute, Math.floor(second));
  const moment = new Date(ms);
  if (Number(year) < 1980 || moment.getUTCMonth() !== Number(month) - 1) return null;
  return moment.toISOString().replace(/\.\d+Z$/, "Z");
}

/**
 * The zone that a camera's clock was set to, "+02:00", as its time and that of GPS imply: their distance, where that is near to a whole
 * quarter of an hour. Null when the time has a zone already, or one of them is missing.
 */
export function inferredZone(takenAt: string | undefined, gpsTime: string | null): string | null {
  const clock = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.\d+)?$/.exec(takenAt ?? "")?.[1];
  if (clock === undefined || gpsTime === null) return null;
  const awayMs = Date.parse(`${clock}Z`) - Date.parse(gpsTime);
  const zoneMs = Math.round(awayMs / quarterMs) * quarterMs;
  if (!(Math.abs(zoneMs) <= mostMs && Math.abs(awayMs - zoneMs) <= slackMs)) return null;
  return zoneOfMs(zoneMs);
}

/** "+02:00", of what a clock is ahead of UTC; to the whole minute. */
export function zoneOfMs(aheadMs: number): string {
  const minutes = Math.round(Math.abs(aheadMs) / minuteMs);
  const two = (value: number): string => String(value).padStart(2, "0");
  return `${aheadMs < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function fractions({ type, bytes }: TiffTag, isLittleEndian: boolean): number[] {
  if (type !== 5) return [];
  const values: number[] = [];
  for (let at = 0; at + 8 <= bytes.length; at += 8)
    values.push(u32(bytes, at, isLittleEndian) / u32(bytes, at + 4, isLittleEndian));
  return values;
}
