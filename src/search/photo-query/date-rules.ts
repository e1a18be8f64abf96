import type { PhotoNeed } from "../../core/photo-filter.ts";
import { addDays, fieldsOf, weekdayOf } from "./calendar.ts";
import {
  bare,
  besides,
  dateExpression,
  type DateSpan,
  monthNames,
  monthNumber,
  needOf,
  readDateExpression,
  spanBetween,
} from "./date-expression.ts";
import { dateListRules } from "./date-lists.ts";
import { holidayRule } from "./holidays.ts";
import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";
import { relativeDateRules } from "./relative-dates.ts";

const date = (name: string): string => `(?<${name}>${dateExpression})`;
const between = new RegExp(
  `\\b(?:between ${date("first")} and ${date("last")}|(?:from )?${date("from")} ?(?:to|until|till|through|-|–) ?${date("to")})(?![\\w/])`,
  "dg",
);
const openWord =
  "since|after|before|until|till|up to|starting|by|(?:older|earlier|newer|later|younger|more recent) than|(?:no|not) (?:later|newer|older|earlier) than";
const open = new RegExp(`\\b(?<word>${openWord}) (?:the )?(?:year )?${date("date")}(?![\\w/])`, "dg");
const bothOpen = new RegExp(
  `\\b(?<word>after|since|from|later than) (?:the )?${date("first")},? (?:(?:and|but) )?(?<end>before|until|till|up to|earlier than) (?:the )?${date("last")}(?![\\w/])`,
  "dg",
);
const weekOf = new RegExp(
  `\\b(?:(?:in|on|from|of|during|over) )?(?:the )?(?<unit>weekend|week) (?:of|around) ${date("date")}(?![\\w/])`,
  "dg",
);
/** A figure of something else: "2000 m". */
const unit = "(?! ?(?:m|km|mm|px|mp|k|pixels?|megapixels?|met(?:er|re)s?|feet|ft|people|times)\\b)";
const stated = new RegExp(
  `\\b(?:(?<word>in|on|of|during|from|taken|dated|every) (?:the )?(?:year )?)?(?<!\\w/)${date("date")}(?:'s)?(?![\\w/])${unit}`,
  "dg",
);
/** Words of every day; without a word in front or a year behind they are no month. */
const everydayWords = new Set(["may", "march", "mar", "dec", "sep", "jan"]);

/** Days and stretches of days, in words and figures. */
export const dateRules = inTurn([
  patternRule(between, ({ groups = {} }) => {
    const first = readDateExpression(groups["first"] ?? groups["from"] ?? "");
    const last = readDateExpression(groups["last"] ?? groups["to"] ?? "");
    const span = first === null || last === null ? null : spanBetween(first, last);
    return span === null ? null : taken(span);
  }),
  dateListRules,
  holidayRule,
  patternRule(bothOpen, ({ groups = {} }) => {
    const first = readDateExpression(groups["first"] ?? "");
    const last = readDateExpression(groups["last"] ?? "");
    return first === null || last === null ? null : stretch(groups, first, last);
  }),
  patternRule(weekOf, ({ groups = {} }) => {
    const span = readDateExpression(groups["date"] ?? "");
    if (span?.kind !== "dates" || span.from !== span.to) return null;
    const monday = addDays(span.from, -((weekdayOf(span.from) + 6) % 7));
    const saturday = addDays(monday, 5);
    const from = groups["unit"] === "week" ? monday : span.from < saturday ? addDays(saturday, -1) : saturday;
    const to = addDays(monday, 6);
    return {
      anyOf: [{ kind: "dates", from, to }],
      label: `taken in the ${groups["unit"]} of ${span.from} (${from} to ${to})`,
    };
  }),
  patternRule(open, ({ groups = {} }, _reading, { today }) => {
    const text = groups["date"] ?? "";
    const span = readDateExpression(text);
    // "by May" may be somebody.
    if (groups["word"] === "by" && !/\d/.test(text)) return null;
    return span === null ? null : openSpan(groups["word"] ?? "", span, today);
  }),
  relativeDateRules,
  patternRule(stated, (match, reading) => {
    const { groups = {} } = match;
    const text = groups["date"] ?? "";
    const isBare = groups["word"] === undefined;
    const span = readDateExpression(text);
    if (span === null) return null;
    if (isBare && isEverydayWord(text, { original: reading.original, at: match.index })) return null;
    if (groups["word"] === "of" && !/\d/.test(text)) return null;
    const words = wordsOf(text);
    if (words.length === 0) return taken(span);
    return { ...taken(span), words, wordsCount: isBare ? "always" : "when-unknown", softGroup: "date" };
  }),
]);

/** "may" and its like, unless it is written as a name inside of a sentence. */
function isEverydayWord(text: string, { original, at }: { original: string; at: number }): boolean {
  if (!everydayWords.has(text)) return false;
  return at === 0 || !/^\p{Lu}\p{Ll}/u.test(original.slice(at));
}

/** A month or a season by itself may stand in a caption, or on a folder. */
function wordsOf(text: string): string[] {
  const number = monthNumber(text);
  if (number !== null) return [(monthNames[number - 1] ?? text).toLowerCase()];
  return /\d/.test(text) ? [] : [text.replace(/^the /, "")];
}

function taken(span: DateSpan): Meaning {
  return { anyOf: [needOf(span)], label: `taken ${span.label}` };
}

/** A day of no year is the last one there was: "since June". */
function openSpan(asked: string, span: DateSpan, today: string): Meaning {
  const { from, to } = span.kind === "dates" ? span : lastOf(span, today);
  const { before, after } = besides({ from, to });
  const year = span.kind === "yearly" ? ` ${from.slice(0, 4)}` : "";
  const word = openSide(asked);
  const need: PhotoNeed =
    word === "before"
      ? { kind: "dates", from: null, to: before }
      : word === "after"
        ? { kind: "dates", from: after, to: null }
        : word === "since"
          ? { kind: "dates", from, to: null }
          : { kind: "dates", from: null, to };
  return { anyOf: [need], label: `taken ${word} ${bare(span.label)}${year}` };
}

function openSide(word: string): "before" | "after" | "since" | "until" {
  if (/^(?:since|starting|from)$|^not? (?:older|earlier)/.test(word)) return "since";
  if (/^(?:until|till|up to|by)$|^not? /.test(word)) return "until";
  return /^(?:before|older|earlier)/.test(word) ? "before" : "after";
}

/** From after the one, or its beginning, to before the other, or its end; a year that only one has, is that of both. */
function stretch(
  { word = "", end = "" }: Readonly<Record<string, string | undefined>>,
  first: DateSpan,
  last: DateSpan,
): Meaning | null {
  const [one, other] = [dated(first, last), dated(last, first)];
  if (one === null || other === null) return null;
  const isAfter = openSide(word) === "after";
  const isBefore = openSide(end) === "before";
  const from = isAfter ? besides(one).after : one.from;
  const to = isBefore ? besides(other).before : other.to;
  const words = [isAfter ? "after" : "since", bare(one.label), "and", isBefore ? "before" : "until", bare(other.label)];
  return from > to ? null : { anyOf: [{ kind: "dates", from, to }], label: `taken ${words.join(" ")}` };
}

function dated(span: DateSpan, other: DateSpan): Extract<DateSpan, { kind: "dates" }> | null {
  if (span.kind === "dates") return span;
  if (other.kind !== "dates") return null;
  const inYear = Number(other.from.slice(0, 4));
  return { ...span, ...spanInYear(span, inYear), kind: "dates", label: `${span.label} ${inYear}` };
}

function lastOf(span: Extract<DateSpan, { kind: "yearly" }>, today: string): { from: string; to: string } {
  const { year } = fieldsOf(today);
  return spanInYear(span, `${year}-${span.from}` <= today ? year : year - 1);
}

function spanInYear(span: Extract<DateSpan, { kind: "yearly" }>, inYear: number): { from: string; to: string } {
  const ends = span.to < span.from ? inYear + 1 : inYear;
  // The 31st of a short month: the last day that it has.
  const to = addDays(`${ends}-${span.to.slice(0, 2)}-01`, Number(span.to.slice(3)) - 1);
  return {
    from: `${inYear}-${span.from}`,
    to: to.slice(5, 7) === span.to.slice(0, 2) ? to : addDays(to, -Number(to.slice(8))),
  };
}
