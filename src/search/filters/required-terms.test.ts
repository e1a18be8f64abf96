import { describe, expect, test } from "vitest";
import type { Where } from "../../core/search.ts";
import { createTokenizer } from "../tokenizer.ts";
import { parseWhere } from "./parse-where.ts";
import { requiredTerms } from "./required-terms.ts";

const tokenizer = createTokenizer();
const termsOf = (where: Where): string[] => requiredTerms(parseWhere(where), tokenizer);
const has = (contained: string): Where => ({ "#document": { $contains: contained } });

describe("requiredTerms", () => {
  test.each<[Where, string[]]>([
    [has("retry"), []],
    [has("retry loop"), []],
    [has("a retryLoop b"), ["retri", "loop"]],
    [has("(retry)"), ["retri"]],
    [{ $contains: "if (x === undefined) return" }, ["x", "undefin"]],
    [{ $and: [has("(one)"), { language: "python" }, has(" two ")] }, ["on", "two"]],
    [{ $or: [has("(one)"), has(" two ")] }, []],
    [{ $or: [has("(one) "), has(" two one ")] }, ["on"]],
    [{ $or: [has("(one)"), { language: "python" }] }, []],
    [{ "#document": { $not_contains: "(one)" } }, []],
    [{ "#document": { $regex: "\\(one\\)" } }, []],
    [{ "#document": { $contains: "(one)", $not_contains: " two " } }, ["on"]],
    [has("连接数据库吗"), ["接数", "数据", "据库"]],
  ])("%j needs %j", (where, expected) => {
    expect(termsOf(where)).toEqual(expected);
  });

  test("there are never more than a few", () => {
    const words = Array.from({ length: 200 }, (_, index) => `word${index}x`).join(" ");
    expect(termsOf(has(` ${words} `))).toHaveLength(16);
  });
});

/** Small, so that joined pieces often make longer words, other parts and composed characters. */
const pieces = [
  ...Array.from("aBc_1 2-=<.`(\n\"'"),
  "get",
  "URL",
  "Value",
  "running",
  "e\u0301",
  "\u0301",
  "\u0338",
  "\u3099",
  "ﬁ",
  "²",
  "´",
  "é",
  "Ω",
  "か",
  "カ",
  "ｶ",
  "ﾞ",
  "数",
  "据",
  "库",
  "가",
  "ᆨ",
  "ภ",
  "ع",
  "😀",
  "\u200d",
  "x".repeat(63),
  "a1b2c3d4",
];

test("whatever stands around a string in a text, the text's index terms include those that are required", () => {
  const random = seeded(20_261_101);
  const piecesOf = (count: number): string =>
    Array.from({ length: count }, () => pieces[Math.floor(random() * pieces.length)] ?? "").join("");
  let required = 0;
  for (let round = 0; round < 10_000; round++) {
    const contained = piecesOf(1 + Math.floor(random() * 9));
    const text = `${piecesOf(Math.floor(random() * 4))}${contained}${piecesOf(Math.floor(random() * 4))}`;
    const indexed = new Set(tokenizer.indexText(text).split(" "));
    const missing = termsOf(has(contained)).filter((term) => !indexed.has(term));
    expect({ text, contained, missing }).toEqual({ text, contained, missing: [] });
    required += termsOf(has(contained)).length;
  }
  expect(required).toBeGreaterThan(2_000);
});

function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
