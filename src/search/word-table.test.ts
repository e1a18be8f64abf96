import { expect, test } from "vitest";
import { hashOf, WordTable } from "./word-table.ts";

function lengthOf(table: WordTable<string>, word: string, made: string[] = []): string {
  const text = `(${word})`;
  return table.get(text, { from: 1, to: text.length - 1, hash: hashOf(word) }, (copy) => {
    made.push(copy);
    return `${copy}!`;
  });
}

test("a word is made once and found again at another place", () => {
  const table = new WordTable<string>(1_000);
  const made: string[] = [];
  expect(lengthOf(table, "parser", made)).toBe("parser!");
  expect(table.get("a parser", { from: 2, to: 8, hash: hashOf("parser") }, () => "other")).toBe("parser!");
  expect(made).toEqual(["parser"]);
});

test("words of the same hash keep their own values", () => {
  const table = new WordTable<string>(1_000);
  const at = { from: 0, hash: 7 };
  expect(table.get("one", { ...at, to: 3 }, () => "1")).toBe("1");
  expect(table.get("two", { ...at, to: 3 }, () => "2")).toBe("2");
  expect(table.get("four", { ...at, to: 4 }, () => "4")).toBe("4");
  expect(["one", "two", "four"].map((word) => table.get(word, { ...at, to: word.length }, () => "new"))).toEqual([
    "1",
    "2",
    "4",
  ]);
});

test("every one of many words is found, however often the table grew", () => {
  const table = new WordTable<string>(20_000);
  const words = Array.from({ length: 5_000 }, (_, index) => `word${index}`);
  for (const word of words) lengthOf(table, word);
  const made: string[] = [];
  for (const word of words) expect(lengthOf(table, word, made)).toBe(`${word}!`);
  expect(made).toEqual([]);
});

test("a full table forgets the words that were not asked for lately, and keeps the others", () => {
  const table = new WordTable<string>(8);
  lengthOf(table, "kept");
  for (let index = 0; index < 40; index++) {
    lengthOf(table, `word${index}`);
    lengthOf(table, "kept");
  }
  const made: string[] = [];
  lengthOf(table, "kept", made);
  lengthOf(table, "word0", made);
  expect(made).toEqual(["word0"]);
});
