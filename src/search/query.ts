import { CommonsError } from "../core/errors.ts";
import { type SideMaterial, sideMaterials } from "./side-material.ts";
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
  /** What the query is, when it is nothing but names of code: who asks so wants their definitions. Empty: something else. */
  readonly names: readonly AskedName[];
  /** The query as the end of a path, when it may be one. */
  readonly path: string | null;
  /** Kinds of files beside the code that the query asks for by their name. */
  readonly askedFor: ReadonlySet<SideMaterial>;
}

/** `Limiter.take` asks for `take` in `Limiter`; both normalised by `normalIdentifier`. */
export interface AskedName {
  readonly name: string;
  readonly scope: string | null;
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
const qualifiedName = /^[\p{L}\p{N}_$]+(?:(?:\.|::|->|#|\/)[\p{L}\p{N}_$]+){0,8}(?:\(\))?$/u;
const maxNames = 4;
const keyword =
  /^(?:class|def|fn|func|function|interface|struct|enum|trait|type|method|module|const|let|var)\s+(?=\S+$)/i;
const separators = /\.|::|->|#|\//;
const pathShape = /^[^\s"'`]*[^\s"'`/]\.[\p{L}\p{N}]{1,10}$|^[^\s"'`]+\/[^\s"'`]+$/u;
const askingWords: Readonly<Record<Exclude<SideMaterial, "declaration">, RegExp>> = {
  test: /^(tests?|tested|testing|specs?|fixtures?|mocks?)$/i,
  example: /^(examples?|demos?|samples?|benchmarks?)$/i,
  docs: /^(docs?|documentation|readme|manual|changelog)$/i,
};

/** Throws QUERY_EMPTY when the query has no word at all. */
export function parseQuery(query: string, tokenizer: Tokenizer): ParsedQuery {
  const text = query.toWellFormed();
  const words = tokenizer.words(text);
  const meaningful = words.filter(({ word }) => !stopWords.has(word.toLowerCase()));
  const kept = meaningful.length > 0 ? meaningful : words;
  const terms = new Set<string>();
  for (const { tokens } of kept) {
    for (const part of [...tokens.parts, ...tokens.plain]) terms.add(part);
    if (tokens.whole !== null) terms.add(tokens.whole);
  }
  if (terms.size === 0) {
    throw new CommonsError("QUERY_EMPTY", "The query has no words.", {
      hint: "Search for words that occur in the text or describe it.",
    });
  }
  const names = askedNames(text);
  return {
    text,
    terms: [...terms].slice(0, maxTerms),
    termCount: terms.size,
    phrases: parsePhrases(text, tokenizer),
    identifiers: names.length > 0 ? new Set(names.map(({ name }) => name)) : identifiersOf(text, kept),
    names,
    path: pathShape.test(text.trim()) ? text.trim().replace(/^(?:\.?\/)+/, "") : null,
    askedFor: new Set(
      sideMaterials.filter((kind) => words.some(({ word }) => kind !== "declaration" && askingWords[kind].test(word))),
    ),
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

/** One word, or several of which each looks like a name: `getUser`, `Limiter.take`, `std::sort`, `class Session`, `read_file writeFile`. */
function askedNames(text: string): AskedName[] {
  const words = text.trim().replace(keyword, "").split(/\s+/);
  if (words.length > maxNames || words.some((word) => !qualifiedName.test(word))) return [];
  if (words.length > 1 && !words.every((word) => identifierShape.test(word) || separators.test(word))) return [];
  return words.flatMap((word) => {
    const parts = word.replace(/\(\)$/, "").split(separators).map(normalIdentifier);
    const name = parts.at(-1) ?? "";
    return name === "" ? [] : [{ name, scope: parts.at(-2) ?? null }];
  });
}

// A plain word such as "error" names half the files; alone in the query, or in backticks, it may well be a function's name.
function identifiersOf(text: string, kept: ReturnType<Tokenizer["words"]>): Set<string> {
  const marked = [...text.matchAll(backticked)].map(
    ([, name = ""]) => name.split(/[^\p{L}\p{N}_$]+/u).findLast(Boolean) ?? "",
  );
  const names = kept.length === 1 ? kept : kept.filter(({ word }) => identifierShape.test(word));
  return new Set([...names.map(({ word }) => word), ...marked].map(normalIdentifier).filter((name) => name !== ""));
}
