import { expect, test } from "vitest";
import { createTokenizer } from "../tokenizer.ts";
import { wordSpellings } from "./word-spellings.ts";

const tokenizer = createTokenizer();
const spellings = (query: string): string[][] => wordSpellings(query, tokenizer);

test("a word is asked for as given, in lower case and capitalised, without its ending", () => {
  expect(spellings("running")).toEqual([["run", "Run"]]);
  expect(spellings("XMLParser")).toEqual([["XMLParser", "xmlparser", "Xmlparser"]]);
});

test("an ending that the stem does not begin with stays", () => {
  expect(spellings("retry")[0]).toContain("retry");
});

test("stop-words are left out unless there is nothing else", () => {
  expect(spellings("what is the onion")).toEqual([["onion", "Onion"]]);
  expect(spellings("what is the")).not.toEqual([]);
});

test("the longest words come first, each once, and there are never many", () => {
  expect(spellings("tart onion TART").map(([first]) => first)).toEqual(["onion", "tart"]);
  expect(spellings(Array.from({ length: 50 }, (_, index) => `word${index}x`).join(" "))).toHaveLength(8);
});

test("a word of a script without spaces is asked for by its pairs", () => {
  expect(spellings("数据库")).toEqual([["数据", "据库"]]);
});

test("a query without words has none, and one very long word neither", () => {
  expect(spellings("?! --")).toEqual([]);
  expect(spellings("x".repeat(100_000))).toEqual([]);
});
