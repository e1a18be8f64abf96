/** A point in time as a camera wrote it. */
export interface TakenAt {
  /** ISO 8601; local time without a zone when the file has none. */
  readonly text: string;
  /** YYYY-MM-DD, on the camera's clock. */
  readonly date: string;
  /** On the camera's clock; null when only a date is known. */
  readonly hour: number | null;
}

interface ClockTime {
  readonly hour: string;
  readonly minute: string;
  readonly second: string;
  readonly fraction: string;
}

const pattern =
  /^\s*(\d{4})[-:/](\d{2})[-:/](\d{2})(?:[T\s]+(\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?\s*(Z|[+-]\d{2}:?\d{2})?/;
const firstYear = 1800;
const lastYear = 2200;

/**
 * Reads "2024:07:14 19:32:05" of EXIF and ISO 8601 of XMP. `fraction` and `zone` are the fields that EXIF keeps apart. Null for dates that
 * no calendar has, and for those of clocks that were never set ("0000:00:00").
 */
export function readTakenAt(text: string, apart: { fraction?: string; zone?: string } = {}): TakenAt | null {
  const match = pattern.exec(text);
  if (match === null) return null;
  const [, year = "", month = "", day = "", hour, minute, second = "00", fraction, zone] = match;
  if (!isDay(Number(year), Number(month), Number(day))) return null;
  const date = `${year}-${month}-${day}`;
  if (hour === undefined || minute === undefined) return { text: date, date, hour: null };
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return { text: date, date, hour: null };
  const time = clockText({ hour, minute, second, fraction: fraction ?? digitsOf(apart.fraction) });
  return { text: `${date}T${time}${zoneText(zone ?? apart.zone)}`, date, hour: Number(hour) };
}

function clockText({ hour, minute, second, fraction }: ClockTime): string {
  return `${hour}:${minute}:${second}${fraction === "" ? "" : `.${fraction}`}`;
}

function digitsOf(text: string | undefined): string {
  return /^\d{1,9}/.exec(text?.trim() ?? "")?.[0] ?? "";
}

function zoneText(zone: string | undefined): string {
  const match = /^\s*(?:(Z)|([+-])(\d{2}):?(\d{2}))\s*$/.exec(zone ?? "");
  if (match === null) return "";
  const [, utc, sign, hours, minutes] = match;
  if (utc !== undefined) return "Z";
  return Number(hours) <= 14 && Number(minutes) < 60 ? `${sign}${hours}:${minutes}` : "";
}

function isDay(year: number, month: number, day: number): boolean {
  if (year < firstYear || year > lastYear) return false;
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

const weekdays = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const;
const months = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
] as const;

/** "Sunday evening, July": words for a time by which people look for photos. */
export function timeWords({ date, hour }: TakenAt): string {
  const day = new Date(`${date}T00:00:00Z`);
  const weekday = weekdays[day.getUTCDay()] ?? "";
  return `${weekday}${hour === null ? "" : ` ${partOfDay(hour)}`}, ${months[day.getUTCMonth()] ?? ""}`;
}

/** "July"; empty without one. */
export function monthNameOf({ month }: { readonly month: number | null }): string {
  return month === null ? "" : (months[month - 1] ?? "");
}

function partOfDay(hour: number): string {
  if (hour < 5 || hour >= 22) return "night";
  if (hour < 12) return "morning";
  if (hour < 14) return "noon";
  return hour < 18 ? "afternoon" : "evening";
}
