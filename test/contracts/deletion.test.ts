import { afterEach, beforeEach, expect, test } from "vitest";
import type { Catalog } from "../../src/catalog/api.ts";
import type { DeleteResult } from "../../src/core/collections.ts";
import type { Where } from "../../src/core/search.ts";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSearch,
  makeSource,
  notes,
  openTestCatalog,
  removal,
  viewer,
} from "./catalog-fixture.ts";
import { thrownBy } from "../fixtures/thrown-by.ts";

let place: ReturnType<typeof makeDirectory>;
let catalog: Catalog;
let collectionId: string;

beforeEach(() => {
  place = makeDirectory();
  catalog = openTestCatalog(place.directory);
  const spec = { ...viewer, name: "app_code", kind: "permanent" as const, author };
  collectionId = catalog.ensureCollection(spec).collection.id;
  // The caller's is ws-1. b.md stands in both workspaces and is a note; a.md is the caller's; d.md stands in two others.
  store("ws-1", "a.md", "b.md");
  store("ws-2", "a.md", "b.md", "c.md", "d.md");
  store("ws-3", "d.md");
  store("notes", "b.md", "note-1");
});
afterEach(() => {
  catalog.close();
  place.remove();
});

function store(key: string, ...paths: string[]): void {
  const source = key === "notes" ? notes : makeSource(key, `app of ${key}`);
  const documents = paths.map((path) => makeDocument(path, [`text of ${path} in ${key}`]));
  catalog.write(makeBatch(collectionId, { source, documents }));
}

function remove(ids: readonly string[], sourceKey: string | null = "ws-1"): DeleteResult {
  return catalog.deleteDocuments({ collectionId, ids, sourceKey }, { ...removal, isDryRun: false });
}

const deleted = ({ places }: DeleteResult): string[] => places.map(({ sourceKey, path }) => `${sourceKey}/${path}`);
const documents = (): number => catalog.totals().documents;

test("a path is the caller's own file, whoever else has one of that name", () => {
  expect(deleted(remove(["a.md"]))).toEqual(["ws-1/a.md"]);
  expect(documents()).toBe(8);
});

test("a note goes by its id", () => {
  expect(remove(["note-1"])).toMatchObject({ places: [{ sourceKey: "notes", source: "notes", sourcePath: null }] });
});

test("what may be a note or an own file is told with its sources, and nothing is deleted for it", () => {
  const result = remove(["b.md", "note-1"]);
  expect(deleted(result)).toEqual(["notes/note-1"]);
  expect(result.ambiguousIds).toMatchObject([
    { id: "b.md", places: [{ sourceKey: "notes" }, { sourceKey: "ws-1", source: "app of ws-1", path: "b.md" }] },
  ]);
  expect(result.unknownIds).toEqual([]);
  expect(documents()).toBe(8);
});

test("the source's key before a path names one of several", () => {
  expect(deleted(remove(["ws-1/b.md", "notes/b.md"]))).toEqual(["ws-1/b.md", "notes/b.md"]);
  const again = remove(["b.md"]);
  expect(deleted(again)).toEqual([]);
  expect(again.ambiguousIds).toMatchObject([{ id: "b.md", places: [{ sourceKey: "ws-2" }] }]);
});

test("a path that only another source has is told with its full id, and deleted by that only", () => {
  expect(remove(["c.md"])).toMatchObject({
    documents: 0,
    ambiguousIds: [{ id: "c.md", places: [{ sourceKey: "ws-2", path: "c.md" }] }],
  });
  expect(deleted(remove(["ws-2/c.md"]))).toEqual(["ws-2/c.md"]);
  expect(remove(["d.md"])).toMatchObject({ documents: 0, ambiguousIds: [{ id: "d.md" }] });
});

test("for a caller without a source, a path in two sources is ambiguous", () => {
  expect(remove(["a.md"], null).ambiguousIds).toMatchObject([
    { id: "a.md", places: [{ sourceKey: "ws-1" }, { sourceKey: "ws-2" }] },
  ]);
  expect(documents()).toBe(9);
});

test("a record id is its own document in any source", () => {
  const [hit] = catalog.search(makeSearch(collectionId, "text of c.md")).hits;
  expect(deleted(remove([hit?.recordId ?? ""]))).toEqual(["ws-2/c.md"]);
});

test.each<[Where, string[]]>([
  [{ "#document": { $contains: "second part of long.md" } }, ["ws-1/long.md"]],
  [{ $and: [{ $not_contains: "first part" }, { path: "long.md" }] }, []],
  [{ $and: [{ source_key: "ws-1" }, { $not_contains: "first part" }] }, ["ws-1/a.md", "ws-1/b.md"]],
  [{ "#document": { $regex: "^text of [ab]\\.md in ws-1$" } }, ["ws-1/a.md", "ws-1/b.md"]],
  [{ "#id": { $in: ["ws-2/c.md", "note-1"] } }, ["ws-2/c.md", "notes/note-1"]],
])("a document's text is all of its passages: %j names %j", (where, expected) => {
  const long = makeDocument("long.md", ["first part of long.md", "second part of long.md"]);
  catalog.write(makeBatch(collectionId, { source: makeSource("ws-1", "app of ws-1"), documents: [long] }));
  const result = catalog.deleteDocuments({ collectionId, where, sourceKey: null }, { ...removal, isDryRun: true });
  expect(deleted(result).toSorted()).toEqual(expected.toSorted());
});

test.each<[Where]>([[{}], [{ $or: [{}] }], [{ $and: [{ path: "a.md" }, {}] }]])(
  "a filter with an empty condition deletes nothing: %j",
  (where) => {
    for (const isDryRun of [true, false]) {
      const selection = { collectionId, where, sourceKey: null };
      const error = thrownBy(() => catalog.deleteDocuments(selection, { ...removal, isDryRun }));
      expect(error.code).toBe("INPUT_INVALID");
    }
    expect(documents()).toBe(9);
  },
);

test("an empty filter's refusal names the tool that removes everything", () => {
  const selection = { collectionId, where: {}, sourceKey: null };
  const error = thrownBy(() => catalog.deleteDocuments(selection, { ...removal, isDryRun: true }));
  expect(error.hint).toContain("unload_collection");
});
