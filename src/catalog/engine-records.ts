import type { Metadata, MetadataValue } from "../core/document.ts";
import type { EngineRecord } from "../core/ports.ts";
import type { MirrorScope } from "./api.ts";
import type { CollectionRow } from "./collections.ts";
import type { Connection } from "./connection.ts";
import { parseRecordId } from "./record-id.ts";
import { dequantise, requireSameText } from "./texts.ts";

interface RecordRow {
  readonly hash: string;
  readonly digest: Uint8Array;
  readonly text: string;
  readonly scale: number;
  readonly data: Uint8Array;
  readonly source: string;
  readonly source_path: string | null;
  readonly language: string | null;
  readonly category: string;
  readonly metadata: string;
  readonly start_line: number;
  readonly end_line: number;
  readonly symbol: string | null;
  readonly kind: string;
  readonly indexed_at: number;
  readonly agent: string;
  readonly branch: string | null;
  readonly commit_id: string | null;
}

const recordSql = `
  SELECT lower(hex(t.hash)) AS hash, t.hash AS digest, t.text, v.scale, v.data, s.name AS source, s.path AS source_path, d.language, d.category,
    d.metadata, c.start_line, c.end_line, c.symbol, c.kind, c.indexed_at, a.agent, a.branch, a.commit_id
  FROM sources s
    JOIN documents d ON d.source_id = s.id AND d.collection_id = ? AND d.path = ?
    JOIN chunks c ON c.document_id = d.id AND c.ordinal = ?
    JOIN texts t ON t.id = c.text_id AND lower(hex(substr(t.hash, 1, 8))) = ?
    JOIN vectors v ON v.text_id = t.id AND v.model = ?
    JOIN authors a ON a.id = c.author_id
  WHERE s.key = ?`;

const isRecordSql = `
  SELECT 1 AS found FROM sources s
    JOIN documents d ON d.source_id = s.id AND d.collection_id = ? AND d.path = ?
    JOIN chunks c ON c.document_id = d.id AND c.ordinal = ?
    JOIN texts t ON t.id = c.text_id AND lower(hex(substr(t.hash, 1, 8))) = ?
  WHERE s.key = ?`;

export interface EngineRecordReader {
  present(collection: CollectionRow, recordIds: readonly string[]): EngineRecord[];
  /** Which of the ids are no records of the collection. */
  unknown(collection: CollectionRow, recordIds: readonly string[]): string[];
}

/**
 * Present state of records for Chroma; ids without a record are left out. `content_hash`, `indexed_at`, `agent`, `branch` and
 * `commit` are those of the chunk, so that an edit elsewhere in the file does not change the record.
 */
export function createEngineRecordReader(connection: Connection, mirror: MirrorScope): EngineRecordReader {
  const find = connection.prepare<RecordRow>(recordSql);
  const isRecord = connection.prepare<{ found: number }>(isRecordSql);
  const present: EngineRecordReader["present"] = (collection, recordIds) => {
    const records: EngineRecord[] = [];
    for (const id of recordIds) {
      const parts = parseRecordId(id);
      if (parts === null) continue;
      const { path, ordinal, hashPrefix, sourceKey } = parts;
      const row = find.get(collection.id, path, ordinal, hashPrefix, collection.embedder, sourceKey);
      if (row === undefined) continue;
      requireSameText(row.text, row.digest);
      const document = mirror === "vectors" ? null : row.text;
      records.push({ id, embedding: dequantise(row), document, metadata: recordMetadata(row, { sourceKey, path }) });
    }
    return records;
  };
  return {
    present,
    unknown: (collection, recordIds) =>
      recordIds.filter((id) => {
        const parts = parseRecordId(id);
        if (parts === null) return true;
        const { path, ordinal, hashPrefix, sourceKey } = parts;
        return isRecord.get(collection.id, path, ordinal, hashPrefix, sourceKey) === undefined;
      }),
  };
}

function recordMetadata(row: RecordRow, place: { readonly sourceKey: string; readonly path: string }): Metadata {
  const present: Record<string, MetadataValue | null> = {
    // Safe: only `write` stores the column, from a Metadata.
    ...(JSON.parse(row.metadata) as Metadata),
    source: row.source,
    source_key: place.sourceKey,
    source_path: row.source_path,
    path: place.path,
    start_line: row.start_line,
    end_line: row.end_line,
    symbol: row.symbol,
    kind: row.kind,
    language: row.language,
    category: row.category,
    content_hash: row.hash,
    indexed_at: new Date(row.indexed_at).toISOString(),
    agent: row.agent,
    branch: row.branch,
    commit: row.commit_id,
  };
  return Object.fromEntries(
    Object.entries(present).filter((entry): entry is [string, MetadataValue] => entry[1] !== null),
  );
}
