import { isDead, type IndexSegment } from "../index-snapshot.ts";
import type { BlockVisitor } from "../vector-scan/vector-scan.ts";
import type { TellingTerm } from "./telling-terms.ts";

/** A text that may be like a passage. */
export interface Candidate {
  readonly textId: number;
  /** Of the vectors; null: it has none, or was found by words and not looked at. */
  cosine: number | null;
}

/** The candidates of one passage by text, the best few of each kind. */
export class CandidateList {
  readonly #byText = new Map<number, Candidate>();

  add(textId: number, cosine: number | null): void {
    const known = this.#byText.get(textId);
    if (known === undefined) this.#byText.set(textId, { textId, cosine });
    else known.cosine ??= cosine;
  }

  values(): Candidate[] {
    return [...this.#byText.values()];
  }
}

interface NearSlot {
  readonly segment: IndexSegment;
  readonly slot: number;
  readonly cosine: number;
}

/** Different texts that are nearest by vectors; places of the same text count once. */
export class NearestTexts {
  readonly #limit: number;
  readonly #floor: number;
  #found: NearSlot[] = [];
  threshold: number;

  constructor(limit: number, floor: number) {
    this.#limit = limit;
    this.#floor = floor;
    this.threshold = floor;
  }

  add(found: NearSlot): void {
    this.#found.push(found);
    // Room for twice as many, so that it is seldom put in order.
    if (this.#found.length >= this.#limit * 4) this.#settle();
  }

  values(): readonly NearSlot[] {
    this.#settle();
    return this.#found;
  }

  #settle(): void {
    const texts = new Set<number>();
    this.#found = this.#found
      .toSorted((a, b) => b.cosine - a.cosine)
      .filter(({ segment, slot }) => {
        const textId = segment.textIds[slot] ?? 0;
        return !texts.has(textId) && texts.add(textId);
      })
      .slice(0, this.#limit);
    this.threshold = this.#found.length < this.#limit ? this.#floor : (this.#found.at(-1)?.cosine ?? this.#floor);
  }
}

/** Takes the cosines of one segment's blocks, for several queries at once; `nearest` in the order of the queries. */
export function nearestVisitor(segment: IndexSegment, nearest: readonly (NearestTexts | undefined)[]): BlockVisitor {
  return (queryIndex, firstSlot, cosines) => {
    const list = nearest[queryIndex];
    if (list === undefined) return;
    for (let index = 0; index < cosines.length; index++) {
      const cosine = cosines[index] ?? Number.NaN;
      if (!(cosine > list.threshold)) continue;
      const slot = firstSlot + index;
      if (!isDead(segment, slot)) list.add({ segment, slot, cosine });
    }
  };
}

const maxPostings = 20_000;
// Of a copied half, half of the telling words are there.
const minShare = 0.25;

/** Texts that share the most of a passage's telling words, best first. */
export function textsWithTerms(
  segments: readonly IndexSegment[],
  terms: readonly TellingTerm[],
  limit: number,
): number[] {
  const total = terms.reduce((sum, { weight }) => sum + weight, 0);
  const scores = new Map<number, number>();
  let read = 0;
  for (const segment of segments) {
    // By text and not by slot: of one text in many places, one counts.
    const own = new Map<number, number>();
    for (const { term, weight } of terms) {
      const postings = read < maxPostings ? segment.postings(term) : null;
      if (postings === null) continue;
      read += postings.count;
      const seen = new Set<number>();
      for (let i = 0; i < postings.count; i++) {
        const slot = postings.slots[i] ?? 0;
        const textId = segment.textIds[slot] ?? 0;
        if (isDead(segment, slot) || seen.has(textId)) continue;
        seen.add(textId);
        own.set(textId, (own.get(textId) ?? 0) + weight);
      }
    }
    for (const [textId, score] of own) scores.set(textId, Math.max(score, scores.get(textId) ?? 0));
  }
  return [...scores]
    .filter(([, score]) => score >= minShare * total)
    .toSorted((a, b) => b[1] - a[1] || a[0] - b[0])
    .slice(0, limit)
    .map(([textId]) => textId);
}
