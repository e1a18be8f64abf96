import type { CollectionDetail, SourceSummary } from "../core/collections.ts";
import type { Author } from "../core/document.ts";
import { type CollectionRow, toSummary } from "./collections.ts";
import type { Connection } from "./connection.ts";
import type { JournalStore } from "./journal.ts";
import { type SourceRow, toSource } from "./sources.ts";

interface SourceSummaryRow extends SourceRow {
  readonly documents: number;
  readonly chunks: number;
  readonly updated_at: number;
  readonly session_id: string;
  readonly agent: string;
  readonly workspace: string | null;
  readonly branch: string | null;
  readonly commit_id: string | null;
}

const sourcesSql = `
  SELECT s.*, cs.documents, cs.chunks, cs.updated_at, a.session_id, a.agent, a.workspace, a.branch, a.commit_id
  FROM collection_sources cs JOIN sources s ON s.id = cs.source_id JOIN authors a ON a.id = cs.author_id
  WHERE cs.collection_id = ? AND cs.documents > 0 ORDER BY s.name, s.key`;
const countSql = (column: "category" | "language"): string => `
  SELECT ${column} AS value, count(*) AS n FROM documents WHERE collection_id = ? AND ${column} IS NOT NULL
  GROUP BY ${column} ORDER BY n DESC, ${column}`;
const samplesSql = `
  SELECT s.name AS source, d.path, d.chunk_count AS chunks, d.indexed_at AS indexedAtMs
  FROM documents d JOIN sources s ON s.id = d.source_id
  WHERE d.collection_id = ? ORDER BY d.indexed_at DESC, d.id DESC LIMIT 5`;
const withoutVectorSql = `
  SELECT count(*) AS n FROM documents d JOIN chunks c ON c.document_id = d.id
  WHERE d.collection_id = ? AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = c.text_id AND v.model = ?)`;

export type DetailReader = (collection: CollectionRow) => CollectionDetail;

/** Reads what `get_collection_info` shows. Sources without documents are left out. */
export function createDetailReader(connection: Connection, journal: JournalStore): DetailReader {
  const sources = connection.prepare<SourceSummaryRow>(sourcesSql);
  const categories = connection.prepare<{ value: string; n: number }>(countSql("category"));
  const languages = connection.prepare<{ value: string; n: number }>(countSql("language"));
  const samples = connection.prepare<{ source: string; path: string; chunks: number; indexedAtMs: number }>(samplesSql);
  const withoutVector = connection.prepare<{ n: number }>(withoutVectorSql);
  const counts = (rows: readonly { value: string; n: number }[]): Record<string, number> =>
    Object.fromEntries(rows.map(({ value, n }) => [value, n]));
  return (collection) => ({
    ...toSummary(collection),
    sources: sources.all(collection.id).map(toSourceSummary),
    categories: counts(categories.all(collection.id)),
    languages: counts(languages.all(collection.id)),
    samples: samples.all(collection.id).map((row) => ({ ...row })),
    health: {
      journalPending: journal.pending(collection.id),
      chunksWithoutVector: withoutVector.get(collection.id, collection.embedder)?.n ?? 0,
    },
  });
}

function toSourceSummary(row: SourceSummaryRow): SourceSummary {
  const author: Author = {
    sessionId: row.session_id,
    agent: row.agent,
    workspace: row.workspace,
    branch: row.branch,
    commit: row.commit_id,
  };
  return { source: toSource(row), documents: row.documents, chunks: row.chunks, updatedAtMs: row.updated_at, author };
}
