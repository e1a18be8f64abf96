import type { IndexSegment, IndexSnapshot } from "../index-snapshot.ts";
import { saturated, type Saturation } from "./saturation.ts";
import type { WordScores } from "./word-scores.ts";

const noFile = -1;

/**
 * BM25 of whole files, for those of the given documents: a file about the question has its words in many passages, each of which may
 * have few. From 0 to 1 over these files, by document.
 */
export function fileScores(
  indexes: readonly IndexSnapshot[],
  documentIds: readonly number[],
  { words, figures }: { readonly words: WordScores; readonly figures: Pick<Saturation, "k1" | "b"> },
): Map<number, number> {
  const files = [...new Set(documentIds)];
  const places = filesOfSlots(
    indexes.flatMap((index) => index.segments),
    files,
  );
  const lengths = fileLengths(places, files.length);
  const averageLength = Math.max(1, lengths.reduce((sum, length) => sum + length, 0) / Math.max(1, files.length));
  const scores = new Float64Array(files.length);
  for (const { term, idf } of words.weighted) {
    const weights = fileWeights(places, term, files.length);
    for (let file = 0; file < files.length; file++) {
      const share = saturated(weights[file] ?? 0, lengths[file] ?? 0, { ...figures, averageLength });
      scores[file] = (scores[file] ?? 0) + idf * share;
    }
  }
  const top = scores.reduce((most, score) => Math.max(most, score), Number.MIN_VALUE);
  return new Map(files.map((file, index) => [file, (scores[index] ?? 0) / top]));
}

interface SegmentFiles {
  readonly segment: IndexSegment;
  /** For each slot the number of its file, or `noFile`. */
  readonly fileOf: Int32Array;
}

function filesOfSlots(segments: readonly IndexSegment[], files: readonly number[]): SegmentFiles[] {
  const numbers = new Map(files.map((file, index) => [file, index]));
  return segments.map((segment) => {
    const fileOf = new Int32Array(segment.slots);
    let lastDocument = -1;
    let lastFile = noFile;
    // The passages of a file mostly stand side by side.
    for (let slot = 0; slot < segment.slots; slot++) {
      const document = segment.documentIds[slot] ?? 0;
      if (document !== lastDocument) lastFile = numbers.get(document) ?? noFile;
      lastDocument = document;
      fileOf[slot] = lastFile;
    }
    return { segment, fileOf };
  });
}

function fileLengths(places: readonly SegmentFiles[], files: number): Float64Array {
  const lengths = new Float64Array(files);
  for (const { segment, fileOf } of places) {
    for (let slot = 0; slot < segment.slots; slot++) {
      const file = fileOf[slot] ?? noFile;
      if (file !== noFile) lengths[file] = (lengths[file] ?? 0) + (segment.lengths[slot] ?? 0);
    }
  }
  return lengths;
}

/** The weights of all passages of a file together. Passages that were replaced count until the next merge: they are few. */
function fileWeights(places: readonly SegmentFiles[], term: string, files: number): Float64Array {
  const weights = new Float64Array(files);
  for (const { segment, fileOf } of places) {
    const postings = segment.postings(term);
    if (postings === null) continue;
    for (let i = 0; i < postings.count; i++) {
      const file = fileOf[postings.slots[i] ?? 0] ?? noFile;
      if (file !== noFile) weights[file] = (weights[file] ?? 0) + (postings.weights[i] ?? 0);
    }
  }
  return weights;
}
