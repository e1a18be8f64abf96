import { damagedIndex } from "./damage.ts";
import type { PageBuilder } from "./page-builder.ts";
import { PageCursor } from "./posting-page.ts";
import type { SegmentColumns, SegmentHead, SegmentStore } from "./segment-store.ts";
import { compareTerms, maxTermBytes } from "./term-bytes.ts";

const gone = 0xffffffff;
// Chunk id and place are sorted as one number of 53 bits: 32 of the id, 21 of the place.
const placeLimit = 2 ** 21;

/** Makes one segment, as old as the oldest, of the living slots of all; none if nothing lives. The inputs are retired. */
export function mergeSegments(store: SegmentStore, collectionId: number, heads: readonly SegmentHead[]): void {
  // In the order of their chunks, so that lists mostly follow one another.
  const inputs = heads.toSorted((a, b) => a.firstChunk - b.firstChunk).map((head) => readInput(store, head));
  const columns = assignSlots(inputs);
  if (columns.chunkIds.length > 0) {
    const age = Math.min(...heads.map((head) => head.age));
    store.insert({ collectionId, age, columns, fill: (pages) => mergeTerms(inputs, columns.chunkIds.length, pages) });
  }
  for (const head of heads) store.retire(head);
}

interface MergeInput {
  readonly columns: SegmentColumns;
  readonly bits: Uint8Array;
  /** Slot of the result for each slot, or `gone`. */
  readonly newSlots: Uint32Array;
  readonly terms: TermReader;
}

function readInput(store: SegmentStore, head: SegmentHead): MergeInput {
  const newSlots = new Uint32Array(head.slots).fill(gone);
  return { columns: store.columns(head), bits: store.deadBits(head), newSlots, terms: new TermReader(store, head) };
}

/** Fills the inputs' `newSlots` and gathers the columns of the result, in the order of the chunk ids. */
function assignSlots(inputs: readonly MergeInput[]): SegmentColumns {
  const slots = inputs.reduce((total, { newSlots }) => total + newSlots.length, 0);
  if (slots > placeLimit) throw new RangeError("Too many passages for one merge.");
  const keys = new Float64Array(slots);
  let living = 0;
  let offset = 0;
  for (const { columns, bits } of inputs) {
    for (const [slot, chunkId] of columns.chunkIds.entries())
      if (((bits[slot >> 3] ?? 0) & (1 << (slot & 7))) === 0) keys[living++] = chunkId * placeLimit + offset + slot;
    offset += columns.chunkIds.length;
  }
  return gatherColumns(inputs, sorted(keys.subarray(0, living)));
}

function sorted(keys: Float64Array): Float64Array {
  for (let i = 1; i < keys.length; i++) if ((keys[i - 1] ?? 0) > (keys[i] ?? 0)) return keys.toSorted();
  return keys;
}

function gatherColumns(inputs: readonly MergeInput[], keys: Float64Array): SegmentColumns {
  const result = {
    chunkIds: new Uint32Array(keys.length),
    documentIds: new Uint32Array(keys.length),
    textIds: new Uint32Array(keys.length),
    lengths: new Uint16Array(keys.length),
  };
  const ownerOf = owners(inputs);
  for (const [newSlot, key] of keys.entries()) {
    const place = key % placeLimit;
    const { input, offset } = ownerOf(place);
    const slot = place - offset;
    input.newSlots[slot] = newSlot;
    result.chunkIds[newSlot] = input.columns.chunkIds[slot] ?? 0;
    result.documentIds[newSlot] = input.columns.documentIds[slot] ?? 0;
    result.textIds[newSlot] = input.columns.textIds[slot] ?? 0;
    result.lengths[newSlot] = input.columns.lengths[slot] ?? 0;
  }
  return result;
}

interface Owner {
  readonly input: MergeInput;
  readonly offset: number;
}

/** Finds the input that has a place; places of one input mostly follow one another. */
function owners(inputs: readonly MergeInput[]): (place: number) => Owner {
  let offset = 0;
  const all = inputs.map((input) => {
    const owner = { input, offset };
    offset += input.newSlots.length;
    return owner;
  });
  let last = all[0];
  return (place) => {
    if (last === undefined || place < last.offset || place >= last.offset + last.input.newSlots.length)
      last = all.findLast((owner) => owner.offset <= place);
    if (last === undefined) throw new RangeError("A place belongs to no segment.");
    return last;
  };
}

interface PostingList {
  readonly slots: Uint32Array;
  readonly weights: Uint8Array;
}

interface LivingRun {
  readonly slots: Uint32Array;
  readonly weights: Uint8Array;
  readonly from: 0;
  to: number;
}

/** Walks the terms of all inputs together, in order, and writes what lives. */
function mergeTerms(inputs: readonly MergeInput[], slots: number, pages: PageBuilder): void {
  const run: LivingRun = { slots: new Uint32Array(slots), weights: new Uint8Array(slots), from: 0, to: 0 };
  const longest = Math.max(0, ...inputs.map(({ newSlots }) => newSlots.length));
  const list: PostingList = { slots: new Uint32Array(longest), weights: new Uint8Array(longest) };
  const term = Buffer.alloc(maxTermBytes);
  let open = inputs.filter(({ terms }) => terms.next());
  while (open.length > 0) {
    const lowest = lowestOf(open);
    const termLength = lowest.cursor.termLength;
    for (let i = 0; i < termLength; i++) term[i] = lowest.cursor.term[i] ?? 0;
    const { prefix } = lowest;
    run.to = 0;
    let hasEnded = false;
    for (const input of open) {
      const { cursor } = input.terms;
      // The parts of a long list have the same term.
      while (input.terms.prefix === prefix && compareTerms(cursor.term, cursor.termLength, term, termLength) === 0) {
        appendLiving(input, list, run);
        if (!input.terms.next()) hasEnded = true;
      }
    }
    if (run.to > 0) pages.add(term, termLength, run);
    if (hasEnded) open = open.filter(({ terms }) => !terms.hasEnded);
  }
}

/** The first of those whose term comes first. */
function lowestOf(open: readonly MergeInput[]): TermReader {
  let lowest: TermReader | undefined;
  for (const { terms } of open) if (lowest === undefined || terms.isBefore(lowest)) lowest = terms;
  if (lowest === undefined) throw new RangeError("Nothing is open.");
  return lowest;
}

function appendLiving({ terms, newSlots }: MergeInput, list: PostingList, run: LivingRun): void {
  const { cursor } = terms;
  const { count } = cursor;
  cursor.readSlots(list.slots, 0, newSlots.length);
  cursor.readWeights(list.weights);
  const from = run.to;
  for (let i = 0; i < count; i++) {
    const slot = newSlots[list.slots[i] ?? 0] ?? gone;
    if (slot === gone) continue;
    run.slots[run.to] = slot;
    run.weights[run.to++] = list.weights[i] ?? 0;
  }
  // A slot has a term once, so there are never more than the result has slots.
  if (run.to > run.slots.length) throw damagedIndex("a word stands twice in a segment");
  if (from > 0 && run.to > from && (run.slots[from] ?? 0) < (run.slots[from - 1] ?? 0)) mergeTail(run, from);
}

/** Brings what stands from `from` on into order with what stands before; each by itself is in order. */
function mergeTail({ slots, weights, to }: LivingRun, from: number): void {
  const tailSlots = slots.slice(from, to);
  const tailWeights = weights.slice(from, to);
  let before = from - 1;
  let tail = tailSlots.length - 1;
  for (let at = to - 1; tail >= 0; at--) {
    if (before >= 0 && (slots[before] ?? 0) > (tailSlots[tail] ?? 0)) {
      slots[at] = slots[before] ?? 0;
      weights[at] = weights[before--] ?? 0;
    } else {
      slots[at] = tailSlots[tail] ?? 0;
      weights[at] = tailWeights[tail--] ?? 0;
    }
  }
}

const prefixBytes = 6;

/** The entries of a segment's pages, one after the other. */
class TermReader {
  readonly cursor = new PageCursor();
  hasEnded = false;
  /** The term's first bytes as a number, so that most terms are told apart at once; -1 when there is no term. */
  prefix = -1;
  readonly #store: SegmentStore;
  readonly #head: SegmentHead;
  #pages = 0;

  constructor(store: SegmentStore, head: SegmentHead) {
    this.#store = store;
    this.#head = head;
  }

  next(): boolean {
    if (this.#pages === 0 || !this.cursor.next()) this.#nextPage();
    this.prefix = this.hasEnded ? -1 : prefixOf(this.cursor);
    return !this.hasEnded;
  }

  isBefore({ prefix, cursor }: TermReader): boolean {
    if (this.prefix !== prefix) return this.prefix < prefix;
    return compareTerms(this.cursor.term, this.cursor.termLength, cursor.term, cursor.termLength) < 0;
  }

  #nextPage(): void {
    this.hasEnded = this.#pages === this.#head.pageCount;
    if (this.hasEnded) return;
    this.cursor.open(this.#store.page(this.#head.firstPage + this.#pages++));
    this.cursor.next();
  }
}

function prefixOf({ term, termLength }: PageCursor): number {
  let prefix = 0;
  for (let i = 0; i < prefixBytes; i++) prefix = prefix * 256 + (i < termLength ? (term[i] ?? 0) : 0);
  return prefix;
}
