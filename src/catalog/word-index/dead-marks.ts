import type { SegmentHead, SegmentStore } from "./segment-store.ts";

// Ids of chunks that are kept to find removed ones, over all collections: 8 MB.
const maxKeptIds = 2_000_000;

/** Marks chunks as dead where they live. */
export interface DeadMarks {
  /** `chunkIds` ascending, each once; those that live in none of the segments are left out. */
  mark(heads: readonly SegmentHead[], chunkIds: Uint32Array): void;
}

export function createDeadMarks(store: SegmentStore): DeadMarks {
  const kept = new Map<number, Uint32Array>();
  let keptIds = 0;
  const idsOf = (head: SegmentHead): Uint32Array => {
    const known = kept.get(head.id);
    if (known !== undefined) return known;
    const ids = store.chunkIds(head);
    for (const [id, { length }] of kept) {
      if (keptIds + ids.length <= maxKeptIds) break;
      kept.delete(id);
      keptIds -= length;
    }
    kept.set(head.id, ids);
    keptIds += ids.length;
    return ids;
  };
  return {
    mark: (heads, chunkIds) => {
      for (const head of heads) {
        const from = lowerBound(chunkIds, head.firstChunk);
        const to = lowerBound(chunkIds, head.lastChunk + 1);
        if (from < to) markIn(store, head, slotsOf(idsOf(head), chunkIds.subarray(from, to)));
      }
    },
  };
}

function markIn(store: SegmentStore, head: SegmentHead, slots: readonly number[]): void {
  if (slots.length === 0) return;
  const bits = store.deadBits(head);
  let deadSlots = head.deadSlots;
  for (const slot of slots) {
    const byte = bits[slot >> 3] ?? 0;
    const bit = 1 << (slot & 7);
    if ((byte & bit) !== 0) continue;
    bits[slot >> 3] = byte | bit;
    deadSlots++;
  }
  if (deadSlots > head.deadSlots) store.markDead(head, bits, deadSlots);
}

function slotsOf(ids: Uint32Array, wanted: Uint32Array): number[] {
  const slots: number[] = [];
  for (const id of wanted) {
    const slot = lowerBound(ids, id);
    if (ids[slot] === id) slots.push(slot);
  }
  return slots;
}

/** Index of the first number that is not below `value`. */
function lowerBound(ascending: Uint32Array, value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
