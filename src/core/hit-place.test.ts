import { expect, test } from "vitest";
import { alsoInCollections, placeOf } from "./hit-place.ts";

const hit = { path: "a/report", startLine: 3, endLine: 3, kind: "section", metadata: {} } as const;

test("lines stand behind a colon, other units with their name, and a record is its file", () => {
  expect(placeOf({ ...hit, endLine: 9 })).toBe("a/report:3-9");
  expect(placeOf({ ...hit, metadata: { unit: "page" } })).toBe("a/report page 3");
  expect(placeOf({ ...hit, endLine: 4, metadata: { unit: "slide" } })).toBe("a/report slides 3-4");
  expect(placeOf({ ...hit, metadata: { unit: "record" } })).toBe("a/report");
  expect(placeOf({ ...hit, kind: "record" })).toBe("a/report");
});

test("names the further collections of the same file, not those of other files or lines", () => {
  const place = { ...hit, collection: "code", sourceKey: "ws-1", source: "app", sourcePath: "/app", branch: null };
  const alsoAt = [
    { ...place, collection: "two" },
    { ...place, collection: "three", sourceKey: "ws-2" },
    { ...place, collection: "four", path: "b.ts" },
    { ...place, collection: "five", startLine: 99 },
  ];
  expect(alsoInCollections({ ...place, alsoAt })).toEqual(["two"]);
});
