import type { IndexSegment } from "../index-snapshot.ts";
import { type Phrase, phraseText } from "../query.ts";
import type { RankingSource } from "./rank-passages.ts";
import { slotsWithAll } from "./shared-words.ts";
import { type ScoredSlot, topSlots } from "./top-slots.ts";
import type { WordScores } from "./word-scores.ts";

/** Passages that hold quoted phrases word for word. */
export interface PhraseHits {
  /** Each once. */
  readonly slots: readonly ScoredSlot[];
  /** Which share of the phrases the slot holds, 0 to 1. */
  shareOf(segment: IndexSegment, slot: number): number;
  /** More texts had all words of a phrase than are read for one. */
  readonly isCut: boolean;
}

const maxHits = 200;
/** Texts read for one phrase. */
const maxTexts = 5_000;

/** Finds the passages that have all words of a phrase, and reads their texts, most promising scores first. */
export function phraseHits(source: RankingSource, phrases: readonly Phrase[], words: WordScores): PhraseHits {
  const shares = new Map<IndexSegment, Map<number, number>>();
  const found: ScoredSlot[] = [];
  let isCut = false;
  for (const phrase of phrases) {
    const search = checkedTexts(source, phrase);
    for (const hit of search.hits(words)) {
      const ofSegment = shares.get(hit.segment) ?? new Map<number, number>();
      shares.set(hit.segment, ofSegment);
      if (!ofSegment.has(hit.slot)) found.push(hit);
      ofSegment.set(hit.slot, (ofSegment.get(hit.slot) ?? 0) + 1 / phrases.length);
    }
    isCut ||= search.isCut();
  }
  return { slots: found, shareOf: (segment, slot) => shares.get(segment)?.get(slot) ?? 0, isCut };
}

function checkedTexts(source: RankingSource, phrase: Phrase) {
  let read = 0;
  const holds = (segment: IndexSegment, slot: number): boolean => {
    if (read > maxTexts || source.filter.isWanted?.(segment, slot) === false) return false;
    read += 1;
    return phraseText(source.textOf(segment, slot)).includes(phrase.text);
  };
  return {
    hits: (words: WordScores): ScoredSlot[] =>
      topSlots(
        source.indexes.flatMap((index) => index.segments),
        {
          limit: maxHits,
          scoresOf: (segment) => scoresWithAll(segment, phrase, words),
          above: 0,
          filter: { mayBeWanted: source.filter.mayBeWanted, isWanted: holds },
        },
      ),
    isCut: () => read > maxTexts,
  };
}

/** Scores of the slots that have all words of the phrase; a little above 0 at least, so that stop-words alone are found too. */
function scoresWithAll(segment: IndexSegment, phrase: Phrase, words: WordScores): Float32Array | null {
  const marks = slotsWithAll(segment, phrase.parts);
  if (marks === null) return null;
  const scores = words.of(segment);
  return Float32Array.from(marks, (mark, slot) => (mark === 1 ? (scores[slot] ?? 0) + Number.EPSILON : 0));
}
