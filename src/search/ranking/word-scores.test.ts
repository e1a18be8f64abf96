import { describe, expect, test } from "vitest";
import { memoryIndex, memorySegment } from "../../../test/fixtures/memory-index.ts";
import { createTokenizer } from "../tokenizer.ts";
import { scoreWords } from "./word-scores.ts";

const tokenizer = createTokenizer();
const figures = { k1: 2, b: 0.75, maxTerms: 64 };

describe("scoreWords", () => {
  test("is Okapi BM25: checked against the formula by hand", () => {
    const segment = memorySegment(tokenizer, [{ body: "red red blue" }, { body: "blue" }]);
    const scores = scoreWords([memoryIndex(segment)], ["red"], figures).of(segment);
    // N = 2, n = 1, tf = 2, length 3, average length 2.
    const idf = Math.log(1 + 1.5 / 1.5);
    expect(scores[0]).toBeCloseTo((idf * 3 * 2) / (2 + 2 * (0.25 + (0.75 * 3) / 2)), 5);
    expect(scores[1]).toBe(0);
  });

  test("the same passages score the same in one segment, in several, and in several collections", () => {
    const passages = [{ body: "red blue" }, { body: "red red" }, { body: "green" }];
    const whole = memorySegment(tokenizer, passages);
    const parts = passages.map((passage) => memorySegment(tokenizer, [passage]));
    const expected = Array.from(scoreWords([memoryIndex(whole)], ["red", "blue"], figures).of(whole));
    const inSegments = scoreWords([memoryIndex(...parts)], ["red", "blue"], figures);
    const inCollections = scoreWords(
      parts.map((part) => memoryIndex(part)),
      ["red", "blue"],
      figures,
    );
    expect(parts.map((part) => inSegments.of(part)[0])).toEqual(expected);
    expect(parts.map((part) => inCollections.of(part)[0])).toEqual(expected);
  });

  test("a word in a name counts three times, and no score is above the most", () => {
    const segment = memorySegment(tokenizer, [{ name: "red", body: "x y" }, { body: "red x y" }]);
    const words = scoreWords([memoryIndex(segment)], ["red"], figures);
    const [inName = 0, inBody = 0] = words.of(segment);
    expect(inName).toBeGreaterThan(inBody);
    expect(inName).toBeLessThan(words.most);
  });

  test("a word that every passage has still counts a little", () => {
    const segment = memorySegment(tokenizer, [{ body: "red" }, { body: "red red red" }]);
    const [once = 0, often = 0] = scoreWords([memoryIndex(segment)], ["red"], figures).of(segment);
    expect(once).toBeGreaterThan(0);
    expect(often).toBeGreaterThan(once);
  });

  test("of too many terms the rarest count", () => {
    const segment = memorySegment(tokenizer, [{ body: "common rare" }, { body: "common" }]);
    const scores = scoreWords([memoryIndex(segment)], ["common", "rare"], { ...figures, maxTerms: 1 }).of(segment);
    expect(scores[0]).toBeGreaterThan(0);
    expect(scores[1]).toBe(0);
  });

  test("absent words are reported and make the most larger", () => {
    const segment = memorySegment(tokenizer, [{ body: "red" }]);
    const all = scoreWords([memoryIndex(segment)], ["red"], figures);
    const some = scoreWords([memoryIndex(segment)], ["red", "absent"], figures);
    expect(some.frequencies.get("absent")).toBe(0);
    expect(some.most).toBeGreaterThan(all.most);
  });
});
