import { CommonsError } from "../core/errors.ts";
import { stopWords } from "./stop-words.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A question, ready for the retrievers. */
export interface ParsedQuery {
  /** Distinct index terms, without stop-words unless nothing else is there; never empty. */
  readonly terms: readonly string[];
  /** What stood between double quotes. */
  readonly phrases: readonly Phrase[];
  /** Names of code in the query, normalised by `normalIdentifier`. */
  readonly identifiers: ReadonlySet<string>;
  /** Whether tests, examples or documentation are asked for, so that their paths must not rank lower. */
  readonly mentionsTests: boolean;
}

export interface Phrase {
  /** Normalised by `phraseText`: a chunk has the phrase if its normalised text includes this. */
  readonly text: string;
  /** Its parts, in order, for the index. */
  readonly parts: readonly string[];
}

const quoted = /"([^"]+)"/g;
const identifierShape = /[a-z0-9][A-Z]|[^_]_[^_]/;
const asksForTests = /^(tests?|tested|testing|specs?|examples?|fixtures?|mocks?|docs?|documentation|readme)$/i;

/** Throws QUERY_EMPTY when the query has no word at all. */
export function parseQuery(query: string, tokenizer: Tokenizer): ParsedQuery {
  const words = tokenizer.words(query.toWellFormed());
  const meaningful = words.filter(({ word }) => !stopWords.has(word.toLowerCase()));
  const kept = meaningful.length > 0 ? meaningful : words;
  const terms = new Set<string>();
  for (const { tokens } of kept) {
    for (const part of tokens.parts) terms.add(part);
    if (tokens.whole !== null) terms.add(tokens.whole);
  }
  if (terms.size === 0) {
    throw new CommonsError("QUERY_EMPTY", "The query has no words.", {
      hint: "Search for words that occur in the text or describe it.",
    });
  }
  return {
    terms: [...terms],
    phrases: parsePhrases(query, tokenizer),
    identifiers: identifiersOf(kept.map(({ word }) => word)),
    mentionsTests: words.some(({ word }) => asksForTests.test(word)),
  };
}

/** Names compare without case and underscores. */
export function normalIdentifier(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

/** Phrases compare without case and with every run of white space as one blank. */
export function phraseText(text: string): string {
  return text.toLowerCase().replaceAll(/\s+/g, " ");
}

function parsePhrases(query: string, tokenizer: Tokenizer): Phrase[] {
  return [...query.matchAll(quoted)]
    .map(([, text = ""]) => ({ text: phraseText(text).trim(), parts: tokenizer.parts(text) }))
    .filter(({ parts }) => parts.length > 0);
}

// A plain word such as "error" names half the files; alone in the query it may well be a function's name.
function identifiersOf(words: readonly string[]): Set<string> {
  const names = words.length === 1 ? words : words.filter((word) => identifierShape.test(word));
  return new Set(names.map(normalIdentifier));
}
