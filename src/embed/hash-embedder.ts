import type { Embedder } from "../core/ports.ts";

/** Cuts a text into tokens; the tokeniser of retrieval gives its parts. */
export type Tokenize = (text: string) => readonly string[];

export const hashEmbedderId = "words-hash-128-v1";
const dimensions = 128;
const maxCachedRows = 32_768;

/**
 * An embedder that needs no model: each token has a fixed pseudo-random row of +1 and -1, a text is the sum of its tokens'
 * rows x (1 + ln tf), L2-normalised (random projection of the words). A text without tokens gets one fixed unit vector.
 */
export function createHashEmbedder(tokenize: Tokenize): Embedder {
  const rowOf = cachedRows();
  return {
    id: hashEmbedderId,
    dimensions,
    embed: (texts) => texts.map((text) => embedText(tokenize(text), rowOf)),
  };
}

function embedText(tokens: readonly string[], rowOf: (token: string) => Int8Array): Float32Array {
  const counts = new Map<string, number>();
  for (const token of tokens) counts.set(token, (counts.get(token) ?? 0) + 1);
  const vector = new Float32Array(dimensions);
  for (const [token, count] of counts) {
    const weight = count === 1 ? 1 : 1 + Math.log(count);
    const row = rowOf(token);
    for (let i = 0; i < dimensions; i++) vector[i] = (vector[i] ?? 0) + weight * (row[i] ?? 0);
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

function cachedRows(): (token: string) => Int8Array {
  let young = new Map<string, Int8Array>();
  let old = new Map<string, Int8Array>();
  return (token) => {
    const known = young.get(token);
    if (known !== undefined) return known;
    const row = old.get(token) ?? tokenRow(token);
    if (young.size >= maxCachedRows / 2) {
      old = young;
      young = new Map();
    }
    young.set(token, row);
    return row;
  };
}

/** FNV-1a over UTF-16 units seeds xorshift32, whose bits are the signs. Fixed for ever: stored vectors depend on it. */
function tokenRow(token: string): Int8Array {
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
