import type { Connection } from "./connection.ts";
import type { ReceiptStore } from "./receipts.ts";
import type { RetentionClock } from "./retention-clock.ts";
import type { SourceStore } from "./sources.ts";
import type { WordIndex } from "./word-index/word-index.ts";

/** Rows that go for good; each call belongs in the caller's transaction. */
export interface Purge {
  /** A document's row, its chunks, and the texts and vectors that nothing else uses. */
  removeDocument(documentId: number): void;
  /** Every row of a collection at once. */
  erase(collectionId: number): void;
  /** One bounded step; see Catalog.purgeUnloaded. */
  step(options: { readonly keptMs: number; readonly maxDocuments: number }): { readonly hasMore: boolean };
}

export interface PurgeTools {
  readonly connection: Connection;
  readonly wordIndex: WordIndex;
  readonly sources: SourceStore;
  readonly receipts: ReceiptStore;
  readonly retention: RetentionClock;
}

// A collection whose rows are gone stays as a name until Chroma was told to drop it.
const purgeableSql = `
  SELECT id FROM collections k WHERE unloaded_at IS NOT NULL AND unloaded_at <= ? AND (
    is_purging = 0 OR EXISTS (SELECT 1 FROM documents WHERE collection_id = k.id)
    OR NOT EXISTS (SELECT 1 FROM journal WHERE collection_id = k.id))
  ORDER BY unloaded_at, id LIMIT 1`;

export function createPurge({ connection, wordIndex, sources, receipts, retention }: PurgeTools): Purge {
  const documentIds = connection.prepare<{ id: number }>("SELECT id FROM documents WHERE collection_id = ? LIMIT ?");
  const purgeable = connection.prepare<{ id: number }>(purgeableSql);
  const startPurge = connection.prepare("UPDATE collections SET is_purging = 1 WHERE id = ?");
  const removeSources = connection.prepare("DELETE FROM collection_sources WHERE collection_id = ?");
  const removeCollection = connection.prepare(
    "DELETE FROM collections WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM journal WHERE collection_id = ?1)",
  );
  const removeDocument = createRowRemover(connection);
  const removeName = (collectionId: number): void => {
    removeSources.run(collectionId);
    removeCollection.run(collectionId);
  };
  const removeCollections = (unloadedUpToMs: number, maxDocuments: number): { hasMore: boolean } => {
    let left = Math.max(1, maxDocuments);
    for (;;) {
      const next = purgeable.get(unloadedUpToMs);
      if (next === undefined) return { hasMore: false };
      if (left === 0) return { hasMore: true };
      startPurge.run(next.id);
      wordIndex.drop(next.id);
      const documents = documentIds.all(next.id, left);
      for (const { id } of documents) removeDocument(id);
      left -= documents.length;
      if (documentIds.get(next.id, 1) === undefined) removeName(next.id);
    }
  };
  return {
    removeDocument,
    erase: (collectionId) => {
      wordIndex.drop(collectionId);
      for (const { id } of documentIds.all(collectionId, -1)) removeDocument(id);
      removeName(collectionId);
    },
    step: ({ keptMs, maxDocuments }) => {
      const collections = removeCollections(retention.look() - keptMs, maxDocuments);
      const old = receipts.removeOld();
      const hasMore = collections.hasMore || old.hasMore;
      // Whom nothing names any more is found out at the end, not at each step.
      if (!hasMore) sources.removeUnused();
      return { hasMore };
    },
  };
}

function createRowRemover(connection: Connection): (documentId: number) => void {
  const removeChunks = connection.prepare<{ text_id: number }>(
    "DELETE FROM chunks WHERE document_id = ? RETURNING text_id",
  );
  const removeText = connection.prepare(
    "DELETE FROM texts WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM chunks WHERE text_id = ?1)",
  );
  const removeDocument = connection.prepare("DELETE FROM documents WHERE id = ?");
  return (documentId) => {
    const textIds = new Set(removeChunks.all(documentId).map(({ text_id }) => text_id));
    for (const textId of textIds) removeText.run(textId);
    removeDocument.run(documentId);
  };
}
