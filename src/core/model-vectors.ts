/** A text that a model has no vector for yet. */
export interface MissingText {
  readonly textId: number;
  /** sha256 of the text, hex: an id may be given to another text. */
  readonly hash: string;
  readonly text: string;
}

/** The answer to a MissingText. */
export interface ModelVector {
  readonly textId: number;
  readonly hash: string;
  readonly vector: Float32Array;
}

/** What a model still owes to the catalog. */
export interface ModelDebt {
  readonly model: string;
  readonly texts: number;
  /** Texts that it will not take, and its reason for one of them. */
  readonly refused: number;
  readonly refusal: string | null;
}

/** More are not counted: it would take longer than anybody waits. */
export const maxCountedGap = 10_000;

/** Passages of a collection that lack the vector of the collection's model, at most `maxCountedGap`. */
export interface VectorGap {
  readonly collectionId: string;
  readonly passages: number;
}

/** "1 passage", "12 passages", "more than 10,000 passages". */
export function gapText(passages: number): string {
  const count = `${passages.toLocaleString("en-US")} ${passages === 1 ? "passage" : "passages"}`;
  return passages >= maxCountedGap ? `more than ${count}` : count;
}

/** What re-embedding a collection would take. */
export interface ReindexPlan {
  readonly collection: string;
  readonly from: string;
  readonly to: string;
  readonly passages: number;
  /** Different texts that the new model has no vector for; all of them when it is the same model again. */
  readonly texts: number;
  readonly textBytes: number;
}

/** A collection on its way to another model, or through the same one again. */
export interface ReindexRun {
  readonly collectionId: string;
  readonly collection: string;
  readonly space: string;
  readonly from: string;
  readonly to: string;
  readonly texts: number;
  readonly startedAtMs: number;
}
