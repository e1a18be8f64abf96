import { isDead, type IndexSegment } from "../index-snapshot.ts";

/** A slot of one of the segments with its score. */
export interface ScoredSlot {
  readonly segment: IndexSegment;
  readonly slot: number;
  readonly score: number;
}

/** Which slots take part. What is null lets all of them through. */
export interface SlotFilter {
  /** Cheap, and asked for every slot that would be among the best. */
  readonly mayBeWanted: ((segment: IndexSegment, slot: number) => boolean) | null;
  /** Dear, because it reads what is stored: asked for as few as possible, after the other. */
  readonly isWanted: ((segment: IndexSegment, slot: number) => boolean) | null;
}

export interface SlotSelection {
  readonly limit: number;
  /** Scores of a segment by slot; null: none of its slots takes part. NaN takes no part either. */
  readonly scoresOf: (segment: IndexSegment) => Float32Array | null;
  /** Only scores above this take part. */
  readonly above: number;
  readonly filter: SlotFilter;
}

// With a dear filter the best slots are asked first, then more, and only if too few of those are wanted, all.
const breadths = [4, 32];

/** The best living slots that are wanted, best first; equal scores in the order of segments and slots. */
export function topSlots(segments: readonly IndexSegment[], selection: SlotSelection): ScoredSlot[] {
  const { limit, filter } = selection;
  const { mayBeWanted, isWanted } = filter;
  if (isWanted === null) return bestSlots(segments, selection, mayBeWanted);
  for (const breadth of breadths) {
    const best = bestSlots(segments, { ...selection, limit: limit * breadth }, mayBeWanted);
    const wanted: ScoredSlot[] = [];
    for (const scored of best) {
      if (wanted.length < limit && isWanted(scored.segment, scored.slot)) wanted.push(scored);
    }
    if (wanted.length === limit || best.length < limit * breadth) return wanted;
  }
  const areBoth = (segment: IndexSegment, slot: number): boolean =>
    (mayBeWanted?.(segment, slot) ?? true) && isWanted(segment, slot);
  return bestSlots(segments, selection, areBoth);
}

function bestSlots(
  segments: readonly IndexSegment[],
  selection: Omit<SlotSelection, "filter">,
  isWanted: SlotFilter["mayBeWanted"],
): ScoredSlot[] {
  const heap = new LowestFirst(selection.limit);
  for (const segment of segments) {
    const scores = selection.scoresOf(segment);
    if (scores === null) continue;
    let threshold = Math.max(selection.above, heap.threshold);
    for (let slot = 0; slot < segment.slots; slot++) {
      const score = scores[slot] ?? Number.NaN;
      if (!(score > threshold) || isDead(segment, slot) || isWanted?.(segment, slot) === false) continue;
      heap.add({ segment, slot, score });
      threshold = Math.max(selection.above, heap.threshold);
    }
  }
  return heap.sorted();
}

/** A binary heap of bounded size with the lowest score on top. */
class LowestFirst {
  readonly #limit: number;
  readonly #items: (ScoredSlot & { readonly order: number })[] = [];
  #added = 0;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** What a score must exceed to get in. */
  get threshold(): number {
    return this.#items.length < this.#limit ? Number.NEGATIVE_INFINITY : (this.#items[0]?.score ?? 0);
  }

  add(item: ScoredSlot): void {
    const entry = { ...item, order: this.#added++ };
    if (this.#items.length < this.#limit) {
      this.#items.push(entry);
      this.#rise(this.#items.length - 1);
    } else {
      this.#items[0] = entry;
      this.#sink();
    }
  }

  sorted(): ScoredSlot[] {
    return this.#items
      .toSorted((a, b) => b.score - a.score || a.order - b.order)
      .map(({ segment, slot, score }) => ({ segment, slot, score }));
  }

  #rise(from: number): void {
    for (let at = from; at > 0;) {
      const parent = (at - 1) >> 1;
      if (!this.#isLower(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  #sink(): void {
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let lowest = at;
      if (left < this.#items.length && this.#isLower(left, lowest)) lowest = left;
      if (right < this.#items.length && this.#isLower(right, lowest)) lowest = right;
      if (lowest === at) return;
      this.#swap(at, lowest);
      at = lowest;
    }
  }

  /** Of equal scores the one that came later goes first. */
  #isLower(a: number, b: number): boolean {
    const [one, other] = [this.#items[a], this.#items[b]];
    if (one === undefined || other === undefined) return false;
    return one.score !== other.score ? one.score < other.score : one.order > other.order;
  }

  #swap(a: number, b: number): void {
    const [one, other] = [this.#items[a], this.#items[b]];
    if (one === undefined || other === undefined) return;
    this.#items[a] = other;
    this.#items[b] = one;
  }
}
