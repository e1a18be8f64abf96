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
import { distinctHits, mixedHits } from "./photo-mixing.ts";
import { createPhotoShare } from "./photo-share.ts";

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
  /** The parts of the question that say what was dropped: in a name or a caption they may stand all the same. */
  readonly droppedTexts: readonly string[];
  /** Where other documents stand beside the photos, they may be meant, too. */
  readonly isMixed: boolean;
  /** Those may be meant as well as photos. */
  readonly isInDoubt: boolean;
}

const howToSearchText = "As plain text: put the words in quotes, or use mode keyword.";

/**
 * Filters by what the question says of the photos; what is left of it ranks them, and where nothing is left the newest stand first. When
 * no photo has all of it, as little as possible is left out, and said. Where a collection holds more than photos, what the text of the
 * question finds stands among them; and unless those are photos of cameras nearly all, only a question that surely is about photos is
 * read so.
 */
export function createPhotoSearcher(tools: PhotoSearchTools): PhotoSearcher {
  const { tokenizer, byText } = tools;
  const planOf = createPlanner(tools);
  const listed = createLister(tools);
  return (request) => {
    const searched = [...new Set(request.collectionIds)].map((id) => tools.collections.require(id));
    const plan = planOf(request, searched);
    if (plan === null) return null;
    if (plan.kept.length === 0) return withNotes(byText(request), [noneNote(plan)]);
    const { asked, isMixed, isInDoubt } = plan;
    const { limit } = request;
    const within = new Set(plan.photos.map(({ documentId }) => documentId));
    const rankedBy = [asked.textQuery, ...plan.droppedTexts].filter((text) => text !== "").join(" ");
    const canRank =
      (asked.rest !== "" || plan.droppedTexts.length > 0) && tokenizer.words(rankedBy).some(({ word }) => word !== "");
    const ranked = canRank ? byText({ ...request, query: rankedBy }, within) : null;
    const best = ranked?.hits ?? [];
    const newest = listed({ plan, searched, request }).map((hit) => ({ ...hit, score: best.at(-1)?.score ?? 1 }));
    const photos = distinctHits([...best, ...newest], limit);
    // Where conditions are all that is asked, a search finds nothing that may stand before a full answer.
    const isTextWanted = isMixed && (isInDoubt || asked.rest !== "" || photos.length < limit);
    const texts = isTextWanted ? byText(request) : null;
    const found = { photos, texts: texts?.hits ?? [], telling: asked.telling, rest: asked.rest, isInDoubt, limit };
    const hits = mixedHits(found, tokenizer);
    const answer = ranked ?? texts ?? emptyAnswer(searched);
    return withNotes(
      { ...answer, hits, suggestions: [] },
      notesOf(plan, { isRanked: canRank, isMixed: hits.some(({ category }) => category !== "images") }),
    );
  };
}

/** Names what a search reads as conditions of photos, and what of it is there. */
function createPlanner(tools: PhotoSearchTools) {
  const { connection, tokenizer } = tools;
  const census = createPhotoCensus(connection);
  const shareOfPhotos = createPhotoShare(connection);
  const places = createPlaceBook();
  return (request: SearchRequest, searched: readonly CollectionRow[]): PhotoPlan | null => {
    const { query, filters, nowMs = Date.now() } = request;
    if (!isReadable(request) || (filters.category === undefined && !mayBePhotoQuery(query))) return null;
    const share = filters.category === "images" ? "all" : shareOfPhotos(searched);
    if (share === "none") return null;
    const asked = readPhotoQuery(query, { nowMs, places: places(), timeZone: null });
    const isPhotoCollection = share === "most" || share === "all";
    if (asked === null || (asked.talk !== "sure" && !isPhotoCollection)) return null;
    if (asked.talk === "no" && asked.isOfPrograms && share !== "all") return null;
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
    const keptOnes = clauses.filter((_, index) => kept.has(index));
    return {
      asked,
      kept: keptOnes,
      dropped: clauses.filter((_, index) => !kept.has(index)),
      droppedTexts: asked.texts.filter((_, index) => !kept.has(index)),
      photos: newestFirst(photos.filter((photo) => (photo.bits & bits) === bits)),
      isMixed: share !== "all",
      isInDoubt: share !== "all" && (asked.talk !== "sure" || (asked.rest !== "" && keptOnes.every(isOfAnyImage))),
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

/** Icons of a program have a shape and a format as well as photos. */
function isOfAnyImage({ anyOf }: PhotoClause): boolean {
  return anyOf.every(({ kind }) => kind === "format" || kind === "shape");
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
  const behind = isMixed ? (plan.isInDoubt ? "; among them what matches as text" : "; and what matches as text") : "";
  // A photo may stand in several of the collections.
  const distinct = new Set(plan.photos.map(({ path, takenMs }) => `${takenMs} ${path}`));
  const count = countOf(distinct.size, "photo");
  const left =
    plan.dropped.length === 0 ? [] : [note(`No photo is all that was asked; left out: ${labels(plan.dropped)}.`)];
  const { unread } = plan.asked;
  const notRead =
    unread.length === 0 ? [] : [note(`Not read as a condition: ${unread.map((text) => `"${text}"`).join(", ")}.`)];
  return [...left, ...notRead, note(`Read as ${labels(plan.kept)}: ${count}, ${order}${behind}. ${howToSearchText}`)];
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
