import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSearch,
  origin,
  removal,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import { type ClockedCatalog, openClockedCatalog } from "../../test/fixtures/clocked-catalog.ts";
import { JournalCopy } from "../../test/fixtures/journal-copy.ts";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import type { PromoteRequest } from "./api.ts";

let place: ReturnType<typeof makeDirectory>;
let world: ClockedCatalog;
let chroma: JournalCopy;
let imported: string;

beforeEach(() => {
  place = makeDirectory();
  world = openClockedCatalog(place.directory);
  chroma = new JournalCopy(world.catalog);
  imported = ensure("import-1", "temporary");
  store(imported, "new.ts", "imported words");
});
afterEach(() => {
  world.catalog.close();
  place.remove();
});

const other = { ...viewer, sessionId: "s2" };

function ensure(name: string, kind: "permanent" | "temporary" = "permanent"): string {
  return world.catalog.ensureCollection({ ...viewer, name, kind, author }).collection.id;
}

function store(id: string, path: string, text: string): void {
  world.catalog.write(makeBatch(id, { documents: [makeDocument(path, [text])] }));
}

const promote = (rest: Partial<PromoteRequest> = {}) =>
  world.catalog.promoteCollection({
    viewer,
    collectionId: imported,
    name: "app_code",
    overwrite: false,
    ...removal,
    ...rest,
  });
const find = (id: string, words: string) => world.catalog.search(makeSearch(id, words)).hits.map(({ path }) => path);
const names = (by = viewer) => world.catalog.listCollections(by).map(({ name, kind }) => `${kind} ${name}`);

describe("a promoted collection", () => {
  test("is everybody's under its name, and Chroma's too", () => {
    expect(chroma.catchUp()).toEqual({});
    const promoted = promote();
    expect(promoted).toMatchObject({
      collection: { id: imported, name: "app_code", kind: "permanent", ownerSession: null, documents: 1 },
      replaced: null,
    });
    expect(names(other)).toEqual(["permanent app_code"]);
    expect(chroma.catchUp()).toMatchObject({ app_code: [expect.stringContaining("ws-1/new.ts")] });
    world.catalog.dropTemporary([]);
    expect(find(imported, "imported")).toEqual(["new.ts"]);
    expect(world.catalog.receipts(other, { limit: 10 })).toMatchObject([
      { id: promoted.receipt, action: "promote", collection: "app_code", kind: "permanent", added: 1, chunks: 1 },
    ]);
  });

  test("needs a free name, unless it may replace the one that has it", () => {
    const old = ensure("app_code");
    store(old, "old.ts", "older words");
    chroma.catchUp();
    expect(thrownBy(() => promote()).code).toBe("COLLECTION_EXISTS");
    const { replaced, receipt } = promote({ overwrite: true, isForced: true });
    expect(replaced).toMatchObject({ documents: 1, chunks: 1 });
    expect(names(other)).toEqual(["permanent app_code"]);
    expect(chroma.catchUp()).toMatchObject({ app_code: [expect.stringContaining("new.ts")] });
    expect(world.catalog.receipts(viewer, { limit: 2 })).toMatchObject([
      { id: receipt, action: "promote", isForced: true, restorableUntilMs: null },
      { id: replaced?.receipt, action: "unload", isForced: true, collectionId: old },
    ]);
  });

  test("gives its place back when it is unloaded and the replaced one restored", () => {
    const old = ensure("app_code");
    store(old, "old.ts", "older words");
    const { replaced } = promote({ overwrite: true });
    const undo = () => world.catalog.restoreReceipt(viewer, replaced?.receipt ?? -1, origin);
    expect(thrownBy(undo).hint).toContain("commons unload app_code");
    world.catalog.unloadCollection(imported, removal);
    expect(undo()).toMatchObject({ collectionId: old, documents: 1 });
    expect(find(old, "older")).toEqual(["old.ts"]);
    expect(chroma.catchUp()).toMatchObject({ app_code: [expect.stringContaining("old.ts")] });
  });

  test("may have had its name before, as a temporary one", () => {
    const same = ensure("scratch", "temporary");
    expect(promote({ collectionId: same, name: "scratch" }).collection).toMatchObject({ id: same, kind: "permanent" });
    const hiding = ensure("wanted", "temporary");
    expect(thrownBy(() => promote({ name: "wanted" })).code).toBe("COLLECTION_EXISTS");
    world.catalog.ensureCollection({ ...other, name: "wanted", kind: "permanent", author });
    expect(thrownBy(() => promote({ collectionId: hiding, name: "wanted" })).code).toBe("COLLECTION_EXISTS");
  });

  test("must be a temporary one of the session", () => {
    const permanent = ensure("kept");
    expect(thrownBy(() => promote({ collectionId: permanent })).code).toBe("COLLECTION_NOT_FOUND");
    expect(thrownBy(() => promote({ viewer: other })).code).toBe("COLLECTION_NOT_FOUND");
    expect(thrownBy(() => promote({ viewer: { ...viewer, space: "other" } })).code).toBe("COLLECTION_NOT_FOUND");
    expect(names()).toEqual(["temporary import-1", "permanent kept"]);
  });

  test("is promoted once for a call id", () => {
    ensure("app_code");
    const call = { origin: { author, callId: "call-1" }, overwrite: true };
    const first = promote(call);
    expect(promote(call)).toEqual(first);
    expect(world.catalog.receipts(viewer, { limit: 10, action: "unload" })).toHaveLength(1);
  });
});

test("a promotion that fails at any step leaves everything as it was", () => {
  const old = ensure("app_code");
  store(old, "old.ts", "older words");
  const before = { chroma: chroma.catchUp(), receipts: world.catalog.receipts(viewer, { limit: 10 }) };
  const request = { origin: { author, callId: "call-1" }, overwrite: true };
  let steps = 0;
  for (; steps < 100; steps += 1) {
    let left = steps;
    world.onLook = () => {
      left -= 1;
      if (left < 0) throw new Error("the power went");
    };
    let error: unknown = null;
    try {
      promote(request);
    } catch (thrown) {
      error = thrown;
    }
    world.onLook = null;
    if (error === null) break;
    expect(names()).toEqual(["permanent app_code", "temporary import-1"]);
    expect(find(old, "older")).toEqual(["old.ts"]);
    expect(world.catalog.receipts(viewer, { limit: 10 })).toEqual(before.receipts);
    expect(world.catalog.journalDepth()).toBe(0);
    expect(world.catalog.answerTo("call-1")).toBeNull();
  }
  expect(steps).toBeGreaterThan(2);
  expect(names()).toEqual(["permanent app_code"]);
  expect(find(imported, "imported")).toEqual(["new.ts"]);
});
