import type { IndexSegment, IndexSnapshot } from "../index-snapshot.ts";
import type { RankingTuning } from "../tuning.ts";
import type { Saturation } from "./saturation.ts";

/** BM25 of one query over several word indexes as if they were one, so that scores of collections compare. */
export interface WordScores {
  /** By slot; 0 where no word of the query stands. */
  readonly of: (segment: IndexSegment) => Float32Array;
  /** The score of a passage that has every word of the query very often: the others divided by it are between 0 and 1. */
  readonly most: number;
  /** The terms that count, with their weight. */
  readonly weighted: readonly WeightedTerm[];
  /** How rare a term of the query is: 0 when all passages have it, 1 when none has; 1 for other terms. */
  readonly rarity: (term: string) => number;
  /** Slots that have the term, for each term of the query, rare ones first; 0: no index has it. */
  readonly frequencies: ReadonlyMap<string, number>;
}

export interface WeightedTerm {
  readonly term: string;
  readonly idf: number;
}

/**
 * Okapi BM25 (Robertson, Walker et al., TREC-3) with the idf of Lucene, ln(1 + (N - n + 0.5) / (n + 0.5)), which never is negative.
 * Fields are weighted before saturation (BM25F with one length for all fields). Of more than `maxTerms` terms the rarest count.
 */
export function scoreWords(
  indexes: readonly IndexSnapshot[],
  terms: readonly string[],
  { k1, b, maxTerms }: Pick<RankingTuning, "k1" | "b"> & { readonly maxTerms: number },
): WordScores {
  const segments = indexes.flatMap((index) => index.segments);
  const frequencies = termFrequencies(segments, terms);
  const living = indexes.reduce((sum, index) => sum + index.livingSlots, 0);
  const totalLength = indexes.reduce((sum, index) => sum + index.totalLength, 0);
  const present = [...frequencies].filter(([, slots]) => slots > 0).slice(0, maxTerms);
  const weighted = present.map(([term, slots]) => ({ term, idf: inverseFrequency(Math.max(living, slots), slots) }));
  const absent = [...frequencies].filter(([, slots]) => slots === 0).length;
  // A word that nobody has tells that the passages found are not about all of the question.
  const missing = Math.min(absent, maxTerms) * inverseFrequency(Math.max(living, 1), 0);
  const saturation: Saturation = { k1, b, averageLength: Math.max(1, totalLength / Math.max(1, living)) };
  const scores = new Map(segments.map((segment) => [segment, addUp(segment, weighted, saturation)]));
  return {
    of: (segment) => scores.get(segment) ?? new Float32Array(segment.slots),
    most: (k1 + 1) * (weighted.reduce((sum, { idf }) => sum + idf, 0) + missing),
    weighted,
    rarity: (term) => {
      const slots = frequencies.get(term) ?? 0;
      return inverseFrequency(Math.max(living, slots, 1), slots) / inverseFrequency(Math.max(living, 1), 0);
    },
    frequencies,
  };
}

function termFrequencies(segments: readonly IndexSegment[], terms: readonly string[]): Map<string, number> {
  const counted = terms.map((term): [string, number] => [
    term,
    segments.reduce((sum, segment) => sum + segment.slotsWith(term), 0),
  ]);
  return new Map(counted.toSorted(([, a], [, b]) => a - b));
}

function inverseFrequency(total: number, slots: number): number {
  return Math.log(1 + (total - slots + 0.5) / (slots + 0.5));
}

function addUp(
  segment: IndexSegment,
  terms: readonly WeightedTerm[],
  { k1, b, averageLength }: Saturation,
): Float32Array {
  const scores = new Float32Array(segment.slots);
  const { lengths } = segment;
  const base = k1 * (1 - b);
  const perToken = (k1 * b) / averageLength;
  for (const { term, idf } of terms) {
    const postings = segment.postings(term);
    if (postings === null) continue;
    const { count, slots, weights } = postings;
    const gain = idf * (k1 + 1);
    for (let i = 0; i < count; i++) {
      const slot = slots[i] ?? 0;
      const weight = weights[i] ?? 0;
      scores[slot] = (scores[slot] ?? 0) + (gain * weight) / (weight + base + perToken * (lengths[slot] ?? 0));
    }
  }
  return scores;
}
