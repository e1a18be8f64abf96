import { blockSlots, type ColumnStore, columnOver, type LoadedQueries, requireShape, strideOf } from "./column.ts";
import type { ColumnShape, VectorScan } from "./vector-scan.ts";

/** The scan in JavaScript, for machines whose WebAssembly has no SIMD or is switched off. */
export function createPlainScan(): VectorScan {
  return {
    kind: "plain",
    column: (shape) => {
      requireShape(shape);
      return columnOver(plainStore(shape), shape);
    },
  };
}

function plainStore({ slots, dimensions }: ColumnShape): ColumnStore {
  const vectors = new Int8Array(slots * dimensions);
  const inverseNorms = new Float32Array(slots).fill(Number.NaN);
  const scores = new Float32Array(blockSlots(strideOf(dimensions)));
  return {
    sizeBytes: vectors.byteLength + inverseNorms.byteLength + scores.byteLength,
    write: (slot, data) => {
      vectors.set(data, slot * dimensions);
      for (let from = 0; from < data.length; from += dimensions)
        inverseNorms[slot + from / dimensions] = inverseNorm(data.subarray(from, from + dimensions));
    },
    inverseNorm: (slot) => inverseNorms[slot] ?? Number.NaN,
    load: (queries): LoadedQueries => ({
      score: (queryIndex, { first, count }) => {
        const { codes, factor } = queries[queryIndex] ?? noQuery;
        for (let index = 0; index < count; index++) {
          const from = (first + index) * dimensions;
          let dot = 0;
          for (let i = 0; i < dimensions; i++) dot = (dot + (vectors[from + i] ?? 0) * (codes[i] ?? 0)) | 0;
          // Rounded where the SIMD program rounds, so that both give the same bits.
          scores[index] = Math.fround(Math.fround(dot) * (inverseNorms[first + index] ?? 0)) * factor;
        }
        return scores.subarray(0, count);
      },
      release: () => {},
    }),
    free: () => {},
  };
}

const noQuery = { codes: new Int16Array(0), factor: 0 };

/** float32(1 / norm); 0 for a zero vector. */
function inverseNorm(vector: Int8Array): number {
  let squares = 0;
  for (const value of vector) squares += value * value;
  return squares === 0 ? 0 : 1 / Math.sqrt(squares);
}
