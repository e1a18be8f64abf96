import { expect, test } from "vitest";
import { memorySegment } from "../../../test/fixtures/memory-index.ts";
import { createTokenizer } from "../tokenizer.ts";
import { createVocabulary } from "./vocabulary.ts";

const tokenizer = createTokenizer();

test("every term of a segment stands between two line ends", () => {
  const segments = [memorySegment(tokenizer, [{ body: "red blue" }]), memorySegment(tokenizer, [])];
  expect(createVocabulary().textsOf(segments)).toEqual(["\nblue\nred\n", "\n"]);
});

test("what is not read in time is read with the next questions", () => {
  const words = Array.from({ length: 10_000 }, (_, index) => `w${index}x`).join(" ");
  const segment = memorySegment(tokenizer, [{ body: words }]);
  let nowMs = 0;
  const vocabulary = createVocabulary(() => (nowMs += 150));
  const sizes = Array.from({ length: 6 }, () => vocabulary.textsOf([segment])[0]?.split("\n").length ?? 0);
  expect(sizes[0]).toBeLessThan(sizes[1] ?? 0);
  expect(sizes.at(-1)).toBe([...segment.terms()].length + 2);
});
