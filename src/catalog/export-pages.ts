import type { Author, Category, ChunkKind, Metadata, Source } from "../core/document.ts";
import type { Embedder } from "../core/ports.ts";
import type { ExportPage, ExportQuery, PortableChunk, PortableDocument, PortableText } from "../core/portable.ts";
import type { CollectionRow } from "./collections.ts";
import type { Connection } from "./connection.ts";
import { type SourceRow, toSource } from "./sources.ts";

/** Reads the page of a collection's documents behind `after`; belongs in a transaction. */
export type ExportPager = (collection: CollectionRow, query: Pick<ExportQuery, "after" | "maxBytes">) => ExportPage;

const documentsOfStep = 100;

// By row number, through the whole table if need be: each row is looked at once in all pages together, and what is written meanwhile comes last.
const documentsSql = `
  SELECT id, source_id, path, size_bytes, mtime_ms, signature, content_hash, fingerprint, read_at, file_type, language, category,
    metadata, given_metadata, author_id, indexed_at
  FROM documents NOT INDEXED WHERE id > ? AND collection_id = ? ORDER BY id LIMIT ?`;
// The order of the rows is that of the ordinals among equal texts.
const chunksSql = `
  SELECT c.start_line, c.end_line, c.kind, c.symbol, c.signature, c.doc, c.scope, c.author_id, c.indexed_at, c.text_id,
    octet_length(t.text) AS bytes
  FROM chunks c JOIN texts t ON t.id = c.text_id WHERE c.document_id = ? ORDER BY c.id`;
const textSql = `
  SELECT lower(hex(t.hash)) AS hash, t.text, v.scale, v.data
  FROM texts t LEFT JOIN vectors v ON v.text_id = t.id AND v.model = ?2 WHERE t.id = ?1`;
const revisionSql =
  "SELECT count(*) || '.' || ifnull(sum(revision), 0) AS revision FROM collection_sources WHERE collection_id = ?";

interface DocumentRow {
  readonly id: number;
  readonly source_id: number;
  readonly path: string;
  readonly size_bytes: number;
  readonly mtime_ms: number;
  readonly signature: string;
  readonly content_hash: string;
  readonly fingerprint: string;
  readonly read_at: number;
  readonly file_type: string;
  readonly language: string | null;
  readonly category: Category;
  readonly metadata: string;
  readonly given_metadata: string | null;
  readonly author_id: number;
  readonly indexed_at: number;
}

interface ChunkRow {
  readonly start_line: number;
  readonly end_line: number;
  readonly kind: ChunkKind;
  readonly symbol: string | null;
  readonly signature: string | null;
  readonly doc: string | null;
  readonly scope: string;
  readonly author_id: number;
  readonly indexed_at: number;
  readonly text_id: number;
  readonly bytes: number;
}

interface TextRow {
  readonly hash: string;
  readonly text: string;
  readonly scale: number | null;
  readonly data: Uint8Array | null;
}

interface AuthorRow {
  readonly session_id: string;
  readonly agent: string;
  readonly workspace: string | null;
  readonly branch: string | null;
  readonly commit_id: string | null;
}

export function createExportPager(connection: Connection, embedder: Embedder): ExportPager {
  const documents = connection.prepare<DocumentRow>(documentsSql);
  const chunks = connection.prepare<ChunkRow>(chunksSql);
  const text = connection.prepare<TextRow>(textSql);
  const source = connection.prepare<SourceRow>("SELECT * FROM sources WHERE id = ?");
  const author = connection.prepare<AuthorRow>("SELECT * FROM authors WHERE id = ?");
  const revision = connection.prepare<{ revision: string }>(revisionSql);
  const lengths = connection.prepare<{ dimensions: number | null }>(
    "SELECT dimensions FROM vector_revisions WHERE model = ?",
  );
  const dimensionsOf = (model: string): number | null =>
    model === embedder.id ? embedder.dimensions : (lengths.get(model)?.dimensions ?? null);

  return (collection, { after, maxBytes }) => {
    const sources = new Places((id): Source[] => {
      const row = source.get(id);
      return row === undefined ? [] : [toSource(row)];
    });
    const authors = new Places((id): Author[] => {
      const row = author.get(id);
      return row === undefined ? [] : [toAuthor(row)];
    });
    const texts = new Places((id): PortableText[] => {
      const row = text.get(id, collection.embedder);
      return row === undefined ? [] : [toText(row)];
    });
    const found: PortableDocument[] = [];
    let [last, bytes, isLast] = [after, 0, false];
    while (bytes < maxBytes && !isLast) {
      const rows = documents.all(last, collection.id, documentsOfStep);
      isLast = rows.length < documentsOfStep;
      for (const row of rows) {
        const rowsOfDocument = chunks.all(row.id);
        const size = rowsOfDocument.reduce((sum, chunk) => sum + chunk.bytes, row.metadata.length);
        if (found.length > 0 && bytes + size > maxBytes) {
          isLast = false;
          bytes = maxBytes;
          break;
        }
        bytes += size;
        last = row.id;
        const ofChunk = (chunk: ChunkRow) => toChunk(chunk, texts.of(chunk.text_id), authors.of(chunk.author_id));
        found.push({
          ...toDocument(row, sources.of(row.source_id), authors.of(row.author_id)),
          chunks: rowsOfDocument.map(ofChunk),
        });
      }
    }
    return {
      revision: `${collection.embedder} ${revision.get(collection.id)?.revision ?? ""}`,
      embedder: collection.embedder,
      dimensions: dimensionsOf(collection.embedder),
      next: isLast ? null : last,
      sources: sources.values,
      authors: authors.values,
      texts: texts.values,
      documents: found,
    };
  };
}

/** Gives each row a place in the list of its page, at its first use. */
class Places<T> {
  readonly values: T[] = [];
  readonly #places = new Map<number, number>();
  readonly #read: (id: number) => T[];

  constructor(read: (id: number) => T[]) {
    this.#read = read;
  }

  of(id: number): number {
    const known = this.#places.get(id);
    if (known !== undefined) return known;
    const place = this.values.push(...this.#read(id)) - 1;
    this.#places.set(id, place);
    return place;
  }
}

function toAuthor({ session_id, agent, workspace, branch, commit_id }: AuthorRow): Author {
  return { sessionId: session_id, agent, workspace, branch, commit: commit_id };
}

function toText({ hash, text, scale, data }: TextRow): PortableText {
  const vector = scale === null || data === null ? null : { scale, data: base64(data) };
  return { hash, text, vector };
}

function base64(data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString("base64");
}

function toDocument(row: DocumentRow, source: number, author: number): Omit<PortableDocument, "chunks"> {
  return {
    source,
    author,
    indexedAtMs: row.indexed_at,
    path: row.path,
    stat: { sizeBytes: row.size_bytes, mtimeMs: row.mtime_ms, signature: row.signature },
    contentHash: row.content_hash,
    fingerprint: row.fingerprint,
    readAtMs: row.read_at,
    fileType: row.file_type,
    language: row.language,
    category: row.category,
    // Safe: only the catalog fills the two columns, from a Metadata.
    metadata: JSON.parse(row.metadata) as Metadata,
    // Safe: as above.
    givenMetadata: row.given_metadata === null ? null : (JSON.parse(row.given_metadata) as Metadata),
  };
}

function toChunk(row: ChunkRow, text: number, author: number): PortableChunk {
  return {
    text,
    author,
    indexedAtMs: row.indexed_at,
    startLine: row.start_line,
    endLine: row.end_line,
    kind: row.kind,
    symbol: row.symbol,
    signature: row.signature,
    doc: row.doc,
    // Safe: only chunks.ts fills the column, from a Chunk's scope.
    scope: JSON.parse(row.scope) as string[],
  };
}
