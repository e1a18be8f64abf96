import { describe, expect, it } from "vitest";
import { wordsOfText } from "./sample-words.ts";

describe("a query from a file's text", () => {
  it.each([
    ["export async function loginVisitor() {\n  return 1;\n}\n", "login visitor"],
    ["import os\n\ndef parse_line(text):\n    return text\n", "parse line"],
    ["pub fn merge_chunks() {}\n", "merge chunks"],
  ])("is its first symbol as words: %j", (text, words) => {
    expect(wordsOfText(text)).toBe(words);
  });

  it("is else its most frequent word that says something", () => {
    expect(wordsOfText("The form that the visitor sends. A visitor signs in with the form of that visitor.")).toBe(
      "visitor",
    );
  });

  it("is a short word where there is no longer one", () => {
    expect(wordsOfText("x = 1\nfoo = foo + x\n")).toBe("foo");
  });

  it("is nothing where no word says anything", () => {
    expect(wordsOfText("1 + 1 = 2; a b c with that from this")).toBeNull();
  });
});
