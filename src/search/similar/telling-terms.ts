import type { IndexSegment } from "../index-snapshot.ts";

/** How many slots have a term, remembered for as long as the segments are the same. */
export class TermFrequencies {
  readonly #known = new Map<string, number>();
  #key = "";

  /** The rarest of the terms that some segment has, rarest first, with the weight of each (idf). */
  telling(segments: readonly IndexSegment[], terms: Iterable<string>, limits: TellingLimits): TellingTerm[] {
    const key = segments.map(({ id }) => id).join();
    if (key !== this.#key || this.#known.size > maxRemembered) this.#known.clear();
    this.#key = key;
    const slots = segments.reduce((sum, segment) => sum + segment.slots, 0);
    // What a hundredth of all passages have tells nothing; in a small collection some passages may always share a word.
    const mostSlots = Math.max(20, slots / 100);
    const counted: { term: string; count: number }[] = [];
    for (const term of new Set(terms)) {
      const count = this.#count(segments, term);
      if (count > 0 && count <= mostSlots) counted.push({ term, count });
    }
    return counted
      .toSorted((a, b) => a.count - b.count || (a.term < b.term ? -1 : 1))
      .slice(0, limits.terms)
      .map(({ term, count }) => ({ term, weight: Math.log(1 + slots / count) }));
  }

  #count(segments: readonly IndexSegment[], term: string): number {
    const known = this.#known.get(term);
    if (known !== undefined) return known;
    const count = segments.reduce((sum, segment) => sum + segment.slotsWith(term), 0);
    this.#known.set(term, count);
    return count;
  }
}

export interface TellingTerm {
  readonly term: string;
  readonly weight: number;
}

export interface TellingLimits {
  readonly terms: number;
}

// Some five megabytes, in the process that serves all sessions.
const maxRemembered = 50_000;
