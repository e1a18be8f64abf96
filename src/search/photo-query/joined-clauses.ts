import type { PhotoClause, PhotoNeed } from "../../core/photo-filter.ts";
import type { FoundClause } from "./photo-rule.ts";
import type { QueryReading } from "./query-reading.ts";

const negator =
  "(?:not|without|no|never|except(?: for)?|excepting|excluding|exclude|other than|apart from|aside from|besides|minus|neither|nor|\\w+n['\u2019]t|cannot)";
const link =
  "(?:those|the|ones|any|taken|take|took|shot|shoot|made|make|photographed|captured|come|from|with|using|by|on|in|at|of|near|during|that|which|who|are|were|is|was|been|be|photos|pictures|pics|images|my|our|an?)";
const negation = new RegExp(`(?:^|[\\s,(])(?:but |and |or )?${negator}(?: ${link})* ?$`);
const outside = /(?:^|[\s,])outside(?: of)?(?: the)? ?$/;
const beginsWithPreposition = /^(?:in|on|at|with|by|from|near|during|using|taken)\b/;
/** With more words behind them it is not known of what they speak. */
const unclear = new RegExp(
  `\\b(?:${negator.replace("without|no|", "")}|unless|rather than|instead of|opposite)(?![\\w'\u2019])(?:(?! and | but |[,;:]).)*$`,
);
/** They make something else of what is behind them, unless a rule has read them with it. */
const unread =
  /\b(?:before|after|until|till|since|by|than|past|beyond|far|away|half|like)(?: (?:the|from))? ?$|\b(?:before|after|until|since) (?:i|we|you|he|she|they|my|our|his|her|their|the) (?:(?! and | but |[,;:]).)*$/;
const notOnly = /\bnot (?:only|just) /g;
const alternative = /^ ?(?:,|\/|or|nor|and\/or|, or) ?$/;
const addition = /^ ?(?:and|&|, and|(?:, )?but also) ?$/;
const range = /^ ?(?:to|until|till|through|-|–) ?$/;
const or = /^ ?,? ?(?:or|nor) ?$/;

/** What a word means of things that a photo has one of: "Canon and Nikon" are two cameras, and no photo has both. */
const groups: Readonly<Record<PhotoNeed["kind"], string>> = {
  camera: "camera",
  lens: "lens",
  dates: "days",
  yearly: "days",
  weekdays: "weekdays",
  daylight: "daylight",
  near: "place",
  box: "place",
  country: "place",
  region: "place",
  shape: "shape",
  number: "number",
  flash: "flash",
  format: "format",
  screenshot: "format",
};

export interface JoinedClauses {
  readonly clauses: readonly FoundClause[];
  /** Near words that were not understood: what they say may be the opposite. */
  readonly leftOut: readonly FoundClause[];
}

/** Clauses in the order of the question, with what stands between them: "not" turns one round, "or" makes one of two of a kind. */
export function joinedClauses({ text }: QueryReading, found: readonly FoundClause[]): JoinedClauses {
  const clauses: FoundClause[] = [];
  const leftOut: FoundClause[] = [];
  let isLastOut = false;
  let readTo = 0;
  for (const next of found) {
    const between = text.slice(readTo, next.span.from).replaceAll(notOnly, "");
    const own = text.slice(next.span.from, next.span.to);
    readTo = next.span.to;
    const not = negationIn(between, own);
    const last = clauses.at(-1);
    const isJoined = alternative.test(between) || addition.test(between);
    if (last !== undefined && not === null && range.test(between) && isSameGroup(last.clause, next.clause)) {
      // A stretch that no rule has read.
      leftOut.push(...clauses.splice(-1), next);
      continue;
    }
    const isOut: boolean = not === null && ((isLastOut && isJoined) || unclear.test(between) || unread.test(between));
    if (isOut) leftOut.push(next);
    else if (last !== undefined && !isLastOut && not === null && isOneOfBoth(last.clause, next.clause, between))
      clauses[clauses.length - 1] = either(last, next);
    else if (not !== null) clauses.push(negated(next, next.span.from - not.length));
    else
      clauses.push(
        last?.clause.isNot === true && !isLastOut && or.test(between) ? negated(next, next.span.from) : next,
      );
    isLastOut = isOut;
  }
  return { clauses, leftOut };
}

function negationIn(between: string, own: string): string | null {
  const not = negation.exec(between)?.[0];
  if (not !== undefined) return not;
  return beginsWithPreposition.test(own) ? null : (outside.exec(between)?.[0] ?? null);
}

function negated({ clause, span }: FoundClause, from: number): FoundClause {
  const { isNot = false, label, anyOf } = clause;
  const shown = isNot ? label.replace(/^not /, "") : anyOf.length > 1 ? `not (${label})` : `not ${label}`;
  return { clause: { ...clause, isNot: !isNot, label: shown }, span: { ...span, from }, softSpan: null };
}

function isOneOfBoth(one: PhotoClause, other: PhotoClause, between: string): boolean {
  if (!isSameGroup(one, other) || other.isNot === true) return false;
  const group = groupOf(one.anyOf[0]);
  if (alternative.test(between)) return true;
  // "After this and before that" is a stretch, and a dark night is at night.
  return addition.test(between) && group !== "daylight" && ![...one.anyOf, ...other.anyOf].some(isOpen);
}

function isSameGroup(one: PhotoClause, other: PhotoClause): boolean {
  return groupOf(one.anyOf[0]) === groupOf(other.anyOf[0]);
}

function isOpen(need: PhotoNeed): boolean {
  if (need.kind === "dates") return need.from === null || need.to === null;
  return need.kind === "number" && (need.least === null || need.most === null);
}

function groupOf(need: PhotoNeed | undefined): string {
  return need?.kind === "number" ? need.field : need === undefined ? "" : groups[need.kind];
}

function either(one: FoundClause, other: FoundClause): FoundClause {
  const { clause: first } = one;
  const { clause: second } = other;
  const isAlways = first.wordsCount === "always" && second.wordsCount === "always";
  const label = first.isNot === true ? first.label.replace(/^not (?:\((.*)\)|(.*))$/, "$1$2") : first.label;
  const both = `${label} or ${second.label}`;
  return {
    clause: {
      anyOf: [...first.anyOf, ...second.anyOf],
      words: [...first.words, ...second.words],
      wordsCount: isAlways ? "always" : "when-unknown",
      label: first.isNot === true ? `not (${both})` : both,
      ...(first.isNot === true ? { isNot: true } : {}),
    },
    span: { from: one.span.from, to: other.span.to },
    softSpan: one.softSpan,
  };
}
