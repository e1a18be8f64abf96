import { expect, test } from "vitest";
import { dequantise, quantise } from "./texts.ts";

test("a vector comes back with an error of at most half a step", () => {
  const vector = Float32Array.from({ length: 128 }, (_, index) => Math.sin(index * 7) / 8);
  const { scale, data } = quantise(vector);
  const back = dequantise({ scale, data: new Uint8Array(data.buffer) });
  for (const [index, value] of vector.entries())
    expect(Math.abs(value - (back[index] ?? Number.NaN))).toBeLessThanOrEqual(scale * 0.501);
});

test("a zero vector stays zero", () => {
  const { scale, data } = quantise(new Float32Array(4));
  expect(dequantise({ scale, data: new Uint8Array(data.buffer) })).toEqual([0, 0, 0, 0]);
});
