import { describe, expect, it } from "vitest";
import { hit } from "../../test/fixtures/hit.ts";
import type { CheckedHit } from "./freshness.ts";
import { toPassages } from "./passages.ts";

const lines = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => `line ${from + index}`).join("\n");
const piece = (startLine: number, endLine: number, change: Partial<CheckedHit> = {}): CheckedHit => ({
  ...hit,
  startLine,
  endLine,
  text: lines(startLine, endLine),
  ...change,
});
const shape = (hits: readonly CheckedHit[]) =>
  toPassages(hits).map(({ rank, startLine, endLine, lines: own }) => [rank, startLine, endLine, own.length]);

describe("toPassages", () => {
  it("makes one passage, in the order of the file, of hits whose lines touch, under the better rank", () => {
    const first = piece(20, 24, { symbol: "reset", score: 0.9 });
    const [passage, other] = toPassages([first, piece(1, 3, { path: "b.ts" }), piece(10, 19, { symbol: "take" })]);
    expect(passage).toMatchObject({ rank: 1, startLine: 10, endLine: 24, hit: { score: 0.9 } });
    expect(passage?.names.map(({ symbol }) => symbol)).toEqual(["take", "reset"]);
    expect(passage?.lines.map(({ number }) => number)).toEqual(Array.from({ length: 15 }, (_, index) => 10 + index));
    expect(other).toMatchObject({ rank: 2, hit: { path: "b.ts" } });
  });

  it("closes a gap of two lines, not of three", () => {
    expect(shape([piece(1, 5), piece(8, 9)])).toEqual([[1, 1, 9, 7]]);
    expect(shape([piece(1, 5), piece(9, 10)])).toEqual([
      [1, 1, 5, 5],
      [2, 9, 10, 2],
    ]);
  });

  it("shows lines that two hits share once", () => {
    expect(shape([piece(1, 20), piece(5, 9)])).toEqual([[1, 1, 20, 20]]);
    expect(shape([piece(5, 12), piece(1, 8)])).toEqual([[1, 1, 12, 12]]);
  });

  it.each([
    ["sources", { sourceKey: "ws-2" }],
    ["collections", { collection: "two" }],
    ["files", { path: "b.ts" }],
    ["states of a file", { freshness: "changed" as const }],
    ["branches", { branch: "next" }],
  ])("keeps two %s apart", (_, change) => {
    expect(toPassages([piece(1, 5), piece(6, 9, change)])).toHaveLength(2);
  });

  it("keeps apart the pieces of one long line, pages, and what says other things of the same line", () => {
    expect(toPassages([piece(1, 1, { text: "a".repeat(90) }), piece(1, 1, { text: "b".repeat(90) })])).toHaveLength(2);
    const page = { metadata: { unit: "page" }, text: "a page" };
    expect(toPassages([piece(1, 1, page), piece(2, 2, page)])).toHaveLength(2);
    expect(toPassages([piece(1, 5), piece(5, 6, { text: "other\nlines" })])).toHaveLength(2);
  });
});
