import type { Category, ChunkKind, Metadata } from "../core/document.ts";
import type { DocumentFacts, PassageFacts } from "../search/passage-filter.ts";
import type { Connection } from "./connection.ts";
import { recordIdSql } from "./record-id.ts";

/** What filters ask of stored passages. Documents are remembered as long as nothing of their collection changes. */
export interface FactReader {
  /** Facts of the collection's documents by row; null for one that is not there. Good inside one transaction. */
  documentsOf(collectionId: number): (documentId: number) => DocumentFacts | null;
  passage(chunkId: number): PassageFacts | null;
  /** Empty for a text that is not there. */
  text(textId: number): string;
}

interface DocumentRow {
  readonly id: number;
  readonly path: string;
  readonly language: string | null;
  readonly category: Category;
  readonly source: string;
  readonly sourceKey: string;
  readonly changedAtMs: number;
  readonly indexedAtMs: number;
}

interface PassageRow {
  readonly recordId: string;
  readonly symbol: string | null;
  readonly kind: ChunkKind;
  readonly startLine: number;
  readonly endLine: number;
  readonly textId: number;
}

interface RememberedCollection {
  readonly revision: number;
  readonly documents: Map<number, DocumentFacts>;
  misses: number;
}

const documentColumns = `
  d.id, d.path, d.language, d.category, s.name AS source, s.key AS sourceKey,
  CASE s.kind WHEN 'notes' THEN d.indexed_at ELSE d.mtime_ms END AS changedAtMs, d.indexed_at AS indexedAtMs
  FROM documents d JOIN sources s ON s.id = d.source_id`;
const passageSql = `
  SELECT ${recordIdSql} AS recordId, c.symbol, c.kind, c.start_line AS startLine, c.end_line AS endLine, c.text_id AS textId
  FROM chunks c JOIN documents d ON d.id = c.document_id JOIN sources s ON s.id = d.source_id JOIN texts t ON t.id = c.text_id
  WHERE c.id = ?`;
// A document costs some 4 microseconds alone and 1 among all.
const missesBeforeAll = 500;
const maxRemembered = 8;

export function createFactReader(connection: Connection): FactReader {
  const one = connection.prepare<DocumentRow>(`SELECT ${documentColumns} WHERE d.id = ? AND d.collection_id = ?`);
  const all = connection.prepare<DocumentRow>(`SELECT ${documentColumns} WHERE d.collection_id = ?`);
  const revisionOf = connection.prepare<{ revision: number }>(
    "SELECT ifnull(sum(revision), 0) + count(*) AS revision FROM collection_sources WHERE collection_id = ?",
  );
  const metadataOf = connection.prepare<{ metadata: string }>("SELECT metadata FROM documents WHERE id = ?");
  const passageOf = connection.prepare<PassageRow>(passageSql);
  const textOf = connection.prepare<{ text: string }>("SELECT text FROM texts WHERE id = ?");
  const remembered = new Map<number, RememberedCollection>();

  const toFacts = ({ id, ...row }: DocumentRow): DocumentFacts => {
    let metadata: Metadata | undefined;
    return {
      ...row,
      metadata: () => {
        // Safe: only `write` stores the column, from a Metadata.
        metadata ??= JSON.parse(metadataOf.get(id)?.metadata ?? "{}") as Metadata;
        return metadata;
      },
    };
  };
  const text: FactReader["text"] = (textId) => textOf.get(textId)?.text ?? "";
  return {
    text,
    documentsOf: (collectionId) => {
      const revision = revisionOf.get(collectionId)?.revision ?? 0;
      const known = remember(remembered, collectionId, revision);
      return (documentId) => {
        const facts = known.documents.get(documentId);
        if (facts !== undefined) return facts;
        known.misses += 1;
        if (known.misses === missesBeforeAll)
          for (const row of all.all(collectionId)) known.documents.set(row.id, toFacts(row));
        const row = one.get(documentId, collectionId);
        if (row === undefined) return null;
        const made = known.documents.get(documentId) ?? toFacts(row);
        known.documents.set(documentId, made);
        return made;
      };
    },
    passage: (chunkId) => {
      const row = passageOf.get(chunkId);
      if (row === undefined) return null;
      const { textId, ...facts } = row;
      return { ...facts, text: () => text(textId) };
    },
  };
}

function remember(
  remembered: Map<number, RememberedCollection>,
  collectionId: number,
  revision: number,
): RememberedCollection {
  const known = remembered.get(collectionId);
  const current = known?.revision === revision ? known : { revision, documents: new Map(), misses: 0 };
  remembered.delete(collectionId);
  remembered.set(collectionId, current);
  const [oldest] = remembered.keys();
  if (oldest !== undefined && remembered.size > maxRemembered) remembered.delete(oldest);
  return current;
}
