import { damagedIndex } from "./damage.ts";
import { compareTerms, maxTermBytes, readTerm } from "./term-bytes.ts";

/**
 * A page of postings: terms in ascending order, front-coded, each with its list. Numbers of two bytes are little-endian, others packed
 * (packed-numbers.ts).
 *
 *     header      entries (2 bytes), bytes of the dictionary (2)
 *     restarts    for every 16th entry: where it stands in the dictionary (2), where its list stands in the lists (2)
 *     dictionary  for each entry: bytes shared with the term before (0 at a restart), bytes of the rest, the rest,
 *                 number of slots, bytes of the list
 *     lists       for each entry: the gaps between its slots, then one byte of weight for each
 */
export const headerBytes = 4;
/** Of dictionary, lists and restarts together; the entries of one page have 16 bits for their offsets. */
export const maxPageBytes = 8_192;
export const restartBytes = 4;
export const entriesPerRestart = 16;

/** Walks or searches one page. CATALOG_DAMAGED, never a read beyond the page, when the bytes cannot be a page. */
export class PageCursor {
  readonly term = Buffer.alloc(maxTermBytes);
  termLength = 0;
  /** Slots of the entry. */
  count = 0;
  #page: Uint8Array = new Uint8Array(0);
  #entries = 0;
  #left = 0;
  #at = 0;
  #dictionaryFrom = 0;
  #listsFrom = 0;
  #listFrom = 0;
  #listTo = 0;

  /** Stands before the first entry. */
  open(page: Uint8Array): void {
    const entries = (page[0] ?? 0) | ((page[1] ?? 0) << 8);
    const dictionaryFrom = headerBytes + Math.ceil(entries / entriesPerRestart) * restartBytes;
    const listsFrom = dictionaryFrom + ((page[2] ?? 0) | ((page[3] ?? 0) << 8));
    if (entries === 0 || listsFrom > page.length) throw damagedIndex("a page has no valid header");
    this.#page = page;
    this.#entries = entries;
    this.#dictionaryFrom = dictionaryFrom;
    this.#listsFrom = listsFrom;
    this.#restart(0);
  }

  /** Goes to the next entry; false after the last. */
  next(): boolean {
    if (this.#left === 0) return false;
    this.#left--;
    const shared = this.#number();
    const rest = this.#number();
    const termLength = shared + rest;
    if (shared > this.termLength || termLength > maxTermBytes || this.#at + rest > this.#listsFrom)
      throw damagedIndex("a page has a term without an end");
    for (let i = shared; i < termLength; i++) this.term[i] = this.#page[this.#at++] ?? 0;
    this.termLength = termLength;
    this.count = this.#number();
    const bytes = this.#number();
    this.#listFrom = this.#listTo;
    this.#listTo += bytes;
    // Each slot has a byte of gap and one of weight at least.
    if (this.#at > this.#listsFrom || this.#listTo > this.#page.length || this.count === 0 || this.count * 2 > bytes)
      throw damagedIndex("a page has a list without an end");
    return true;
  }

  /** Goes to the entry of the term, if there is one. */
  seek(term: Uint8Array, termLength: number): boolean {
    let low = 0;
    let high = Math.ceil(this.#entries / entriesPerRestart) - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      this.#restart(middle);
      this.next();
      if (compareTerms(this.term, this.termLength, term, termLength) <= 0) low = middle;
      else high = middle - 1;
    }
    this.#restart(low);
    for (let i = 0; i < entriesPerRestart && this.next(); i++) {
      const order = compareTerms(this.term, this.termLength, term, termLength);
      if (order >= 0) return order === 0;
    }
    return false;
  }

  text(): string {
    return readTerm(this.term, this.termLength);
  }

  /** Writes the entry's slots, ascending and below `slotCount`, to `target` from `at` on. */
  readSlots(target: Uint32Array, at: number, slotCount: number): void {
    const page = this.#page;
    const end = at + this.count;
    const gapsTo = this.#listTo - this.count;
    let from = this.#listFrom;
    let slot = -1;
    for (let i = at; i < end; i++) {
      let byte = page[from++] ?? 0;
      let gap = byte & 0x7f;
      for (let shift = 7; byte >= 0x80; shift += 7) {
        byte = page[from++] ?? 0;
        // Unsigned, so that slots never go back: the last one is then the largest, whatever the bytes.
        gap = (gap | ((byte & 0x7f) << shift)) >>> 0;
      }
      slot += gap + 1;
      target[i] = slot;
    }
    if (from !== gapsTo || slot >= slotCount) throw damagedIndex("a page has a list that is no list of slots");
  }

  /** Copies the weights of the entry's slots to `target`. */
  readWeights(target: Uint8Array): void {
    const from = this.#listTo - this.count;
    for (let i = 0; i < this.count; i++) target[i] = this.#page[from + i] ?? 0;
  }

  /** The same as a view into the page. */
  weights(): Uint8Array {
    return this.#page.subarray(this.#listTo - this.count, this.#listTo);
  }

  #restart(index: number): void {
    const at = headerBytes + index * restartBytes;
    const page = this.#page;
    this.#at = this.#dictionaryFrom + ((page[at] ?? 0) | ((page[at + 1] ?? 0) << 8));
    this.#listTo = this.#listsFrom + ((page[at + 2] ?? 0) | ((page[at + 3] ?? 0) << 8));
    this.#left = this.#entries - index * entriesPerRestart;
    this.termLength = 0;
  }

  #number(): number {
    let byte = this.#page[this.#at++] ?? 0;
    let value = byte & 0x7f;
    for (let shift = 7; byte >= 0x80; shift += 7) {
      byte = this.#page[this.#at++] ?? 0;
      value = (value | ((byte & 0x7f) << shift)) >>> 0;
    }
    return value;
  }
}
