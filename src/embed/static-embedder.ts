import { fileURLToPath } from "node:url";
import type { Embedder } from "../core/ports.ts";
import { type BucketRule, readStaticTable, requireTableFile, type StaticTable } from "./static-table.ts";

/** Cuts a text into tokens; the tokeniser of retrieval gives its parts. */
export type Tokenize = (text: string) => readonly string[];

/** Another table is another embedder, under another id: stored vectors are of this one. */
const label = { id: "words-static-128-v1", dimensions: 128 } as const;
export const staticEmbedderId = label.id;

/**
 * The built-in embedding: a table of trained word vectors. A text is the sum over its different tokens of (1 + ln tf) x the token's row,
 * L2-normalised (the static embeddings of model2vec and others, with a learned norm of each row as its weight). The table is read at the
 * first text. PROGRAM_NOT_BUILT, here or then, when it is missing or broken.
 *
 * A text without a known token has no direction. It gets zeros: their cosine is 0 with everything, themselves included, so such texts
 * neither rank nor look alike; any fixed unit vector would make them all copies of each other. ChromaDB stores zeros under cosine
 * and gives them the distance 1 (test/contracts/chroma-rules.test.ts).
 */
export function createStaticEmbedder(tokenize: Tokenize, file = tableFile(label.id)): Embedder {
  requireTableFile(file);
  let sum: TextSum | null = null;
  return {
    ...label,
    embed: (texts) => {
      sum ??= new TextSum(readStaticTable(file, label));
      const { of } = sum;
      return texts.map((text) => of(tokenize(text)));
    },
  };
}

/** The same place beside this source and beside the bundle: see scripts/lib/ship-tables.mjs. */
function tableFile(id: string): string {
  return fileURLToPath(new URL(`table/${id}.bin`, import.meta.url));
}

/** Adds rows up. What it counts with is made once: a text has some fifty different tokens, and a batch thousands of texts. */
class TextSum {
  readonly #table: StaticTable;
  readonly #sum: Float64Array;
  /** For each row the last text that had it, and how often. */
  readonly #lastText: Int32Array;
  readonly #counts: Int32Array;
  #textNumber = 0;

  constructor(table: StaticTable) {
    this.#table = table;
    this.#sum = new Float64Array(table.dimensions);
    this.#lastText = new Int32Array(table.rowOf.size).fill(-1);
    this.#counts = new Int32Array(table.rowOf.size);
  }

  readonly of = (tokens: readonly string[]): Float32Array => {
    const rows: number[] = [];
    const unseen: string[] = [];
    const textNumber = (this.#textNumber = (this.#textNumber + 1) | 0);
    for (const token of tokens) {
      const row = this.#table.rowOf.get(token);
      if (row === undefined) unseen.push(token);
      else if (this.#lastText[row] === textNumber) this.#counts[row] = (this.#counts[row] ?? 0) + 1;
      else {
        this.#lastText[row] = textNumber;
        this.#counts[row] = 1;
        rows.push(row);
      }
    }
    this.#sum.fill(0);
    for (const row of rows) this.#add(row, weightOf(this.#counts[row] ?? 1));
    if (this.#table.buckets !== null) this.#addUnseen(unseen, this.#table.buckets);
    return normalised(this.#sum);
  };

  #addUnseen(tokens: readonly string[], rule: BucketRule): void {
    for (const [token, copies] of Map.groupBy(tokens, (copy) => copy)) {
      const rows = bucketRows(token, rule);
      for (const row of rows) this.#add(row, weightOf(copies.length) / rows.length);
    }
  }

  #add(row: number, weight: number): void {
    const { rows, scales } = this.#table;
    const sum = this.#sum;
    const factor = weight * (scales[row] ?? 0);
    const bytes = sum.length >> 1;
    const from = row * bytes;
    for (let k = 0; k < bytes; k++) {
      const byte = rows[from + k] ?? 0;
      // Shifted up and down again, the half's sign fills what is above it.
      sum[2 * k] = (sum[2 * k] ?? 0) + factor * ((byte << 28) >> 28);
      sum[2 * k + 1] = (sum[2 * k + 1] ?? 0) + factor * (byte >> 4);
    }
  }
}

function weightOf(count: number): number {
  return count === 1 ? 1 : 1 + Math.log(count);
}

/** Rows of a word's n-grams, each as often as it occurs: FNV-1a over UTF-16 units, modulo the number of buckets. */
function bucketRows(token: string, { firstRow, count, ngramMin, ngramMax }: BucketRule): number[] {
  const rows: number[] = [];
  for (let from = 0; from + ngramMin <= token.length; from++) {
    let hash = 0x811c9dc5;
    for (let at = from; at < token.length && at < from + ngramMax; at++) {
      hash = Math.imul(hash ^ token.charCodeAt(at), 0x01000193);
      if (at - from + 1 >= ngramMin) rows.push(firstRow + ((hash >>> 0) % count));
    }
  }
  return rows;
}

function normalised(sum: Float64Array): Float32Array {
  let squares = 0;
  for (const value of sum) squares += value * value;
  const vector = new Float32Array(sum.length);
  if (squares === 0) return vector;
  const factor = 1 / Math.sqrt(squares);
  for (let i = 0; i < vector.length; i++) vector[i] = (sum[i] ?? 0) * factor;
  return vector;
}
