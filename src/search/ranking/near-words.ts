import type { IndexSegment } from "../index-snapshot.ts";

/** Words of the index that resemble a word which it does not have. */
export interface NearWords {
  /** Terms that contain the word, the shortest first. */
  readonly containing: readonly string[];
  /** Terms that are spelt much like it, the nearest first, commoner ones before rarer ones. */
  readonly similar: readonly string[];
}

const maxContaining = 32;
const maxSimilar = 5;
// Shorter words are part of too many.
const minLength = 3;
const minSimilarity = 0.5;

/** Walks the vocabulary once for all words. Similarity is Dice's coefficient of the words' letter trigrams. */
export function nearWords(segments: readonly IndexSegment[], words: readonly string[]): Map<string, NearWords> {
  const wanted = [...new Set(words)].filter((word) => word.length >= minLength).map(startedSearch);
  if (wanted.length > 0) {
    for (const [term, slots] of vocabulary(segments)) for (const search of wanted) search.look(term, slots);
  }
  return new Map(wanted.map((search) => [search.word, search.result()]));
}

function vocabulary(segments: readonly IndexSegment[]): Map<string, number> {
  const terms = new Map<string, number>();
  for (const segment of segments)
    for (const { term, slots } of segment.terms()) terms.set(term, (terms.get(term) ?? 0) + slots);
  return terms;
}

function startedSearch(word: string) {
  const trigrams = trigramsOf(word);
  const containing: string[] = [];
  const similar: { readonly term: string; readonly similarity: number; readonly slots: number }[] = [];
  return {
    word,
    look(term: string, slots: number): void {
      if (term.length > word.length && term.includes(word)) containing.push(term);
      // Two thirds of the longer word's trigrams cannot be shared when the lengths differ by more.
      if (Math.abs(term.length - word.length) > Math.max(2, word.length / 2) || term === word) return;
      const similarity = dice(trigrams, trigramsOf(term));
      if (similarity >= minSimilarity) similar.push({ term, similarity, slots });
    },
    result: (): NearWords => ({
      containing: containing.toSorted((a, b) => a.length - b.length || (a < b ? -1 : 1)).slice(0, maxContaining),
      similar: similar
        .toSorted((a, b) => b.similarity - a.similarity || b.slots - a.slots || (a.term < b.term ? -1 : 1))
        .slice(0, maxSimilar)
        .map(({ term }) => term),
    }),
  };
}

function trigramsOf(word: string): Set<string> {
  const padded = `  ${word} `;
  const trigrams = new Set<string>();
  for (let at = 0; at + 3 <= padded.length; at++) trigrams.add(padded.slice(at, at + 3));
  return trigrams;
}

function dice(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let shared = 0;
  for (const trigram of a) if (b.has(trigram)) shared += 1;
  return (2 * shared) / (a.size + b.size);
}
