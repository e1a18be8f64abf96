/**
 * A collection's word index as one read transaction sees it: immutable segments with marks of what was deleted since. All of a
 * segment is addressed by slot, 0 to `slots` - 1; slots stand in ascending order of their chunk ids.
 */
export interface IndexSnapshot {
  /** Oldest first. A chunk that was written anew stands in several; all but the newest are dead. */
  readonly segments: readonly IndexSegment[];
  /** Living slots of all segments. */
  readonly livingSlots: number;
  /** Sum of the lengths of all living slots, in tokens. */
  readonly totalLength: number;
}

export interface IndexSegment {
  /** Never given to another segment: what is derived from its columns can be kept under it. */
  readonly id: number;
  readonly slots: number;
  /** Rows of `chunks`, `documents` and `texts` for each slot. */
  readonly chunkIds: Uint32Array;
  readonly documentIds: Uint32Array;
  readonly textIds: Uint32Array;
  /** Tokens of the slot in all fields, at most 65,535. */
  readonly lengths: Uint16Array;
  /** One bit a slot, lowest first; null when all are alive. */
  readonly dead: Uint8Array | null;
  /** What the term has here, dead slots included; null when nothing. The arrays are good until the next call on any segment. */
  postings(term: string): Postings | null;
  /** How many slots have the term, dead ones included. */
  slotsWith(term: string): number;
  /** All terms in order of their UTF-16 units, with the slots that have them: for suggestions and substrings. */
  terms(): Iterable<{ readonly term: string; readonly slots: number }>;
}

export interface Postings {
  readonly count: number;
  /** Ascending; the first `count` are valid. */
  readonly slots: Uint32Array;
  /** Occurrences, each times the weight of its field (path 1, name 3, signature 2, doc 2, body 1), at most 255. */
  readonly weights: Uint8Array;
}

export function isDead(segment: IndexSegment, slot: number): boolean {
  return segment.dead !== null && ((segment.dead[slot >> 3] ?? 0) & (1 << (slot & 7))) !== 0;
}
