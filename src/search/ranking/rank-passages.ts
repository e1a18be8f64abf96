import type { Category, ChunkKind } from "../../core/document.ts";
import type { HitScores, SearchMode } from "../../core/search.ts";
import { applyFileRules, byScore, type RankedChunk } from "../file-rules.ts";
import type { IndexSegment, IndexSnapshot } from "../index-snapshot.ts";
import type { ParsedQuery } from "../query.ts";
import type { Tokenizer } from "../tokenizer.ts";
import type { RankingTuning } from "../tuning.ts";
import { fuse } from "./fusion.ts";
import { fileScores } from "./file-scores.ts";
import { type PhraseHits, phraseHits } from "./phrase-hits.ts";
import { type ScoredSlot, type SlotFilter, topSlots } from "./top-slots.ts";
import { tierOf } from "./tiers.ts";
import { verbatimRuns } from "./verbatim-runs.ts";
import { scoreWords, type WordScores } from "./word-scores.ts";

/** What the ranking needs to know of a candidate beyond its scores. */
export interface PassageRow {
  readonly chunkId: number;
  readonly documentId: number;
  readonly path: string;
  readonly category: Category;
  readonly isNote: boolean;
  /** Names of a passage that joins several are separated by ", ". */
  readonly symbol: string | null;
  readonly scope: readonly string[];
  readonly kind: ChunkKind;
}

/** The indexes to rank, and what is stored beside them. */
export interface RankingSource {
  readonly indexes: readonly IndexSnapshot[];
  /** Cosine of query and passage by slot, NaN without a vector; null: nothing of the segment has one for this query. */
  readonly vectorScores: (segment: IndexSegment) => Float32Array | null;
  /** Model of the segment's vectors. */
  modelOf(segment: IndexSegment): string;
  /** What the filters of the search let through. */
  readonly filter: SlotFilter;
  /** Rows of the slots, in their order; null for one that is not stored any more. */
  rows(slots: readonly ScoredSlot[]): (PassageRow | null)[];
  textOf(segment: IndexSegment, slot: number): string;
}

export interface RankingRequest {
  readonly query: ParsedQuery;
  readonly mode: SearchMode;
  /** Passages that the caller wants: enough candidates are taken for them. */
  readonly limit: number;
  readonly tuning: RankingTuning;
  readonly tokenizer: Tokenizer;
}

export interface RankedPassage extends RankedChunk {
  readonly segment: IndexSegment;
  readonly slot: number;
  readonly scores: HitScores;
}

export interface Ranking {
  /** Best first; scores from 0 to 1, comparable over all indexes. */
  readonly passages: readonly RankedPassage[];
  /** How many slots have each term of the query, rare terms first. */
  readonly frequencies: ReadonlyMap<string, number>;
  /** Passages with a quoted phrase were looked for among so many texts that the search stopped. */
  readonly isCut: boolean;
}

/** Texts read for runs of the query's words. */
const verbatimCandidates = 60;
// All words of the query once in a passage of usual length are a third of the most; that is good evidence already.
const wordEvidence = 4;

/**
 * Words and vectors of all indexes together: the best of both lists, the other score of each computed, fused for this query, then the
 * rules about files. Quoted phrases and the definitions of names that were asked for come first.
 */
export function rankPassages(source: RankingSource, request: RankingRequest): Ranking {
  const { query, tuning } = request;
  const words = scoreWords(source.indexes, query.terms, tuning);
  const phrases = phraseHits(source, query.phrases, words);
  const candidates = describe(source, gather(source, request, { words, phrases }), { request, words });
  const fused = fuse(candidates);
  const scored = candidates.map((candidate, index) => ({ ...candidate, score: fused[index] ?? 0 }));
  const ruled = tuning.fileRules ? withFileRules(scored, { source, request, words }) : scored;
  const quoted = withVerbatimRuns(ruled, source, request);
  const best = quoted.reduce((most, { score }) => Math.max(most, score), Number.MIN_VALUE);
  const fusedOf = new Map(scored.map(({ chunkId, score }) => [chunkId, score]));
  const ordered = quoted
    .map((candidate) => {
      const unruled = fusedOf.get(candidate.chunkId) ?? 0;
      const phraseShare = phrases.shareOf(candidate.segment, candidate.slot);
      const tier = tierOf({ ...candidate, phraseShare }, query);
      return { ...candidate, score: candidate.score / best + tier, rules: unruled > 0 ? candidate.score / unruled : 1 };
    })
    .toSorted(byScore);
  const level = evidenceOf(ordered, words.most) / Math.max(1, ordered[0]?.score ?? 1);
  return {
    passages: ordered.map((candidate) => toPassage(candidate, { level, most: words.most })),
    frequencies: words.frequencies,
    isCut: phrases.isCut,
  };
}

/** Scores with the share of the whole file, and then by what kind of file it is. */
function withFileRules(
  candidates: readonly Candidate[],
  { source, request, words }: { source: RankingSource; request: RankingRequest; words: WordScores },
): Candidate[] {
  const { query, mode, tuning, tokenizer } = request;
  const share = mode === "semantic" ? 0 : tuning.fileShare;
  const documents = candidates.filter(({ isNote }) => !isNote).map(({ documentId }) => documentId);
  const ofFile =
    share === 0 ? new Map<number, number>() : fileScores(source.indexes, documents, { words, figures: tuning });
  const scored = candidates.map((candidate) => {
    const file = ofFile.get(candidate.documentId);
    return file === undefined ? candidate : { ...candidate, score: (1 - share) * candidate.score + share * file };
  });
  return applyFileRules(scored, query, { tokenizer, tuning, rarity: words.rarity });
}

/** A pasted message stands word for word where it is made: raises the best candidates that have a long run of the query's words. */
function withVerbatimRuns(
  candidates: readonly Candidate[],
  source: RankingSource,
  { query, mode, tuning }: RankingRequest,
): readonly Candidate[] {
  const runs = query.phrases.length > 0 || mode === "semantic" ? null : verbatimRuns(query.text);
  if (runs === null) return candidates;
  const ranked = candidates.toSorted(byScore);
  const top = ranked[0]?.score ?? 0;
  return ranked.map((candidate, rank) => {
    if (rank >= verbatimCandidates) return candidate;
    const share = runs.shareIn(source.textOf(candidate.segment, candidate.slot));
    return share === 0 ? candidate : { ...candidate, score: candidate.score + tuning.verbatimShare * share * top };
  });
}

interface Candidate extends RankedChunk {
  readonly scope: readonly string[];
  readonly kind: ChunkKind;
  readonly segment: IndexSegment;
  readonly slot: number;
  readonly words: number;
  readonly vector: number | null;
  readonly model: string;
  readonly wordShare: number;
}

/** The best slots by words, by vectors and by phrases, each once. */
function gather(
  source: RankingSource,
  { mode, limit, tuning }: RankingRequest,
  { words, phrases }: { words: WordScores; phrases: PhraseHits },
): ScoredSlot[] {
  const segments = source.indexes.flatMap((index) => index.segments);
  const { filter } = source;
  const most = Math.max(filter.isWanted === null ? tuning.candidates : tuning.dearCandidates, 2 * limit);
  const byWords = mode === "semantic" ? [] : topSlots(segments, { limit: most, scoresOf: words.of, above: 0, filter });
  const byVector =
    mode === "keyword" ? [] : topSlots(segments, { limit: most, scoresOf: source.vectorScores, above: 0, filter });
  const seen = new Map<IndexSegment, Set<number>>();
  return [...phrases.slots, ...byWords, ...byVector].filter(({ segment, slot }) => {
    const slots = seen.get(segment) ?? new Set<number>();
    seen.set(segment, slots);
    return !slots.has(slot) && slots.add(slot);
  });
}

function describe(
  source: RankingSource,
  slots: readonly ScoredSlot[],
  { request, words }: { request: RankingRequest; words: WordScores },
): Candidate[] {
  const rows = source.rows(slots);
  return slots.flatMap(({ segment, slot }, index) => {
    const row = rows[index];
    if (row === null || row === undefined) return [];
    const cosine = request.mode === "keyword" ? Number.NaN : (source.vectorScores(segment)?.[slot] ?? Number.NaN);
    const evidence = {
      words: request.mode === "semantic" ? 0 : (words.of(segment)[slot] ?? 0),
      vector: Number.isNaN(cosine) ? null : cosine,
      model: source.modelOf(segment),
      wordShare: wordShareOf(row, request),
    };
    return [{ ...row, ...evidence, segment, slot, score: 0 }];
  });
}

function wordShareOf(row: PassageRow, { query, mode, tuning }: RankingRequest): number {
  if (mode === "semantic") return 0;
  const share = row.category === "code" && !row.isNote ? tuning.wordShareCode : tuning.wordShareDocuments;
  return query.names.length > 0 ? Math.max(share, tuning.wordShareNames) : share;
}

/** How well the best candidates answer at all, 0 to 1: min-max alone gives 1 to the best of any rubbish. */
function evidenceOf(candidates: readonly Candidate[], most: number): number {
  const strengths = candidates.map(({ words, vector }) =>
    Math.max(1 - Math.exp(-wordEvidence * (most > 0 ? words / most : 0)), vector ?? 0),
  );
  return strengths.reduce((top, strength) => Math.max(top, strength), 0);
}

function toPassage(
  { words, vector, model: _model, wordShare: _share, rules, score, ...rest }: Candidate & { readonly rules: number },
  { level, most }: { level: number; most: number },
): RankedPassage {
  const scores = { words: words > 0 && most > 0 ? words / most : null, vector, rules };
  return { ...rest, scores, score: Math.min(1, level * score) };
}
