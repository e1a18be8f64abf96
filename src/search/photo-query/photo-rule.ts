import type { PhotoClause, PhotoNeed } from "../../core/photo-filter.ts";
import type { PlaceBook } from "./place-book.ts";
import { type QueryReading, type QuerySpan, spanOf, without } from "./query-reading.ts";

/** What rules know beside the question. */
export interface RuleContext {
  /** Today where the person is, YYYY-MM-DD. */
  readonly today: string;
  readonly places: PlaceBook;
}

/** A clause that a rule read, and the part of the question that says it. */
export interface FoundClause {
  readonly clause: PhotoClause;
  readonly span: QuerySpan;
  /** The part may be meant as text, too: "May", "sunset". Null: it may not. */
  readonly softSpan: QuerySpan | null;
}

/** Reads one kind of condition wherever it stands. Every rule takes time linear in the question. */
export type PhotoRule = (
  reading: QueryReading,
  context: RuleContext,
) => { readonly reading: QueryReading; readonly found: readonly FoundClause[] };

/** What a pattern's match means: null when it is not for this rule after all. */
export type Meaning = Partial<Pick<PhotoClause, "words" | "wordsCount" | "isNot">> & {
  readonly anyOf: readonly PhotoNeed[];
  readonly label: string;
  /** Group of the pattern that may be text, too. */
  readonly softGroup?: string;
  /** Where the match ends before the pattern's end. */
  readonly to?: number;
};
export type Interpreter = (match: RegExpExecArray, reading: QueryReading, context: RuleContext) => Meaning | null;

/** A rule of one pattern (with the flags d and g) and what each of its matches means. */
export function patternRule(pattern: RegExp, interpret: Interpreter): PhotoRule {
  return (reading, context) => {
    const found: FoundClause[] = [];
    let left = reading;
    let readTo = 0;
    for (const match of reading.text.matchAll(pattern)) {
      // What looks ahead may have read this, too.
      if (match.index < readTo) continue;
      const meaning = interpret(match, reading, context);
      const whole = spanOf(match);
      if (meaning === null || whole === null) continue;
      const span = meaning.to === undefined ? whole : { from: whole.from, to: meaning.to };
      const softSpan = meaning.softGroup === undefined ? null : spanOf(match, meaning.softGroup);
      found.push({ clause: clauseOf(meaning), span, softSpan });
      left = without(left, span);
      readTo = span.to;
    }
    return { reading: left, found };
  };
}

/** Rules one after another, each on what those before it have left. */
export function inTurn(rules: readonly PhotoRule[]): PhotoRule {
  return (reading, context) => {
    let left = reading;
    const found = rules.flatMap((rule) => {
      const read = rule(left, context);
      left = read.reading;
      return read.found;
    });
    return { reading: left, found };
  };
}

function clauseOf({ anyOf, label, words = [], wordsCount = "when-unknown", isNot }: Meaning): PhotoClause {
  return { anyOf, label, words, wordsCount, ...(isNot === true ? { isNot } : {}) };
}
