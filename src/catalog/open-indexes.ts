import { CommonsError } from "../core/errors.ts";
import type { Embedder } from "../core/ports.ts";
import type { IndexSegment, IndexSnapshot } from "../search/index-snapshot.ts";
import type { ParsedQuery } from "../search/query.ts";
import type { SearchRequest } from "./api.ts";
import type { CollectionRow } from "./collections.ts";
import type { VectorColumns } from "./vector-columns.ts";
import type { WordIndex } from "./word-index/word-index.ts";

/** The word indexes of the searched collections, and the scores of their vectors. */
export interface OpenIndexes {
  readonly indexes: readonly IndexSnapshot[];
  readonly collectionOf: (segment: IndexSegment) => CollectionRow;
  readonly modelOf: (segment: IndexSegment) => string;
  /** Cosines by slot; null: no vector of the segment's model, or none for the query. */
  readonly vectorScores: (segment: IndexSegment) => Float32Array | null;
}

export interface IndexTools {
  readonly wordIndex: WordIndex;
  readonly vectors: VectorColumns;
  readonly embedder: Embedder;
}

/** Opens the indexes of collections for one query; each collection's vectors are compared under its own model. */
export function createIndexOpener({ wordIndex, vectors, embedder }: IndexTools) {
  // Segments that were merged away take their vectors with them.
  const segmentsOf = new Map<number, ReadonlySet<number>>();
  const retainVectors = (collectionId: number, segments: readonly IndexSegment[]): void => {
    const ids = new Set(segments.map(({ id }) => id));
    const known = segmentsOf.get(collectionId);
    segmentsOf.set(collectionId, ids);
    if (known === undefined || [...known].every((id) => ids.has(id))) return;
    vectors.retain(new Set([...segmentsOf.values()].flatMap((own) => [...own])));
  };
  return (
    searched: readonly CollectionRow[],
    { request, query }: { request: SearchRequest; query: ParsedQuery },
  ): OpenIndexes => {
    const owners = new Map<IndexSegment, CollectionRow>();
    const indexes = searched.map((collection) => {
      const snapshot = wordIndex.snapshot(collection.id);
      for (const segment of snapshot.segments) owners.set(segment, collection);
      retainVectors(collection.id, snapshot.segments);
      return snapshot;
    });
    const queryVectors = new Map<string, Float32Array | null>();
    const queryVector = (model: string): Float32Array | null => {
      const known = queryVectors.get(model);
      if (known !== undefined) return known;
      const made = model === embedder.id ? embedder.embed([query.text])[0] : request.queryVectors?.[model];
      const vector = made?.some((value) => value !== 0) ? made : null;
      queryVectors.set(model, vector);
      return vector;
    };
    const scored = new Map<IndexSegment, Float32Array | null>();
    const collectionOf = (segment: IndexSegment): CollectionRow => {
      const owner = owners.get(segment);
      if (owner === undefined) throw new CommonsError("INTERNAL", "A segment of no collection was ranked.");
      return owner;
    };
    const modelOf = (segment: IndexSegment): string => collectionOf(segment).embedder;
    return {
      indexes,
      collectionOf,
      modelOf,
      vectorScores: (segment) => {
        const known = scored.get(segment);
        if (known !== undefined) return known;
        const vector = queryVector(modelOf(segment));
        const scores = vector === null ? null : vectors.scores(segment, modelOf(segment), vector);
        scored.set(segment, scores);
        return scores;
      },
    };
  };
}
