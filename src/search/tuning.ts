/** The figures of the ranking. Chosen on the sets of bench/retrieval; docs/retrieval.md says what each step brings. */
export interface RankingTuning {
  /** BM25's saturation and length normalisation. */
  readonly k1: number;
  readonly b: number;
  /** Of more terms than these, the rarest count. */
  readonly maxTerms: number;
  /** The words' share of the fused score, the vector's is the rest: for code, for documents and notes, for queries that are names. */
  readonly wordShareCode: number;
  readonly wordShareDocuments: number;
  readonly wordShareNames: number;
  /** Candidates taken from each of the two lists. */
  readonly candidates: number;
  /** Whether the rules about files apply (file-rules.ts), and their figures. */
  readonly fileRules: boolean;
  /** Share of the file's next three passages that is added to its best one. */
  readonly nextPassagesShare: number;
  /** Factor for tests, examples and documentation in a search that does not ask for them. */
  readonly sideMaterialFactor: number;
  /** Gain when all words of the file's name are in the query. */
  readonly nameOverlapGain: number;
  /** Factor where the file defines a name of the query. */
  readonly definitionFactor: number;
}

export const defaultTuning: RankingTuning = {
  k1: 2,
  b: 0.75,
  maxTerms: 64,
  wordShareCode: 0.5,
  wordShareDocuments: 0.75,
  wordShareNames: 0.7,
  candidates: 200,
  fileRules: true,
  nextPassagesShare: 0.2,
  sideMaterialFactor: 0.6,
  nameOverlapGain: 0.5,
  definitionFactor: 1.5,
};
