import { afterEach, beforeEach, expect, test } from "vitest";
import type { Catalog } from "../../src/catalog/api.ts";
import type { IngestScope } from "../../src/core/scopes.ts";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSource,
  openTestCatalog,
  removal,
  viewer,
} from "./catalog-fixture.ts";

let place: ReturnType<typeof makeDirectory>;
let catalog: Catalog;
let collectionId: string;

beforeEach(() => {
  place = makeDirectory();
  catalog = openTestCatalog(place.directory);
  collectionId = catalog.ensureCollection({ ...viewer, name: "app", kind: "permanent", author }).collection.id;
});
afterEach(() => {
  catalog.close();
  place.remove();
});

const all: IngestScope = {
  directory: "",
  recursive: true,
  categories: null,
  extensions: null,
  maxFiles: null,
  includeContent: true,
};

const save = (scope: Partial<IngestScope>, isWatched = false, mirroredAtMs: number | null = null) =>
  catalog.saveScope({
    collectionId,
    source: makeSource(),
    author,
    scope: { ...all, ...scope },
    isWatched,
    mirroredAtMs,
  });
const state = () => catalog.sourceState({ collectionId, sourceKey: makeSource().key });

test("what was ingested is remembered once, and a whole source takes the place of its folders", () => {
  expect(state()).toEqual({ revision: 0, scopes: [] });
  const first = save({ directory: "src", extensions: ["ts", "md"] });
  expect(save({ directory: "src", extensions: ["md", "ts"] }).id).toBe(first.id);
  save({ directory: "docs" });
  save({});
  expect(state().scopes.map(({ scope }) => [scope.directory, scope.extensions])).toEqual([
    ["src", ["md", "ts"]],
    ["", null],
  ]);
});

test("a watched folder is known to everyone in its space until somebody ends the watch", () => {
  const { id } = save({ directory: "src" }, true);
  save({});
  expect(save({ directory: "src" }).isWatched).toBe(true);
  expect(catalog.watchedScopes({ ...viewer, sessionId: "another" })).toMatchObject([
    { id, collection: "app", sourceKey: makeSource().key, agent: author.agent, scope: { directory: "src" } },
  ]);
  expect(catalog.watchedScopes({ space: "elsewhere", sessionId: null })).toEqual([]);
  expect([catalog.unwatchScope(id), catalog.unwatchScope(id)]).toEqual([true, false]);
  expect(catalog.watchedScopes(viewer)).toEqual([]);
});

test("when a scope was last gone through is kept until a later run has gone through it", () => {
  expect(save({}).mirroredAtMs).toBeNull();
  expect(save({}, false, 5_000).mirroredAtMs).toBe(5_000);
  expect(save({}, true).mirroredAtMs).toBe(5_000);
  expect(state().scopes).toMatchObject([{ mirroredAtMs: 5_000, isWatched: true }]);
});

test("the revision rises with what is written, changed and removed, and a write tells both ends of its step", () => {
  const write = (changes: Parameters<typeof makeBatch>[1]) => catalog.write(makeBatch(collectionId, changes)).revision;
  const first = write({ documents: [makeDocument("a.ts", ["one"]), makeDocument("b.ts", ["two"])] });
  expect(first.before).toBe(0);
  expect(first.after).toBeGreaterThan(0);
  expect(write({})).toEqual({ before: first.after, after: first.after });
  const second = write({ removals: ["a.ts"] });
  expect(second.before).toBe(first.after);
  expect(second.after).toBeGreaterThan(second.before);
  catalog.deleteDocuments(
    { collectionId, ids: ["b.ts"], sourceKey: makeSource().key },
    { ...removal, isDryRun: false },
  );
  expect(state().revision).toBeGreaterThan(second.after);
});

test("contents are known in whatever collection they stand", () => {
  catalog.write(makeBatch(collectionId, { documents: [makeDocument("a.ts", ["one"])] }));
  expect(catalog.knownContents(viewer, ["hash of a.ts", "hash of z.ts", "hash of a.ts"])).toBe(2);
});

test("scopes go with their collection", () => {
  save({ directory: "src" }, true);
  catalog.unloadCollection(collectionId, removal);
  expect(catalog.watchedScopes(viewer)).toEqual([]);
  while (catalog.purgeUnloaded({ keptMs: 0, maxDocuments: 10 }).hasMore);
  expect(catalog.totals().collections).toBe(0);
});
