import {
  bare,
  type DateSpan,
  dayNumber,
  month,
  needOf,
  readDateExpression,
  season,
  spanBetween,
  year,
} from "./date-expression.ts";
import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";

const lead = "(?:(?<lead>in|on|of|during|from|taken|between) (?:the (?:months of )?)?)?";
const day = `(?:the )?${dayNumber}(?:st|nd|rd|th)?(?![\\d.:/]| ?(?:am|pm|mm|km|h)\\b)`;
const toMark = "(?: ?[-–] ?| (?:to|until|till|through) )";
const listMark = "(?:,? (?:and|or) | ?[&/,] ?)";
const days = `(?<days>${day}(?:(?:${toMark}|${listMark})${day})+)`;
const daysBeforeMonth = new RegExp(
  `(?<![\\d.:/-])\\b${lead}${days}(?: of)? (?<month>${month})(?:,? (?<year>${year}))?(?![\\w/])`,
  "dg",
);
/** Behind a month, "14 and 2 dogs" is no list of days. */
const daysBehindMonth = new RegExp(
  `\\b${lead}(?<month>${month}) ${days}(?:,? (?<year>${year})(?![\\w/-])|(?![\\w/:-])(?=$|[^ ]| (?:in|at|with|near|from|on|by|taken|\\u00a6)))`,
  "dg",
);
const part = `(?:${month}|${season})`;
const parts = new RegExp(
  `\\b${lead}(?<parts>${part}(?:${listMark}(?:in )?${part})+),? (?:of )?(?<year>${year})(?![\\w/-])`,
  "dg",
);
const eitherWay = new RegExp(
  `\\b(?:(?:in|on|from|of|taken) )?(?<one>0?[1-9]|1[0-2])/(?<other>0?[1-9]|1[0-2])/(?<year>${year})(?![\\w/])`,
  "dg",
);

/** Several days of a month, several months of a year, and dates that may be read in two ways. */
export const dateListRules = inTurn([
  patternRule(daysBeforeMonth, ({ groups = {} }) => daysMeaning(groups)),
  patternRule(daysBehindMonth, ({ groups = {} }) => daysMeaning(groups)),
  patternRule(parts, ({ groups = {} }) => {
    const names = (groups["parts"] ?? "").match(new RegExp(part, "g")) ?? [];
    return meaningOf(names.map((name) => readDateExpression(`${name} ${groups["year"]}`)));
  }),
  patternRule(eitherWay, ({ groups = {} }) => {
    const { one = "", other = "" } = groups;
    if (Number(one) === Number(other)) return null;
    const read = (asMonth: string, asDay: string): DateSpan | null =>
      readDateExpression(`${groups["year"]}-${asMonth.padStart(2, "0")}-${asDay.padStart(2, "0")}`);
    return meaningOf([read(one, other), read(other, one)]);
  }),
]);

/** "14-16", "1, 2 and 5", "between 1 and 5". */
function daysMeaning(groups: Readonly<Record<string, string | undefined>>): Meaning | null {
  const listed = groups["days"] ?? "";
  const dateOf = (text: string): DateSpan | null =>
    readDateExpression(`${text} ${groups["month"]}${groups["year"] === undefined ? "" : ` ${groups["year"]}`}`);
  const numbers = [...listed.matchAll(/\d+/g)];
  const marks = numbers.slice(1).map((next, index) => {
    const from = numbers[index];
    return listed.slice((from?.index ?? 0) + (from?.[0].length ?? 0), next.index).replace(/^(?:st|nd|rd|th)/, "");
  });
  const isRange = (mark: string | undefined): boolean =>
    mark !== undefined && (groups["lead"] === "between" || /[-–]|\b(?:to|until|till|through)\b/.test(mark));
  const spans: (DateSpan | null)[] = [];
  for (let index = 0; index < numbers.length; index++) {
    const first = dateOf(numbers[index]?.[0] ?? "");
    if (!isRange(marks[index])) {
      spans.push(first);
      continue;
    }
    index++;
    const last = dateOf(numbers[index]?.[0] ?? "");
    spans.push(first === null || last === null || isRange(marks[index]) ? null : spanBetween(first, last));
  }
  return meaningOf(spans);
}

/** Null when one of them is no date. */
function meaningOf(spans: readonly (DateSpan | null)[]): Meaning | null {
  const read = spans.filter((span) => span !== null);
  const [first, ...others] = read;
  if (first === undefined || read.length < spans.length) return null;
  return {
    anyOf: read.map(needOf),
    label: `taken ${[first.label, ...others.map(({ label }) => bare(label))].join(" or ")}`,
  };
}
