/** What is known of a candidate before fusion. */
export interface Evidence {
  /** BM25; 0: no word. */
  readonly words: number;
  /** Cosine; null: no vector. */
  readonly vector: number | null;
  /** Model of the vector: cosines of two models do not compare. */
  readonly model: string;
  /** The words' share of the sum, 0 to 1. */
  readonly wordShare: number;
}

interface Range {
  low: number;
  high: number;
}

/**
 * Weighted sum of both scores after each was brought to 0..1 over all candidates (min-max normalisation; Bruch, Gai, Ingber: An
 * Analysis of Fusion Functions for Hybrid Retrieval, 2023). Returns one score from 0 to 1 for each candidate, in their order.
 */
export function fuse(candidates: readonly Evidence[]): number[] {
  // A passage without any of the words has 0, whether it is among the candidates or not.
  const words: Range = { low: 0, high: 0 };
  const vectors = new Map<string, Range>();
  for (const candidate of candidates) {
    widen(words, candidate.words);
    if (candidate.vector === null) continue;
    const range = vectors.get(candidate.model) ?? { low: Number.POSITIVE_INFINITY, high: Number.NEGATIVE_INFINITY };
    widen(range, candidate.vector);
    vectors.set(candidate.model, range);
  }
  return candidates.map(({ words: score, vector, model, wordShare }) => {
    const range = vectors.get(model);
    // Without any vector of its model the words alone rank; a passage whose own vector is not there yet stands at the low end.
    if (range === undefined) return within(words, score);
    const near = vector === null ? 0 : within(range, vector);
    return wordShare * within(words, score) + (1 - wordShare) * near;
  });
}

function widen(range: Range, value: number): void {
  if (value < range.low) range.low = value;
  if (value > range.high) range.high = value;
}

/** Where the value lies between the ends; all of one height stand at the top. */
function within({ low, high }: Range, value: number): number {
  return high > low ? (value - low) / (high - low) : high > 0 ? 1 : 0;
}
