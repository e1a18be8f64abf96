import { expect, test } from "vitest";
import { memorySegment } from "../../../test/fixtures/memory-index.ts";
import { createTokenizer } from "../tokenizer.ts";
import { nearWords } from "./near-words.ts";

const tokenizer = createTokenizer();
const segments = [
  memorySegment(tokenizer, [{ body: "getUserName settings" }, { body: "userNames setting parser" }]),
  memorySegment(tokenizer, [{ body: "resetUserNameCache" }]),
];

test("a part of a longer name finds the names, the shortest first", () => {
  expect(nearWords(segments, ["usernam"]).get("usernam")?.containing).toEqual(["getusernam", "resetusernamecach"]);
});

test("a misspelt word finds what it is near to", () => {
  expect(nearWords(segments, ["parsre"]).get("parsre")?.similar).toEqual(["parser"]);
});

test("short words and words like nothing find nothing", () => {
  expect([...nearWords(segments, ["us"])]).toEqual([]);
  expect(nearWords(segments, ["qqqqqq"]).get("qqqqqq")).toEqual({ containing: [], similar: [] });
});
