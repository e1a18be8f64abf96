import type { PageBuilder } from "./page-builder.ts";
import { maxTermBytes, writeTerm } from "./term-bytes.ts";
import { TermNumbers } from "./term-numbers.ts";
import type { IndexedPassage } from "./word-index.ts";

/** Of a slot, in tokens. */
const maxLength = 0xffff;
const maxWeight = 0xff;

/** The words of a batch's passages, as postings in the order of the passages: typed arrays, nothing for a single posting. */
export class BatchPostings {
  readonly #numbers = new TermNumbers();
  // By term: the passage that had it last, and where its posting of that passage stands.
  #lastPassages = new Int32Array(4_096);
  #lastPostings = new Uint32Array(4_096);
  // By posting.
  #terms = new Uint32Array(16_384);
  #weights = new Uint8Array(16_384);
  #postings = 0;
  #passages = 0;
  readonly #ends: number[] = [];

  /** Counts the words of a passage; answers the passage's number, from 0, and its length in tokens. */
  add({ path, name, signature, doc, body }: IndexedPassage): { readonly passage: number; readonly length: number } {
    let length = this.#addField(path, 1);
    length += this.#addField(name, 3);
    length += this.#addField(signature, 2);
    length += this.#addField(doc, 2);
    length += this.#addField(body, 1);
    this.#ends.push(this.#postings);
    return { passage: this.#passages++, length: Math.min(length, maxLength) };
  }

  /** Writes the terms of the passages in `order`, whose places there are their slots. */
  write(order: readonly number[], pages: PageBuilder): void {
    const starts = this.#termStarts(order);
    const postings = this.#postings;
    const slots = new Uint32Array(postings);
    const weights = new Uint8Array(postings);
    const ends = starts.slice();
    for (const [slot, passage] of order.entries()) {
      const to = this.#ends[passage] ?? 0;
      for (let posting = this.#ends[passage - 1] ?? 0; posting < to; posting++) {
        const term = this.#terms[posting] ?? 0;
        const at = ends[term] ?? 0;
        ends[term] = at + 1;
        slots[at] = slot;
        weights[at] = this.#weights[posting] ?? 0;
      }
    }
    const bytes = new Uint8Array(maxTermBytes);
    for (const term of this.#numbers.inOrder()) {
      const from = starts[term] ?? 0;
      const to = ends[term] ?? 0;
      if (to > from) pages.add(bytes, writeTerm(this.#numbers.term(term), bytes), { slots, weights, from, to });
    }
  }

  /** Where the postings of each term begin when they are sorted by term. */
  #termStarts(order: readonly number[]): Uint32Array {
    const starts = new Uint32Array(this.#numbers.size + 1);
    for (const passage of order) {
      const to = this.#ends[passage] ?? 0;
      for (let posting = this.#ends[passage - 1] ?? 0; posting < to; posting++) {
        const next = (this.#terms[posting] ?? 0) + 1;
        starts[next] = (starts[next] ?? 0) + 1;
      }
    }
    for (let term = 1; term < starts.length; term++) starts[term] = (starts[term] ?? 0) + (starts[term - 1] ?? 0);
    return starts;
  }

  /** Counts the words of a field; answers how many there are. */
  #addField(text: string, weight: number): number {
    const tokens = this.#numbers.read(text);
    if (this.#numbers.size > this.#lastPassages.length) this.#growTerms();
    for (let token = 0; token < tokens; token++) this.#addToken(this.#numbers.tokens[token] ?? 0, weight);
    return tokens;
  }

  #addToken(term: number, weight: number): void {
    // Passages count from 1 here, because 0 is what no passage had yet.
    if (this.#lastPassages[term] === this.#passages + 1) {
      const posting = this.#lastPostings[term] ?? 0;
      this.#weights[posting] = Math.min(maxWeight, (this.#weights[posting] ?? 0) + weight);
      return;
    }
    if (this.#postings === this.#terms.length) this.#growPostings();
    this.#lastPassages[term] = this.#passages + 1;
    this.#lastPostings[term] = this.#postings;
    this.#terms[this.#postings] = term;
    this.#weights[this.#postings++] = weight;
  }

  #growTerms(): void {
    const [passages, postings] = [this.#lastPassages, this.#lastPostings];
    this.#lastPassages = new Int32Array(2 * this.#numbers.size);
    this.#lastPostings = new Uint32Array(2 * this.#numbers.size);
    this.#lastPassages.set(passages);
    this.#lastPostings.set(postings);
  }

  #growPostings(): void {
    const [terms, weights] = [this.#terms, this.#weights];
    this.#terms = new Uint32Array(2 * terms.length);
    this.#weights = new Uint8Array(2 * weights.length);
    this.#terms.set(terms);
    this.#weights.set(weights);
  }
}
