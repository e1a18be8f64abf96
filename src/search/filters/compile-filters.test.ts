import { describe, expect, test } from "vitest";
import { thrownBy } from "../../../test/fixtures/thrown-by.ts";
import type { SearchFilters, Where } from "../../core/search.ts";
import type { DocumentFacts, PassageFacts, PassageFilter } from "../passage-filter.ts";
import { createTokenizer } from "../tokenizer.ts";
import { compileFilters } from "./compile-filters.ts";

const document: DocumentFacts = {
  path: "src/net/retry.tsx",
  language: "tsx",
  category: "code",
  source: "app",
  sourceKey: "ws-1",
  changedAtMs: Date.UTC(2026, 10, 10),
  indexedAtMs: Date.UTC(2026, 10, 12),
  metadata: () => ({ topic: "io", size: 3, isOpen: true, tags: "red, deep blue, 7", level: "high" }),
};
const passage: PassageFacts = {
  recordId: "ws-1/src/net/retry.tsx#0123456789abcdef.0",
  symbol: "retry, backOff",
  kind: "function",
  startLine: 10,
  endLine: 20,
  text: () => "export function retry() {\n  // TODO: back off\n}\n",
};
const noText = (): string => {
  throw new Error("The text was read.");
};

const tokenizer = createTokenizer();
function filterOf(filters: SearchFilters): PassageFilter {
  const filter = compileFilters(filters, tokenizer);
  if (filter === null) throw new Error("There is nothing to filter.");
  return filter;
}

describe("compileFilters", () => {
  test.each<[SearchFilters]>([[{}], [{ where: {} }], [{ path: undefined, language: undefined }]])(
    "%j lets everything pass",
    (filters) => {
      expect(compileFilters(filters, tokenizer)).toBeNull();
    },
  );

  test.each<[SearchFilters, boolean]>([
    [{ path: "src/**" }, true],
    [{ path: "lib/**" }, false],
    [{ language: "TSX" }, true],
    [{ language: "ts" }, true],
    [{ language: "TypeScript" }, true],
    [{ language: "python" }, false],
    [{ language: "no-such-language" }, false],
    [{ category: "code" }, true],
    [{ category: "documents" }, false],
    [{ source: "app" }, true],
    [{ source: "ws-1" }, true],
    [{ source: "ws-2" }, false],
    [{ sinceMs: Date.UTC(2026, 10, 10) }, true],
    [{ sinceMs: Date.UTC(2026, 10, 10) + 1 }, false],
    [{ untilMs: Date.UTC(2026, 10, 10) }, false],
    [{ untilMs: Date.UTC(2026, 10, 10) + 1 }, true],
    [{ where: { topic: "io", size: { $gte: 3 } } }, true],
    [{ where: { topic: "net" } }, false],
    [{ where: { absent: { $ne: 1 } } }, true],
    [{ where: { source_key: "ws-1" } }, true],
    [{ where: { tags: { $contains: "deep blue" } } }, true],
    [{ where: { tags: { $contains: 7 } } }, true],
    [{ where: { tags: { $contains: "blue" } } }, false],
    [{ where: { tags: { $not_contains: "blue" } } }, true],
    [{ where: { absent: { $contains: "blue" } } }, false],
    [{ where: { absent: { $not_contains: "blue" } } }, true],
    [{ where: { size: { $contains: 3 } } }, true],
    [{ where: { changed_at: { $gte: "2026-11-01" } } }, true],
    [{ where: { changed_at: { $lt: "2026-11-01" } } }, false],
    [{ where: { changed_at: { $gte: Date.UTC(2026, 10, 11) } } }, false],
    [{ where: { indexed_at: { $gt: "2026-11-11T00:00:00Z" } } }, true],
    [{ where: { __proto__x: 1 } }, false],
    [{ where: { constructor: { $ne: 1 } } }, true],
  ])("%j is decided by the document: %s", (filters, expected) => {
    const filter = filterOf(filters);
    expect(filter.ofDocument(document)).toBe(expected);
    expect(filter.ofPassage(document, { ...passage, text: noText })).toBe(expected);
  });

  test.each<[SearchFilters, boolean]>([
    [{ kind: "function" }, true],
    [{ kind: "class" }, false],
    [{ kind: "function", path: "src/**", where: { $contains: "TODO" } }, true],
    [{ where: { symbol: "backOff" } }, true],
    [{ where: { symbol: { $ne: "backOff" } } }, false],
    [{ where: { symbol: { $contains: "retry" } } }, true],
    [{ where: { symbol: { $not_contains: "retry" } } }, false],
    [{ where: { start_line: { $lte: 15 }, end_line: { $gte: 15 } } }, true],
    [{ where: { "#document": { $contains: "TODO" } } }, true],
    [{ where: { "#document": { $contains: "todo" } } }, false],
    [{ where: { "#document": { $not_contains: "todo" } } }, true],
    [{ where: { "#document": { $regex: "TODO|FIXME" } } }, true],
    [{ where: { "#document": { $regex: "^export" } } }, true],
    [{ where: { "#document": { $regex: "(?i)todo:\\s+back" } } }, true],
    [{ where: { "#document": { $not_regex: "[0-9]{3}" } } }, true],
    [{ where: { $contains: "function retry" } }, true],
    [{ where: { $or: [{ $contains: "nothing" }, { $regex: "retry\\(" }] } }, true],
    [{ where: { $and: [{ topic: "io" }, { $not_contains: "retry" }] } }, false],
    [{ where: { "#id": passage.recordId } }, true],
    [{ where: { "#id": { $in: ["x", "src/net/retry.tsx"] } } }, true],
    [{ where: { "#id": { $nin: ["ws-1/src/net/retry.tsx"] } } }, false],
    [{ where: { "#id": "other" } }, false],
  ])("%j is decided by the passage: %s", (filters, expected) => {
    const filter = filterOf(filters);
    expect(filter.ofDocument(document)).toBe("depends");
    expect(filter.ofPassage(document, passage)).toBe(expected);
  });

  test.each<[SearchFilters, boolean]>([
    [{ path: "lib/**", where: { $contains: "TODO" } }, false],
    [{ kind: "function", language: "python" }, false],
    [{ where: { $or: [{ $contains: "TODO" }, { topic: "io" }] } }, true],
    [{ where: { $or: [{ $and: [{ $regex: "x" }, { topic: "net" }] }, { size: 4 }] } }, false],
  ])("%j needs no passage where the document settles it: %s", (filters, expected) => {
    const filter = filterOf(filters);
    expect(filter.ofDocument(document)).toBe(expected);
    expect(filter.ofPassage(document, { ...passage, text: noText })).toBe(expected);
  });

  test("metadata is parsed only for the filters that need it", () => {
    const lazy = { ...document, metadata: () => expect.unreachable("The metadata was parsed.") };
    expect(filterOf({ path: "src/**", where: { category: "code" } }).ofDocument(lazy)).toBe(true);
  });

  test("index terms that are required come from the text alone", () => {
    expect(filterOf({ path: "src", where: { $contains: "a retry( b" } }).requiredTerms).toEqual(["retri"]);
    expect(filterOf({ path: "src", kind: "class" }).requiredTerms).toEqual([]);
  });
});

const nested = (depth: number): Where => {
  let where: Where = { a: 1 };
  for (let level = 0; level < depth; level++) where = { $and: [where] };
  return where;
};

describe("a filter that is not understood", () => {
  test.each<[string, Where]>([
    ["an operator that there is not", { size: { $near: 1 } }],
    ["a regular expression on a field", { topic: { $regex: "i" } }],
    ["a text without an operator", { "#document": "TODO" }],
    ["a comparison of the text", { "#document": { $gt: "a" } }],
    ["an empty text to contain", { $contains: "" }],
    ["a number to contain", { $contains: 5 }],
    ["a comparison of ids", { "#id": { $gt: "a" } }],
    ["a pattern that is broken", { $regex: "(unclosed" }],
    ["look-around", { $regex: "(?=a)b" }],
    ["a back-reference", { $regex: "(a)\\1" }],
    ["a pattern that is too long", { $regex: "a".repeat(1_001) }],
    ["a pattern that grows", { $regex: "((a{30}){30}){30}" }],
    ["a pattern that is nested too deeply", { $regex: "(".repeat(499) + ")".repeat(499) + "*{9}" }],
    ["too long a text to contain", { $contains: "x".repeat(10_001) }],
    ["too deep a nesting", nested(40)],
    ["too many conditions", { $or: Array.from({ length: 600 }, (_, size) => ({ size })) }],
    ["too many values", { size: { $in: Array.from({ length: 30_000 }, (_, size) => size) } }],
    ["a list as a value", { topic: { $contains: ["io"] } }],
  ])("%s is refused with the operators and an example", (_, where) => {
    const error = thrownBy(() => compileFilters({ where }, tokenizer));
    expect(error.code).toBe("INPUT_INVALID");
    expect(error.hint).toContain("$nin");
    expect(error.hint).toContain("$not_regex");
    expect(error.hint).toContain('{"#document": {"$contains"');
    expect(error.message.length).toBeLessThan(400);
  });

  test("a date that is none is refused with an example", () => {
    const error = thrownBy(() => compileFilters({ where: { changed_at: { $gt: "soon" } } }, tokenizer));
    expect(error.hint).toContain("2026-11-01");
  });
});

test.each(["(a+)+$", "(a|aa)+$", "(a*)*b", "(.*a){12}b", "(?:a?){300}a{300}", "(a|b)*a(a|b){14}[cd]"])(
  "the pattern %s is no bomb",
  (pattern) => {
    const texts = ["a".repeat(100_000), `${"ab".repeat(50_000)}!`];
    const filter = filterOf({ where: { $regex: pattern } });
    for (const text of texts)
      expect(typeof filter.ofPassage(document, { ...passage, text: () => text })).toBe("boolean");
  },
);
