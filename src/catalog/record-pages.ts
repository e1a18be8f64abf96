import type { Connection } from "./connection.ts";
import { recordIdSql } from "./record-id.ts";

/** A page of a collection's records in the order of their chunks. */
export interface RecordPage {
  readonly recordIds: readonly string[];
  /** Where the next page begins; null: this is the last. */
  readonly next: number | null;
}

export interface RecordPageReader {
  /** Records after that chunk, at most `limit`; those without the vector of the collection's model are not in Chroma and left out. */
  page(collectionId: number, after: number, limit: number): RecordPage;
  /** Which of the ids the journal still owes to Chroma. */
  owed(collectionId: number, recordIds: readonly string[]): string[];
}

export function createRecordPages(connection: Connection): RecordPageReader {
  const page = connection.prepare<{ id: number; recordId: string; hasVector: number }>(`
    SELECT c.id, ${recordIdSql} AS recordId, EXISTS (
        SELECT 1 FROM vectors v JOIN collections k ON k.id = d.collection_id AND v.model = k.embedder WHERE v.text_id = t.id) AS hasVector
    FROM chunks c CROSS JOIN documents d ON d.id = c.document_id CROSS JOIN sources s ON s.id = d.source_id CROSS JOIN texts t ON t.id = c.text_id
    WHERE c.id > ?2 AND d.collection_id = ?1 ORDER BY c.id LIMIT ?3`);
  const owed = connection.prepare<{ id: string }>(`
    SELECT value AS id FROM json_each(?2) WHERE EXISTS (
      SELECT 1 FROM journal WHERE collection_id = ?1 AND op = 'sync' AND ifnull(record_id, '') = value)`);
  return {
    page: (collectionId, after, limit) => {
      const rows = page.all(collectionId, after, limit);
      const recordIds = rows.filter(({ hasVector }) => hasVector === 1).map(({ recordId }) => recordId);
      return { recordIds, next: rows.length < limit ? null : (rows.at(-1)?.id ?? null) };
    },
    owed: (collectionId, recordIds) => owed.all(collectionId, JSON.stringify(recordIds)).map(({ id }) => id),
  };
}
