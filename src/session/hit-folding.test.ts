import { expect, it } from "vitest";
import { hit } from "../../test/fixtures/hit.ts";
import { foldHits } from "./hit-folding.ts";

it("shows a passage that stands in several collections once, with all of them", () => {
  const hits = [hit, { ...hit, path: "b.ts" }, { ...hit, collection: "two" }, { ...hit, collection: "three" }];
  expect(foldHits(hits, 8).map(({ path, collection, alsoIn }) => [path, collection, alsoIn])).toEqual([
    ["src/limit.ts", "code", ["two", "three"]],
    ["b.ts", "code", []],
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
