import type { PhotoClause, PhotoNeed } from "../../core/photo-filter.ts";
import type { FoundClause } from "./photo-rule.ts";
import type { QueryReading } from "./query-reading.ts";

const negation =
  /(?:^|[\s,])(?:but |and )?(?:not|without|except(?: for)?|excluding|other than)(?: (?:those|the|ones|any|taken|shot|made|with|from))* ?$/;
const alternative = /^ ?(?:,|\/|or|and\/or|, or) ?$/;
const addition = /^ ?(?:and|&|, and) ?$/;

/** What a word means of things that a photo has one of: "Canon and Nikon" are two cameras, and no photo has both. */
const groups: Readonly<Record<PhotoNeed["kind"], string>> = {
  camera: "camera",
  lens: "lens",
  dates: "days",
  yearly: "days",
  weekdays: "weekdays",
  daylight: "daylight",
  near: "place",
  country: "place",
  region: "place",
  shape: "shape",
  number: "number",
  flash: "flash",
  format: "format",
  screenshot: "format",
};

/** Clauses in the order of the question, with what stands between them: "not" turns one round, "or" makes one of two of a kind. */
export function joinedClauses({ text }: QueryReading, found: readonly FoundClause[]): FoundClause[] {
  const joined: FoundClause[] = [];
  for (const next of found) {
    const last = joined.at(-1);
    const between = text.slice(last?.span.to ?? 0, next.span.from);
    const not = negation.exec(between)?.[0];
    if (not !== undefined) joined.push(negated(next, next.span.from - not.length));
    else if (last !== undefined && isOneOfBoth(last.clause, next.clause, between))
      joined[joined.length - 1] = either(last, next);
    else joined.push(next);
  }
  return joined;
}

function negated({ clause, span }: FoundClause, from: number): FoundClause {
  return { clause: { ...clause, isNot: true, label: `not ${clause.label}` }, span: { ...span, from }, softSpan: null };
}

function isOneOfBoth(one: PhotoClause, other: PhotoClause, between: string): boolean {
  const [group, otherGroup] = [one, other].map(({ anyOf }) => groupOf(anyOf[0]));
  if (group !== otherGroup || one.isNot === true) return false;
  return alternative.test(between) || (addition.test(between) && group !== "daylight");
}

function groupOf(need: PhotoNeed | undefined): string {
  return need?.kind === "number" ? need.field : need === undefined ? "" : groups[need.kind];
}

function either(one: FoundClause, other: FoundClause): FoundClause {
  const { clause: first } = one;
  const { clause: second } = other;
  const isAlways = first.wordsCount === "always" && second.wordsCount === "always";
  return {
    clause: {
      anyOf: [...first.anyOf, ...second.anyOf],
      words: [...first.words, ...second.words],
      wordsCount: isAlways ? "always" : "when-unknown",
      label: `${first.label} or ${second.label}`,
    },
    span: { from: one.span.from, to: other.span.to },
    softSpan: one.softSpan,
  };
}
