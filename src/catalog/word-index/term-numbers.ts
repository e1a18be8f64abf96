import { nextHash } from "../../search/word-table.ts";
import { maxTermUnits } from "./term-bytes.ts";

const firstSlots = 32_768;
const blank = 0x20;
// A term's first units, 7 bits each, and its number are sorted as one number of 53 bits.
const prefixUnits = 4;
const lastPrefixUnit = 0x7f;
const numberLimit = 2 ** 25;

/**
 * Numbers the terms of pre-tokenised texts, from 0 in the order of their appearance. A term is found by its place in the text, without
 * cutting it out: a batch has seen most of its tokens before. Open addressing; a slot holds a number + 1, 0 is free.
 */
export class TermNumbers {
  /** What `read` found, in the order of the text. */
  tokens = new Uint32Array(1_024);
  // Another one for each batch, so that no file can be made whose words all fall into one place.
  readonly #seed = Math.floor(Math.random() * 2 ** 32) | 0;
  readonly #terms: string[] = [];
  #hashes = new Int32Array(firstSlots);
  #slots = new Int32Array(firstSlots);

  get size(): number {
    return this.#terms.length;
  }

  /** Writes the number of each token to `tokens`; answers how many there are. Blanks separate them. */
  read(text: string): number {
    const end = text.length;
    let count = 0;
    for (let at = 0; at < end; at++) {
      const from = at;
      let hash = this.#seed;
      for (; at < end; at++) {
        const unit = text.charCodeAt(at);
        if (unit === blank) break;
        if (at - from < maxTermUnits) hash = nextHash(hash, unit);
      }
      if (at === from) continue;
      if (count === this.tokens.length) this.#growTokens();
      this.tokens[count++] = this.#numberOf(text, { from, to: Math.min(at, from + maxTermUnits), hash });
    }
    return count;
  }

  term(number: number): string {
    return this.#terms[number] ?? "";
  }

  /** The numbers in the order of their terms' UTF-16 units. */
  inOrder(): Uint32Array {
    const keys = Float64Array.from(this.#terms, (term, number) => prefixOf(term) * numberLimit + number).toSorted();
    const numbers = Uint32Array.from(keys, (key) => key % numberLimit);
    for (let from = 0; from < keys.length;) {
      const prefix = Math.floor((keys[from] ?? 0) / numberLimit);
      let to = from + 1;
      while (to < keys.length && Math.floor((keys[to] ?? 0) / numberLimit) === prefix) to++;
      if (to - from > 1) this.#sort(numbers.subarray(from, to));
      from = to;
    }
    return numbers;
  }

  #sort(numbers: Uint32Array): void {
    const terms = this.#terms;
    numbers.set([...numbers].toSorted((a, b) => ((terms[a] ?? "") < (terms[b] ?? "") ? -1 : 1)));
  }

  #numberOf(text: string, place: { readonly from: number; readonly to: number; readonly hash: number }): number {
    const mask = this.#slots.length - 1;
    for (let slot = spread(place.hash) & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number === -1) return this.#add(text.slice(place.from, place.to), place.hash, slot);
      if (this.#hashes[number] === place.hash && isAt(this.#terms[number] ?? "", text, place)) return number;
    }
  }

  #add(term: string, hash: number, slot: number): number {
    const number = this.#terms.length;
    this.#terms.push(term);
    this.#hashes[number] = hash;
    this.#slots[slot] = number + 1;
    if (2 * this.#terms.length > this.#slots.length) this.#grow();
    return number;
  }

  #grow(): void {
    const hashes = this.#hashes;
    this.#hashes = new Int32Array(2 * hashes.length);
    this.#hashes.set(hashes);
    this.#slots = new Int32Array(2 * this.#slots.length);
    const mask = this.#slots.length - 1;
    for (let number = 0; number < this.#terms.length; number++) {
      let slot = spread(hashes[number] ?? 0) & mask;
      while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
      this.#slots[slot] = number + 1;
    }
  }

  #growTokens(): void {
    const { tokens } = this;
    this.tokens = new Uint32Array(2 * tokens.length);
    this.tokens.set(tokens);
  }
}

// The low bits of FNV-1a alone put short words side by side.
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

function isAt(term: string, text: string, { from, to }: { readonly from: number; readonly to: number }): boolean {
  if (term.length !== to - from) return false;
  for (let i = 0; i < term.length; i++) if (term.charCodeAt(i) !== text.charCodeAt(from + i)) return false;
  return true;
}

/** Ascends with the terms; those that begin alike, or with another script, share one. */
function prefixOf(term: string): number {
  let prefix = 0;
  let isAscii = true;
  for (let i = 0; i < prefixUnits; i++) {
    // What follows a unit that was lowered must not count: it would decide too early.
    const unit = isAscii && i < term.length ? Math.min(term.charCodeAt(i), lastPrefixUnit) : 0;
    if (unit === lastPrefixUnit) isAscii = false;
    prefix = prefix * (lastPrefixUnit + 1) + unit;
  }
  return prefix;
}
