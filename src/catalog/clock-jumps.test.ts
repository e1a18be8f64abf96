import { afterEach, beforeEach, expect, test } from "vitest";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSearch,
  makeSource,
  origin,
  removal,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import { type ClockedCatalog, openClockedCatalog } from "../../test/fixtures/clocked-catalog.ts";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const year = 365 * day;
const scope = {
  directory: "",
  recursive: true,
  categories: null,
  extensions: null,
  maxFiles: null,
  includeContent: true,
};

let place: ReturnType<typeof makeDirectory>;
let world: ClockedCatalog;
let id: string;

beforeEach(() => {
  place = makeDirectory();
  open(Date.UTC(2026, 5, 1));
  id = world.catalog.ensureCollection({ ...viewer, name: "app_code", kind: "permanent", author }).collection.id;
});
afterEach(() => {
  world.catalog.close();
  place.remove();
});

function open(wallMs: number): void {
  world = openClockedCatalog(place.directory, wallMs);
}

const stat = (signature: string) => ({ sizeBytes: 1, mtimeMs: 1, signature });
const write = (path: string, text: string, readAtMs = world.time.wallMs) =>
  world.catalog.write(makeBatch(id, { documents: [makeDocument(path, [text], { readAtMs, stat: stat(text) })] }));
const find = (words: string) => world.catalog.search(makeSearch(id, words)).hits.map(({ path }) => path);
const signatureOf = (path: string) =>
  world.catalog.knownPaths({ collectionId: id, sourceKey: "ws-1", paths: [path] })[0]?.stat.signature;
const purge = () => {
  while (world.catalog.purgeUnloaded({ keptMs: 7 * day, maxDocuments: 100 }).hasMore);
};
const isRestorable = () =>
  world.catalog.receipts(viewer, { limit: 10 }).some(({ restorableUntilMs }) => restorableUntilMs !== null);

test("an older reading never replaces a newer one, as long as the clock is right", () => {
  write("a.ts", "newer", world.time.wallMs);
  expect(write("a.ts", "older", world.time.wallMs - 1)).toMatchObject({ superseded: 1 });
  expect(find("newer")).toEqual(["a.ts"]);
});

test("what was read when the clock was ahead is written again when it is right", () => {
  world.jump(year);
  write("a.ts", "future");
  world.jump(-year);
  expect(write("a.ts", "present")).toMatchObject({ changed: 1, superseded: 0 });
  expect(find("present")).toEqual(["a.ts"]);
  expect(write("a.ts", "past", world.time.wallMs - 1)).toMatchObject({ superseded: 1 });
});

test("a difference of seconds between two machines' clocks changes nothing", () => {
  write("a.ts", "newer", world.time.wallMs + 2_000);
  expect(write("a.ts", "older", world.time.wallMs + 1_000)).toMatchObject({ superseded: 1 });
});

test("so it is for renames, for what stands in their way, and for touches", () => {
  world.jump(year);
  for (const path of ["a.ts", "b.ts", "c.ts"]) write(path, `future ${path}`);
  world.jump(-year);
  const readAtMs = world.time.wallMs;
  const renames = [{ from: "a.ts", to: "b.ts", stat: stat("renamed"), readAtMs }];
  const touches = [{ path: "c.ts", stat: stat("touched"), readAtMs }];
  expect(world.catalog.write(makeBatch(id, { renames, touches }))).toMatchObject({ renamed: 1, superseded: 0 });
  expect(signatureOf("b.ts")).toBe("renamed");
  expect(signatureOf("c.ts")).toBe("touched");
  expect(signatureOf("a.ts")).toBeUndefined();
});

test("a run through a scope that is to come is not known, so the scope is gone through again", () => {
  const save = (mirroredAtMs: number) =>
    world.catalog.saveScope({ collectionId: id, source: makeSource(), author, scope, isWatched: true, mirroredAtMs });
  const times = () => [
    ...world.catalog
      .sourceState({ collectionId: id, sourceKey: "ws-1" })
      .scopes.map(({ mirroredAtMs }) => mirroredAtMs),
    ...world.catalog.watchedScopes(viewer).map(({ mirroredAtMs }) => mirroredAtMs),
  ];
  world.jump(year);
  save(world.time.wallMs);
  world.jump(-year);
  expect(times()).toEqual([null, null]);
  save(world.time.wallMs);
  expect(times()).toEqual([world.time.wallMs, world.time.wallMs]);
});

test("what was removed goes after seven days, not before", () => {
  write("a.ts", "words");
  world.catalog.deleteDocuments(
    { collectionId: id, ids: ["a.ts"], sourceKey: "ws-1" },
    { ...removal, isDryRun: false },
  );
  const receipt = world.catalog.receipts(viewer, { limit: 1 })[0]?.id ?? -1;
  for (let hours = 0; hours < 7 * 24; hours += 12) {
    purge();
    expect(isRestorable()).toBe(true);
    world.pass(12 * hour);
  }
  purge();
  expect(isRestorable()).toBe(false);
  expect(world.catalog.totals()).toMatchObject({ vectors: 0 });
  const error = thrownBy(() => world.catalog.restoreReceipt(viewer, receipt, origin));
  expect(error).toMatchObject({ code: "NOT_RESTORABLE" });
  expect(error.message).toContain("7 days are over");
});

test("a jump of a year ahead takes nothing that was removed a minute ago, in a running hub and over a restart", () => {
  world.catalog.unloadCollection(id, removal);
  world.pass(minute);
  world.jump(year);
  purge();
  expect(isRestorable()).toBe(true);
  world.catalog.close();
  open(world.time.wallMs + year);
  purge();
  expect(isRestorable()).toBe(true);
  expect(world.catalog.restoreCollection(viewer, "app_code", origin).collectionId).toBe(id);
});

test("a jump back keeps nothing for ever", () => {
  world.catalog.unloadCollection(id, removal);
  world.jump(-year);
  for (let days = 0; days < 7; days += 1) {
    purge();
    expect(isRestorable()).toBe(true);
    world.pass(day);
  }
  purge();
  expect(isRestorable()).toBe(false);
});

test("what was removed after a jump back is kept for its seven days too", () => {
  world.jump(-year);
  world.catalog.unloadCollection(id, removal);
  world.jump(year);
  world.pass(5 * day);
  purge();
  expect(isRestorable()).toBe(true);
});
