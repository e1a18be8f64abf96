/** How often a word counts, given how often it stands there: rising ever more slowly, and slower in long texts. */
export interface Saturation {
  /** More makes later occurrences count more. */
  readonly k1: number;
  /** 0: length does not matter; 1: all of it does. */
  readonly b: number;
  readonly averageLength: number;
}

/** BM25's share of one word, 0 to k1 + 1 (Robertson, Walker et al., TREC-3). */
export function saturated(weight: number, length: number, { k1, b, averageLength }: Saturation): number {
  return weight === 0 ? 0 : ((k1 + 1) * weight) / (weight + k1 * (1 - b + (b * length) / averageLength));
}
