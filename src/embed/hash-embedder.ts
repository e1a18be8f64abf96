import type { Embedder } from "../core/ports.ts";

/** Cuts a text into tokens; the tokeniser of retrieval gives its parts. */
export type Tokenize = (text: string) => readonly string[];

export const hashEmbedderId = "words-hash-128-v1";
const dimensions = 128;
const maxCachedRows = 16_384;

/**
 * An embedder that needs no model: each token has a fixed pseudo-random row of +1 and -1, a text is the sum of its tokens'
 * rows x (1 + ln tf), L2-normalised (random projection of the words). A text without tokens gets one fixed unit vector.
 */
export function createHashEmbedder(tokenize: Tokenize): Embedder {
  const rowOf = cachedRows();
  let texts = 0;
  return {
    id: hashEmbedderId,
    dimensions,
    embed: (batch) => batch.map((text) => embedText(countTokens(tokenize(text), rowOf, ++texts))),
  };
}

/** A token's signs, and how often the text in hand has it: counted here, because a look-up by token costs more than the rest. */
interface TokenRow {
  readonly signs: Int8Array;
  textNumber: number;
  count: number;
}

function countTokens(
  tokens: readonly string[],
  rowOf: (token: string) => TokenRow,
  textNumber: number,
): readonly TokenRow[] {
  const rows: TokenRow[] = [];
  for (const token of tokens) {
    const row = rowOf(token);
    if (row.textNumber === textNumber) row.count++;
    else {
      row.textNumber = textNumber;
      row.count = 1;
      rows.push(row);
    }
  }
  return rows;
}

function embedText(rows: readonly TokenRow[]): Float32Array {
  const vector = new Float32Array(dimensions);
  for (const { signs, count } of rows) {
    const weight = count === 1 ? 1 : 1 + Math.log(count);
    for (let i = 0; i < dimensions; i++) vector[i] = (vector[i] ?? 0) + weight * (signs[i] ?? 0);
  }
  return normalised(vector);
}

function normalised(vector: Float32Array): Float32Array {
  let squares = 0;
  for (const value of vector) squares += value * value;
  if (squares === 0) {
    vector[0] = 1;
    return vector;
  }
  const norm = Math.sqrt(squares);
  for (let i = 0; i < vector.length; i++) vector[i] = (vector[i] ?? 0) / norm;
  return vector;
}

function cachedRows(): (token: string) => TokenRow {
  let young = new Map<string, TokenRow>();
  let old = new Map<string, TokenRow>();
  return (token) => {
    const known = young.get(token);
    if (known !== undefined) return known;
    const row = old.get(token) ?? { signs: tokenSigns(token), textNumber: 0, count: 0 };
    if (young.size >= maxCachedRows / 2) {
      old = young;
      young = new Map();
    }
    young.set(token, row);
    return row;
  };
}

/** FNV-1a over UTF-16 units seeds xorshift32, whose bits are the signs. Fixed for ever: stored vectors depend on it. */
function tokenSigns(token: string): Int8Array {
  let state = 0x811c9dc5;
  for (let i = 0; i < token.length; i++) state = Math.imul(state ^ token.charCodeAt(i), 0x01000193);
  state = mixed(state >>> 0) || 1;
  const row = new Int8Array(dimensions);
  for (let i = 0; i < dimensions; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    row[i] = (state >>> 16) & 1 ? 1 : -1;
  }
  return row;
}

// Neighbouring words must not get neighbouring seeds: the finaliser of MurmurHash3.
function mixed(seed: number): number {
  let value = Math.imul(seed ^ (seed >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}
