import { CommonsError } from "../core/errors.ts";
import type { SearchNote, SearchResult } from "../core/search.ts";
import { compileFilters } from "../search/filters/compile-filters.ts";
import { parseQuery, type ParsedQuery } from "../search/query.ts";
import { type NearWords, nearWords } from "../search/ranking/near-words.ts";
import {
  type PassageRow,
  type Ranking,
  type RankingRequest,
  type RankingSource,
  rankPassages,
} from "../search/ranking/rank-passages.ts";
import { createVocabulary, type Vocabulary } from "../search/ranking/vocabulary.ts";
import type { Tokenizer } from "../search/tokenizer.ts";
import { defaultTuning } from "../search/tuning.ts";
import type { SearchRequest } from "./api.ts";
import type { CollectionStore } from "./collections.ts";
import type { Connection } from "./connection.ts";
import { createHitMaker, type HitMaker } from "./hits.ts";
import { createIndexOpener, type IndexTools } from "./open-indexes.ts";
import { createPhotoSearcher, type TextSearcher } from "./photo-search.ts";
import { createFactReader } from "./passage-facts.ts";
import { createLengthNotes } from "./vector-lengths.ts";
import { createPassageGate, documentGate, maxFilterTexts } from "./passage-gate.ts";

const maxLimit = 1_000;

export interface SearchTools extends IndexTools {
  readonly connection: Connection;
  readonly collections: CollectionStore;
  readonly tokenizer: Tokenizer;
}

/**
 * Searches live collections inside the caller's transaction, as if they were one; questions about photos by what photos are.
 * Errors: QUERY_EMPTY, INPUT_INVALID.
 */
export function createSearcher(tools: SearchTools): (request: SearchRequest) => SearchResult {
  const toHits = createHitMaker(tools.connection);
  const byText = createTextSearcher(tools, toHits);
  const ofPhotos = createPhotoSearcher({ ...tools, toHits, byText });
  return (request) => {
    requireLimit(request.limit);
    return ofPhotos(request) ?? byText(request);
  };
}

function createTextSearcher(tools: SearchTools, toHits: HitMaker): TextSearcher {
  const { connection, collections, tokenizer } = tools;
  const facts = createFactReader(connection);
  const rowsOf = createRowReader(connection);
  const openIndexes = createIndexOpener(tools);
  const vocabulary = createVocabulary();
  const lengthNotes = createLengthNotes(connection);
  return (request, within) => {
    const query = parseQuery(request.query, tokenizer);
    const searched = [...new Set(request.collectionIds)].map((id) => collections.require(id));
    const filter = compileFilters(request.filters, tokenizer);
    const opened = openIndexes(searched, { request, query });
    const key = JSON.stringify(request.filters);
    const gate = within === undefined ? createPassageGate(facts, { opened, filter, key }) : documentGate(within);
    const source: RankingSource = {
      ...opened,
      filter: gate.slots,
      rows: rowsOf,
      textOf: (segment, slot) => facts.text(segment.textIds[slot] ?? 0),
    };
    const tuning = { ...defaultTuning, ...request.tuning };
    const asked = { query, mode: request.mode, limit: request.limit, tuning, tokenizer };
    const { ranking, near } = rankWithFallback(source, asked, vocabulary);
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
      notes: [
        ...notesOf(query, { ranking, maxTerms: tuning.maxTerms, isFilterCut: gate.isCut() }),
        ...lengthNotes(searched, lengthsOf(request.queryVectors ?? {})),
      ],
    };
  };
}

/** Ranks; words that no index has are looked for inside of others when nothing else answers, or a name was asked for. */
function rankWithFallback(
  source: RankingSource,
  request: RankingRequest,
  vocabulary: Vocabulary,
): { readonly ranking: Ranking; readonly near: ReadonlyMap<string, NearWords> } {
  const ranking = rankPassages(source, request);
  const absent = [...ranking.frequencies].filter(([, slots]) => slots === 0).map(([term]) => term);
  const isLost = absent.length === ranking.frequencies.size || ranking.passages.length === 0;
  if (request.mode === "semantic" || absent.length === 0 || !(isLost || request.query.names.length > 0))
    return { ranking, near: new Map() };
  const segments = source.indexes.flatMap((index) => index.segments);
  const near = nearWords(vocabulary.textsOf(segments), absent);
  const parts = [...near.values()].flatMap(({ containing }) => containing);
  if (parts.length === 0) return { ranking, near };
  const terms = [...new Set([...request.query.terms, ...parts])];
  return { ranking: rankPassages(source, { ...request, query: { ...request.query, terms } }), near };
}

function lengthsOf(vectors: Readonly<Record<string, Float32Array>>): ReadonlyMap<string, number> {
  return new Map(Object.entries(vectors).map(([model, { length }]) => [model, length]));
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
  const rows = connection.prepare<
    Omit<PassageRow, "scope"> & { readonly isNoteNumber: number; readonly scope: string }
  >(`
    SELECT c.id AS chunkId, c.document_id AS documentId, d.path, d.category, c.symbol, c.scope, c.kind, s.kind = 'notes' AS isNoteNumber
    FROM json_each(?) wanted CROSS JOIN chunks c ON c.id = wanted.value
      CROSS JOIN documents d ON d.id = c.document_id CROSS JOIN sources s ON s.id = d.source_id`);
  return (slots) => {
    const ids = slots.map(({ segment, slot }) => segment.chunkIds[slot] ?? 0);
    const byId = new Map(rows.all(JSON.stringify(ids)).map((row) => [row.chunkId, row]));
    return ids.map((id) => {
      const row = byId.get(id);
      if (row === undefined) return null;
      // Safe: only chunks.ts writes the column, from a Chunk's scope.
      const scope = row.scope === "[]" ? [] : (JSON.parse(row.scope) as string[]);
      return { ...row, scope, isNote: row.isNoteNumber === 1 };
    });
  };
}

function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit) return;
  throw new CommonsError("INPUT_INVALID", `The limit ${limit} is not a whole number from 1 to ${maxLimit}.`);
}
