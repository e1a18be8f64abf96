import { expect, test } from "vitest";
import { createPlainScan } from "../../src/search/vector-scan/plain-scan.ts";
import { createSimdScan } from "../../src/search/vector-scan/simd-scan.ts";
import { createVectorScan, type VectorScan } from "../../src/search/vector-scan/vector-scan.ts";
import { describeVectorScan, someBytes, someQuery } from "./vector-scan.contract.ts";

describeVectorScan("SIMD", simdScan);
describeVectorScan("plain JavaScript", createPlainScan);

function simdScan(): VectorScan {
  const scan = createSimdScan();
  if (scan === null) throw new Error("This Node runs no WebAssembly with SIMD.");
  return scan;
}

test("both give the same bits", () => {
  const columns = [simdScan(), createPlainScan()].map((scan) => scan.column({ slots: 999, dimensions: 77 }));
  const [simd, plain] = columns.map((column) => {
    for (let slot = 0; slot < 999; slot++) if (slot % 5 !== 0) column.set(slot, someBytes(77, slot));
    const scores = new Float32Array(999);
    column.scores(someQuery(77, 4), scores);
    column.free();
    return scores;
  });
  expect(simd).toEqual(plain);
});

test("SIMD is chosen where it runs", () => {
  expect(createVectorScan().kind).toBe("simd");
});
