import type { IndexSegment } from "../index-snapshot.ts";

/**
 * Slots of a segment that have all of the terms: 1 where they do, by slot; null when no slot has. The order and the neighbourhood of
 * the words are for the text to tell.
 */
export function slotsWithAll(segment: IndexSegment, terms: readonly string[]): Uint8Array | null {
  const distinct = [...new Set(terms)].toSorted((a, b) => segment.slotsWith(a) - segment.slotsWith(b)).slice(0, 100);
  const reached = new Uint8Array(segment.slots);
  for (const [index, term] of distinct.entries()) {
    const postings = segment.postings(term);
    if (postings === null) return null;
    const { count, slots } = postings;
    for (let i = 0; i < count; i++) {
      const slot = slots[i] ?? 0;
      if (reached[slot] === index) reached[slot] = index + 1;
    }
  }
  let isAny = false;
  for (let slot = 0; slot < reached.length; slot++) {
    const hasAll = reached[slot] === distinct.length;
    reached[slot] = hasAll ? 1 : 0;
    isAny ||= hasAll;
  }
  return isAny ? reached : null;
}
