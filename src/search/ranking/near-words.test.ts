import { expect, test } from "vitest";
import { nearWords } from "./near-words.ts";

const vocabulary = ["\ngetusernam\nsetting\nparser\n", "\nresetusernamecach\nsetter\n"];

test("a part of longer names finds the names, the shortest first", () => {
  expect(nearWords(vocabulary, ["usernam"]).get("usernam")?.containing).toEqual(["getusernam", "resetusernamecach"]);
});

test("a misspelt word finds what it is near to", () => {
  expect(nearWords(vocabulary, ["parsre"]).get("parsre")?.similar).toEqual(["parser"]);
  expect(nearWords(vocabulary, ["settin"]).get("settin")?.similar).toContain("setting");
});

test("short words and words like nothing find nothing", () => {
  expect([...nearWords(vocabulary, ["us"])]).toEqual([]);
  expect(nearWords(vocabulary, ["qqqqqq"]).get("qqqqqq")).toEqual({ containing: [], similar: [] });
});

test("a pattern of characters means itself", () => {
  expect(nearWords(["\na.b\nacb\n"], ["a.b", "..."]).get("...")?.containing).toEqual([]);
});

test("of hundreds of words only the first few are looked for", () => {
  expect(
    nearWords(
      vocabulary,
      Array.from({ length: 500 }, (_, index) => `word${index}`),
    ).size,
  ).toBe(8);
});
