import type { IndexSegment, Postings } from "../../search/index-snapshot.ts";
import { damagedIndex } from "./damage.ts";
import { PageCursor } from "./posting-page.ts";
import { RecentPages } from "./recent-pages.ts";
import type { SegmentColumns, SegmentHead, SegmentStore } from "./segment-store.ts";
import { cutTerm, maxTermBytes, writeTerm } from "./term-bytes.ts";

/** Memory that all segments of one index decode into, each call over the last. */
export class PostingBuffers {
  readonly pages: RecentPages;
  readonly cursor = new PageCursor();
  readonly term = Buffer.alloc(maxTermBytes);
  slots = new Uint32Array(4_096);
  weights = new Uint8Array(4_096);

  constructor(store: SegmentStore) {
    this.pages = new RecentPages(store);
  }

  /** Room for `length`; the first `kept` slots and weights stay. */
  reserve(length: number, kept: number): void {
    if (length <= this.slots.length) return;
    const [slots, weights] = [this.slots, this.weights];
    this.slots = new Uint32Array(2 * length);
    this.weights = new Uint8Array(2 * length);
    this.slots.set(slots.subarray(0, kept));
    this.weights.set(weights.subarray(0, kept));
  }
}

export interface SegmentParts {
  readonly columns: SegmentColumns;
  readonly firstTerms: readonly string[];
}

/** A segment whose columns are in memory and whose pages are read when they are asked for, in the caller's transaction. */
export class StoredSegment implements IndexSegment {
  readonly id: number;
  readonly slots: number;
  readonly chunkIds: Uint32Array;
  readonly documentIds: Uint32Array;
  readonly textIds: Uint32Array;
  readonly lengths: Uint16Array;
  readonly dead: Uint8Array | null;
  readonly deadRevision: number;
  readonly livingSlots: number;
  /** Of the living slots. */
  readonly totalLength: number;
  readonly #head: SegmentHead;
  readonly #parts: SegmentParts;
  readonly #store: SegmentStore;
  readonly #buffers: PostingBuffers;

  constructor(
    head: SegmentHead,
    parts: SegmentParts,
    { store, buffers }: { readonly store: SegmentStore; readonly buffers: PostingBuffers },
  ) {
    const { chunkIds, documentIds, textIds, lengths } = parts.columns;
    this.id = head.id;
    this.slots = head.slots;
    this.chunkIds = chunkIds;
    this.documentIds = documentIds;
    this.textIds = textIds;
    this.lengths = lengths;
    this.deadRevision = head.deadRevision;
    this.dead = head.deadRevision === 0 ? null : store.deadBits(head);
    const dead = deadTotals(this.dead, lengths);
    this.livingSlots = head.slots - dead.slots;
    this.totalLength = head.totalLength - dead.length;
    this.#head = head;
    this.#parts = parts;
    this.#store = store;
    this.#buffers = buffers;
  }

  /** The same segment with the marks of now. */
  withMarks(head: SegmentHead): StoredSegment {
    return new StoredSegment(head, this.#parts, { store: this.#store, buffers: this.#buffers });
  }

  postings(term: string): Postings | null {
    const first = this.#find(term);
    if (first === null) return null;
    const buffers = this.#buffers;
    const { cursor } = buffers;
    buffers.reserve(cursor.count, 0);
    cursor.readSlots(buffers.slots, 0, this.slots);
    if (!this.#goesOn(first, term)) return { count: cursor.count, slots: buffers.slots, weights: cursor.weights() };
    buffers.weights.set(cursor.weights());
    let { count } = cursor;
    for (let page = first; this.#goesOn(page, term); page++) {
      this.#openNext(page);
      buffers.reserve(count + cursor.count, count);
      cursor.readSlots(buffers.slots, count, this.slots);
      if ((buffers.slots[count] ?? 0) <= (buffers.slots[count - 1] ?? 0))
        throw damagedIndex("a long list is out of order");
      buffers.weights.set(cursor.weights(), count);
      count += cursor.count;
    }
    return { count, slots: buffers.slots, weights: buffers.weights };
  }

  slotsWith(term: string): number {
    const first = this.#find(term);
    if (first === null) return 0;
    const { cursor } = this.#buffers;
    let { count } = cursor;
    for (let page = first; this.#goesOn(page, term); page++) {
      this.#openNext(page);
      count += cursor.count;
    }
    return count;
  }

  *terms(): Generator<{ readonly term: string; readonly slots: number }> {
    const cursor = new PageCursor();
    let term: string | null = null;
    let slots = 0;
    for (let page = 0; page < this.#head.pageCount; page++) {
      cursor.open(this.#page(page));
      while (cursor.next()) {
        const text = cursor.text();
        if (text !== term && term !== null) {
          yield { term, slots };
          slots = 0;
        }
        term = text;
        slots += cursor.count;
      }
    }
    if (term !== null) yield { term, slots };
  }

  /** Puts the cursor at the term's first entry; answers the page where that is, or null. */
  #find(term: string): number | null {
    const { cursor, term: bytes } = this.#buffers;
    const page = firstPageWith(this.#parts.firstTerms, cutTerm(term));
    if (page === -1) return null;
    cursor.open(this.#page(page));
    return cursor.seek(bytes, writeTerm(term, bytes)) ? page : null;
  }

  /** Whether the list of the term, which has an entry in this page, has one in the next page too. */
  #goesOn(page: number, term: string): boolean {
    return this.#parts.firstTerms[page + 1] === cutTerm(term);
  }

  #openNext(page: number): void {
    const { cursor } = this.#buffers;
    cursor.open(this.#page(page + 1));
    cursor.next();
  }

  #page(index: number): Uint8Array {
    return this.#buffers.pages.get(this.#head, index);
  }
}

/** The page where the list of the term begins, if there is one: a list that fills pages begins one. -1 before the first term. */
function firstPageWith(firstTerms: readonly string[], term: string): number {
  let low = 0;
  let high = firstTerms.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((firstTerms[middle] ?? "") < term) low = middle + 1;
    else high = middle;
  }
  return firstTerms[low] === term ? low : low - 1;
}

function deadTotals(bits: Uint8Array | null, lengths: Uint16Array): { slots: number; length: number } {
  const totals = { slots: 0, length: 0 };
  if (bits === null) return totals;
  for (const [index, byte] of bits.entries()) {
    if (byte === 0) continue;
    for (let bit = 0; bit < 8; bit++) {
      const slot = 8 * index + bit;
      if ((byte & (1 << bit)) === 0 || slot >= lengths.length) continue;
      totals.slots++;
      totals.length += lengths[slot] ?? 0;
    }
  }
  return totals;
}
