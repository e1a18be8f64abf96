import { expect, test } from "vitest";
import { ingestRates, newRates } from "./ingest-rates.ts";

const totals = { chunks: 10_000, sizeBytes: 25_000_000 };

test("before anything was measured the figures are a reference's, and say so", () => {
  expect(ingestRates(null, { chunks: 0, sizeBytes: 0 })).toMatchObject({ measuredChunks: 0 });
  expect(ingestRates(newRates(null, { chunks: 20, textBytes: 9_000, ms: 900 }), totals).measuredChunks).toBe(0);
});

test("runs add up to this machine's own rates", () => {
  const first = newRates(null, { chunks: 2_000, textBytes: 1_600_000, ms: 1_000 });
  const both = newRates(first, { chunks: 4_000, textBytes: 4_400_000, ms: 1_000 });
  expect(ingestRates(both, totals)).toMatchObject({
    chunksPerSecond: 3_000,
    textBytesPerChunk: 1_000,
    catalogBytesPerChunk: 2_500,
    measuredChunks: 6_000,
  });
});

test("how long chunks are is learned for each category, since sections and functions differ", () => {
  const run = { chunks: 600, textBytes: 360_000, ms: 1_000 };
  const byCategory = {
    code: { chunks: 450, textBytes: 315_000 },
    documents: { chunks: 140, textBytes: 42_000 },
    data: { chunks: 10, textBytes: 3_000 },
  };
  const once = newRates(null, { ...run, byCategory });
  const twice = newRates(once, { ...run, byCategory: { code: { chunks: 450, textBytes: 405_000 } } });
  expect(ingestRates(once, totals).textBytesPerChunkOf).toEqual({ code: 700, documents: 300 });
  expect(ingestRates(twice, totals).textBytesPerChunkOf).toEqual({ code: 800, documents: 300 });
  expect(ingestRates('{"chunks":600,"textBytes":360000,"seconds":1}', totals)).toMatchObject({
    measuredChunks: 600,
    textBytesPerChunkOf: {},
  });
});

test("older runs fade, so that another machine under the same home is learned", () => {
  let stored: string | null = null;
  for (let run = 0; run < 10; run++) stored = newRates(stored, { chunks: 100_000, textBytes: 1e8, ms: 100_000 });
  for (let run = 0; run < 10; run++) stored = newRates(stored, { chunks: 100_000, textBytes: 1e8, ms: 10_000 });
  expect(ingestRates(stored, totals).chunksPerSecond).toBeGreaterThan(9_000);
});

test("a record that cannot be understood counts as none", () => {
  expect(ingestRates('{"chunks":"many"}', totals).measuredChunks).toBe(0);
});
