import { stopWords } from "../stop-words.ts";
import type { Tokenizer } from "../tokenizer.ts";

const maxWords = 8;
const maxSpellings = 12;
const minStem = 3;
const maxLength = 64;

/**
 * The telling words of a question, longest first, each in the spellings under which a text may have it: Chroma compares letter for
 * letter. Endings are left off, so that "retries" finds "retrieval" and "retried"; a word of a script without spaces is its pairs.
 */
export function wordSpellings(query: string, tokenizer: Pick<Tokenizer, "words">): string[][] {
  const words = tokenizer.words(query.toWellFormed()).filter(({ word }) => word.length <= maxLength);
  const telling = words.filter(({ word }) => !stopWords.has(word.toLowerCase()));
  const kept = telling.length > 0 ? telling : words;
  const bySpelling = new Map<string, string[]>();
  for (const { word, tokens } of kept) {
    const [part = ""] = tokens.parts;
    const stem = tokens.parts.length === 1 ? part : "";
    const spellings = tokens.characters.length > 0 ? tokens.parts.slice(0, maxSpellings) : spellingsOf(word, stem);
    const key = (spellings[0] ?? "").toLowerCase();
    bySpelling.set(key, [...new Set([...(bySpelling.get(key) ?? []), ...spellings])]);
  }
  return [...bySpelling.values()].toSorted((a, b) => lengthOf(b) - lengthOf(a)).slice(0, maxWords);
}

function spellingsOf(word: string, stem: string): string[] {
  const isBeginning = stem.length >= minStem && word.toLowerCase().startsWith(stem);
  const beginning = isBeginning ? word.slice(0, stem.length) : word;
  const lower = beginning.toLowerCase();
  const capitalised = lower.charAt(0).toUpperCase() + lower.slice(1);
  return [...new Set([beginning, lower, capitalised])];
}

function lengthOf(spellings: readonly string[]): number {
  return spellings[0]?.length ?? 0;
}
