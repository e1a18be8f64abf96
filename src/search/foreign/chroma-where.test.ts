import { expect, test } from "vitest";
import type { Where } from "../../core/search.ts";
import { chromaWhere } from "./chroma-where.ts";

test.each<[Where, unknown]>([
  [{}, null],
  [{ topic: "io" }, { topic: { $eq: "io" } }],
  [
    { topic: "io", size: { $gt: 1, $lt: 9 } },
    {
      $and: [{ topic: { $eq: "io" } }, { size: { $gt: 1 } }, { size: { $lt: 9 } }],
    },
  ],
  [{ $and: [{ topic: "io" }, { $contains: "x" }] }, { topic: { $eq: "io" } }],
  [{ $or: [{ topic: "io" }, { size: 3 }] }, { $or: [{ topic: { $eq: "io" } }, { size: { $eq: 3 } }] }],
  [{ $or: [{ topic: "io" }, { "#document": { $regex: "x" } }] }, null],
  [{ $and: [{ $or: [{ topic: "io" }, { path: "a" }] }, { size: 3 }] }, { size: { $eq: 3 } }],
  [{ path: "a", changed_at: { $gt: 5 }, "#id": "x" }, null],
  [{ tags: { $contains: "x" }, name: { $gt: "a" } }, null],
  [{ size: { $in: [] } }, null],
  [{ size: { $in: [1, "1"] } }, null],
  [{ size: { $nin: [1, 2] } }, { size: { $nin: [1, 2] } }],
])("of %j Chroma can decide %j", (where, expected) => {
  expect(chromaWhere(where)).toEqual(expected);
});

test("without a filter there is nothing to decide", () => {
  expect(chromaWhere(undefined)).toBeNull();
});
