const firstSlots = 1_024;
const hashSeed = 0x811c9dc5;
const hashPrime = 0x01000193;

/**
 * What is known of words, found by a word's place in its text without cutting it out. At most `maxWords`: a full young half becomes
 * the old one, whose finds move back up.
 */
export class WordTable<V> {
  readonly #maxHalf: number;
  #young = new Half<V>();
  #old = new Half<V>();

  constructor(maxWords: number) {
    this.#maxHalf = Math.max(1, Math.floor(maxWords / 2));
  }

  /** The value of `text.slice(from, to)`, whose hash is given; made with `make` from a copy of the word if it is not known. */
  get(text: string, place: { from: number; to: number; hash: number }, make: (word: string) => V): V {
    const known = this.#young.find(text, place);
    if (known !== undefined) return known;
    const older = this.#old.find(text, place);
    // A slice is a view into its whole text; the copy keeps the table from holding every text it has seen.
    const word = Buffer.from(text.slice(place.from, place.to)).toString();
    const value = older ?? make(word);
    if (this.#young.size >= this.#maxHalf) {
      this.#old = this.#young;
      this.#young = new Half();
    }
    this.#young.add(word, place.hash, value);
    return value;
  }

  clear(): void {
    this.#young = new Half();
    this.#old = new Half();
  }
}

export const emptyHash = hashSeed | 0;

/** FNV-1a, one UTF-16 unit on from the hash of what stands before. */
export function nextHash(hash: number, unit: number): number {
  return Math.imul(hash ^ unit, hashPrime);
}

export function hashOf(word: string): number {
  let hash = emptyHash;
  for (let i = 0; i < word.length; i++) hash = nextHash(hash, word.charCodeAt(i));
  return hash;
}

/** Open addressing; a slot holds an index + 1 into the lists, 0 is free. */
class Half<V> {
  #slots = new Int32Array(firstSlots);
  readonly #words: string[] = [];
  readonly #hashes: number[] = [];
  readonly #values: V[] = [];

  get size(): number {
    return this.#words.length;
  }

  find(text: string, { from, to, hash }: { from: number; to: number; hash: number }): V | undefined {
    const slots = this.#slots;
    const mask = slots.length - 1;
    for (let slot = spread(hash) & mask; ; slot = (slot + 1) & mask) {
      const index = (slots[slot] ?? 0) - 1;
      if (index === -1) return undefined;
      if (this.#hashes[index] === hash && isSameWord(this.#words[index] ?? "", text, { from, to }))
        return this.#values[index];
    }
  }

  add(word: string, hash: number, value: V): void {
    this.#words.push(word);
    this.#hashes.push(hash);
    this.#values.push(value);
    if (this.#words.length * 2 > this.#slots.length) this.#grow();
    else this.#place(hash, this.#words.length);
  }

  #grow(): void {
    this.#slots = new Int32Array(this.#slots.length * 2);
    for (const [index, hash] of this.#hashes.entries()) this.#place(hash, index + 1);
  }

  #place(hash: number, entry: number): void {
    const mask = this.#slots.length - 1;
    let slot = spread(hash) & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }
}

// The low bits of FNV-1a alone put short words side by side.
function spread(hash: number): number {
  return hash ^ (hash >>> 15);
}

function isSameWord(word: string, text: string, { from, to }: { from: number; to: number }): boolean {
  if (word.length !== to - from) return false;
  for (let i = 0; i < word.length; i++) if (word.charCodeAt(i) !== text.charCodeAt(from + i)) return false;
  return true;
}
