import type { DocumentInput, KnownFile, Metadata } from "../core/document.ts";
import type { Viewer } from "./api.ts";
import type { Connection } from "./connection.ts";

/** Names one document: rows of its collection and source, and its path. */
export interface DocumentKey {
  readonly collectionId: number;
  readonly sourceId: number;
  readonly path: string;
}

export interface StoredDocument {
  readonly id: number;
  readonly read_at: number;
  readonly signature: string;
  readonly fingerprint: string;
  readonly language: string | null;
  readonly category: string;
  readonly metadata: string;
  readonly given_metadata: string | null;
}

export interface DocumentWrite {
  readonly input: DocumentInput;
  /** As JSON, here and below. */
  readonly metadata: string;
  readonly givenMetadata: string | null;
  readonly authorId: number;
  readonly nowMs: number;
}

/** The rows of documents; their chunks are chunks.ts. */
export interface DocumentStore {
  find(key: DocumentKey): StoredDocument | null;
  insert(key: DocumentKey, write: DocumentWrite): number;
  update(id: number, write: DocumentWrite): void;
  updateStat(id: number, change: { readonly stat: KnownFile["stat"]; readonly readAtMs: number }): void;
  updatePath(id: number, path: string): void;
  remove(id: number): void;
  known(query: { collectionId: number; sourceId: number; after: string | null; limit: number }): KnownFile[];
  knownPath(key: DocumentKey): KnownFile | null;
  /** How many of the hashes are some document's. */
  knownContents(viewer: Viewer, hashes: readonly string[]): number;
}

interface KnownRow {
  path: string;
  size_bytes: number;
  mtime_ms: number;
  signature: string;
  content_hash: string;
  fingerprint: string;
  category: KnownFile["category"];
  given_metadata: string | null;
}

const key = "collection_id = ? AND source_id = ?";
const knownColumns = "path, size_bytes, mtime_ms, signature, content_hash, fingerprint, category, given_metadata";
const insertSql = `
  INSERT INTO documents (collection_id, source_id, path, size_bytes, mtime_ms, signature, content_hash, fingerprint, read_at,
    file_type, language, category, metadata, given_metadata, chunk_count, author_id, indexed_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const updateSql = `
  UPDATE documents SET size_bytes = ?, mtime_ms = ?, signature = ?, content_hash = ?, fingerprint = ?, read_at = ?, file_type = ?,
    language = ?, category = ?, metadata = ?, given_metadata = ?, chunk_count = ?, author_id = ?, indexed_at = ?
  WHERE id = ?`;

const hasContentSql = `
  SELECT EXISTS (SELECT 1 FROM documents d JOIN collections k ON k.id = d.collection_id
    WHERE d.content_hash = ? AND k.unloaded_at IS NULL AND k.space = ? AND (k.kind = 'permanent' OR k.owner_session = ?)
  ) AS found`;

export function createDocumentStore(connection: Connection): DocumentStore {
  const find = connection.prepare<StoredDocument>(
    `SELECT id, read_at, signature, fingerprint, language, category, metadata, given_metadata
     FROM documents WHERE ${key} AND path = ?`,
  );
  const insert = connection.prepare(insertSql);
  const update = connection.prepare(updateSql);
  const updateStat = connection.prepare(
    "UPDATE documents SET size_bytes = ?, mtime_ms = ?, signature = ?, read_at = ? WHERE id = ?",
  );
  const updatePath = connection.prepare("UPDATE documents SET path = ? WHERE id = ?");
  const remove = connection.prepare("DELETE FROM documents WHERE id = ?");
  const known = connection.prepare<KnownRow>(
    `SELECT ${knownColumns} FROM documents WHERE ${key} AND path > ? ORDER BY path LIMIT ?`,
  );
  const knownPath = connection.prepare<KnownRow>(`SELECT ${knownColumns} FROM documents WHERE ${key} AND path = ?`);
  const hasContent = connection.prepare<{ found: number }>(hasContentSql);
  return {
    knownContents: ({ space, sessionId }, hashes) =>
      hashes.filter((hash) => hasContent.get(hash, space, sessionId)?.found === 1).length,
    find: ({ collectionId, sourceId, path }) => find.get(collectionId, sourceId, path) ?? null,
    insert: ({ collectionId, sourceId, path }, write) =>
      insert.run(collectionId, sourceId, path, ...columnValues(write)).lastId,
    update: (id, write) => void update.run(...columnValues(write), id),
    updateStat: (id, { stat, readAtMs }) =>
      void updateStat.run(stat.sizeBytes, stat.mtimeMs, stat.signature, readAtMs, id),
    updatePath: (id, path) => void updatePath.run(path, id),
    remove: (id) => void remove.run(id),
    known: ({ collectionId, sourceId, after, limit }) =>
      known.all(collectionId, sourceId, after ?? "", limit).map(toKnownFile),
    knownPath: ({ collectionId, sourceId, path }) => {
      const row = knownPath.get(collectionId, sourceId, path);
      return row === undefined ? null : toKnownFile(row);
    },
  };
}

/** In the order of the columns from size_bytes to indexed_at. */
function columnValues({ input, metadata, givenMetadata, authorId, nowMs }: DocumentWrite): (string | number | null)[] {
  const { stat } = input;
  return [
    stat.sizeBytes,
    stat.mtimeMs,
    stat.signature,
    input.contentHash,
    input.fingerprint,
    input.readAtMs,
    input.fileType,
    input.language,
    input.category,
    metadata,
    givenMetadata,
    input.chunks.length,
    authorId,
    nowMs,
  ];
}

function toKnownFile(row: KnownRow): KnownFile {
  return {
    path: row.path,
    stat: { sizeBytes: row.size_bytes, mtimeMs: row.mtime_ms, signature: row.signature },
    contentHash: row.content_hash,
    fingerprint: row.fingerprint,
    category: row.category,
    // Safe: only the writer fills the column, from a Metadata.
    givenMetadata: row.given_metadata === null ? null : (JSON.parse(row.given_metadata) as Metadata),
  };
}
