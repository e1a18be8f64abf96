import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Catalog } from "../../src/catalog/api.ts";
import type { Origin } from "../../src/core/receipts.ts";
import { thrownBy } from "../fixtures/thrown-by.ts";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSearch,
  openTestCatalog,
  origin,
  removal,
  viewer,
} from "./catalog-fixture.ts";

let place: ReturnType<typeof makeDirectory>;
let catalog: Catalog;
let id: string;

beforeEach(() => {
  place = makeDirectory();
  catalog = openTestCatalog(place.directory);
  id = catalog.ensureCollection({ ...viewer, name: "app_code", kind: "permanent", author }).collection.id;
});
afterEach(() => {
  catalog.close();
  place.remove();
});

function store(collectionId: string, path: string, text: string): void {
  catalog.write(makeBatch(collectionId, { documents: [makeDocument(path, [text])] }));
}

const find = (words: string) => catalog.search(makeSearch(id, words)).hits.map(({ path }) => path);
const call = (): Origin => ({ author, callId: randomUUID() });
const remove = (ids: string[], by = origin) =>
  catalog.deleteDocuments(
    { collectionId: id, ids, sourceKey: "ws-1" },
    { origin: by, isForced: false, isDryRun: false },
  );

describe("a repeated call", () => {
  test("gets its first answer, and nothing happens twice", () => {
    store(id, "a.ts", "alpha");
    const deleting = call();
    const deleted = remove(["a.ts"], deleting);
    store(id, "a.ts", "written after the deletion");
    expect(remove(["a.ts"], deleting)).toEqual(deleted);
    expect(find("written")).toEqual(["a.ts"]);

    const unloading = { origin: call(), isForced: true };
    const unloaded = catalog.unloadCollection(id, unloading);
    const restoring = call();
    const restored = catalog.restoreCollection(viewer, "app_code", restoring);
    expect(catalog.unloadCollection(id, unloading)).toEqual(unloaded);
    expect(catalog.listCollections(viewer)).toHaveLength(1);
    expect(catalog.restoreReceipt(viewer, unloaded.receipt, restoring)).toEqual(restored);
    expect(catalog.answerTo(unloading.origin.callId ?? "")).toMatchObject({
      receipt: { action: "unload", isForced: true, collection: "app_code" },
      answer: unloaded,
    });
  });

  test("is known after a restart", () => {
    const origins = { origin: call(), isForced: false };
    const unloaded = catalog.unloadCollection(id, origins);
    catalog.close();
    catalog = openTestCatalog(place.directory);
    expect(catalog.unloadCollection(id, origins)).toEqual(unloaded);
    expect(catalog.receipts(viewer, { limit: 10, action: "unload" })).toHaveLength(1);
  });

  test("of another kind is refused", () => {
    store(id, "a.ts", "alpha");
    const same = call();
    remove(["a.ts"], same);
    const error = thrownBy(() => catalog.unloadCollection(id, { origin: same, isForced: false }));
    expect(error).toMatchObject({ code: "INPUT_INVALID" });
    expect(catalog.listCollections(viewer)).toHaveLength(1);
  });

  test("that was refused may succeed later under its id", () => {
    const same = call();
    expect(thrownBy(() => catalog.restoreCollection(viewer, "app_code", same)).code).toBe("COLLECTION_NOT_FOUND");
    catalog.unloadCollection(id, removal);
    expect(catalog.restoreCollection(viewer, "app_code", same).collectionId).toBe(id);
    expect(catalog.answerTo("never seen")).toBeNull();
  });

  test("leaves no receipt when it is a dry run or finds nothing", () => {
    store(id, "a.ts", "alpha");
    const selection = { collectionId: id, ids: ["a.ts", "b.ts"], sourceKey: "ws-1" };
    expect(catalog.deleteDocuments(selection, { ...removal, isDryRun: true })).toMatchObject({
      documents: 1,
      receipt: null,
    });
    expect(remove(["b.ts"])).toMatchObject({ documents: 0, unknownIds: ["b.ts"], receipt: null });
    expect(catalog.receipts(viewer, { limit: 10 }).map(({ action }) => action)).toEqual(["write"]);
  });
});
