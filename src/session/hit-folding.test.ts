import { expect, it } from "vitest";
import type { CheckedHit } from "./freshness.ts";
import { foldHits } from "./hit-folding.ts";

const hit: CheckedHit = {
  collection: "one",
  sourceKey: "ws-1",
  source: "app",
  sourcePath: "/app",
  branch: null,
  path: "a.ts",
  startLine: 1,
  endLine: 3,
  symbol: null,
  scope: [],
  kind: "window",
  language: null,
  text: "text",
  score: 1,
  recordId: "r",
  stat: { sizeBytes: 1, mtimeMs: 1, signature: "s" },
  contentHash: "h",
  indexedAtMs: 0,
  metadata: {},
  freshness: "fresh",
};

it("shows a passage that stands in several collections once, with all of them", () => {
  const hits = [hit, { ...hit, path: "b.ts" }, { ...hit, collection: "two" }, { ...hit, collection: "three" }];
  expect(foldHits(hits, 8).map(({ path, collection, alsoIn }) => [path, collection, alsoIn])).toEqual([
    ["a.ts", "one", ["two", "three"]],
    ["b.ts", "one", []],
  ]);
});

it("keeps apart what differs in source, lines or text, and notes of two collections", () => {
  const note = { ...hit, sourceKey: "notes", sourcePath: null };
  const hits = [
    hit,
    { ...hit, sourceKey: "ws-2" },
    { ...hit, startLine: 2 },
    { ...hit, text: "other" },
    note,
    { ...note, collection: "two" },
  ];
  expect(foldHits(hits, 8)).toHaveLength(6);
  expect(foldHits(hits, 2)).toHaveLength(2);
});
