import { expect, test } from "vitest";
import { diffLines } from "./line-diff.ts";

const numbered = (count: number, word: string): string =>
  Array.from({ length: count }, (_, line) => `${word} ${line}\n`).join("");

test("changed lines stand between three that did not change, with their numbers", () => {
  const first = numbered(20, "line");
  const { text, ...counts } = diffLines(first, first.replace("line 9\n", "new\nnewer\n"), { firstLine: 101 });
  expect(text.split("\n")).toEqual([
    "@@ -107,7 +107,8 @@",
    " line 6",
    " line 7",
    " line 8",
    "-line 9",
    "+new",
    "+newer",
    " line 10",
    " line 11",
    " line 12",
    "",
  ]);
  expect(counts).toEqual({ added: 2, removed: 1, leftOut: 0, isExact: true });
});

test("when the time is over, all between the first and the last change counts as changed, and what is not shown is counted", () => {
  const [first, second] = [numbered(30_000, "one"), numbered(30_000, "two")];
  const { text, ...counts } = diffLines(`same\n${first}end\n`, `same\n${second}end\n`, { maxMs: 1 });
  expect(counts).toMatchObject({ added: 30_000, removed: 30_000, isExact: false });
  const shown = text.split("\n").filter((line) => /^[-+]/.test(line)).length;
  expect(text.startsWith("@@ -2,30000 +2,30000 @@\n-one 0\n")).toBe(true);
  expect(shown).toBeGreaterThan(100);
  expect(counts.leftOut).toBe(60_000 - shown);
  expect(text.length).toBeLessThan(20_000);
});

test("long lines are cut to what lies around their change, also where the last line has no end", () => {
  const long = Array.from({ length: 9_000 }, (_, index) => `word${index}`).join(" ");
  const { text } = diffLines(`a\n${long}`, `a\n${long.replace("word5000 ", "WORD ")}`);
  expect(text).toMatch(/^-\.\.\. .*word5000 /m);
  expect(text).toMatch(/^\+\.\.\. .*WORD /m);
  expect(text.length).toBeLessThan(1_000);
});
