/** The figures of the ranking. Chosen on the sets of bench/retrieval; docs/retrieval.md says what each step brings. */
export interface RankingTuning {
  /** BM25's saturation and length normalisation. */
  readonly k1: number;
  readonly b: number;
  /** The words' share of the fused score, the vector's is the rest: for code, for documents, for queries that are names. */
  readonly wordShareCode: number;
  readonly wordShareDocuments: number;
  readonly wordShareIdentifiers: number;
  /** Candidates taken from each of the two lists. */
  readonly candidates: number;
  /** Whether the rules about files apply (file-rules.ts). */
  readonly fileRules: boolean;
}

export const defaultTuning: RankingTuning = {
  k1: 2,
  b: 0.75,
  wordShareCode: 0.5,
  wordShareDocuments: 0.75,
  wordShareIdentifiers: 0.7,
  candidates: 200,
  fileRules: true,
};
