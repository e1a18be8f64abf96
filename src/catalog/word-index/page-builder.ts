import { writeNumber } from "./packed-numbers.ts";
import { entriesPerRestart, headerBytes, maxPageBytes, restartBytes } from "./posting-page.ts";
import { maxTermBytes, readTerm } from "./term-bytes.ts";

/** Slots, ascending, and weights of one term: those from `from` to `to` - 1. */
export interface PostingRun {
  readonly slots: Uint32Array;
  readonly weights: Uint8Array;
  readonly from: number;
  readonly to: number;
}

type WeightPart = Pick<PostingRun, "weights" | "from" | "to">;

// Shared and suffix length, number of slots, bytes: the most that an entry takes beside its suffix and its postings.
const maxEntryHead = 2 + 2 + 5 + 3;
// A part of a long list always fits into an empty page, whatever its term.
const maxPartBytes = maxPageBytes - maxTermBytes - maxEntryHead - restartBytes;
const maxGapBytes = 5;

/**
 * Packs terms, given in ascending order, with their postings into pages (posting-page.ts) and hands each to `emit` with its first term.
 * A list that does not fit into one page begins a page and goes on in the next ones, under the same term. The page is good until the
 * next call.
 */
export class PageBuilder {
  readonly #emit: (page: Uint8Array, firstTerm: string) => void;
  readonly #page = new Uint8Array(headerBytes + 2 * maxPageBytes);
  readonly #dictionary = new Uint8Array(maxPageBytes + maxTermBytes + maxEntryHead);
  readonly #postings = new Uint8Array(maxPageBytes);
  readonly #gaps = new Uint8Array(maxPartBytes + maxGapBytes);
  readonly #lastTerm = Buffer.alloc(maxTermBytes);
  #restarts: number[] = [];
  #firstTerm = "";
  #lastTermLength = 0;
  #entries = 0;
  #dictionaryLength = 0;
  #postingsLength = 0;
  #gapsLength = 0;
  /** Of all pages so far. */
  postingCount = 0;

  constructor(emit: (page: Uint8Array, firstTerm: string) => void) {
    this.#emit = emit;
  }

  add(term: Uint8Array, termLength: number, run: PostingRun): void {
    let from = run.from;
    let to = this.#encodeGaps(run, from);
    const listBytes = this.#gapsLength + to - from;
    if (to < run.to || this.#size() + listBytes + termLength + maxEntryHead > maxPageBytes) this.finish();
    for (;;) {
      this.#append(term, termLength, { weights: run.weights, from, to });
      if (to === run.to) return;
      this.finish();
      from = to;
      to = this.#encodeGaps(run, from);
    }
  }

  /** Hands over what is left. */
  finish(): void {
    if (this.#entries === 0) return;
    const page = this.#page;
    page[0] = this.#entries & 0xff;
    page[1] = this.#entries >> 8;
    page[2] = this.#dictionaryLength & 0xff;
    page[3] = this.#dictionaryLength >> 8;
    let end = headerBytes;
    for (const offset of this.#restarts) {
      page[end++] = offset & 0xff;
      page[end++] = offset >> 8;
    }
    page.set(this.#dictionary.subarray(0, this.#dictionaryLength), end);
    end += this.#dictionaryLength;
    page.set(this.#postings.subarray(0, this.#postingsLength), end);
    end += this.#postingsLength;
    this.#restarts = [];
    this.#entries = this.#dictionaryLength = this.#postingsLength = this.#lastTermLength = 0;
    this.#emit(page.subarray(0, end), this.#firstTerm);
  }

  #size(): number {
    return this.#restarts.length * 2 + restartBytes + this.#dictionaryLength + this.#postingsLength;
  }

  /** Gaps of the list from `from` on, as many as fit into a page; answers the end of the part. */
  #encodeGaps({ slots, to }: PostingRun, from: number): number {
    const gaps = this.#gaps;
    let end = 0;
    let previous = -1;
    let at = from;
    for (; at < to && end + at - from < maxPartBytes - maxGapBytes; at++) {
      const slot = slots[at] ?? 0;
      const gap = slot - previous - 1;
      previous = slot;
      if (gap < 0x80) gaps[end++] = gap;
      else end = writeNumber(gap, gaps, end);
    }
    this.#gapsLength = end;
    return at;
  }

  #append(term: Uint8Array, termLength: number, part: WeightPart): void {
    const count = part.to - part.from;
    if (this.#entries % entriesPerRestart === 0) {
      this.#restarts.push(this.#dictionaryLength, this.#postingsLength);
      this.#lastTermLength = 0;
    }
    const shared = sharedBytes(this.#lastTerm, this.#lastTermLength, { term, termLength });
    const dictionary = this.#dictionary;
    let end = writeNumber(shared, dictionary, this.#dictionaryLength);
    end = writeNumber(termLength - shared, dictionary, end);
    for (let i = shared; i < termLength; i++) this.#lastTerm[i] = dictionary[end++] = term[i] ?? 0;
    end = writeNumber(count, dictionary, end);
    this.#dictionaryLength = writeNumber(this.#gapsLength + count, dictionary, end);
    this.#lastTermLength = termLength;
    if (this.#entries === 0) this.#firstTerm = readTerm(this.#lastTerm, termLength);
    this.#entries++;
    this.postingCount += count;
    this.#copyPostings(part);
  }

  // Most lists have a few postings, for which a loop is faster than `set`.
  #copyPostings({ weights, from, to }: WeightPart): void {
    const postings = this.#postings;
    let end = this.#postingsLength;
    if (this.#gapsLength > 32) {
      postings.set(this.#gaps.subarray(0, this.#gapsLength), end);
      postings.set(weights.subarray(from, to), end + this.#gapsLength);
      end += this.#gapsLength + to - from;
    } else {
      for (let i = 0; i < this.#gapsLength; i++) postings[end++] = this.#gaps[i] ?? 0;
      for (let i = from; i < to; i++) postings[end++] = weights[i] ?? 0;
    }
    this.#postingsLength = end;
  }
}

function sharedBytes(
  last: Uint8Array,
  lastLength: number,
  { term, termLength }: { readonly term: Uint8Array; readonly termLength: number },
): number {
  const common = Math.min(lastLength, termLength);
  let shared = 0;
  while (shared < common && last[shared] === term[shared]) shared++;
  return shared;
}
