import type { PhotoNeed } from "../../core/photo-filter.ts";
import { addDays, fieldsOf } from "./calendar.ts";
import {
  bare,
  besides,
  dateExpression,
  type DateSpan,
  monthNames,
  monthNumber,
  readDateExpression,
  spanBetween,
} from "./date-expression.ts";
import { inTurn, type Meaning, patternRule } from "./photo-rule.ts";
import { relativeDateRules } from "./relative-dates.ts";

const date = (name: string): string => `(?<${name}>${dateExpression})`;
const between = new RegExp(
  `\\b(?:between ${date("first")} and ${date("last")}|(?:from )?${date("from")} ?(?:to|until|till|through|-|–) ?${date("to")})(?![\\w/])`,
  "dg",
);
const open = new RegExp(
  `\\b(?<word>since|after|before|until|till|up to|starting) (?:the )?${date("date")}(?![\\w/])`,
  "dg",
);
const stated = new RegExp(
  `\\b(?:(?<word>in|on|of|during|from|taken|dated|every) (?:the )?)?${date("date")}(?:'s)?(?![\\w/])`,
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
  patternRule(open, ({ groups = {} }, _reading, { today }) => {
    const span = readDateExpression(groups["date"] ?? "");
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
  const { label, ...need } = span;
  return { anyOf: [need], label: `taken ${label}` };
}

/** A day of no year is the last one there was: "since June". */
function openSpan(word: string, span: DateSpan, today: string): Meaning {
  const { from, to } = span.kind === "dates" ? span : lastOf(span, today);
  const { before, after } = besides({ from, to });
  const year = span.kind === "yearly" ? ` ${from.slice(0, 4)}` : "";
  const need: PhotoNeed =
    word === "before"
      ? { kind: "dates", from: null, to: before }
      : word === "after"
        ? { kind: "dates", from: after, to: null }
        : word === "since" || word === "starting"
          ? { kind: "dates", from, to: null }
          : { kind: "dates", from: null, to };
  return { anyOf: [need], label: `taken ${word} ${bare(span.label)}${year}` };
}

function lastOf(span: Extract<DateSpan, { kind: "yearly" }>, today: string): { from: string; to: string } {
  const { year } = fieldsOf(today);
  const inYear = `${year}-${span.from}` <= today ? year : year - 1;
  const ends = span.to < span.from ? inYear + 1 : inYear;
  // The 31st of a short month: the last day that it has.
  const to = addDays(`${ends}-${span.to.slice(0, 2)}-01`, Number(span.to.slice(3)) - 1);
  return {
    from: `${inYear}-${span.from}`,
    to: to.slice(5, 7) === span.to.slice(0, 2) ? to : addDays(to, -Number(to.slice(8))),
  };
}
