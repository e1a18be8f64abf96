import type { ParsedQuery } from "./query.ts";

/** What a retriever is asked: the best chunks of one collection that pass the filters. */
export interface RetrieverRequest {
  /** Row number of the collection in the catalog. */
  readonly collectionId: number;
  readonly query: ParsedQuery;
  readonly limit: number;
  /** SQL conditions of the filters over the tables `c` (chunks), `d` (documents), `s` (sources); null: no filter. */
  readonly condition: { readonly sql: string; readonly values: readonly (string | number)[] } | null;
}

/** One way of finding chunks: by words today, by vectors next to it later. */
export interface Retriever {
  /** Chunk row to score, at most `limit`, the best ones; scores are comparable between collections, higher is better. */
  candidates(request: RetrieverRequest): Map<number, number>;
}
