import type { RecordBatch } from "./record-batches.ts";

/** Records as Chroma gives them back, each list in the order of `ids`. */
export interface StoredRecords {
  readonly ids: readonly string[];
  readonly embeddings: readonly (readonly number[])[];
  readonly documents: readonly (string | null)[];
  readonly metadatas: readonly (Readonly<Record<string, unknown>> | null)[];
}

// Chroma keeps floats of 32 bits, and normalises vectors for the cosine distance: near enough is the same direction.
const sameDirection = 0.999_99;

/**
 * The part of a batch that Chroma lacks or has differently. Writing a record again costs three times a new one, reading it next to
 * nothing, so that a collection is brought up to date after a switch without being written anew.
 */
export function changedRecords(batch: RecordBatch, stored: StoredRecords): RecordBatch {
  const position = new Map(stored.ids.map((id, index) => [id, index]));
  const isChanged = batch.ids.map((id, index) => {
    const at = position.get(id);
    return (
      at === undefined ||
      (batch.documents?.[index] ?? null) !== (stored.documents[at] ?? null) ||
      !isSameMetadata(batch.metadatas?.[index] ?? {}, stored.metadatas[at] ?? {}) ||
      !isSameVector(batch.embeddings[index] ?? [], stored.embeddings[at] ?? [])
    );
  });
  const pick = <T>(list: readonly T[]): T[] => list.filter((_, index) => isChanged[index]);
  return {
    ids: pick(batch.ids),
    embeddings: pick(batch.embeddings),
    ...(batch.documents === undefined ? {} : { documents: pick(batch.documents) }),
    ...(batch.metadatas === undefined ? {} : { metadatas: pick(batch.metadatas) }),
  };
}

function isSameMetadata(next: Readonly<Record<string, unknown>>, stored: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(next);
  return (
    keys.length === Object.keys(stored).length &&
    keys.every((key) => Object.hasOwn(stored, key) && next[key] === stored[key])
  );
}

function isSameVector(next: readonly number[], stored: readonly number[]): boolean {
  if (next.length !== stored.length) return false;
  let [dot, nextSquare, storedSquare] = [0, 0, 0];
  for (const [index, value] of next.entries()) {
    const other = stored[index] ?? 0;
    dot += value * other;
    nextSquare += value * value;
    storedSquare += other * other;
  }
  if (nextSquare === 0 || storedSquare === 0) return nextSquare === storedSquare;
  return dot / Math.sqrt(nextSquare * storedSquare) > sameDirection;
}
