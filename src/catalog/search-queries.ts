import type { Category, Chunk, FileStat, Metadata } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import type { Hit, SearchResult } from "../core/search.ts";
import { applyFileRules, byScore, type RankedChunk } from "../search/file-rules.ts";
import { type ParsedQuery, parseQuery, phraseText } from "../search/query.ts";
import type { RetrieverRequest } from "../search/retriever.ts";
import type { Tokenizer } from "../search/tokenizer.ts";
import { defaultTuning } from "../search/tuning.ts";
import type { SearchRequest } from "./api.ts";
import type { CollectionRow, CollectionStore } from "./collections.ts";
import type { Connection } from "./connection.ts";
import type { FullText } from "./full-text.ts";
import { createSearchFilters } from "./search-filters.ts";
import { toRepository } from "./sources.ts";
import { recordIdSql } from "./record-id.ts";

interface Candidate extends RankedChunk {
  readonly collection: CollectionRow;
  /** Share of the query's phrases that the chunk contains. */
  readonly phraseShare: number;
}

interface CandidateRow {
  readonly chunkId: number;
  readonly documentId: number;
  readonly path: string;
  readonly symbol: string | null;
  readonly sourceKind: string;
}

interface HitRow {
  readonly sourceKey: string;
  readonly source: string;
  readonly sourcePath: string | null;
  readonly repository: string | null;
  readonly branch: string | null;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol: string | null;
  readonly scope: string;
  readonly kind: Chunk["kind"];
  readonly category: Category;
  readonly language: string | null;
  readonly text: string;
  readonly recordId: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly signature: string;
  readonly contentHash: string;
  readonly indexedAtMs: number;
  readonly metadata: string;
}

const minCandidates = 200;
const maxLimit = 1_000;

const candidateSql = `
  SELECT c.id AS chunkId, c.document_id AS documentId, d.path, c.symbol, s.kind AS sourceKind
  FROM json_each(?) wanted CROSS JOIN chunks c ON c.id = wanted.value
    CROSS JOIN documents d ON d.id = c.document_id CROSS JOIN sources s ON s.id = d.source_id`;
const hitSql = `
  SELECT s.key AS sourceKey, s.name AS source, s.path AS sourcePath, s.repository, a.branch, d.path, c.start_line AS startLine,
    c.end_line AS endLine, c.symbol, c.scope, c.kind, d.language, d.category, t.text, ${recordIdSql} AS recordId, d.size_bytes AS sizeBytes,
    d.mtime_ms AS mtimeMs, d.signature, d.content_hash AS contentHash, d.indexed_at AS indexedAtMs, d.metadata
  FROM chunks c JOIN documents d ON d.id = c.document_id JOIN sources s ON s.id = d.source_id JOIN texts t ON t.id = c.text_id
    JOIN authors a ON a.id = d.author_id
  WHERE c.id = ?`;

export interface SearchTools {
  readonly connection: Connection;
  readonly collections: CollectionStore;
  readonly fullText: FullText;
  readonly tokenizer: Tokenizer;
}

/**
 * Searches live collections inside the caller's transaction, best hits first. Semantic and hybrid mode rank by words for now;
 * a dense retriever joins where the candidates are gathered.
 */
export function createSearcher({
  connection,
  collections,
  fullText,
  tokenizer,
}: SearchTools): (request: SearchRequest) => SearchResult {
  const conditionFor = createSearchFilters(connection);
  const candidateRows = connection.prepare<CandidateRow>(candidateSql);
  const hitRow = connection.prepare<HitRow>(hitSql);
  const textOf = connection.prepare<{ text: string }>(
    "SELECT t.text FROM chunks c JOIN texts t ON t.id = c.text_id WHERE c.id = ?",
  );

  const rank = (collection: CollectionRow, request: RetrieverRequest): Candidate[] => {
    const scores = fullText.candidates(request);
    const phrases = phraseShares(request, scores);
    const rows = candidateRows.all(JSON.stringify([...scores.keys()]));
    const candidates = rows.map(({ chunkId, documentId, path, symbol, sourceKind }) => ({
      chunkId,
      documentId,
      path,
      symbol,
      isNote: sourceKind === "notes",
      score: scores.get(chunkId) ?? 0,
      collection,
      phraseShare: phrases.get(chunkId) ?? 0,
    }));
    return applyFileRules(candidates, request.query, { tokenizer, tuning: defaultTuning }).map((candidate) => ({
      ...candidate,
      score: finalScore(candidate, request.query),
    }));
  };

  /** Adds chunks that hold a phrase word for word to `scores`, and returns which share of the phrases each chunk holds. */
  const phraseShares = (request: RetrieverRequest, scores: Map<number, number>): Map<number, number> => {
    const shares = new Map<number, number>();
    for (const phrase of request.query.phrases) {
      for (const [chunkId, score] of fullText.phraseCandidates(request, phrase)) {
        if (!phraseText(textOf.get(chunkId)?.text ?? "").includes(phrase.text)) continue;
        scores.set(chunkId, Math.max(score, scores.get(chunkId) ?? 0));
        shares.set(chunkId, (shares.get(chunkId) ?? 0) + 1 / request.query.phrases.length);
      }
    }
    return shares;
  };

  return ({ collectionIds, query, limit, filters }) => {
    requireLimit(limit);
    const parsed = parseQuery(query, tokenizer);
    const condition = conditionFor(filters);
    const searched = [...new Set(collectionIds)].map((id) => collections.require(id));
    const found = searched.flatMap((collection) => {
      return rank(collection, {
        collectionId: collection.id,
        query: parsed,
        limit: Math.max(minCandidates, 2 * limit),
        condition,
      });
    });
    const hits = found
      .toSorted(byScore)
      .slice(0, limit)
      .map((candidate) => toHit(candidate, hitRow.get(candidate.chunkId)));
    return {
      hits,
      collections: searched.map(({ name }) => name),
      searched: {
        documents: searched.reduce((sum, { documents }) => sum + documents, 0),
        chunks: searched.reduce((sum, { chunks }) => sum + chunks, 0),
      },
      suggestions: [],
      notes: [],
    };
  };
}

/** Below 1 and in the same order: some 0.3 is every word of the query in the body, 0.8 all of them in name and path; a phrase outweighs everything else. */
function finalScore({ score, phraseShare }: Candidate, query: ParsedQuery): number {
  const bounded = 1 - Math.exp(-0.4 * score);
  return query.phrases.length === 0
    ? bounded
    : (bounded + phraseShare * query.phrases.length) / (query.phrases.length + 1);
}

function toHit({ collection, score }: Candidate, row: HitRow | undefined): Hit {
  if (row === undefined) throw new CommonsError("INTERNAL", "The word index names a chunk that is not stored.");
  const { sizeBytes, mtimeMs, signature, repository, ...rest } = row;
  const stat: FileStat = { sizeBytes, mtimeMs, signature };
  return {
    ...rest,
    stat,
    score,
    scores: { words: score, vector: null, rules: 1 },
    alsoAt: [],
    alsoAtCount: 0,
    collection: collection.name,
    // What is checked out now: text stored under another branch and unchanged since is part of this one too.
    branch: toRepository(repository)?.branch ?? row.branch,
    // Safe: only chunks.ts writes the column, from a Chunk's scope.
    scope: JSON.parse(row.scope) as string[],
    // Safe: only `write` stores the column, from a Metadata.
    metadata: JSON.parse(row.metadata) as Metadata,
  };
}

function requireLimit(limit: number): void {
  if (Number.isInteger(limit) && limit >= 1 && limit <= maxLimit) return;
  throw new CommonsError("INPUT_INVALID", `The limit ${limit} is not a whole number from 1 to ${maxLimit}.`);
}
