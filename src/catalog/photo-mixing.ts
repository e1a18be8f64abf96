import type { Hit } from "../core/search.ts";
import { stopWords } from "../search/stop-words.ts";
import type { Tokenizer } from "../search/tokenizer.ts";

export interface FoundBoth {
  /** That the conditions hold for, best or newest first. */
  readonly photos: readonly Hit[];
  /** What the question finds as text, best first. */
  readonly texts: readonly Hit[];
  /** The question without words that say nothing. */
  readonly telling: string;
  /** What of it is no condition. */
  readonly rest: string;
  /** It may ask for the one as well as for the other. */
  readonly isInDoubt: boolean;
  readonly limit: number;
}

/**
 * Photos and other documents in one list. What has every word of the question stands before photos that only fit its conditions, but behind
 * those that have the other words, too. In doubt the two take turns; else the photos stand first.
 */
export function mixedHits({ photos, texts, telling, rest, isInDoubt, limit }: FoundBoth, tokenizer: Tokenizer): Hit[] {
  const asked = wordsOf(telling, tokenizer);
  const beside = wordsOf(rest, tokenizer);
  const shareOf = (hit: Hit): number => shareIn(asked, hit, tokenizer);
  const shares = new Map(texts.map((hit) => [hit, shareOf(hit)]));
  const others = texts.filter(({ category }) => category !== "images");
  const strong = beside.size === 0 ? [] : others.filter((hit) => shares.get(hit) === 1);
  const likely = others.filter((hit) => !strong.includes(hit) && (shares.get(hit) ?? 0) >= 0.5);
  const whole = beside.size === 0 ? [] : photos.filter((hit) => shareIn(beside, hit, tokenizer) === 1);
  const fitting = photos.filter((hit) => !whole.includes(hit));
  const inTurns = isInDoubt ? takingTurns(fitting, likely) : [...fitting, ...likely];
  return distinctHits([...whole, ...strong, ...inTurns, ...texts], limit);
}

/** Each once, and none with a better score than the one before it. */
export function distinctHits(hits: readonly Hit[], limit: number): Hit[] {
  const known = new Set<string>();
  const kept: Hit[] = [];
  for (const hit of hits) {
    if (kept.length >= limit) break;
    const key = keyOf(hit);
    if (known.has(key)) continue;
    known.add(key);
    kept.push({ ...hit, score: Math.min(hit.score, kept.at(-1)?.score ?? hit.score) });
  }
  return kept;
}

/** Of a burst any photo is the whole. */
function keyOf({ collection, sourceKey, burst, recordId }: Hit): string {
  return burst === undefined ? recordId : [collection, sourceKey, burst.first].join("\0");
}

function takingTurns(ones: readonly Hit[], others: readonly Hit[]): Hit[] {
  const count = Math.max(ones.length, others.length);
  return Array.from({ length: count }, (_, at) => [ones[at], others[at]]).flatMap((pair) =>
    pair.filter((hit) => hit !== undefined),
  );
}

function wordsOf(text: string, tokenizer: Tokenizer): Set<string> {
  const said = tokenizer.words(text).filter(({ word }) => !stopWords.has(word.toLowerCase()));
  return new Set(said.flatMap(({ tokens }) => tokens.parts));
}

/** How many of the words the passage has, its name and path included: 0 to 1. */
function shareIn(words: ReadonlySet<string>, { path, symbol, scope, text }: Hit, tokenizer: Tokenizer): number {
  if (words.size === 0) return 0;
  const own = new Set(tokenizer.parts([path, symbol ?? "", ...scope, text].join(" ")));
  return [...words].filter((word) => own.has(word)).length / words.size;
}
