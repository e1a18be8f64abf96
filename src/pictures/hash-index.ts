import { bitCount } from "./hash-bits.ts";

/** A hash of 64 bits as two whole numbers of 32. */
export interface SplitHash {
  readonly high: number;
  readonly low: number;
}

const parts = 4;
const partBits = 16;
// Of hashes that crowd around one value, an attack or a library of one motif: more are not looked at.
const maxVisits = 5_000;
const maxFound = 24;

/**
 * Finds the hashes within some bits of another among a hundred thousand without comparing all: of two hashes that differ in r bits, one of
 * their four quarters differs in r / 4 at most, and tables by quarter give those. Multi-index hashing after Norouzi, Punjani and Fleet,
 * "Fast Search in Hamming Space with Multi-Index Hashing", 2012.
 */
export class HashIndex {
  readonly #highs: number[] = [];
  readonly #lows: number[] = [];
  /** Of each quarter and value, the last hash that has it, and of each hash the one before it; -1: none. */
  readonly #last = new Int32Array(parts * 2 ** partBits).fill(-1);
  readonly #before: number[] = [];
  readonly #flips: readonly number[];
  readonly #maxBits: number;
  readonly #visitedBy: number[] = [];
  #queries = 0;

  /** `maxBits`: 15 at most; each four more cost ten times the look-ups. */
  constructor(maxBits: number) {
    this.#maxBits = maxBits;
    this.#flips = flipsOf(Math.floor(maxBits / parts));
  }

  /** Numbers count from 0 in the order of adding. */
  add({ high, low }: SplitHash): number {
    const number = this.#highs.length;
    this.#highs.push(high);
    this.#lows.push(low);
    this.#visitedBy.push(0);
    for (let part = 0; part < parts; part++) {
      const at = slot(part, quarter(high, low, part));
      this.#before.push(this.#last[at] ?? -1);
      this.#last[at] = number;
    }
    return number;
  }

  /** Numbers of the hashes within `maxBits`, the nearest first, at most 24; of a crowd of thousands some that are near. */
  within({ high, low }: SplitHash): number[] {
    const found: { number: number; bits: number }[] = [];
    const query = ++this.#queries;
    let visits = 0;
    for (const flip of this.#flips) {
      for (let part = 0; part < parts; part++) {
        let number = this.#last[slot(part, quarter(high, low, part) ^ flip)] ?? -1;
        for (; number >= 0 && visits < maxVisits; number = this.#before[number * parts + part] ?? -1) {
          visits++;
          if (this.#visitedBy[number] === query) continue;
          this.#visitedBy[number] = query;
          const bits = bitCount((this.#highs[number] ?? 0) ^ high) + bitCount((this.#lows[number] ?? 0) ^ low);
          if (bits <= this.#maxBits) found.push({ number, bits });
        }
      }
    }
    const nearest = found.toSorted((one, other) => one.bits - other.bits || one.number - other.number);
    return nearest.slice(0, maxFound).map(({ number }) => number);
  }
}

export function splitHash(hex: string): SplitHash {
  return { high: Number.parseInt(hex.slice(0, 8), 16) | 0, low: Number.parseInt(hex.slice(8), 16) | 0 };
}

function quarter(high: number, low: number, part: number): number {
  const half = part < 2 ? high : low;
  return part % 2 === 0 ? half >>> partBits : half & 0xffff;
}

function slot(part: number, value: number): number {
  return part * 2 ** partBits + value;
}

/** All numbers of 16 bits with at most so many ones, fewest first. */
function flipsOf(maxOnes: number): number[] {
  return Array.from({ length: 2 ** partBits }, (_, value) => value)
    .filter((value) => bitCount(value) <= maxOnes)
    .toSorted((one, other) => bitCount(one) - bitCount(other));
}
