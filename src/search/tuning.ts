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
  /** The same where a filter has to read what is stored of each passage. */
  readonly dearCandidates: number;
  /** Whether the rules about files apply (file-rules.ts, file-scores.ts), and their figures. */
  readonly fileRules: boolean;
  /** Share of the whole file's words in a passage's score. */
  readonly fileShare: number;
  /** Share of the file's next three passages that is added to its best one. */
  readonly nextPassagesShare: number;
  /** Factors in a search that does not ask for such: tests, examples and benchmarks, documentation, declarations without code. */
  readonly testFactor: number;
  readonly exampleFactor: number;
  readonly docsFactor: number;
  readonly declarationFactor: number;
  /** Factor of what the query does ask for: "tests of X", "documentation of X". */
  readonly askedForFactor: number;
  /** Added to a passage that has the longest run of the query's words as it is, when it has all of them. */
  readonly verbatimShare: number;
  /** Gain when all words of the file's name are in the query, and rare. */
  readonly nameOverlapGain: number;
  /** Factor where the file defines a name of the query. */
  readonly definitionFactor: number;
}

export const defaultTuning: RankingTuning = {
  k1: 2,
  b: 0.75,
  maxTerms: 64,
  wordShareCode: 0.55,
  wordShareDocuments: 0.75,
  wordShareNames: 0.7,
  candidates: 200,
  dearCandidates: 60,
  fileRules: true,
  fileShare: 0.2,
  nextPassagesShare: 0.05,
  testFactor: 0.3,
  exampleFactor: 0.6,
  docsFactor: 0.6,
  declarationFactor: 0.8,
  askedForFactor: 1.3,
  verbatimShare: 1,
  nameOverlapGain: 0.7,
  definitionFactor: 1.5,
};
