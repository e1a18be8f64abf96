import type { SearchFilters, SearchMode, SearchResult } from "../core/search.ts";
import { heldCollections, ownCollections, type HeldCollection } from "./collections.ts";
import { checkFreshness, checkFurtherPlaces, mendStale, type CheckedHit, type KnownOwnFiles } from "./freshness.ts";
import { adviceFor, type SearchAdvice } from "./search-advice.ts";
import { withoutSecrets } from "./foreign-hits.ts";
import { toPassages } from "./passages.ts";
import { ownPathGlob } from "./own-place.ts";
import { within } from "./time-limit.ts";
import type { RefreshResult } from "./ingester.ts";
import type { Session } from "./session.ts";

export interface SearchRunInput {
  readonly query: string;
  /** null: this workspace's. */
  readonly collections: "*" | readonly string[] | null;
  readonly limit: number;
  /** Neighbouring hits of a file are shown as one passage; absent: the limit is for hits. */
  readonly limitOf?: "passages";
  readonly mode: SearchMode;
  readonly filters: SearchFilters;
  /** A person waits longer than an agent, and a command has no second search to wait for: at least this long, unless it is off. */
  readonly leastRefreshMs?: number;
}

export interface SearchAnswer extends Omit<SearchResult, "hits"> {
  /** Best first, at most `limit` hits or passages; the same text of several places is one. */
  readonly hits: readonly CheckedHit[];
  /** Whether a greater limit would give more. */
  readonly hasMore: boolean;
  /** Why so little was found, where it was little. */
  readonly advice: SearchAdvice;
  /** Own files that differed from what was stored, and were read again before this answer. */
  readonly mended: readonly string[];
  /** What was done before the search to have this workspace's files up to date. */
  readonly refresh: RefreshResult;
}

/** The hub's own. */
const maxAsked = 200;
// On top of the time that the ingester itself keeps.
const graceMs = 100;
// Where a search does not look beforehand, it still reads again what it found to be stale.
const leastMendMs = 300;

/**
 * Brings this workspace's files up to date, for a bounded time, searches, and checks every hit of the own workspace against its disk.
 * Where a hit's file changed or vanished, the file is ingested anew and the search repeated once, so that no old text is served as
 * current. Errors: QUERY_EMPTY, COLLECTION_NOT_FOUND and the hub's.
 */
export async function runSearch(session: Session, input: SearchRunInput, signal?: AbortSignal): Promise<SearchAnswer> {
  const places = await session.places();
  const held = await heldCollections(session, places);
  const wanted = input.collections ?? (await ownCollections(session, held));
  const isWanted = ({ collection }: { collection: { name: string } }) =>
    wanted === "*" || wanted.includes(collection.name);
  const refresh = await refreshHeld(session, held.filter(isWanted), input.leastRefreshMs ?? 0);
  const question = {
    collections: wanted === "*" ? wanted : [...wanted],
    query: input.query,
    // Neighbours are shown as one, and one more than is shown tells whether there is more.
    limit: Math.min(maxAsked, (input.limitOf === "passages" ? 2 : 1) * input.limit + 1),
    mode: input.mode,
    filters:
      input.filters.path === undefined
        ? input.filters
        : { ...input.filters, path: ownPathGlob(input.filters.path, places) },
    preferredSources: places.map(({ source }) => source.key),
  };
  const ask = async () => {
    const found = await session.call("search", question, signal);
    const isOfPassages = input.limitOf === "passages";
    const wantedHits = isOfPassages ? found.hits : found.hits.slice(0, input.limit);
    const checked = await checkFreshness(places, await withoutSecrets(wantedHits));
    const shown = isOfPassages ? bestPassages(checked, input.limit) : checked;
    const known: KnownOwnFiles = (place) => session.call("documents.knownPaths", place, signal);
    return { found, hits: await checkFurtherPlaces(held.filter(isWanted), shown, known) };
  };
  const first = await ask();
  const { "search.refreshMs": budgetMs } = await session.settings();
  const mending = mendStale(session, { places, hits: first.hits }, signal);
  // What takes longer goes on, and its hits keep their mark.
  const mended = (await within(mending, Math.max(budgetMs, leastMendMs))) ?? [];
  const { found, hits } = mended.length === 0 ? first : await ask();
  const isOfPhotos = found.notes.some(({ kind }) => kind === "photo-query");
  const advice = await adviceFor({ question, hits, isOfPhotos }, (other) => session.call("search", other, signal));
  return { ...found, hits, hasMore: found.hits.length > hits.length, advice, mended, refresh };
}

/** As many of the best hits as make at most `limit` passages. */
function bestPassages(hits: readonly CheckedHit[], limit: number): CheckedHit[] {
  let count = Math.min(limit, hits.length);
  for (;;) {
    const room = limit - toPassages(hits.slice(0, count)).length;
    if (room <= 0 || count === hits.length) return hits.slice(0, count);
    count = Math.min(hits.length, count + room);
  }
}

/** Brings the held collections up to date for as long as a search may wait. A search must not fail because a file cannot be read. */
async function refreshHeld(session: Session, held: readonly HeldCollection[], leastMs: number): Promise<RefreshResult> {
  const { "search.refreshMs": setMs } = await session.settings();
  const budgetMs = setMs === 0 ? 0 : Math.max(setMs, leastMs);
  if (budgetMs === 0 || held.length === 0) return { updated: 0, pending: [], failed: [] };
  const stored = held.map(({ collection, place }) => ({ collection, sourceKey: place.source.key }));
  const pending = held.map(({ collection }) => ({ collection: collection.name, progress: null }));
  try {
    const refreshing = session.ingester().then((ingester) => ingester.refresh(stored, budgetMs));
    // The process that looks may have to start, or hang: the answer does not wait for that.
    return (await within(refreshing, budgetMs + graceMs)) ?? { updated: 0, pending, failed: [] };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return {
      updated: 0,
      pending: [],
      failed: held.map(({ collection }) => ({ collection: collection.name, message })),
    };
  }
}
