import { blockSlots, type ColumnStore, columnOver, type LoadedQueries, requireShape, strideOf } from "./column.ts";
import { ScanMemory } from "./scan-memory.ts";
import { scanProgram } from "./scan-program.ts";
import type { ColumnShape, VectorScan } from "./vector-scan.ts";
import { webAssembly } from "./web-assembly.ts";

/** The scan in WebAssembly, or null where there is none with 128-bit SIMD. */
export function createSimdScan(): VectorScan | null {
  const engine = webAssembly();
  const program = Buffer.from(scanProgram, "base64");
  if (engine === null || !engine.validate(program)) return null;
  const memory = new ScanMemory(engine, program);
  return {
    kind: "simd",
    column: (shape) => {
      requireShape(shape);
      return columnOver(simdStore(memory, shape), shape);
    },
  };
}

/** Vectors first, each padded with zeros to `stride` bytes, then the inverse norms; the program takes four slots at a time. */
function simdStore(memory: ScanMemory, { slots, dimensions }: ColumnShape): ColumnStore {
  const stride = strideOf(dimensions);
  const paddedSlots = Math.ceil(slots / 4) * 4;
  const sizeBytes = paddedSlots * (stride + 4);
  const vectors = memory.allocate(sizeBytes);
  const inverseNorms = vectors + paddedSlots * stride;
  memory.views.bytes.fill(0, vectors, inverseNorms);
  memory.views.floats.fill(Number.NaN, inverseNorms / 4, inverseNorms / 4 + paddedSlots);
  return {
    sizeBytes,
    write: (slot, data) => {
      const { bytes, floats } = memory.views;
      if (stride === dimensions) bytes.set(data, vectors + slot * stride);
      for (let from = 0, at = slot; from < data.length; from += dimensions, at++) {
        const address = vectors + at * stride;
        if (stride !== dimensions) bytes.set(data.subarray(from, from + dimensions), address);
        const squares = memory.program.squares(address, stride);
        floats[inverseNorms / 4 + at] = squares === 0 ? 0 : 1 / Math.sqrt(squares);
      }
    },
    inverseNorm: (slot) => memory.views.floats[inverseNorms / 4 + slot] ?? Number.NaN,
    load: (queries): LoadedQueries => {
      const most = blockSlots(stride);
      const scores = memory.allocate(most * 4 + queries.length * stride * 2);
      const codes = scores + most * 4;
      for (const [index, query] of queries.entries()) memory.views.codes.set(query.codes, codes / 2 + index * stride);
      return {
        score: (queryIndex, { first, count }) => {
          memory.program.scores(
            vectors + first * stride,
            stride,
            Math.ceil(count / 4) * 4,
            codes + queryIndex * stride * 2,
            queries[queryIndex]?.factor ?? 0,
            inverseNorms + first * 4,
            scores,
          );
          return memory.views.floats.subarray(scores / 4, scores / 4 + count);
        },
        release: () => memory.release(scores),
      };
    },
    free: () => memory.release(vectors),
  };
}
