import type { Hit, SearchFilters, SearchResult } from "../core/search.ts";
import { placeOf } from "../core/hit-place.ts";
import type { OperationInput } from "../protocol/operations.ts";
import { comparableText, hasWord, queryWords } from "./query-words.ts";

/** What a search that found little can tell of the reason. All empty where enough was found. */
export interface SearchAdvice {
  /** Few hits, or hits that have less than half of the words. */
  readonly isWeak: boolean;
  /** No hit has any word of the question in any form: they are only the nearest. */
  readonly isWithoutWords: boolean;
  /** Words of the question that no passage of the searched collections has, as written. */
  readonly unknownWords: readonly string[];
  /** Filters without which something would be found, each with the place of the best; nothing was found with them. */
  readonly withoutFilters: readonly WithoutFilter[];
}

export interface WithoutFilter {
  readonly filters: readonly (keyof SearchFilters)[];
  readonly place: string;
}

type Question = Omit<OperationInput<"search">, "filters"> & { readonly filters: SearchFilters };
type Ask = (question: Question) => Promise<SearchResult>;

/** Fewer hits than this are few. */
const fewHits = 3;
/** Each word that is asked for is a search of its own. */
const maxWordsAsked = 6;

const nothing: SearchAdvice = { isWeak: false, isWithoutWords: false, unknownWords: [], withoutFilters: [] };

/** Asks the hub again, for one hit each time, where little was found: single words without filters, and the question with fewer filters. */
export async function adviceFor(
  {
    question,
    hits,
    isOfPhotos,
  }: { readonly question: Question; readonly hits: readonly Hit[]; readonly isOfPhotos?: boolean },
  ask: Ask,
): Promise<SearchAdvice> {
  // Its words were read as what the photos are, and the hub has said how.
  if (isOfPhotos === true && hits.length > 0) return nothing;
  const words = queryWords(question.query);
  const texts = hits.map(({ path, symbol, scope, text }) =>
    comparableText([path, symbol ?? "", ...scope, text].join("\n")),
  );
  const missing = words.filter((word) => !texts.some((text) => hasWord(text, word)));
  // The ranking reads all of the question; by meaning alone it does not look for its words.
  const isWithoutWords =
    question.mode === "semantic"
      ? words.length > 0 && missing.length === words.length
      : hits.every(({ scores }) => scores.words === null);
  const isWeak = isWithoutWords || hits.length < Math.min(fewHits, question.limit) || missing.length * 2 > words.length;
  if (!isWeak) return nothing;
  const isUnknown = async (word: string): Promise<boolean> => {
    const found = await ask({ ...question, query: word, mode: "keyword", filters: {}, limit: 1 });
    return found.hits.length === 0;
  };
  const asked = missing.slice(0, maxWordsAsked).map(({ text }) => text);
  const answers = await Promise.all(asked.map(isUnknown));
  const unknownWords = asked.filter((_, index) => answers[index]);
  return {
    isWeak,
    isWithoutWords,
    unknownWords,
    withoutFilters: hits.length === 0 ? await withoutFilters(question, ask) : [],
  };
}

/** Each filter alone left out; where that is not enough, all of them. */
async function withoutFilters(question: Question, ask: Ask): Promise<WithoutFilter[]> {
  const names = filterNames(question.filters);
  const without = async (filters: readonly (keyof SearchFilters)[]): Promise<WithoutFilter[]> => {
    const left = Object.fromEntries(
      Object.entries(question.filters).filter(([name]) => !filters.some((f) => f === name)),
    );
    const [best] = (await ask({ ...question, filters: left, limit: 1 })).hits;
    return best === undefined ? [] : [{ filters, place: placeOf(best) }];
  };
  const single = (await Promise.all(names.map((name) => without([name])))).flat();
  return single.length > 0 || names.length < 2 ? single : without(names);
}

/** The filters that are set. */
export function filterNames(filters: SearchFilters): (keyof SearchFilters)[] {
  const all = {
    path: filters.path,
    language: filters.language,
    category: filters.category,
    source: filters.source,
    kind: filters.kind,
    sinceMs: filters.sinceMs,
    untilMs: filters.untilMs,
    where: filters.where,
    photo: filters.photo,
  } satisfies Record<keyof SearchFilters, unknown>;
  // Safe: the keys are those of the object above.
  return (Object.keys(all) as (keyof SearchFilters)[]).filter((name) => all[name] !== undefined);
}
