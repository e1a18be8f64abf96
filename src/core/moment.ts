import { CommonsError } from "./errors.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Lengths of what "3 weeks ago" counts, in ms; a month is 30 days, a year 365. */
const units: readonly (readonly [names: RegExp, ms: number])[] = [
  [/^(?:s|secs?|seconds?)$/, 1_000],
  [/^(?:m|mins?|minutes?)$/, minute],
  [/^(?:h|hrs?|hours?)$/, hour],
  [/^(?:d|days?)$/, day],
  [/^(?:w|wks?|weeks?)$/, 7 * day],
  [/^(?:mo|months?)$/, 30 * day],
  [/^(?:y|yrs?|years?)$/, 365 * day],
];

/** The last moment that a date can name. SQLite would store a later one as a whole number that JavaScript cannot read back. */
export const latestMs = 8.64e15;

const maxLength = 64;
const datePattern =
  /^(\d{4})-(\d{2})(?:-(\d{2})(?:[t ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?\s*(z|[+-]\d{2}:?\d{2})?)?)?$/;
const agoPattern = /^(\d{1,6})\s*([a-z]{1,8})(?:\s+ago)?$/;
const epochMsPattern = /^\d{11,14}$/;

/**
 * A moment as people and models write it, in epoch ms: an ISO date (`2026-11-01`, from its first moment here; `2026-11`), an ISO time
 * (here, unless it names a zone), epoch ms, how long ago (`7d`, `12h`, `30m`, `2 weeks ago`), `now`, `today`, `yesterday`.
 * Errors: INPUT_INVALID.
 */
export function parseMoment(text: string, nowMs: number): number {
  const words = text.trim().toLowerCase();
  const moment = words.length > maxLength ? null : (namedMoment(words, nowMs) ?? dateMoment(words));
  if (moment !== null) return moment;
  throw new CommonsError("INPUT_INVALID", `"${text.slice(0, maxLength)}" is no date.`, {
    hint: "Write a date such as 2026-11-01 or 2026-11-01T09:30, or how long ago: 12h, 7d, 2w, yesterday.",
  });
}

function namedMoment(words: string, nowMs: number): number | null {
  if (words === "now") return nowMs;
  if (words === "today" || words === "yesterday") {
    const now = new Date(nowMs);
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() - (words === "today" ? 0 : 1)).getTime();
  }
  if (epochMsPattern.test(words)) return Number(words);
  const [, count, unit = ""] = agoPattern.exec(words) ?? [];
  const length = units.find(([names]) => names.test(unit))?.[1];
  return count === undefined || length === undefined ? null : nowMs - Number(count) * length;
}

function dateMoment(words: string): number | null {
  const parts = datePattern.exec(words);
  if (parts === null) return null;
  const [, year, month, dayOfMonth = "1", hours = "0", minutes = "0", seconds = "0", fraction = "0", zone] = parts;
  const fields = [year, month, dayOfMonth, hours, minutes, seconds].map(Number);
  const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = fields;
  const ms = Math.floor(Number(`0.${fraction}`) * 1_000);
  const asUtc = utcMoment([y, mo, d, h, mi, s]);
  if (asUtc === null) return null;
  if (zone === undefined) return new Date(y, mo - 1, d, h, mi, s, ms).getTime();
  return asUtc + ms - zoneOffsetMs(zone);
}

/** null for days and times that are not on any calendar or clock, as February 30. */
function utcMoment(fields: readonly [number, number, number, number, number, number]): number | null {
  const [y, mo, d, h, mi, s] = fields;
  const utc = new Date(Date.UTC(y, mo - 1, d, h, mi, s));
  const isReal = y >= 100 && utc.getUTCMonth() === mo - 1 && utc.getUTCDate() === d && h < 24 && mi < 60 && s < 60;
  return isReal ? utc.getTime() : null;
}

function zoneOffsetMs(zone: string): number {
  if (zone === "z") return 0;
  const digits = zone.slice(1).replace(":", "");
  const offset = Number(digits.slice(0, 2)) * hour + Number(digits.slice(2)) * minute;
  return zone.startsWith("-") ? -offset : offset;
}
