import type { DeleteResult } from "../core/collections.ts";
import type { DeleteSelection } from "./api.ts";
import type { CollectionRow, CollectionStore } from "./collections.ts";
import type { Tokenizer } from "../search/tokenizer.ts";
import type { Connection } from "./connection.ts";
import { createDocumentSelector, type SelectedDocument } from "./document-selection.ts";
import type { WordIndex } from "./word-index/word-index.ts";
import type { JournalStore } from "./journal.ts";
import { recordIdSql } from "./record-id.ts";
import type { SourceStore } from "./sources.ts";

/** Taking things out of the catalog; each call belongs in the caller's transaction. */
export interface Removal {
  deleteDocuments(selection: DeleteSelection, isDryRun: boolean): DeleteResult;
  /** Removes every row of a collection at once. */
  erase(collectionId: number): void;
  /** One bounded step; see Catalog.purgeUnloaded. */
  purge(options: { readonly unloadedBeforeMs: number; readonly maxDocuments: number }): { readonly hasMore: boolean };
}

interface RemovalTools {
  readonly connection: Connection;
  readonly collections: CollectionStore;
  readonly wordIndex: WordIndex;
  readonly tokenizer: Tokenizer;
  readonly journal: JournalStore;
  readonly sources: SourceStore;
}

const recordIdsSql = `
  SELECT c.id, ${recordIdSql} AS recordId FROM chunks c JOIN documents d ON d.id = c.document_id
    JOIN sources s ON s.id = d.source_id JOIN texts t ON t.id = c.text_id
  WHERE d.id = ?`;
// A collection whose rows are gone stays as a name until Chroma was told to drop it.
const purgeableSql = `
  SELECT id FROM collections k WHERE unloaded_at IS NOT NULL AND unloaded_at < ? AND (
    is_purging = 0 OR EXISTS (SELECT 1 FROM documents WHERE collection_id = k.id)
    OR NOT EXISTS (SELECT 1 FROM journal WHERE collection_id = k.id))
  ORDER BY unloaded_at, id LIMIT 1`;

export function createRemoval(tools: RemovalTools): Removal {
  const { connection, collections, wordIndex, journal, sources } = tools;
  const recordIds = connection.prepare<{ id: number; recordId: string }>(recordIdsSql);
  const documentIds = connection.prepare<{ id: number }>("SELECT id FROM documents WHERE collection_id = ? LIMIT ?");
  const purgeable = connection.prepare<{ id: number }>(purgeableSql);
  const startPurge = connection.prepare("UPDATE collections SET is_purging = 1 WHERE id = ?");
  const removeSources = connection.prepare("DELETE FROM collection_sources WHERE collection_id = ?");
  const removeCollection = connection.prepare(
    "DELETE FROM collections WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM journal WHERE collection_id = ?1)",
  );
  const removeRows = createRowRemover(connection);
  const select = createDocumentSelector(connection, tools.tokenizer);

  const removeName = (collectionId: number): void => {
    removeSources.run(collectionId);
    removeCollection.run(collectionId);
    sources.removeUnused();
  };
  const removeLive = (collection: CollectionRow, documents: readonly SelectedDocument[]): void => {
    const words = wordIndex.batch(collection.id);
    const removedIds: string[] = [];
    for (const { id } of documents) {
      for (const chunk of recordIds.all(id)) {
        words.remove(chunk.id);
        removedIds.push(chunk.recordId);
      }
      removeRows(id);
    }
    if (journal.isMirrored(collection.kind)) journal.sync(collection.id, removedIds);
    if (documents.length > 0) collections.touch(collection.id, collection.embedder);
    words.finish();
  };
  return {
    deleteDocuments: (selection, isDryRun) => {
      const collection = collections.require(selection.collectionId);
      const { documents, unknownIds, ambiguousIds } = select(collection, selection);
      if (!isDryRun) removeLive(collection, documents);
      const places = documents.map(({ place }) => place);
      return {
        documents: documents.length,
        chunks: documents.reduce((sum, { chunkCount }) => sum + chunkCount, 0),
        paths: places.map(({ path }) => path),
        places,
        unknownIds,
        ambiguousIds,
        receipt: null,
      };
    },
    erase: (collectionId) => {
      wordIndex.drop(collectionId);
      for (const { id } of documentIds.all(collectionId, -1)) removeRows(id);
      removeName(collectionId);
    },
    purge: ({ unloadedBeforeMs, maxDocuments }) => {
      let left = Math.max(1, maxDocuments);
      for (;;) {
        const next = purgeable.get(unloadedBeforeMs);
        if (next === undefined) return { hasMore: false };
        if (left === 0) return { hasMore: true };
        startPurge.run(next.id);
        wordIndex.drop(next.id);
        const documents = documentIds.all(next.id, left);
        for (const { id } of documents) removeRows(id);
        left -= documents.length;
        if (documentIds.get(next.id, 1) === undefined) removeName(next.id);
      }
    },
  };
}

/** Removes a document's row, its chunks, and the texts and vectors that nothing else uses. */
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
