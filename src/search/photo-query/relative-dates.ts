import { addDays, type Day, fieldsOf, monthEnd, monthStart, weekdayOf } from "./calendar.ts";
import { otherSide, seasonSpan } from "./date-expression.ts";
import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";

const seasonNames = /^(?:spring|summer|autumn|fall|winter)$/;
const weekdays = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
const weekday = `(?<weekday>${weekdays.join("|")})`;
const counts = new Map<string, number>([
  ["a", 1],
  ["an", 1],
  ["one", 1],
  ["two", 2],
  ["three", 3],
  ["four", 4],
  ["five", 5],
  ["six", 6],
  ["seven", 7],
  ["ten", 10],
]);
const count = `(?<count>\\d{1,4}|${[...counts.keys()].join("|")})`;
const lead = "(?:(?:in|on|from|of|during|over) )?(?:the )?";

const named =
  /\b(?:from )?(?<word>today|yesterday|the day before yesterday|this(?= (?:morning|afternoon|evening)\b))(?![\w-])/dg;
const lastNight = /\b(?:from )?(?<word>last night|tonight)\b/dg;
const recent = new RegExp(`\\b${lead}(?:last|past|previous) ${count} (?<unit>day|week|month|year)s?\\b`, "dg");
const olderOrNewer = new RegExp(
  `\\b(?:from |taken )?(?:(?<word>older|newer|younger|more|less|longer) than|(?<over>over)) ${count} (?<unit>day|week|month|year)s?(?<tail> ago| old)?\\b`,
  "dg",
);
const ago = new RegExp(`\\b(?:from |taken )?${count} (?<unit>day|week|month|year)s? ago\\b`, "dg");
const period =
  /\b(?:(?:in|from|of|during|over) )?(?:the )?(?<which>last|this|previous|past) (?<unit>weekend|week|month|year|spring|summer|autumn|fall|winter)(?:'s)?\b/dg;
const lastWeekday = new RegExp(`\\b(?:on |from )?last ${weekday}\\b`, "dg");
const anyWeekday = new RegExp(
  `\\b(?<word>on|every|taken|from|between) (?:a |an )?${weekday}s?(?:(?<joint> (?:to|until|till|through|and|or) | ?[-–&/,] ?)(?:on )?(?<other>${weekdays.join("|")})s?)?\\b`,
  "dg",
);
const anyWeekend = /\b(?:on|at|during) (?:a |the )?weekends?\b/dg;

/** Days told from today. */
export const relativeDateRules = inTurn([
  patternRule(named, ({ groups = {} }, _reading, { today }) => {
    const word = groups["word"] ?? "";
    const isToday = word === "today" || word === "this";
    const day = addDays(today, isToday ? 0 : word === "yesterday" ? -1 : -2);
    return dates(day, day, isToday ? "today" : word);
  }),
  patternRule(lastNight, ({ groups = {} }, _reading, { today }) =>
    dates(addDays(today, groups["word"] === "tonight" ? 0 : -1), today, groups["word"] ?? ""),
  ),
  patternRule(recent, ({ groups = {} }, _reading, { today }) => {
    const number = countOf(groups["count"] ?? "");
    return dates(
      daysAgo(today, number, groups["unit"] ?? "day"),
      today,
      `in the last ${unitText(number, groups["unit"])}`,
    );
  }),
  patternRule(olderOrNewer, ({ groups = {} }, _reading, { today }) => {
    const word = groups["word"] ?? "more";
    // "More than 5 years" of what?
    if (/more|less|longer/.test(word) && groups["tail"] === undefined) return null;
    const number = countOf(groups["count"] ?? "");
    const day = daysAgo(today, number, groups["unit"] ?? "day");
    const text = unitText(number, groups["unit"]);
    return /newer|younger|less/.test(word)
      ? {
          anyOf: [{ kind: "dates", from: addDays(day, 1), to: today }],
          label: `taken less than ${text} ago (after ${day})`,
        }
      : {
          anyOf: [{ kind: "dates", from: null, to: addDays(day, -1) }],
          label: `taken more than ${text} ago (before ${day})`,
        };
  }),
  patternRule(ago, ({ groups = {} }, _reading, { today }) => {
    const number = countOf(groups["count"] ?? "");
    const unit = groups["unit"] ?? "day";
    return { ...whole(daysAgo(today, number, unit), unit), label: `taken ${unitText(number, unit)} ago` };
  }),
  patternRule(lastWeekday, ({ groups = {} }, _reading, { today }) => {
    const wanted = weekdays.indexOf(groups["weekday"] ?? "");
    const back = (weekdayOf(today) - wanted + 7) % 7 || 7;
    const day = addDays(today, -back);
    return dates(day, day, `last ${groups["weekday"]}`);
  }),
  patternRule(period, ({ groups = {} }, _reading, { today }) => {
    const [which = "", unit = ""] = [groups["which"], groups["unit"]];
    const span = periodOf(which === "this", unit, today);
    const { anyOf, label } = dates(span.from, span.to, `${which === "this" ? "this" : "last"} ${unit}`);
    if (!seasonNames.test(unit)) return { anyOf, label };
    const south = periodOf(which === "this", otherSide[unit] ?? unit, today);
    return { anyOf: [{ kind: "dates", ...span, south }], label };
  }),
  patternRule(anyWeekday, ({ groups = {} }) => {
    const { weekday: one = "", other, joint = "" } = groups;
    if (groups["word"] === "between" && other === undefined) return null;
    const first = weekdays.indexOf(one);
    const last = other === undefined ? first : weekdays.indexOf(other);
    const isRange = /to|til|through|[-–]/.test(joint) || groups["word"] === "between";
    const days = isRange
      ? Array.from({ length: ((last - first + 7) % 7) + 1 }, (_, index) => (first + index) % 7)
      : [...new Set([first, last])];
    const names = [...new Set([one, other ?? one])];
    const shown = isRange ? names.map(capital).join(" to ") : names.map((name) => `a ${capital(name)}`).join(" or ");
    return {
      anyOf: [{ kind: "weekdays", days }],
      label: isRange ? `taken from ${shown}` : `taken on ${shown}`,
      words: isRange ? [] : names,
      softGroup: "weekday",
    };
  }),
  patternRule(anyWeekend, () => ({ anyOf: [{ kind: "weekdays", days: [6, 0] }], label: "taken on a weekend" })),
]);

function dates(from: Day, to: Day, words: string): Meaning {
  const days = from === to ? from : `${from} to ${to}`;
  return { anyOf: [{ kind: "dates", from, to }], label: `taken ${words} (${days})` };
}

/** The whole day, week, month or year in which a day is. */
function whole(day: Day, unit: string): Pick<Meaning, "anyOf"> {
  const { year } = fieldsOf(day);
  const monday = addDays(day, -((weekdayOf(day) + 6) % 7));
  const spans: Readonly<Record<string, readonly [Day, Day]>> = {
    week: [monday, addDays(monday, 6)],
    month: [monthStart(day, 0), monthEnd(day)],
    year: [`${year}-01-01`, `${year}-12-31`],
  };
  const [from, to] = spans[unit] ?? [day, day];
  return { anyOf: [{ kind: "dates", from, to }] };
}

function daysAgo(today: Day, number: number, unit: string): Day {
  if (unit === "day") return addDays(today, -number);
  if (unit === "week") return addDays(today, -7 * number);
  const start = monthStart(today, -(unit === "year" ? 12 : 1) * number);
  const day = addDays(start, fieldsOf(today).day - 1);
  return day > monthEnd(start) ? monthEnd(start) : day;
}

/** Weeks begin on Monday. The last season is the last one that has ended. */
function periodOf(isThis: boolean, unit: string, today: Day): { from: Day; to: Day } {
  const { year } = fieldsOf(today);
  const monday = addDays(today, -((weekdayOf(today) + 6) % 7) - (isThis ? 0 : 7));
  if (unit === "week") return { from: monday, to: addDays(monday, 6) };
  if (unit === "weekend") return { from: addDays(monday, 5), to: addDays(monday, 6) };
  if (unit === "month") {
    const from = monthStart(today, isThis ? 0 : -1);
    return { from, to: monthEnd(from) };
  }
  if (unit === "year") {
    const asked = isThis ? year : year - 1;
    return { from: `${asked}-01-01`, to: `${asked}-12-31` };
  }
  const seasons = [year + 1, year, year - 1, year - 2].flatMap((inYear) => {
    const span = seasonSpan(unit, inYear);
    return span.kind === "dates" ? [span] : [];
  });
  const begun = seasons.find(({ from, to }) => (isThis ? from <= today : to < today));
  return begun ?? { from: today, to: today };
}

function countOf(text: string): number {
  return counts.get(text) ?? Number(text);
}

function unitText(number: number, unit = "day"): string {
  return `${number} ${unit}${number === 1 ? "" : "s"}`;
}

function capital(word: string): string {
  return word.slice(0, 1).toUpperCase() + word.slice(1);
}
