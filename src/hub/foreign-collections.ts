import type { Viewer } from "../catalog/api.ts";
import type { CollectionSummary } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import type { Embedder, ForeignCollection, ForeignRecord } from "../core/ports.ts";
import { countOf } from "../core/quantities.ts";
import { listOfNames } from "../core/sentences.ts";
import type { Hit, SearchNote, SearchResult } from "../core/search.ts";
import { chromaWhere } from "../search/foreign/chroma-where.ts";
import { type FoundRecords, rankRecords, type RecordRanking } from "../search/foreign/rank-records.ts";
import { wordSpellings } from "../search/foreign/word-spellings.ts";
import type { Tokenizer } from "../search/tokenizer.ts";
import { compileFilters } from "../search/filters/compile-filters.ts";
import { parseQuery } from "../search/query.ts";
import { visibleCollection } from "./collection-lookup.ts";
import type { EngineService } from "./engine-service.ts";

export type ForeignQuestion = Omit<RecordRanking, "tokenizer" | "embedder">;

/** What other programs' collections answer. */
export interface ForeignAnswer {
  readonly hits: readonly Hit[];
  readonly collections: readonly ForeignCollection[];
  readonly notes: readonly SearchNote[];
}

export interface ForeignTools {
  readonly engine: Pick<EngineService, "listForeign" | "searchForeign">;
  readonly tokenizer: Tokenizer;
  readonly embedder: Embedder;
  /** How long a search of everything waits for Chroma. */
  readonly patienceMs?: number;
}

const maxPlaces = 20;
const listedForMs = 10_000;
const defaultPatienceMs = 1_000;
const namedPatienceMs = 10_000;
const maxCollections = 20;
/** Smaller collections are ranked whole. */
const smallCollection = 300;
const maxRecordsPerWord = 60;
/** Ranking holds up the hub: texts beyond are cut, and records beyond are left out. */
const maxTextLength = 20_000;
const maxTotalLength = 2_000_000;
const notListed = "Collections of other programs in ChromaDB were not searched: it did not answer in time.";

interface Listing {
  readonly atMs: number;
  readonly collections: readonly ForeignCollection[] | null;
}

/** Searches collections that other programs made in Chroma: Chroma finds candidates by words, we rank them. Nothing is ever written. */
export class ForeignCollections {
  readonly #tools: ForeignTools;
  readonly #listings = new Map<string, Listing>();

  constructor(tools: ForeignTools) {
    this.#tools = tools;
  }

  /**
   * The named collections, or all with "*": those have a second, and what does not answer is a note. Errors: QUERY_EMPTY,
   * INPUT_INVALID, and of the named ones Chroma's own.
   */
  async search(space: string, names: readonly string[] | "*", question: ForeignQuestion): Promise<ForeignAnswer> {
    const isEverywhere = names === "*";
    if (!isEverywhere && names.length === 0) return { hits: [], collections: [], notes: [] };
    const listed = await this.#list(space, isEverywhere);
    if (listed === null) return { hits: [], collections: [], notes: [note(notListed)] };
    const wanted = isEverywhere ? listed : listed.filter(({ name }) => names.includes(name));
    const asked = wanted.toSorted((a, b) => b.records - a.records).slice(0, maxCollections);
    if (asked.length === 0) return { hits: [], collections: [], notes: [] };
    this.#requireUnderstood(question);
    const patienceMs = isEverywhere ? (this.#tools.patienceMs ?? defaultPatienceMs) : namedPatienceMs;
    const outcomes = await Promise.all(
      asked.map(async (collection) => {
        const found = this.#candidates(space, collection, { question, signal: AbortSignal.timeout(patienceMs) });
        if (!isEverywhere) return found;
        return found.catch((error: unknown) => ({ collection, reason: reasonOf(error) }));
      }),
    );
    const found = outcomes.filter((outcome) => "records" in outcome);
    const notes = [
      ...unansweredNotes(outcomes.filter((outcome) => "reason" in outcome)),
      ...(wanted.length > asked.length ? [leftOutNote(wanted.slice(maxCollections))] : []),
      ...withoutTextNotes(found.filter(({ records }) => records.length > 0 && records.every(hasNoText))),
    ];
    return { ...this.#rank(found, question, notes), collections: found.map(({ collection }) => collection) };
  }

  /** Before Chroma is asked: what comes from it is ranked with the same words and filters. */
  #requireUnderstood({ query, filters }: ForeignQuestion): void {
    const { tokenizer } = this.#tools;
    parseQuery(query, tokenizer);
    compileFilters(filters, tokenizer);
  }

  #rank(found: readonly FoundRecords[], question: ForeignQuestion, notes: readonly SearchNote[]) {
    const { tokenizer, embedder } = this.#tools;
    const { kept, cut } = withinLength(found);
    try {
      const hits = rankRecords(kept, { ...question, tokenizer, embedder });
      return { hits, notes: cut === 0 ? notes : [...notes, cutNote(cut)] };
    } finally {
      tokenizer.forget();
    }
  }

  async #candidates(
    space: string,
    collection: ForeignCollection,
    { question, signal }: { question: ForeignQuestion; signal: AbortSignal },
  ): Promise<FoundRecords> {
    const where = chromaWhere(question.filters.where);
    const isSmall = collection.records <= smallCollection;
    const words = isSmall ? [] : wordSpellings(question.query, this.#tools.tokenizer);
    const limit = isSmall ? smallCollection : maxRecordsPerWord;
    const query = { words, where, limit, signal };
    return { collection, records: await this.#tools.engine.searchForeign(space, collection.name, query) };
  }

  /** What Chroma has. A search of everything does not wait for what was known a moment ago, nor long for what never was. */
  async #list(space: string, isEverywhere: boolean): Promise<readonly ForeignCollection[] | null> {
    const known = this.#listings.get(space);
    if (isEverywhere && known !== undefined && known.atMs + listedForMs > performance.now())
      return known.collections ?? [];
    if (known !== undefined) this.#listings.set(space, { ...known, atMs: performance.now() });
    const listing = this.#tools.engine.listForeign(space).then((collections) => {
      const kept = collections ?? known?.collections ?? null;
      this.#listings.set(space, { atMs: performance.now(), collections: kept });
      return kept ?? [];
    });
    if (!isEverywhere) return listing;
    if (known !== undefined) return known.collections ?? [];
    return firstOf(listing, this.#tools.patienceMs ?? defaultPatienceMs);
  }
}

/** The visible collections of those names, and names of collections that other programs made. Errors: COLLECTION_NOT_FOUND. */
export async function chosenCollections(
  parts: Parameters<typeof visibleCollection>[0],
  viewer: Viewer,
  names: readonly string[],
): Promise<{ own: CollectionSummary[]; foreign: string[] }> {
  const found = await Promise.all(
    [...new Set(names)].map(async (name) => {
      try {
        return await visibleCollection(parts, viewer, name);
      } catch (error) {
        if (error instanceof CommonsError && error.code === "COLLECTION_FOREIGN") return name;
        throw error;
      }
    }),
  );
  return {
    own: found.filter((collection) => typeof collection !== "string"),
    foreign: found.filter((collection) => typeof collection === "string"),
  };
}

/** Both answers as one: scores are on one footing. */
export function joinedAnswer(own: SearchResult, foreign: ForeignAnswer, limit: number): SearchResult {
  const records = foreign.collections.reduce((sum, collection) => sum + collection.records, 0);
  if (foreign.hits.length === 0 && foreign.collections.length === 0 && foreign.notes.length === 0) return own;
  const hits = folded([...own.hits, ...foreign.hits].toSorted((a, b) => b.score - a.score));
  return {
    ...own,
    hits: hits.slice(0, limit),
    collections: [...own.collections, ...foreign.collections.map(({ name }) => name)],
    searched: { documents: own.searched.documents + records, chunks: own.searched.chunks + records },
    notes: [...own.notes, ...foreign.notes],
  };
}

/** A record that was copied stands in both; it is shown once, at its better place. */
function folded(hits: readonly Hit[]): Hit[] {
  const byText = new Map<string, Hit>();
  for (const hit of hits) {
    const known = byText.get(hit.text);
    if (known === undefined) byText.set(hit.text, hit);
    else {
      const { collection, sourceKey, source, sourcePath, branch, path, startLine, endLine } = hit;
      const place = { collection, sourceKey, source, sourcePath, branch, path, startLine, endLine };
      const alsoAt = [...known.alsoAt, place, ...hit.alsoAt].slice(0, maxPlaces);
      byText.set(hit.text, { ...known, alsoAt, alsoAtCount: known.alsoAtCount + 1 + hit.alsoAtCount });
    }
  }
  return [...byText.values()];
}

function withinLength(found: readonly FoundRecords[]): { kept: FoundRecords[]; cut: number } {
  let total = 0;
  let cut = 0;
  const kept = found.map(({ collection, records }) => ({
    collection,
    records: records.flatMap((record) => {
      const document = record.document?.slice(0, maxTextLength).toWellFormed() ?? null;
      total += document?.length ?? 0;
      const isLeft = total > maxTotalLength;
      if (isLeft || document?.length !== record.document?.length) cut += 1;
      return isLeft ? [] : [{ ...record, document }];
    }),
  }));
  return { kept, cut };
}

/** null: it did not come in time. */
function firstOf<T>(work: Promise<T>, waitMs: number): Promise<T | null> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(null), waitMs);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function hasNoText({ document }: ForeignRecord): boolean {
  return document === null || document.trim() === "";
}

function reasonOf(error: unknown): string {
  if (error instanceof CommonsError && error.details?.["isTimeout"] !== true) return error.message;
  return "it took too long";
}

/** One for each reason, however many collections have it. */
function unansweredNotes(
  unanswered: readonly { readonly collection: ForeignCollection; readonly reason: string }[],
): SearchNote[] {
  return [...Map.groupBy(unanswered, ({ reason }) => reason)].map(([reason, those]) =>
    note(`${namesOf(those)} of other programs in ChromaDB did not answer: ${reason}`),
  );
}

function namesOf(those: readonly { readonly collection: ForeignCollection }[]): string {
  return listOfNames(those.map(({ collection }) => collection.name));
}

function leftOutNote(collections: readonly ForeignCollection[]): SearchNote {
  return note(
    `${countOf(collections.length, "smaller collection")} of other programs in ChromaDB were not searched; name those you want.`,
  );
}

function withoutTextNotes(those: readonly FoundRecords[]): SearchNote[] {
  if (those.length === 0) return [];
  const rest = those.length === 1 ? "holds vectors without texts: it" : "hold vectors without texts: they";
  return [note(`${namesOf(those)} of other programs in ChromaDB ${rest} cannot be searched here.`)];
}

function cutNote(count: number): SearchNote {
  return note(`${countOf(count, "record")} of other programs in ChromaDB were too long to be searched whole.`);
}

function note(text: string): SearchNote {
  return { kind: "foreign", text };
}
