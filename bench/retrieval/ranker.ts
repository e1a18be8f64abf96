import type { DocumentInput } from "../../src/core/document.ts";

/** What a set is asked against. */
export interface Corpus {
  readonly name: string;
  readonly documents: readonly DocumentInput[];
}

/** All places of one result as `path:line`: a passage that stands in several files is one result. */
export type RankedPlaces = readonly string[];

/** How many results a ranker is asked for: enough that ten files stand among them. */
export const wantedHits = 50;

/** One way of finding passages. Indexes are made at the first question to a corpus. */
export interface Ranker {
  /** Results, best first, at most `wantedHits`. */
  rank(corpus: Corpus, query: string): readonly RankedPlaces[];
  close(): void;
}

export interface PlacedChunk {
  readonly place: string;
  readonly path: string;
  readonly text: string;
  readonly symbol: string;
  readonly signature: string;
  readonly doc: string;
}

/** The passages of a corpus in the order of its documents. */
export function chunksOf({ documents }: Corpus): PlacedChunk[] {
  return documents.flatMap(({ path, chunks }) =>
    chunks.map(({ startLine, text, symbol, signature, doc }) => ({
      place: placeOf(path, startLine),
      path,
      text,
      symbol: symbol ?? "",
      signature: signature ?? "",
      doc: doc ?? "",
    })),
  );
}

export function placeOf(path: string, startLine: number): string {
  return `${path}:${startLine}`;
}

export function pathOf(place: string): string {
  return place.slice(0, place.lastIndexOf(":"));
}
