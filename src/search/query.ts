import { CommonsError } from "../core/errors.ts";
import { stopWords } from "./stop-words.ts";
import type { Tokenizer } from "./tokenizer.ts";

/** A question, ready for the retrievers. */
export interface ParsedQuery {
  /** As it was asked, well-formed. */
  readonly text: string;
  /** Distinct index terms, without stop-words unless nothing else is there; never empty. */
  readonly terms: readonly string[];
  /** How many distinct terms the query had; more than `terms` holds when it was too long. */
  readonly termCount: number;
  /** What stood between double quotes. */
  readonly phrases: readonly Phrase[];
  /** Names of code in the query, normalised by `normalIdentifier`. */
  readonly identifiers: ReadonlySet<string>;
  /** The query is nothing but names of code: who asks so wants their definitions. */
  readonly isName: boolean;
  readonly mentionsTests: boolean;
}

export interface Phrase {
  /** Normalised by `phraseText`: a chunk has the phrase if its normalised text includes this. */
  readonly text: string;
  /** Its parts, in order, for the index. */
  readonly parts: readonly string[];
}

// A whole file may be pasted as a query; its rarest words are among the first thousand.
const maxTerms = 1_000;
const maxPhrases = 8;
const maxPhraseLength = 1_000;
const quoted = /"([^"]+)"/g;
const backticked = /`([^`\s]{1,200})`/g;
const identifierShape = /[a-z0-9][A-Z]|[^_]_[^_]/;
const qualifiedName = /^[\p{L}\p{N}_$]+(?:(?:\.|::|->|#|\/)[\p{L}\p{N}_$]+)*(?:\(\))?$/u;
const asksForTests = /^(tests?|tested|testing|specs?|examples?|fixtures?|mocks?|docs?|documentation|readme)$/i;

/** Throws QUERY_EMPTY when the query has no word at all. */
export function parseQuery(query: string, tokenizer: Tokenizer): ParsedQuery {
  const text = query.toWellFormed();
  const words = tokenizer.words(text);
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
  const isName = isOnlyNames(text);
  return {
    text,
    terms: [...terms].slice(0, maxTerms),
    termCount: terms.size,
    phrases: parsePhrases(text, tokenizer),
    identifiers: identifiersOf(text, kept),
    isName,
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
    .filter(([, text = ""]) => text.length <= maxPhraseLength)
    .slice(0, maxPhrases)
    .map(([, text = ""]) => ({ text: phraseText(text).trim(), parts: tokenizer.parts(text) }))
    .filter(({ parts }) => parts.length > 0);
}

/** One word, or several of which each looks like a name: `getUser`, `Limiter.take`, `std::sort`, `read_file writeFile`. */
function isOnlyNames(text: string): boolean {
  const words = text.trim().split(/\s+/);
  if (words.length > 4 || words.some((word) => !qualifiedName.test(word))) return false;
  return words.length === 1 || words.every((word) => identifierShape.test(word));
}

// A plain word such as "error" names half the files; alone in the query, or in backticks, it may well be a function's name.
function identifiersOf(text: string, kept: ReturnType<Tokenizer["words"]>): Set<string> {
  const marked = [...text.matchAll(backticked)].map(
    ([, name = ""]) => name.split(/[^\p{L}\p{N}_$]+/u).findLast(Boolean) ?? "",
  );
  const names = kept.length === 1 ? kept : kept.filter(({ word }) => identifierShape.test(word));
  return new Set([...names.map(({ word }) => word), ...marked].map(normalIdentifier).filter((name) => name !== ""));
}
