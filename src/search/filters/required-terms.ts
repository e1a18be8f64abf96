import type { Tokenizer } from "../tokenizer.ts";
import type { Condition } from "./condition.ts";

/** More would only cost look-ups. */
const maxTerms = 16;
// ASCII characters neither combine with what stands before them nor belong to a word: what is between two of them is analysed alike
// wherever it stands, while the words at the ends of a string may go on in the text.
const asciiDelimiter = /[\0-/:-@[-^`{-\x7f]/;
const lastDelimiter = /[\0-/:-@[-^`{-\x7f][^\0-/:-@[-^`{-\x7f]*$/;
// Inside of a run every pair of neighbours is an index term. Letters that NFKC changes are left out.
const hanRun = /[\u4e00-\u9fff]{2,}/g;

/**
 * Index terms that the body of every passage that passes has, at most 16; empty when none is certain. What `$contains` asks for
 * under `$and` is certain, under `$or` only what all branches ask for.
 */
export function requiredTerms(condition: Condition, tokenizer: Pick<Tokenizer, "words">): string[] {
  return [...termsOf(condition, tokenizer)].slice(0, maxTerms);
}

function termsOf(condition: Condition, tokenizer: Pick<Tokenizer, "words">): ReadonlySet<string> {
  if (condition.kind === "field") {
    return condition.contained === undefined ? new Set() : certainTerms(condition.contained, tokenizer);
  }
  if (condition.kind === "document") return new Set();
  const sets = condition.parts.map((part) => termsOf(part, tokenizer));
  if (condition.kind === "all") return new Set(sets.flatMap((terms) => [...terms]));
  const [first = new Set<string>(), ...others] = sets;
  return new Set([...first].filter((term) => others.every((terms) => terms.has(term))));
}

/** Parts that the index has for every text that contains the string. */
function certainTerms(contained: string, tokenizer: Pick<Tokenizer, "words">): ReadonlySet<string> {
  const terms = new Set<string>();
  const first = contained.search(asciiDelimiter);
  const last = contained.search(lastDelimiter);
  // The first delimiter stays: a mark behind it may be its own.
  if (first < last)
    for (const { tokens } of tokenizer.words(contained.slice(first, last)))
      for (const part of tokens.parts) terms.add(part);
  // The outermost characters may combine with their neighbours in the text.
  for (const [run] of contained.slice(1, -1).matchAll(hanRun))
    for (let at = 0; at + 2 <= run.length; at++) terms.add(run.slice(at, at + 2));
  return terms;
}
