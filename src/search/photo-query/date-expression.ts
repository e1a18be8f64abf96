import type { PhotoNeed } from "../../core/photo-filter.ts";
import { addDays, type Day, dayOf, monthEnd } from "./calendar.ts";

/** A stretch of days: of one year, or of any. */
export type DateSpan =
  | {
      readonly kind: "dates";
      readonly from: Day;
      readonly to: Day;
      readonly label: string;
      readonly south?: { readonly from: Day; readonly to: Day };
    }
  /** MM-DD, both included. */
  | {
      readonly kind: "yearly";
      readonly from: string;
      readonly to: string;
      readonly label: string;
      readonly south?: { readonly from: string; readonly to: string };
    };

export const monthNames = [
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

/** One of a year, by name or its beginning. */
export const month =
  "(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\\.?";
/** Four figures. */
export const year = "(?:19|20)\\d\\d";
/** One of a month. */
export const dayNumber = "(?:[12]\\d|3[01]|0?[1-9])";
/** One of a year, in lower case. */
export const season = "(?:spring|summer|autumn|fall|winter)";

/** Every way to write a date, the longest first. Groups are named by no one: `readDateExpression` reads what it matched. */
export const dateExpression = [
  `${year}[-/_]\\d\\d[-/_]\\d\\d`,
  `${year}[-_]\\d\\d`,
  `${year}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])`,
  `${dayNumber}[./]${dayNumber}[./]${year}`,
  `(?:the )?${dayNumber}(?:st|nd|rd|th)?(?: of)? ${month}(?:,? ${year})?`,
  `${month} (?:the )?${dayNumber}(?:st|nd|rd|th)?(?:,? ${year})?(?![\\d:])`,
  `${month},? (?:of )?${year}`,
  `${month} ['\u2019]\\d\\d(?!\\d)`,
  `(?:the )?${season} (?:of )?${year}`,
  `(?:the )?${season}`,
  month,
  `(?:the )?(?:19|20)\\d0['\u2019]?s`,
  `the ['\u2019]?[5-9]0['\u2019]?s`,
  year,
].join("|");

const iso = /^(\d{4})[-/_]?(\d\d)(?:[-/_]?(\d\d))?$/;
const decade = /(?:^|\D)(\d\d)?(\d0)['\u2019]?s$/;
const numeric = /^(\d{1,2})([./])(\d{1,2})[./](\d{4})$/;
const words = /[a-z]+|\d+/g;

/** What one match of `dateExpression` means. Null: no calendar has it, or day and month may be either. */
export function readDateExpression(written: string): DateSpan | null {
  const text = written.replace(/ ['\u2019](\d\d)$/, (_, short: string) => ` ${Number(short) < 50 ? 20 : 19}${short}`);
  const exact = iso.exec(text);
  if (exact !== null) return isoSpan(Number(exact[1]), Number(exact[2]), exact[3]);
  const ten = decade.exec(text);
  if (ten !== null) return decadeSpan(Number(`${ten[1] ?? "19"}${ten[2]}`));
  const plain = numeric.exec(text);
  if (plain !== null) return numericSpan(plain);
  const parts = text.match(words) ?? [];
  const inYear = Number(parts.find((part) => /^\d{4}$/.test(part)) ?? Number.NaN);
  const named = parts.findIndex((part) => monthNumber(part) !== null);
  if (named >= 0) {
    const day = Number(parts.find((part) => /^\d{1,2}$/.test(part)) ?? Number.NaN);
    return namedSpan(monthNumber(parts[named] ?? "") ?? 1, { day, year: inYear });
  }
  const asked = parts.find((part) => seasonMonths.has(part));
  if (asked !== undefined) return seasonSpan(asked, inYear);
  if (Number.isNaN(inYear)) return null;
  return { kind: "dates", from: `${inYear}-01-01`, to: `${inYear}-12-31`, label: `in ${inYear}` };
}

const seasonMonths: ReadonlyMap<string, number> = new Map([
  ["spring", 3],
  ["summer", 6],
  ["autumn", 9],
  ["fall", 9],
  ["winter", 12],
]);

/** What a season is called at the same time on the other side of the equator. */
export const otherSide: Readonly<Record<string, string>> = {
  spring: "autumn",
  summer: "winter",
  autumn: "spring",
  fall: "spring",
  winter: "summer",
};

/** The season of a year: a winter begins in December of its year north of the equator. Without a year, of every year. */
export function seasonSpan(name: string, inYear: number): DateSpan {
  const { from, to } = northern(otherSide[name] ?? name, inYear);
  return { ...northern(name, inYear), south: { from, to } };
}

function northern(name: string, inYear: number): DateSpan {
  const first = seasonMonths.get(name) ?? 3;
  const label = name === "fall" ? "autumn" : name;
  if (Number.isNaN(inYear)) {
    const last = ((first + 1) % 12) + 1;
    return { kind: "yearly", from: `${pad(first)}-01`, to: `${pad(last)}-31`, label: `in ${label}` };
  }
  const from = `${inYear}-${pad(first)}-01`;
  const lastMonth = first === 12 ? `${inYear + 1}-02-01` : `${inYear}-${pad(first + 2)}-01`;
  return { kind: "dates", from, to: monthEnd(lastMonth), label: `in ${label} ${inYear}` };
}

function decadeSpan(first: number): DateSpan {
  return { kind: "dates", from: `${first}-01-01`, to: `${first + 9}-12-31`, label: `in the ${first}s` };
}

/** 1 to 12, of a name in lower case or its beginning. */
export function monthNumber(name: string): number | null {
  if (name.length < 3) return null;
  const found = monthNames.findIndex((one) => one.toLowerCase().startsWith(name));
  return found < 0 ? (name === "sept" ? 9 : null) : found + 1;
}

/** From the beginning of one to the end of the other, both of a year or both of any; null: they do not go together. */
export function spanBetween(first: DateSpan, last: DateSpan): DateSpan | null {
  const label = `from ${bare(first.label)} to ${bare(last.label)}`;
  if (first.kind === "dates" && last.kind === "dates")
    return first.from > last.to ? null : { kind: "dates", from: first.from, to: last.to, label };
  if (first.kind === "yearly" && last.kind === "yearly")
    return { kind: "yearly", from: first.from, to: last.to, label };
  if (first.kind === "yearly" && last.kind === "dates") {
    // "from June to August 2024", "from December to January 2025": the year of the end is that of the beginning, or the one after it.
    const inYear = Number(last.from.slice(0, 4));
    const start = `${inYear}-${first.from}`;
    return { kind: "dates", from: start > last.to ? `${inYear - 1}-${first.from}` : start, to: last.to, label };
  }
  return null;
}

/** The span as a filter has it. */
export function needOf(span: DateSpan): PhotoNeed {
  const { kind, from, to, south } = span;
  return south === undefined ? { kind, from, to } : { kind, from, to, south };
}

/** Without the word in front: "July 2024". */
export function bare(label: string): string {
  return label.replace(/^(?:in|on) /, "");
}

function isoSpan(inYear: number, inMonth: number, day: string | undefined): DateSpan | null {
  const first = dayOf({ year: inYear, month: inMonth, day: Number(day ?? 1) });
  if (first === null) return null;
  if (day !== undefined) return { kind: "dates", from: first, to: first, label: `on ${first}` };
  return { kind: "dates", from: first, to: monthEnd(first), label: `in ${monthNames[inMonth - 1]} ${inYear}` };
}

/** Points write the day first; of slashes only what can be one thing is read. */
function numericSpan([, one = "", mark, other = "", inYear = ""]: RegExpExecArray): DateSpan | null {
  const [first, second] = [Number(one), Number(other)];
  const isDayFirst = mark === "." || first > 12;
  if (!isDayFirst && second <= 12 && first !== second) return null;
  const day = dayOf({
    year: Number(inYear),
    month: isDayFirst ? second : first,
    day: isDayFirst ? first : second,
  });
  return day === null ? null : { kind: "dates", from: day, to: day, label: `on ${day}` };
}

function namedSpan(inMonth: number, { day, year: inYear }: { day: number; year: number }): DateSpan | null {
  const name = monthNames[inMonth - 1] ?? "";
  if (Number.isNaN(inYear)) {
    if (Number.isNaN(day))
      return { kind: "yearly", from: `${pad(inMonth)}-01`, to: `${pad(inMonth)}-31`, label: `in ${name}` };
    if (dayOf({ year: 2024, month: inMonth, day }) === null) return null;
    const text = `${pad(inMonth)}-${pad(day)}`;
    return { kind: "yearly", from: text, to: text, label: `on ${day} ${name}` };
  }
  if (Number.isNaN(day)) return isoSpan(inYear, inMonth, undefined);
  const exact = dayOf({ year: inYear, month: inMonth, day });
  return exact === null ? null : { kind: "dates", from: exact, to: exact, label: `on ${exact}` };
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

/** The day before and the day after a span of one year. */
export function besides({ from, to }: { from: Day; to: Day }): { before: Day; after: Day } {
  return { before: addDays(from, -1), after: addDays(to, 1) };
}
