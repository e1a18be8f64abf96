import type { Embedder } from "../core/ports.ts";
import { CommonsError } from "../core/errors.ts";
import type { SearchNote, SearchResult } from "../core/search.ts";
import { compileFilters } from "../search/filters/compile-filters.ts";
import type { IndexSegment, IndexSnapshot } from "../search/index-snapshot.ts";
import type { PassageFilter } from "../search/passage-filter.ts";
import { parseQuery, type ParsedQuery } from "../search/query.ts";
import { type NearWords, nearWords } from "../search/ranking/near-words.ts";
import {
  type PassageRow,
  type Ranking,
  type RankingRequest,
  type RankingSource,
  rankPassages,
} from "../search/ranking/rank-passages.ts";
import { slotsWithAll } from "../search/ranking/shared-words.ts";
import type { Tokenizer } from "../search/tokenizer.ts";
import { defaultTuning } from "../search/tuning.ts";
import type { SearchRequest } from "./api.ts";
import type { CollectionRow, CollectionStore } from "./collections.ts";
import type { Connection } from "./connection.ts";
import { createHitMaker } from "./hits.ts";
import { createFactReader } from "./passage-facts.ts";
import type { VectorColumns } from "./vector-columns.ts";
import type { WordIndex } from "./word-index/word-index.ts";

const maxLimit = 1_000;
/** Texts that one search reads for filters on the text; more would make others wait. */
const maxFilterTexts = 20_000;

export interface SearchTools {
  readonly connection: Connection;
  readonly collections: CollectionStore;
  readonly wordIndex: WordIndex;
  readonly vectors: VectorColumns;
  readonly embedder: Embedder;
  readonly tokenizer: Tokenizer;
}

/** Searches live collections inside the caller's transaction, as if they were one. Errors: QUERY_EMPTY, INPUT_INVALID. */
export function createSearcher(tools: SearchTools): (request: SearchRequest) => SearchResult {
  const { connection, collections, tokenizer } = tools;
  const facts = createFactReader(connection);
  const toHits = createHitMaker(connection);
  const rowsOf = createRowReader(connection);
  return (request) => {
    requireLimit(request.limit);
    const query = parseQuery(request.query, tokenizer);
    const searched = [...new Set(request.collectionIds)].map((id) => collections.require(id));
    const filter = compileFilters(request.filters, tokenizer);
    const opened = openIndexes(tools, searched, { request, query });
    const gate = createGate(facts, { opened, filter });
    const source: RankingSource = {
      ...opened,
      isWanted: gate.isWanted,
      rows: rowsOf,
      textOf: (segment, slot) => facts.text(segment.textIds[slot] ?? 0),
    };
    const tuning = { ...defaultTuning, ...request.tuning };
    const asked = { query, mode: request.mode, limit: request.limit, tuning, tokenizer };
    const { ranking, near } = rankWithFallback(source, asked);
    const found = ranking.passages.map(({ segment, slot, chunkId, score, scores }) => ({
      chunkId,
      textId: segment.textIds[slot] ?? 0,
      score,
      scores,
    }));
    const hits = toHits(found, request.limit, {
      collectionIds: searched.map(({ id }) => id),
      preferredSources: request.preferredSources ?? [],
      isWanted: gate.isPlaceWanted,
    });
    return {
      hits,
      collections: searched.map(({ name }) => name),
      searched: {
        documents: searched.reduce((sum, { documents }) => sum + documents, 0),
        chunks: searched.reduce((sum, { chunks }) => sum + chunks, 0),
      },
      suggestions: [...new Set([...near.values()].flatMap(({ similar }) => similar))],
      notes: notesOf(query, { ranking, maxTerms: tuning.maxTerms, isFilterCut: gate.isCut() }),
    };
  };
}

interface OpenIndexes {
  readonly indexes: readonly IndexSnapshot[];
  collectionOf(segment: IndexSegment): CollectionRow;
  modelOf(segment: IndexSegment): string;
  vectorScores(segment: IndexSegment): Float32Array | null;
}

/** The word indexes of the collections, and the vectors of each under its own model. */
function openIndexes(
  { wordIndex, vectors, embedder }: SearchTools,
  searched: readonly CollectionRow[],
  { request, query }: { request: SearchRequest; query: ParsedQuery },
): OpenIndexes {
  const owners = new Map<IndexSegment, CollectionRow>();
  const indexes = searched.map((collection) => {
    const snapshot = wordIndex.snapshot(collection.id);
    for (const segment of snapshot.segments) owners.set(segment, collection);
    return snapshot;
  });
  const queryVectors = new Map<string, Float32Array | null>();
  const queryVector = (model: string): Float32Array | null => {
    const known = queryVectors.get(model);
    if (known !== undefined) return known;
    const made = model === embedder.id ? embedder.embed([query.text])[0] : request.queryVectors?.[model];
    const vector = made?.some((value) => value !== 0) ? made : null;
    queryVectors.set(model, vector);
    return vector;
  };
  const scored = new Map<IndexSegment, Float32Array | null>();
  const collectionOf = (segment: IndexSegment): CollectionRow => {
    const owner = owners.get(segment);
    if (owner === undefined) throw new CommonsError("INTERNAL", "A segment of no collection was ranked.");
    return owner;
  };
  const modelOf = (segment: IndexSegment): string => collectionOf(segment).embedder;
  return {
    indexes,
    collectionOf,
    modelOf,
    vectorScores: (segment) => {
      const known = scored.get(segment);
      if (known !== undefined) return known;
      const vector = queryVector(modelOf(segment));
      const scores = vector === null ? null : vectors.scores(segment, modelOf(segment), vector);
      scored.set(segment, scores);
      return scores;
    },
  };
}

/** Asks the filter, each document once, and counts the texts that it reads. */
function createGate(
  facts: ReturnType<typeof createFactReader>,
  { opened, filter }: { opened: OpenIndexes; filter: PassageFilter | null },
) {
  const documents = new Map<number, (documentId: number) => boolean | "depends">();
  let textsRead = 0;
  const ofDocument = (collectionId: number, documentId: number): boolean | "depends" => {
    const known = documents.get(collectionId) ?? remembered(filter, facts.documentsOf(collectionId));
    documents.set(collectionId, known);
    return known(documentId);
  };
  const isPlaceWanted = (place: { collectionId: number; documentId: number; chunkId: number }): boolean => {
    if (filter === null) return true;
    const verdict = ofDocument(place.collectionId, place.documentId);
    if (verdict !== "depends") return verdict;
    const document = facts.documentsOf(place.collectionId)(place.documentId);
    const passage = facts.passage(place.chunkId);
    if (document === null || passage === null || textsRead > maxFilterTexts) return false;
    const text = (): string => {
      textsRead += 1;
      return passage.text();
    };
    return filter.ofPassage(document, { ...passage, text });
  };
  const required = filter?.requiredTerms ?? [];
  const slotsAllowed = new Map<IndexSegment, Uint8Array | null>();
  const hasRequired = (segment: IndexSegment, slot: number): boolean => {
    const known = slotsAllowed.get(segment);
    const marks = known === undefined ? slotsWithAll(segment, required) : known;
    slotsAllowed.set(segment, marks);
    return marks?.[slot] === 1;
  };
  return {
    isPlaceWanted,
    isWanted: (segment: IndexSegment, slot: number): boolean => {
      if (filter === null) return true;
      if (required.length > 0 && !hasRequired(segment, slot)) return false;
      return isPlaceWanted({
        collectionId: opened.collectionOf(segment).id,
        documentId: segment.documentIds[slot] ?? 0,
        chunkId: segment.chunkIds[slot] ?? 0,
      });
    },
    isCut: () => textsRead > maxFilterTexts,
  };
}

function remembered(
  filter: PassageFilter | null,
  documentOf: ReturnType<ReturnType<typeof createFactReader>["documentsOf"]>,
): (documentId: number) => boolean | "depends" {
  const verdicts = new Map<number, boolean | "depends">();
  return (documentId) => {
    const known = verdicts.get(documentId);
    if (known !== undefined) return known;
    const document = documentOf(documentId);
    const verdict = document !== null && (filter?.ofDocument(document) ?? true);
    verdicts.set(documentId, verdict);
    return verdict;
  };
}

/** Ranks; words that no index has are looked for inside of others when nothing else answers, or a name was asked for. */
function rankWithFallback(
  source: RankingSource,
  request: RankingRequest,
): { readonly ranking: Ranking; readonly near: ReadonlyMap<string, NearWords> } {
  const ranking = rankPassages(source, request);
  const absent = [...ranking.frequencies].filter(([, slots]) => slots === 0).map(([term]) => term);
  const isLost = absent.length === ranking.frequencies.size || ranking.passages.length === 0;
  if (request.mode === "semantic" || absent.length === 0 || !(isLost || request.query.isName))
    return { ranking, near: new Map() };
  const segments = source.indexes.flatMap((index) => index.segments);
  const near = nearWords(segments, absent);
  const parts = [...near.values()].flatMap(({ containing }) => containing);
  if (parts.length === 0) return { ranking, near };
  const terms = [...new Set([...request.query.terms, ...parts])];
  return { ranking: rankPassages(source, { ...request, query: { ...request.query, terms } }), near };
}

function notesOf(
  query: ParsedQuery,
  { ranking, maxTerms, isFilterCut }: { ranking: Ranking; maxTerms: number; isFilterCut: boolean },
): SearchNote[] {
  const notes: SearchNote[] = [];
  if (query.termCount > maxTerms) {
    const text = `Of the query's ${query.termCount.toLocaleString("en-US")} different words the ${maxTerms} rarest were looked for.`;
    notes.push({ kind: "query-cut", text });
  }
  if (isFilterCut || ranking.isCut) {
    const text = `More than ${maxFilterTexts.toLocaleString("en-US")} texts would have to be read for the filter or the phrase; the likeliest were. A path, a language or more words narrow it.`;
    notes.push({ kind: "scan-cut", text });
  }
  return notes;
}

function createRowReader(connection: Connection): RankingSource["rows"] {
  const rows = connection.prepare<PassageRow & { readonly isNoteNumber: number }>(`
    SELECT c.id AS chunkId, c.document_id AS documentId, d.path, d.category, c.symbol, s.kind = 'notes' AS isNoteNumber
    FROM json_each(?) wanted CROSS JOIN chunks c ON c.id = wanted.value
      CROSS JOIN documents d ON d.id = c.document_id CROSS JOIN sources s ON s.id = d.source_id`);
  return (slots) => {
    const ids = slots.map(({ segment, slot }) => segment.chunkIds[slot] ?? 0);
    const byId = new Map(rows.all(JSON.stringify(ids)).map((row) => [row.chunkId, row]));
    return ids.map((id) => {
      const row = byId.get(id);
      return row === undefined ? null : { ...row, isNote: row.isNoteNumber === 1 };
    });
  };
}

function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit) return;
  throw new CommonsError("INPUT_INVALID", `The limit ${limit} is not a whole number from 1 to ${maxLimit}.`);
}
