import type { ChunkKind, Metadata, Source } from "../core/document.ts";
import {
  type DocumentCursor,
  maxPageDocuments,
  type PassagePage,
  type PassageSpan,
  type SpanPlace,
} from "../core/stored-passages.ts";
import type { CollectionRow } from "./collections.ts";
import type { Connection } from "./connection.ts";
import { type SourceRow, toSource } from "./sources.ts";
import { requireSameText } from "./texts.ts";

const documentsOfStep = 200;
const maxTextCharacters = 2_000;

const documentsSql = `
  SELECT id, source_id, path FROM documents WHERE collection_id = ? AND (source_id, path) > (?, ?)
  ORDER BY source_id, path LIMIT ?`;
// An edit leaves rows that stand: their order is not that of the lines.
const orderSql = "ORDER BY c.start_line, c.end_line, c.id";
const textsSql = `
  SELECT c.text_id AS textId, octet_length(t.text) AS bytes, length(t.text) AS characters FROM chunks c JOIN texts t ON t.id = c.text_id
  WHERE c.document_id = ? ${orderSql}`;
const spanSql = `
  SELECT c.text_id AS textId, c.start_line AS startLine, c.end_line AS endLine, c.kind FROM chunks c
  WHERE c.document_id = ? ${orderSql} LIMIT ? OFFSET ?`;
const documentSql = `
  SELECT d.path, d.content_hash AS contentHash, d.metadata, a.branch, d.source_id AS sourceId
  FROM documents d JOIN authors a ON a.id = d.author_id WHERE d.id = ? AND d.collection_id = ?`;

interface SpanRow {
  readonly textId: number;
  readonly startLine: number;
  readonly endLine: number;
  readonly kind: ChunkKind;
}

interface DocumentRow {
  readonly path: string;
  readonly contentHash: string;
  readonly metadata: string;
  readonly branch: string | null;
  readonly sourceId: number;
}

export interface PassageWalker {
  /** The documents behind `after` with their passages; a page ends with the document that brings it to `limit` passages. */
  page(
    collection: CollectionRow,
    query: { readonly after: DocumentCursor | null; readonly limit: number },
  ): PassagePage;
  /** Where spans of the collection stand, in their order; null for one that is not there (any more). */
  places(collection: CollectionRow, spans: readonly PassageSpan[]): (SpanPlace | null)[];
}

/** Reads which texts the documents of a collection have, and where; belongs in a transaction. Errors: CATALOG_DAMAGED. */
export function createPassageWalker(connection: Connection): PassageWalker {
  const documents = connection.prepare<{ id: number; source_id: number; path: string }>(documentsSql);
  const texts = connection.prepare<{ textId: number; bytes: number; characters: number }>(textsSql);
  const document = connection.prepare<DocumentRow>(documentSql);
  const span = connection.prepare<SpanRow>(spanSql);
  const source = connection.prepare<SourceRow>("SELECT * FROM sources WHERE id = ?");
  const text = connection.prepare<{ text: string; hash: Uint8Array }>("SELECT text, hash FROM texts WHERE id = ?");

  const textOf = (textId: number): string => {
    const row = text.get(textId);
    if (row !== undefined) requireSameText(row.text, row.hash);
    return (row?.text ?? "").slice(0, maxTextCharacters).toWellFormed();
  };
  const placeOf = (collection: CollectionRow, { documentId, first, count, hasText }: PassageSpan): SpanPlace | null => {
    const found = document.get(documentId, collection.id);
    const rows = found === undefined ? [] : span.all(documentId, count, first);
    const from = found === undefined ? undefined : source.get(found.sourceId);
    const [head] = rows;
    const last = rows.at(-1);
    if (found === undefined || from === undefined || head === undefined || last === undefined) return null;
    return {
      firstTextId: head.textId,
      lastTextId: last.textId,
      collection: collection.name,
      source: toSource(from),
      branch: found.branch,
      path: found.path,
      startLine: head.startLine,
      endLine: Math.max(...rows.map(({ endLine }) => endLine)),
      kind: head.kind,
      // Safe: only the catalog fills the column, from a Metadata.
      metadata: JSON.parse(found.metadata) as Metadata,
      contentHash: found.contentHash,
      text: hasText ? textOf(head.textId) : null,
    };
  };

  return {
    page: (collection, { after, limit }) => {
      const sources: Source[] = [];
      const sourcePlaces = new Map<number, number>();
      const placeOfSource = (id: number): number => {
        const known = sourcePlaces.get(id);
        if (known !== undefined) return known;
        const row = source.get(id);
        if (row !== undefined) sources.push(toSource(row));
        sourcePlaces.set(id, sources.length - 1);
        return sources.length - 1;
      };
      const found: PassagePage["documents"][number][] = [];
      const textIds: number[] = [];
      const textBytes: number[] = [];
      const textCharacters: number[] = [];
      const upTo = (next: DocumentCursor | null): PassagePage => ({
        sources,
        documents: found,
        textIds,
        textBytes,
        textCharacters,
        next,
      });
      let cursor = after ?? { source: 0, path: "" };
      for (;;) {
        const rows = documents.all(collection.id, cursor.source, cursor.path, documentsOfStep);
        for (const { id, source_id, path } of rows) {
          const passages = texts.all(id);
          found.push({ id, source: placeOfSource(source_id), path, passages: passages.length });
          for (const { textId, bytes, characters } of passages) {
            textIds.push(textId);
            textBytes.push(bytes);
            textCharacters.push(characters);
          }
          cursor = { source: source_id, path };
          if (textIds.length >= limit || found.length >= maxPageDocuments) return upTo(cursor);
        }
        if (rows.length < documentsOfStep) return upTo(null);
      }
    },
    places: (collection, spans) => spans.map((each) => placeOf(collection, each)),
  };
}
