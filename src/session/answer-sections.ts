import { passageText, wholeTokens } from "./passage-text.ts";
import type { Passage } from "./passages.ts";
import type { QueryWord } from "./query-words.ts";
import { answerTokens } from "./token-count.ts";

export interface AnswerSection {
  readonly passage: Passage;
  readonly heading: string;
  /** Empty: there was no room for any of it. */
  readonly text: string;
}

interface Ranked {
  readonly passages: readonly Passage[];
  /** One for each passage. */
  readonly headings: readonly string[];
  readonly words: readonly QueryWord[];
}

/** So many tokens are for headings before any text is shown; of more, half. */
const headingsFirst = 200;
/** Less text tells little: better ones have it. */
const leastTextTokens = 40;
/** Of what the one before may take: ranks fall off that fast. */
const nextShare = 2 / 3;

/**
 * The best passages in the order of their ranks, in about `room` tokens: as many headings as fit, then the texts of the best. What one
 * does not need is for the others, the better first. More room never gives fewer headings, nor less text in all but for single lines.
 */
export function answerSections({ passages, headings, words }: Ranked, room: number): AnswerSection[] {
  const prices = headings.map((heading) => answerTokens(`${heading}\n\n`));
  const forHeadings = Math.min(total(prices), Math.max(room / 2, Math.min(room, headingsFirst)));
  // Without any place an answer is of no use.
  const count = Math.max(1, countWithin(prices, forHeadings));
  const texts = textsOf(passages.slice(0, count), words, Math.max(0, Math.floor(room - forHeadings)));
  return passages
    .slice(0, count)
    .map((passage, index) => ({ passage, heading: headings[index] ?? "", text: texts[index] ?? "" }));
}

function textsOf(passages: readonly Passage[], words: readonly QueryWord[], room: number): string[] {
  const needs = passages.map((passage) => wholeTokens(passage, room) + 1);
  const shares = sharesOf(needs, room);
  const texts: string[] = passages.map(() => "");
  let left = room - total(shares);
  const show = (index: number, maxTokens: number) => {
    const passage = passages[index];
    if (passage === undefined) return;
    const text = passageText(passage, { words, maxTokens: maxTokens - 1 });
    texts[index] = text;
    left += (shares[index] ?? 0) - (text === "" ? 0 : answerTokens(`${text}\n`));
  };
  // The last first, so that what it leaves over goes to a better one.
  for (let index = shares.length - 1; index >= 0; index--) {
    const [share, need] = [shares[index] ?? 0, needs[index] ?? 0];
    show(index, share < need ? share + Math.max(0, left) : share);
  }
  for (const index of passages.keys()) if (index >= shares.length && left >= leastTextTokens / 2) show(index, left);
  return texts;
}

/** For as many of the best as can have some: what each needs, or its part of what there is. */
function sharesOf(needs: readonly number[], room: number): number[] {
  for (let count = needs.length; count > 1; count--) {
    const shares = filled(needs.slice(0, count), room);
    if (shares.every((share, index) => share >= Math.min(needs[index] ?? 0, leastTextTokens))) return shares;
  }
  return filled(needs.slice(0, 1), room);
}

/** Parts that fall off by rank; what is more than one needs is shared by the others. */
function filled(needs: readonly number[], room: number): number[] {
  const weights = needs.map((_, index) => nextShare ** index);
  const shares = needs.map(() => 0);
  let open = [...needs.keys()];
  let left = room;
  for (;;) {
    const level = left / total(open.map((index) => weights[index] ?? 0));
    const full = open.filter((index) => (needs[index] ?? 0) <= level * (weights[index] ?? 0));
    if (full.length === 0) {
      for (const index of open) shares[index] = Math.floor(level * (weights[index] ?? 0));
      return shares;
    }
    for (const index of full) {
      shares[index] = needs[index] ?? 0;
      left -= needs[index] ?? 0;
    }
    open = open.filter((index) => !full.includes(index));
  }
}

function countWithin(prices: readonly number[], room: number): number {
  let left = room;
  const index = prices.findIndex((price) => (left -= price) < 0);
  return index === -1 ? prices.length : index;
}

function total(numbers: readonly number[]): number {
  return numbers.reduce((sum, one) => sum + one, 0);
}
