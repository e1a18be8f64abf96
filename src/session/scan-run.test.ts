import { expect, test } from "vitest";
import type { IngestScope } from "../core/scopes.ts";
import { seenBy } from "./scan-run.ts";

const all: IngestScope = {
  directory: "",
  recursive: true,
  categories: null,
  extensions: null,
  maxFiles: null,
  includeContent: true,
};
const mirroredAtMs = 1_000_000;

/** A file whose entry changed at that time. */
const file = (path: string, changedMs: number) => ({
  path,
  stat: { sizeBytes: 5, mtimeMs: 0, signature: `5:0:${changedMs}000000:7` },
});
const passOf = (scope: Partial<IngestScope>, at: number | null = mirroredAtMs) =>
  seenBy([{ id: 1, scope: { ...all, ...scope }, isWatched: false, mirroredAtMs: at }]);

test("an ingest has seen what was there before it began, with some slack for the clocks", () => {
  expect(passOf({})(file("a.pdf", 900_000))).toBe(true);
  expect(passOf({})(file("a.pdf", 999_500))).toBe(false);
  expect(passOf({})(file("a.pdf", 1_100_000))).toBe(false);
  expect(seenBy([])(file("a.pdf", 900_000))).toBe(false);
});

test("an ingest has seen nothing outside of what it was asked for", () => {
  const old = 900_000;
  expect(passOf({ directory: "docs" })(file("docs/a.pdf", old))).toBe(true);
  expect(passOf({ directory: "docs" })(file("src/a.pdf", old))).toBe(false);
  expect(passOf({ recursive: false })(file("docs/a.pdf", old))).toBe(false);
  expect(passOf({ extensions: ["ts"] })(file("a.pdf", old))).toBe(false);
  expect(passOf({ categories: ["code"] })(file("a.pdf", old))).toBe(false);
});

test("an ingest that never came to its end, took names only or a number of files says nothing of the rest", () => {
  const old = file("a.pdf", 900_000);
  expect(passOf({}, null)(old)).toBe(false);
  expect(passOf({ includeContent: false })(old)).toBe(false);
  expect(passOf({ maxFiles: 10 })(old)).toBe(false);
});
