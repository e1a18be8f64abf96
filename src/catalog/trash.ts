import { isBuiltInModel } from "../core/model-id.ts";
import type { Tokenizer } from "../search/tokenizer.ts";
import type { CollectionRow, CollectionStore, HiddenCollection } from "./collections.ts";
import type { Connection } from "./connection.ts";
import type { JournalStore } from "./journal.ts";
import type { ModelVectorStore } from "./model-vectors.ts";
import { recordIdSql } from "./record-id.ts";
import type { Reindexing } from "./reindex.ts";
import type { TextStore } from "./texts.ts";
import { indexedFromStored, type StoredPassage, storedPassageSql } from "./word-index-rebuild.ts";
import type { WordIndex } from "./word-index/word-index.ts";

/**
 * Deleted documents. Each deletion has a hidden collection of its own, which is purged as unloaded ones are. Rows, texts and vectors stay
 * as they are; the collection's words and Chroma's records go and come back. Every method belongs in the caller's transaction.
 */
export interface Trash {
  /** Returns the stamp of the hidden collection that the documents are in now. */
  putIn(collection: CollectionRow, documentIds: readonly number[]): string;
  /** Moves back whatever has no newer document in its place. What stays in the trash is purged when it is time. */
  takeOut(trash: HiddenCollection, collection: CollectionRow): TakenOut;
}

export interface TakenOut {
  readonly documents: number;
  readonly chunks: number;
  /** Documents that are there again. */
  readonly superseded: number;
}

export interface TrashTools {
  readonly connection: Connection;
  readonly collections: CollectionStore;
  readonly wordIndex: WordIndex;
  readonly tokenizer: Tokenizer;
  readonly journal: JournalStore;
  readonly texts: TextStore;
  readonly vectors: ModelVectorStore;
  readonly reindexing: Pick<Reindexing, "target">;
  readonly embedderId: string;
  /** The retention clock's time. */
  readonly look: () => number;
}

interface TrashedRow {
  readonly id: number;
  readonly chunkCount: number;
  readonly isSuperseded: number;
}

const recordsSql = `
  SELECT c.id, ${recordIdSql} AS recordId FROM chunks c JOIN documents d ON d.id = c.document_id
    JOIN sources s ON s.id = d.source_id JOIN texts t ON t.id = c.text_id
  WHERE d.id = ?`;
const trashedSql = `
  SELECT d.id, d.chunk_count AS chunkCount, EXISTS (
    SELECT 1 FROM documents o WHERE o.collection_id = ?2 AND o.source_id = d.source_id AND o.path = d.path) AS isSuperseded
  FROM documents d WHERE d.collection_id = ?1 ORDER BY d.id`;
// The source's row in the collection that a document moves to, made like the one where it is.
const makeRoomSql = `
  INSERT OR IGNORE INTO collection_sources (collection_id, source_id, updated_at, author_id)
  SELECT ?2, cs.source_id, cs.updated_at, cs.author_id FROM documents d
    JOIN collection_sources cs ON cs.collection_id = d.collection_id AND cs.source_id = d.source_id
  WHERE d.id = ?1`;

export function createTrash(tools: TrashTools): Trash {
  const { connection, collections, wordIndex, journal } = tools;
  const records = connection.prepare<{ id: number; recordId: string }>(recordsSql);
  const trashed = connection.prepare<TrashedRow>(trashedSql);
  const passages = connection.prepare<StoredPassage>(`${storedPassageSql} WHERE d.id = ?`);
  const makeRoom = connection.prepare(makeRoomSql);
  const setCollection = connection.prepare("UPDATE documents SET collection_id = ?2 WHERE id = ?1");
  const removeSources = connection.prepare("DELETE FROM collection_sources WHERE collection_id = ?");
  const removeCollection = connection.prepare("DELETE FROM collections WHERE id = ?");
  const move = (documentId: number, collectionId: number): void => {
    makeRoom.run(documentId, collectionId);
    setCollection.run(documentId, collectionId);
  };
  const sync = ({ id, kind }: CollectionRow, documentIds: readonly number[]): void => {
    if (!journal.isMirrored(kind)) return;
    const recordIds = documentIds.flatMap((documentId) => records.all(documentId).map(({ recordId }) => recordId));
    journal.sync(id, recordIds);
  };
  return {
    putIn: (collection, documentIds) => {
      const trash = collections.addTrash(collection, tools.look());
      const words = wordIndex.batch(collection.id);
      for (const documentId of documentIds) {
        for (const { id } of records.all(documentId)) words.remove(id);
        move(documentId, trash.id);
      }
      sync(collection, documentIds);
      words.finish();
      return trash.stamp;
    },
    takeOut: (trash, collection) => {
      const rows = trashed.all(trash.id, collection.id);
      const taken = rows.filter(({ isSuperseded }) => isSuperseded === 0);
      const words = wordIndex.batch(collection.id);
      for (const { id } of taken) {
        move(id, collection.id);
        for (const passage of passages.all(id)) words.insert(indexedFromStored(passage, tools.tokenizer));
      }
      sync(
        collection,
        taken.map(({ id }) => id),
      );
      words.finish();
      completeVectors(tools, trash, collection);
      if (taken.length === rows.length) {
        removeSources.run(trash.id);
        removeCollection.run(trash.id);
      }
      const chunks = taken.reduce((sum, { chunkCount }) => sum + chunkCount, 0);
      return { documents: taken.length, chunks, superseded: rows.length - taken.length };
    },
  };
}

/** While documents are in the trash, nobody asks for what they owe, and their collection may go to another model. */
function completeVectors(
  { texts, vectors, reindexing, embedderId }: TrashTools,
  trash: HiddenCollection,
  { id, embedder }: CollectionRow,
): void {
  const target = reindexing.target(id);
  if (target !== null) vectors.owe(id, target, false);
  if (!isBuiltInModel(embedder)) vectors.owe(id, embedder, false);
  // A collection with an older built-in model gets what it lacks when it adopts the newest.
  else if (embedder === embedderId && trash.embedder !== embedder) texts.embedMissing(id);
}
