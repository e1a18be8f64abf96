import type { IndexSnapshot } from "../../search/index-snapshot.ts";
import type { SegmentHead, SegmentStore } from "./segment-store.ts";
import { PostingBuffers, StoredSegment } from "./stored-segment.ts";

// Slots that are kept over all collections, at 14 bytes: 56 MB. One collection may have more.
const maxKeptSlots = 4_000_000;

/** Reads snapshots. What it keeps are segments by their id, which never change but for their marks. */
export function createSnapshots(store: SegmentStore): (collectionId: number) => IndexSnapshot {
  const buffers = new PostingBuffers(store);
  // The collection that was asked last stands last.
  const kept = new Map<number, readonly StoredSegment[]>();

  const read = (head: SegmentHead, known: ReadonlyMap<number, StoredSegment>): StoredSegment => {
    const segment = known.get(head.id);
    if (segment?.deadRevision === head.deadRevision) return segment;
    if (segment !== undefined) return segment.withMarks(head);
    return new StoredSegment(
      head,
      { columns: store.columns(head), firstTerms: store.firstTerms(head) },
      { store, buffers },
    );
  };
  return (collectionId) => {
    const known = new Map(kept.get(collectionId)?.map((segment) => [segment.id, segment]));
    const segments = store.heads(collectionId).map((head) => read(head, known));
    kept.delete(collectionId);
    if (segments.length > 0) kept.set(collectionId, segments);
    // Memory grows only with segments that were not known.
    if (segments.some(({ id }) => !known.has(id))) forgetOthers(kept, collectionId, store.collections());
    return {
      segments,
      livingSlots: segments.reduce((sum, { livingSlots }) => sum + livingSlots, 0),
      totalLength: segments.reduce((sum, { totalLength }) => sum + totalLength, 0),
    };
  };
}

/** Lets go of collections that are gone, then of those that were not asked for longest until the rest fits. */
function forgetOthers(kept: Map<number, readonly StoredSegment[]>, current: number, stored: readonly number[]): void {
  const present = new Set(stored);
  for (const id of kept.keys()) if (!present.has(id)) kept.delete(id);
  let slots = 0;
  for (const segments of kept.values()) slots += slotsOf(segments);
  for (const [id, segments] of kept) {
    if (slots <= maxKeptSlots) return;
    if (id === current) continue;
    kept.delete(id);
    slots -= slotsOf(segments);
  }
}

function slotsOf(segments: readonly StoredSegment[]): number {
  return segments.reduce((sum, segment) => sum + segment.slots, 0);
}
