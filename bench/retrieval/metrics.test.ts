import { expect, test } from "vitest";
import { distinct, figuresOf, meanOf } from "./metrics.ts";

test("the first relevant result decides the reciprocal rank", () => {
  expect(figuresOf(["x", "a", "b"], ["b", "a"]).mrr).toBe(0.5);
});

test("what stands behind the tenth place does not count", () => {
  const ranked = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "a"];
  expect(figuresOf(ranked, ["a"])).toEqual({ mrr: 0, ndcg: 0, recall: 0 });
  expect(figuresOf(ranked.slice(1), ["a"]).mrr).toBe(0.1);
});

test("nDCG is 1 only in the best order, and discounts by the logarithm of the rank", () => {
  expect(figuresOf(["a", "b", "x"], ["b", "a"]).ndcg).toBe(1);
  // (1/log2(2) + 1/log2(4)) / (1/log2(2) + 1/log2(3))
  expect(figuresOf(["a", "x", "b"], ["a", "b"]).ndcg).toBeCloseTo(1.5 / (1 + 1 / Math.log2(3)), 12);
});

test("recall is the share of all relevant results, however many there are", () => {
  expect(figuresOf(["a", "x"], ["a", "b", "c", "d"]).recall).toBe(0.25);
});

test("a relevant result that is named twice counts once", () => {
  expect(figuresOf(["a"], ["a", "a"])).toEqual({ mrr: 1, ndcg: 1, recall: 1 });
});

test("the mean of nothing is refused", () => {
  expect(() => meanOf([])).toThrow("no figures");
  expect(meanOf([figuresOf(["a"], ["a"]), figuresOf(["x"], ["a"])])).toEqual({ mrr: 0.5, ndcg: 0.5, recall: 0.5 });
});

test("files stand in the order of their first hit", () => {
  expect(distinct(["b", "a", "b", "c", "a"])).toEqual(["b", "a", "c"]);
});
