import type { DeleteResult, DocumentPlace } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import { compileFilters } from "../search/filters/compile-filters.ts";
import { isEmptyWhere } from "../search/filters/parse-where.ts";
import type { DocumentFacts, PassageFacts, PassageFilter } from "../search/passage-filter.ts";
import type { Tokenizer } from "../search/tokenizer.ts";
import type { DeleteSelection } from "./api.ts";
import type { CollectionRow } from "./collections.ts";
import type { Connection } from "./connection.ts";
import { createFactReader } from "./passage-facts.ts";
import { parsePlaceId, parseRecordId } from "./record-id.ts";

export interface SelectedDocument {
  readonly id: number;
  readonly chunkCount: number;
  readonly place: DocumentPlace;
}

export interface SelectedDocuments extends Pick<DeleteResult, "unknownIds" | "ambiguousIds"> {
  readonly documents: readonly SelectedDocument[];
}

/** Finds the documents that a selection names: by ids, by `where`, or, with both, the named ones that pass. */
export type DocumentSelector = (collection: CollectionRow, selection: DeleteSelection) => SelectedDocuments;

interface PlaceRow {
  readonly id: number;
  readonly path: string;
  readonly chunk_count: number;
  readonly source_key: string;
  readonly source_kind: string;
  readonly source: string;
  readonly source_path: string | null;
}

const columns =
  "d.id, d.path, d.chunk_count, s.key AS source_key, s.kind AS source_kind, s.name AS source, s.path AS source_path";
const fromSources =
  "FROM collection_sources cs JOIN sources s ON s.id = cs.source_id JOIN documents d ON d.collection_id = cs.collection_id AND d.source_id = cs.source_id";
const byPathSql = `SELECT ${columns} ${fromSources} AND d.path = ? WHERE cs.collection_id = ? ORDER BY s.key`;
const byPlaceSql = `SELECT ${columns} ${fromSources} AND d.path = ? WHERE cs.collection_id = ? AND s.key = ?`;
const byRecordSql = `
  SELECT ${columns} ${fromSources} AND d.path = ? JOIN chunks c ON c.document_id = d.id AND c.ordinal = ?
    JOIN texts t ON t.id = c.text_id AND lower(hex(substr(t.hash, 1, 8))) = ?
  WHERE cs.collection_id = ? AND s.key = ?`;
const ofCollectionSql = `
  SELECT ${columns} FROM documents d JOIN sources s ON s.id = d.source_id WHERE d.collection_id = ? ORDER BY d.id`;
/** A document without any passage, as filters see it. */
const noPassage: PassageFacts = {
  recordId: "",
  symbol: null,
  kind: "window",
  startLine: 0,
  endLine: 0,
  text: () => "",
};

export function createDocumentSelector(connection: Connection, tokenizer: Tokenizer): DocumentSelector {
  const findById = createIdFinder(connection);
  const ofCollection = connection.prepare<PlaceRow>(ofCollectionSql);
  const passageIds = connection.prepare<{ id: number; textId: number }>(
    "SELECT id, text_id AS textId FROM chunks WHERE document_id = ?",
  );
  const facts = createFactReader(connection);
  /** A document passes when one of its passages does; its text is that of all of them, or `$not_contains` would take nearly all. */
  const passes = (filter: PassageFilter, document: DocumentFacts, documentId: number): boolean => {
    const verdict = filter.ofDocument(document);
    if (verdict !== "depends") return verdict;
    const passages = passageIds.all(documentId).map(({ id, textId }) => facts.passage({ chunkId: id, textId }));
    let whole: string | undefined;
    const text = (): string => (whole ??= passages.map((passage) => passage.text()).join("\n"));
    const asked = passages.length === 0 ? [noPassage] : passages;
    return asked.some((passage) => filter.ofPassage(document, { ...passage, text }));
  };
  const findByWhere = (
    { id: collectionId }: CollectionRow,
    where: NonNullable<DeleteSelection["where"]>,
  ): Map<number, SelectedDocument> => {
    const filter = compileFilters({ where }, tokenizer);
    const documentOf = facts.documentsOf(collectionId);
    const rows = ofCollection.all(collectionId).filter(({ id }) => {
      const document = documentOf(id);
      return document !== null && (filter === null || passes(filter, document, id));
    });
    return new Map(rows.map((row) => [row.id, toSelected(row)]));
  };
  return (collection, { ids, where, sourceKey }) => {
    if (ids === undefined && where === undefined) {
      throw new CommonsError("INPUT_INVALID", "Nothing is selected for deletion.", { hint: "Give ids or where." });
    }
    if (where !== undefined && isEmptyWhere(where)) {
      throw new CommonsError("INPUT_INVALID", 'An empty "where" would delete everything.', {
        hint: "Give it a condition; unload_collection (commons unload) removes a whole collection, and can be undone.",
      });
    }
    const passing = where === undefined ? null : findByWhere(collection, where);
    if (ids === undefined) return { documents: [...(passing?.values() ?? [])], unknownIds: [], ambiguousIds: [] };
    const meanings = [...new Set(ids)].map((id) => ({ id, ...findById(collection.id, id, sourceKey) }));
    const meant = meanings.flatMap(({ rows, isSure }) => (isSure ? rows : []));
    const found = new Map(meant.map((row) => [row.id, toSelected(row)]));
    return {
      documents: [...found.values()].filter(({ id }) => passing === null || passing.has(id)),
      unknownIds: meanings.filter(({ rows }) => rows.length === 0).map(({ id }) => id),
      ambiguousIds: meanings
        .filter(({ rows, isSure }) => rows.length > 0 && !isSure)
        .map(({ id, rows }) => ({ id, places: rows.map((row) => toSelected(row).place) })),
    };
  };
}

/**
 * All documents that an id may mean, and whether it surely means the one. A bare path of another source is never sure: a call that is
 * repeated after the own file is gone must not take the other's.
 */
function createIdFinder(
  connection: Connection,
): (collectionId: number, id: string, sourceKey: string | null) => { rows: PlaceRow[]; isSure: boolean } {
  const byPath = connection.prepare<PlaceRow>(byPathSql);
  const byPlace = connection.prepare<PlaceRow>(byPlaceSql);
  const byRecord = connection.prepare<PlaceRow>(byRecordSql);
  return (collectionId, id, sourceKey) => {
    const isNear = (row: PlaceRow): boolean => row.source_kind === "notes" || row.source_key === sourceKey;
    const samePath = byPath.all(id, collectionId);
    const record = parseRecordId(id);
    const place = parsePlaceId(id);
    const near = [
      ...samePath.filter(isNear),
      ...(record === null
        ? []
        : byRecord.all(record.path, record.ordinal, record.hashPrefix, collectionId, record.sourceKey)),
      ...(place === null ? [] : byPlace.all(place.path, collectionId, place.sourceKey)),
    ];
    if (near.length === 0) return { rows: samePath, isSure: false };
    const rows = [...new Map(near.map((row) => [row.id, row])).values()];
    return { rows, isSure: rows.length === 1 };
  };
}

function toSelected(row: PlaceRow): SelectedDocument {
  const { id, chunk_count: chunkCount, source_key: sourceKey, source, source_path: sourcePath, path } = row;
  return { id, chunkCount, place: { sourceKey, source, sourcePath, path } };
}
