import { expect, test } from "vitest";
import { type Evidence, fuse } from "./fusion.ts";

const of = (words: number, vector: number | null, rest: Partial<Evidence> = {}): Evidence => ({
  words,
  vector,
  model: "m",
  wordShare: 0.5,
  ...rest,
});

test("both scores are brought to 0..1 over the candidates and added by their shares", () => {
  expect(fuse([of(10, 0.2), of(0, 0.6), of(5, 0.4)])).toEqual([0.5, 0.5, 0.5]);
  expect(fuse([of(10, 0.2, { wordShare: 0.75 }), of(0, 0.6, { wordShare: 0.75 })])).toEqual([0.75, 0.25]);
});

test("without vectors the words alone rank, without words the vectors", () => {
  expect(fuse([of(10, null), of(5, null), of(0, null)])).toEqual([1, 0.5, 0]);
  expect(fuse([of(0, 0.9, { wordShare: 0 }), of(0, 0.1, { wordShare: 0 })])).toEqual([1, 0]);
});

test("cosines of two models are not compared with each other", () => {
  const scores = fuse([
    of(0, 0.9, { model: "a" }),
    of(0, 0.8, { model: "a" }),
    of(0, 0.3, { model: "b" }),
    of(0, 0.2, { model: "b" }),
  ]);
  expect(scores).toEqual([0.5, 0, 0.5, 0]);
});

test("a passage whose vector is not there yet keeps its words' share", () => {
  expect(fuse([of(10, null), of(0, 0.5), of(0, 0.4)])[0]).toBe(0.5);
});

test("equal candidates all stand at the top, and none is no number", () => {
  expect(fuse([of(3, 0.5), of(3, 0.5)])).toEqual([1, 1]);
  expect(fuse([of(0, null)])).toEqual([0]);
  expect(fuse([])).toEqual([]);
});
