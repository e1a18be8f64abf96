import { expect, test } from "vitest";
import { compileGlob } from "./glob.ts";
import { parseRules } from "./rule-list.ts";

test("patterns that make a backtracking matcher hang are as quick as others", () => {
  const stars = compileGlob(`${"*a".repeat(60)}b`, false);
  expect(stars("a".repeat(255))).toBe(false);
  const folders = compileGlob(`${"**/a*/".repeat(30)}b`, false);
  expect(folders("aa/".repeat(300))).toBe(false);
  expect(folders(`${"aa/".repeat(300)}b`)).toBe(true);
});

test("a pattern that is longer than any path matches nothing", () => {
  expect(compileGlob("?".repeat(10_000), false)("a".repeat(10_000))).toBe(false);
});

test("of many thousand rules the last that matches counts", () => {
  const lines = Array.from({ length: 100_000 }, (_, index) => `${index % 3 === 0 ? "!" : ""}name${index % 1_000}.ts`);
  const rules = parseRules(lines.join("\n"), false);
  const entry = { path: "a/name7.ts", name: "name7.ts", isDirectory: false };
  expect(rules.match(entry)).toMatchObject({ order: 99_007, isNegated: 99_007 % 3 === 0 });
});
