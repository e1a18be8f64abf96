import { describe, expect, test } from "vitest";
import { thrownBy } from "../../../test/fixtures/thrown-by.ts";
import type { MetadataValue } from "../../core/document.ts";
import type { Where } from "../../core/search.ts";
import { decide, type FieldValue } from "./condition.ts";
import { parseWhere } from "./parse-where.ts";

const record: Readonly<Record<string, MetadataValue>> = { name: "ann", size: 10, isOpen: true };
const holds = (where: Where, lookup: (field: string) => FieldValue = (field) => record[field]): boolean =>
  decide(parseWhere(where), lookup) === true;

describe("where", () => {
  test.each<[Where, boolean]>([
    [{ name: "ann" }, true],
    [{ name: "bob" }, false],
    [{ size: "10" }, false],
    [{ name: { $eq: "ann" } }, true],
    [{ name: { $ne: "ann" } }, false],
    [{ absent: { $ne: "ann" } }, true],
    [{ absent: { $eq: "ann" } }, false],
    [{ size: { $gt: 9 } }, true],
    [{ size: { $gt: 10 } }, false],
    [{ size: { $gte: 10 } }, true],
    [{ size: { $lt: 10 } }, false],
    [{ size: { $lte: 10 } }, true],
    [{ size: { $gt: 5, $lt: 9 } }, false],
    [{ size: { $gt: "5" } }, false],
    [{ absent: { $lt: 5 } }, false],
    [{ name: { $in: ["ann", "bob"] } }, true],
    [{ name: { $in: ["bob"] } }, false],
    [{ name: { $in: [] } }, false],
    [{ absent: { $in: ["ann"] } }, false],
    [{ name: { $nin: ["ann"] } }, false],
    [{ absent: { $nin: ["ann"] } }, true],
    [{ name: "ann", size: 11 }, false],
    [{ $and: [{ name: "ann" }, { isOpen: true }] }, true],
    [{ $and: [{ name: "ann" }, { isOpen: false }] }, false],
    [{ $or: [{ name: "bob" }, { size: 10 }] }, true],
    [{ $or: [{ name: "bob" }, { $and: [{ size: 10 }, { isOpen: false }] }] }, false],
    [{}, true],
  ])("%j is %s", (where, expected) => {
    expect(holds(where)).toBe(expected);
  });

  test.each<[Where]>([
    [{ size: { $regex: "x" } }],
    [{ size: { toString: "x" } }],
    [{ $not: [{ size: 1 }] }],
    [{ $and: [] }],
    [{ $and: [{}] }],
    [{ $or: [{ size: 1 }, {}] }],
    [{ $or: "x" }],
    [{ size: {} }],
    [{ size: { $gt: true } }],
    [{ size: { $in: 5 } }],
  ])("%j is refused and the allowed operators are named", (where) => {
    const error = thrownBy(() => parseWhere(where));
    expect(error.code).toBe("INPUT_INVALID");
    expect(error.hint).toContain("$eq, $ne, $gt, $gte, $lt, $lte, $in, $nin");
  });
});

test("500 conditions pass, each counted once, and no more", () => {
  const of = (count: number): Where =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`f${index}`, { $ne: 1 }]));
  expect(holds(of(500))).toBe(true);
  expect(thrownBy(() => parseWhere(of(501))).message).toContain("more than 500 conditions");
});

test("a language has its usual names, as the parameter does", () => {
  const inFile = (language: string) => (field: string) => (field === "language" ? language : undefined);
  expect(holds({ language: "js" }, inFile("javascript"))).toBe(true);
  expect(holds({ language: { $in: ["go", "TypeScript"] } }, inFile("tsx"))).toBe(true);
  expect(holds({ language: { $ne: "js" } }, inFile("javascript"))).toBe(false);
  expect(holds({ language: "js" }, inFile("python"))).toBe(false);
});

test("of a field with several values one is enough, and none may be what is ruled out", () => {
  const names = (field: string): FieldValue => (field === "symbol" ? ["parse, format", "parse", "format"] : undefined);
  expect(holds({ symbol: "format" }, names)).toBe(true);
  expect(holds({ symbol: { $in: ["x", "parse"] } }, names)).toBe(true);
  expect(holds({ symbol: "other" }, names)).toBe(false);
  expect(holds({ symbol: { $ne: "parse" } }, names)).toBe(false);
  expect(holds({ symbol: { $nin: ["x"] } }, names)).toBe(true);
});
