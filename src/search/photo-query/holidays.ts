import { addDays, type Day, fieldsOf } from "./calendar.ts";
import { type Meaning, patternRule } from "./photo-rule.ts";

interface Holiday {
  readonly label: string;
  /** MM-DD, both included; `to` before `from` is of the next year. */
  readonly from: string;
  readonly to: string;
}

/** Those that are on the same day every year. */
const holidays: ReadonlyMap<string, Holiday> = new Map([
  ["christmas", { label: "at Christmas", from: "12-24", to: "12-26" }],
  ["christmas eve", { label: "on Christmas Eve", from: "12-24", to: "12-24" }],
  ["christmas day", { label: "on Christmas Day", from: "12-25", to: "12-25" }],
  ["new year", { label: "at New Year", from: "12-31", to: "01-01" }],
  ["new years eve", { label: "on New Year's Eve", from: "12-31", to: "01-01" }],
  ["new years day", { label: "on New Year's Day", from: "01-01", to: "01-01" }],
  ["halloween", { label: "at Halloween", from: "10-31", to: "10-31" }],
  ["valentines day", { label: "on Valentine's Day", from: "02-14", to: "02-14" }],
]);
const pattern =
  /\b(?<lead>(?:on|at|from|over|during|taken|in) (?:the )?)?(?<which>last |this )?(?<name>christmas(?: eve| day)?|xmas|new year(?:['\u2019]?s (?:eve|day))?|halloween|valentine['\u2019]?s day)(?:,? (?:of |in )?(?<year>(?:19|20)\d\d))?(?! (?!in\b|at\b|with\b|near\b|from\b|on\b|by\b|and\b|or\b|of\b)[a-z])(?![\w-])/dg;

/** "last Christmas", "on New Year's Eve 2024"; without any of these words around it, the name is text. */
export const holidayRule = patternRule(pattern, ({ groups = {} }, _reading, { today }): Meaning | null => {
  const name = (groups["name"] ?? "").replaceAll(/['\u2019]/g, "");
  const holiday = holidays.get(name === "xmas" ? "christmas" : name.replace("year eve", "years eve"));
  if (holiday === undefined || (groups["lead"] ?? groups["which"] ?? groups["year"]) === undefined) return null;
  const words = { words: [groups["name"] ?? name], wordsCount: "when-unknown" as const, softGroup: "name" };
  const which = groups["which"]?.trim();
  if (which === undefined && groups["year"] === undefined) {
    const { from, to } = holiday;
    return { anyOf: [{ kind: "yearly", from, to }], label: `taken ${holiday.label}`, ...words };
  }
  const year = groups["year"] === undefined ? yearOf(holiday, { which, today }) : Number(groups["year"]);
  const { from, to } = daysOf(holiday, year);
  const days = from === to ? from : `${from} to ${to}`;
  return { anyOf: [{ kind: "dates", from, to }], label: `taken ${holiday.label} ${year} (${days})`, ...words };
});

/** The last one is the last that is over. */
function yearOf(holiday: Holiday, { which, today }: { which: string | undefined; today: Day }): number {
  const { year } = fieldsOf(today);
  if (which === "this") return year;
  return [year, year - 1].find((each) => daysOf(holiday, each).to < today) ?? year - 2;
}

function daysOf({ from, to }: Holiday, year: number): { from: Day; to: Day } {
  const first = `${year}-${from}`;
  return { from: first, to: to < from ? addDays(first, 1) : `${year}-${to}` };
}
