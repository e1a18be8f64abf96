/**
 * Speed of the exact vector scan: `node bench/vector-scan/main.ts [slots] [dimensions]` (200000 and 128). In one run: the SIMD scan, the
 * same in plain JavaScript, eight queries in one pass, reading the vectors from a catalog, and a copy of the same bytes as a yardstick for the
 * memory. Prints one JSON line each.
 */
import { createPlainScan } from "../../src/search/vector-scan/plain-scan.ts";
import { createSimdScan } from "../../src/search/vector-scan/simd-scan.ts";
import { createVectorScan, type VectorColumn, type VectorScan } from "../../src/search/vector-scan/vector-scan.ts";
import { timeLoading } from "./loading.ts";

const [slots = 200_000, dimensions = 128] = process.argv.slice(2).map(Number);
const rounds = 40;
const queriesAtOnce = 8;

function print(what: string, figures: Record<string, number>): void {
  console.log(JSON.stringify({ bench: "vector-scan", what, slots, dimensions, ...figures }));
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** Median and best of some rounds, in milliseconds. */
function timed(work: () => void): { medianMs: number; bestMs: number } {
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    work();
    times.push(performance.now() - start);
  }
  const sorted = times.toSorted((a, b) => a - b);
  return { medianMs: rounded(sorted[rounds >> 1] ?? 0), bestMs: rounded(sorted[0] ?? 0) };
}

function filledColumn(scan: VectorScan, data: Int8Array): VectorColumn {
  const column = scan.column({ slots, dimensions });
  const start = performance.now();
  for (let slot = 0; slot < slots; slot++) column.set(slot, data.subarray(slot * dimensions, (slot + 1) * dimensions));
  print(`${scan.kind}: fill`, { ms: rounded(performance.now() - start), megabytes: rounded(column.sizeBytes / 1e6) });
  return column;
}

function benchScan(scan: VectorScan, data: Int8Array): Float32Array {
  const column = filledColumn(scan, data);
  const queries = Array.from({ length: queriesAtOnce }, () =>
    Float32Array.from({ length: dimensions }, () => Math.random() - 0.5),
  );
  const query = Float32Array.from({ length: dimensions }, (_, index) => Math.sin(index));
  const scores = new Float32Array(slots);
  const one = timed(() => column.scores(query, scores));
  print(`${scan.kind}: one query`, { ...one, gigabytesPerSecond: rounded((slots * dimensions) / one.medianMs / 1e6) });
  let above = 0;
  const together = timed(() =>
    column.similarities(queries, (_index, _first, cosines) => {
      for (const cosine of cosines) if (cosine > 0.9) above++;
    }),
  );
  print(`${scan.kind}: ${queriesAtOnce} queries in one pass`, { ...together, above });
  return scores;
}

const data = Int8Array.from({ length: slots * dimensions }, () => Math.floor(Math.random() * 255) - 127);
const copy = new Int8Array(data.length);
print(
  "copy of the same bytes",
  timed(() => copy.set(data)),
);
const simd = createSimdScan();
const fromSimd = simd === null ? null : benchScan(simd, data);
const fromPlain = benchScan(createPlainScan(), data);
const differing = fromSimd === null ? 0 : fromPlain.filter((score, slot) => score !== fromSimd[slot]).length;
print("scores that differ between the two", { differing });
print("read from a catalog", { ...timeLoading(createVectorScan(), data, dimensions) });
