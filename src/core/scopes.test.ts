import { expect, test } from "vitest";
import { canonicalScope, coversScope, replacesScope, type IngestScope } from "./scopes.ts";

const all: IngestScope = {
  directory: "",
  recursive: true,
  categories: null,
  extensions: null,
  maxFiles: null,
  includeContent: true,
};

test("a whole source covers its folders, and a folder covers what lies below it, not its neighbours", () => {
  const src = { ...all, directory: "src" };
  expect(coversScope(all, src)).toBe(true);
  expect(coversScope(src, { ...all, directory: "src/deep" })).toBe(true);
  expect(coversScope(src, { ...all, directory: "src2" })).toBe(false);
  expect(coversScope(src, all)).toBe(false);
  expect(coversScope({ ...all, recursive: false }, src)).toBe(false);
  expect(coversScope(all, { ...all, recursive: false })).toBe(true);
});

test("a scope with other filters is another scope", () => {
  expect(coversScope(all, { ...all, extensions: ["ts"] })).toBe(false);
  expect(coversScope({ ...all, maxFiles: 5 }, { ...all, maxFiles: 5 })).toBe(false);
  expect(coversScope(all, { ...all, includeContent: false })).toBe(false);
});

test("lists are sorted and freed of repeats, so that equal scopes are equal texts", () => {
  expect(canonicalScope({ ...all, extensions: ["ts", "md", "ts"] }).extensions).toEqual(["md", "ts"]);
});

test("the latest word about a folder's contents replaces the earlier one, and says nothing of other folders and narrower filters", () => {
  const names = { ...all, includeContent: false };
  expect([replacesScope(names, all), replacesScope(all, names)]).toEqual([true, true]);
  expect(replacesScope(names, { ...all, extensions: ["ts"] })).toBe(true);
  expect(replacesScope({ ...names, extensions: ["ts"] }, all)).toBe(false);
  expect(replacesScope({ ...names, recursive: false }, all)).toBe(false);
  expect(replacesScope(names, { ...all, directory: "src" })).toBe(false);
  expect([replacesScope(all, all), replacesScope(all, { ...all, directory: "src" })]).toEqual([false, true]);
});
