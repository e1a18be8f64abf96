import type { PhotoClause } from "../core/photo-filter.ts";
import { countOf } from "../core/quantities.ts";
import { listOfNames } from "../core/sentences.ts";
import type { Hit, SearchNote, SearchResult } from "../core/search.ts";
import { compileFilters } from "../search/filters/compile-filters.ts";
import { createPlaceBook } from "../search/photo-query/place-book.ts";
import { mayBePhotoQuery, type PhotoQuery, readPhotoQuery } from "../search/photo-query/read-photo-query.ts";
import { keptClauses } from "../search/photo-query/relaxing.ts";
import type { Tokenizer } from "../search/tokenizer.ts";
import type { SearchRequest } from "./api.ts";
import type { CollectionRow, CollectionStore } from "./collections.ts";
import type { Connection } from "./connection.ts";
import type { FoundPassage, HitMaker } from "./hits.ts";
import { createPhotoCensus, newestFirst, type CountedPhoto } from "./photo-census.ts";

export interface PhotoSearchTools {
  readonly connection: Connection;
  readonly collections: CollectionStore;
  readonly tokenizer: Tokenizer;
  readonly toHits: HitMaker;
  readonly byText: TextSearcher;
}

/** The search by text; `within`: among these documents alone, whatever the filters say. */
export type TextSearcher = (request: SearchRequest, within?: ReadonlySet<number>) => SearchResult;

/** Answers a question about photos; null: it is none for these collections, and is to be searched as any other. */
export type PhotoSearcher = (request: SearchRequest) => SearchResult | null;

interface PhotoPlan {
  readonly asked: PhotoQuery;
  readonly kept: readonly PhotoClause[];
  readonly dropped: readonly PhotoClause[];
  /** All that have the kept clauses, newest first. */
  readonly photos: readonly CountedPhoto[];
  /** Where other documents stand beside the photos, they may be meant, too. */
  readonly isMixed: boolean;
}

/** Of so many documents in a hundred must images be, for words to be read that may mean something else. */
const photoCollectionShare = 0.9;
const maxRemembered = 1_000;
const howToSearchText = "As plain text: put the words in quotes, or use mode keyword.";

/**
 * Filters by what the question says of the photos; what is left of it ranks them, and where nothing is left the newest stand first. When
 * no photo has all of it, as little as possible is left out, and said. Where a collection holds more than photos, only a question
 * that surely is about photos is read so, and what its text finds follows behind.
 */
export function createPhotoSearcher(tools: PhotoSearchTools): PhotoSearcher {
  const planOf = createPlanner(tools);
  const listed = createLister(tools);
  return (request) => {
    const searched = [...new Set(request.collectionIds)].map((id) => tools.collections.require(id));
    const plan = planOf(request, searched);
    if (plan === null) return null;
    if (plan.kept.length === 0) return withNotes(tools.byText(request), [noneNote(plan)]);
    const within = new Set(plan.photos.map(({ documentId }) => documentId));
    const canRank = plan.asked.rest !== "" && tools.tokenizer.words(plan.asked.textQuery).length > 0;
    const ranked = canRank ? tools.byText({ ...request, query: plan.asked.textQuery }, within) : null;
    const hits = [...(ranked?.hits ?? [])];
    const newest = listed({ plan, searched, request }).map((hit) => ({ ...hit, score: hits.at(-1)?.score ?? 1 }));
    addMissing(hits, newest, request.limit);
    // Asked for one more than is shown, a search finds nothing new behind a full answer.
    const byText = plan.isMixed && hits.length < request.limit ? tools.byText(request) : null;
    const least = hits.at(-1)?.score ?? 1;
    const behind = (byText?.hits ?? []).map((hit) => ({ ...hit, score: Math.min(hit.score, least) }));
    addMissing(hits, behind, request.limit);
    const answer = ranked ?? byText ?? emptyAnswer(searched);
    return withNotes(
      { ...answer, hits, suggestions: [] },
      notesOf(plan, { isRanked: canRank, isMixed: byText !== null }),
    );
  };
}

/** Names what a search reads as conditions of photos, and what of it is there. */
function createPlanner(tools: PhotoSearchTools) {
  const { connection, tokenizer } = tools;
  const census = createPhotoCensus(connection);
  const isOfPhotos = createPhotoShare(connection);
  const places = createPlaceBook();
  return (request: SearchRequest, searched: readonly CollectionRow[]): PhotoPlan | null => {
    const { query, filters, nowMs = Date.now() } = request;
    if (!isReadable(request) || (filters.category === undefined && !mayBePhotoQuery(query))) return null;
    const share = isOfPhotos(searched);
    if (share === "none") return null;
    const asked = readPhotoQuery(query, { nowMs, places: places(), timeZone: null });
    const isPhotoCollection = share === "most" || filters.category === "images";
    if (asked === null || (asked.talk !== "sure" && !isPhotoCollection)) return null;
    // The census is of images alone.
    const { category: _images, ...others } = filters;
    const filter = compileFilters(others, tokenizer);
    // What only a passage decides cannot be listed by documents.
    if (filter !== null && !filter.isOfDocuments) return null;
    const { clauses } = asked.filter;
    const ids = searched.map(({ id }) => id);
    const photos = census(ids, { clauses, filter });
    const counts = new Map<number, number>();
    for (const { bits } of photos) counts.set(bits, (counts.get(bits) ?? 0) + 1);
    const kept = new Set(keptClauses(clauses, counts).kept);
    if (kept.size === 0 && (photos.length === 0 || asked.talk === "no" || !isPhotoCollection)) return null;
    const bits = [...kept].reduce((sum, index) => sum | (1 << index), 0);
    return {
      asked,
      kept: clauses.filter((_, index) => kept.has(index)),
      dropped: clauses.filter((_, index) => !kept.has(index)),
      photos: newestFirst(photos.filter((photo) => (photo.bits & bits) === bits)),
      isMixed: !isPhotoCollection,
    };
  };
}

/** Who asks for words, for code or for a kind of passage, or says himself how photos are, is taken at his word. */
function isReadable({ mode, filters }: SearchRequest): boolean {
  const { category = "images", language, kind, photo } = filters;
  return (
    mode !== "keyword" && category === "images" && language === undefined && kind === undefined && photo === undefined
  );
}

type PhotoShare = "none" | "some" | "most";

/** How much of collections is images; remembered while they stay as they are. */
function createPhotoShare(connection: Connection): (searched: readonly CollectionRow[]) => PhotoShare {
  const imagesOf = connection.prepare<{ readonly images: number }>(
    "SELECT count(*) AS images FROM documents WHERE collection_id = ? AND category = 'images'",
  );
  const known = new Map<number, { readonly state: string; readonly images: number }>();
  const images = ({ id, documents, chunks, size_bytes, updated_at }: CollectionRow): number => {
    const state = [documents, chunks, size_bytes, updated_at].join(" ");
    const remembered = known.get(id);
    if (remembered?.state === state) return remembered.images;
    const counted = imagesOf.get(id)?.images ?? 0;
    if (known.size >= maxRemembered) known.clear();
    known.set(id, { state, images: counted });
    return counted;
  };
  return (searched) => {
    const all = searched.reduce((sum, { documents }) => sum + documents, 0);
    const found = searched.reduce((sum, collection) => sum + images(collection), 0);
    if (found === 0) return "none";
    return found >= photoCollectionShare * all ? "most" : "some";
  };
}

interface Listing {
  readonly plan: PhotoPlan;
  readonly searched: readonly CollectionRow[];
  readonly request: SearchRequest;
}

function createLister({ connection, toHits }: PhotoSearchTools): (listing: Listing) => Hit[] {
  const firstChunk = connection.prepare<{ readonly chunkId: number; readonly textId: number }>(
    "SELECT id AS chunkId, text_id AS textId FROM chunks WHERE document_id = ? ORDER BY start_line, id LIMIT 1",
  );
  function* passages(photos: readonly CountedPhoto[]): Generator<FoundPassage> {
    for (const { documentId } of photos) {
      const chunk = firstChunk.get(documentId);
      if (chunk !== undefined) yield { ...chunk, score: 1, scores: { words: null, vector: null, rules: 1 } };
    }
  }
  return ({ plan, searched, request }) =>
    toHits(passages(plan.photos), request.limit, {
      collectionIds: searched.map(({ id }) => id),
      preferredSources: request.preferredSources ?? [],
      isWanted: () => true,
    });
}

/** Those that do not stand there yet, as far as there is room. */
function addMissing(hits: Hit[], more: readonly Hit[], limit: number): void {
  const known = new Set(hits.map(keyOf));
  for (const hit of more) {
    if (hits.length >= limit) return;
    const key = keyOf(hit);
    if (!known.has(key)) hits.push(hit);
    known.add(key);
  }
}

/** Of a burst any photo is the whole. */
function keyOf({ collection, sourceKey, burst, recordId }: Hit): string {
  return burst === undefined ? recordId : [collection, sourceKey, burst.first].join("\0");
}

function emptyAnswer(searched: readonly CollectionRow[]): SearchResult {
  return {
    hits: [],
    collections: searched.map(({ name }) => name),
    searched: {
      documents: searched.reduce((sum, { documents }) => sum + documents, 0),
      chunks: searched.reduce((sum, { chunks }) => sum + chunks, 0),
    },
    suggestions: [],
    notes: [],
  };
}

function withNotes(answer: SearchResult, notes: readonly SearchNote[]): SearchResult {
  return { ...answer, notes: [...notes, ...answer.notes] };
}

function notesOf(plan: PhotoPlan, { isRanked, isMixed }: { isRanked: boolean; isMixed: boolean }): SearchNote[] {
  const order = isRanked ? "best first" : "newest first";
  const behind = isMixed ? "; then what matches as text" : "";
  // A photo may stand in several of the collections.
  const distinct = new Set(plan.photos.map(({ path, takenMs }) => `${takenMs} ${path}`));
  const count = countOf(distinct.size, "photo");
  const left =
    plan.dropped.length === 0 ? [] : [note(`No photo is all that was asked; left out: ${labels(plan.dropped)}.`)];
  return [...left, note(`Read as ${labels(plan.kept)}: ${count}, ${order}${behind}. ${howToSearchText}`)];
}

function noneNote({ dropped }: PhotoPlan): SearchNote {
  return note(
    `No photo stored here is ${listOfNames(dropped.map(({ label }) => label))}; these are found by the text alone.`,
  );
}

function labels(clauses: readonly PhotoClause[]): string {
  return clauses.map(({ label }) => label).join("; ");
}

function note(text: string): SearchNote {
  return { kind: "photo-query", text };
}
