import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Catalog } from "../../src/catalog/api.ts";
import { JournalCopy } from "../fixtures/journal-copy.ts";
import { thrownBy } from "../fixtures/thrown-by.ts";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSearch,
  makeSource,
  openTestCatalog,
  origin,
  removal,
  viewer,
} from "./catalog-fixture.ts";

let place: ReturnType<typeof makeDirectory>;
let catalog: Catalog;
let chroma: JournalCopy;
let id: string;

beforeEach(() => {
  place = makeDirectory();
  catalog = openTestCatalog(place.directory);
  chroma = new JournalCopy(catalog);
  id = ensure("app_code");
});
afterEach(() => {
  catalog.close();
  place.remove();
});

function ensure(name: string, kind: "permanent" | "temporary" = "permanent"): string {
  return catalog.ensureCollection({ ...viewer, name, kind, author }).collection.id;
}

function store(collectionId: string, path: string, text: string, readAtMs = 1_000): void {
  catalog.write(makeBatch(collectionId, { documents: [makeDocument(path, [text, "shared words"], { readAtMs })] }));
}

const find = (words: string, collectionId = id, mode: "keyword" | "semantic" = "keyword") =>
  catalog.search(makeSearch(collectionId, words, { mode })).hits.map(({ path }) => path);
const hits = (words: string) => catalog.search(makeSearch(id, words)).hits;
const remove = (ids: string[]) =>
  catalog.deleteDocuments({ collectionId: id, ids, sourceKey: "ws-1" }, { ...removal, isDryRun: false });
const receiptOf = ({ receipt }: { readonly receipt: number | null }): number => receipt ?? -1;
const restore = (receipt: number) => catalog.restoreReceipt(viewer, receipt, origin);
const listed = (receipt: number) => catalog.receipts(viewer, { limit: 100 }).find((each) => each.id === receipt);

describe("deleted documents", () => {
  test("are found by nobody, in Chroma neither, and come back whole", () => {
    store(id, "a.ts", "alpha one");
    store(id, "b.ts", "beta two");
    const before = {
      chroma: chroma.catchUp(),
      detail: catalog.collectionDetail(id),
      shared: hits("shared"),
      similar: find("beta", id, "semantic"),
    };
    const deleted = remove(["b.ts"]);
    expect(find("beta")).toEqual([]);
    expect(find("shared")).toEqual(["a.ts"]);
    expect(chroma.catchUp()["app_code"]).toHaveLength(2);
    expect(catalog.collectionDetail(id)).toMatchObject({ documents: 1, chunks: 2, sizeBytes: 100 });
    expect(catalog.totals()).toMatchObject({ collections: 1, documents: 1 });
    const restored = restore(receiptOf(deleted));
    expect(restored).toMatchObject({
      collection: "app_code",
      collectionId: id,
      documents: 1,
      chunks: 2,
      superseded: 0,
    });
    expect(find("beta")).toEqual(["b.ts"]);
    expect(hits("shared")).toEqual(before.shared);
    expect(find("beta", id, "semantic")).toEqual(before.similar);
    expect(chroma.catchUp()).toEqual(before.chroma);
    const { updatedAtMs: _now, ...rest } = catalog.collectionDetail(id);
    expect(before.detail).toMatchObject(rest);
  });

  test("going and coming back are changes of their source, which whoever keeps its state sees", () => {
    store(id, "a.ts", "alpha");
    const revision = () => catalog.sourceState({ collectionId: id, sourceKey: "ws-1" }).revision;
    const before = revision();
    const deleted = remove(["a.ts"]);
    const between = revision();
    expect(between).toBeGreaterThan(before);
    restore(receiptOf(deleted));
    expect(revision()).toBeGreaterThan(between);
  });

  test("come back after a restart", () => {
    store(id, "a.ts", "alpha one");
    const deleted = remove(["a.ts"]);
    catalog.close();
    catalog = openTestCatalog(place.directory);
    restore(receiptOf(deleted));
    expect(find("alpha")).toEqual(["a.ts"]);
  });

  test("a document that was written anew stays, and the old one is told as superseded", () => {
    store(id, "a.ts", "old alpha");
    store(id, "b.ts", "beta");
    const deleted = remove(["a.ts", "b.ts"]);
    store(id, "a.ts", "new alpha");
    expect(restore(receiptOf(deleted))).toMatchObject({ documents: 1, superseded: 1 });
    expect(find("new")).toEqual(["a.ts"]);
    expect(find("old")).toEqual([]);
    expect(find("beta")).toEqual(["b.ts"]);
  });

  test("what could not come back with the others can when the newer one is gone", () => {
    store(id, "a.ts", "old alpha");
    store(id, "b.ts", "beta");
    const receipt = receiptOf(remove(["a.ts", "b.ts"]));
    store(id, "a.ts", "new alpha");
    const first = restore(receipt);
    expect(listed(first.receipt)?.detail).toBe(`of receipt ${receipt}, in part`);
    expect(listed(receipt)?.restorableUntilMs).not.toBeNull();
    remove(["a.ts"]);
    expect(restore(receipt)).toMatchObject({ documents: 1, superseded: 0 });
    expect(find("old")).toEqual(["a.ts"]);
    expect(listed(receipt)?.restorableUntilMs).toBeNull();
  });

  test("where all are superseded, the removal can still be undone when the newer ones are gone", () => {
    store(id, "a.ts", "old alpha");
    const deleted = remove(["a.ts"]);
    store(id, "a.ts", "new alpha");
    expect(restore(receiptOf(deleted))).toMatchObject({ documents: 0, superseded: 1 });
    remove(["a.ts"]);
    expect(restore(receiptOf(deleted))).toMatchObject({ documents: 1, superseded: 0 });
    expect(find("old")).toEqual(["a.ts"]);
  });

  test("a second restore says by which receipt it was undone", () => {
    store(id, "a.ts", "alpha");
    const receipt = receiptOf(remove(["a.ts"]));
    expect(listed(receipt)?.restorableUntilMs).toBeGreaterThan(Date.now());
    const restored = restore(receipt);
    expect(listed(receipt)?.restorableUntilMs).toBeNull();
    const error = thrownBy(() => restore(receipt));
    expect(error).toMatchObject({ code: "NOT_RESTORABLE" });
    expect(error.message).toContain(`by receipt ${restored.receipt}`);
  });

  test("of a collection that is unloaded wait until that is back", () => {
    store(id, "a.ts", "alpha");
    const deleted = remove(["a.ts"]);
    const { receipt } = catalog.unloadCollection(id, removal);
    expect(thrownBy(() => restore(receiptOf(deleted))).hint).toContain(`: commons restore --receipt ${receipt}, then`);
    catalog.restoreCollection(viewer, "app_code", origin);
    expect(restore(receiptOf(deleted)).documents).toBe(1);
    expect(find("alpha")).toEqual(["a.ts"]);
  });

  test("of a collection that another replaced come back by the steps that the error names", () => {
    store(id, "a.ts", "alpha");
    const deleted = receiptOf(remove(["a.ts"]));
    const { receipt } = catalog.unloadCollection(id, removal);
    const other = ensure("app_code");
    expect(thrownBy(() => restore(deleted)).hint).toContain(
      `commons unload app_code, then commons restore --receipt ${receipt}, then commons restore --receipt ${deleted}`,
    );
    catalog.unloadCollection(other, removal);
    restore(receipt);
    expect(restore(deleted).documents).toBe(1);
    expect(find("alpha")).toEqual(["a.ts"]);
  });

  test("are no collection: not listed, not restored by name, not mirrored, not counted", () => {
    store(id, "a.ts", "alpha");
    remove(["a.ts"]);
    expect(catalog.listCollections(viewer).map(({ name }) => name)).toEqual(["app_code"]);
    expect(catalog.collectionIds()).toEqual([id]);
    expect(thrownBy(() => catalog.restoreCollection(viewer, "app_code", origin)).code).toBe("COLLECTION_NOT_FOUND");
    chroma.catchUp();
    catalog.journalResync(null);
    expect(catalog.journalPeek(10).map(({ op, collection }) => [op, collection.stamp])).toEqual([["ensure", id]]);
  });

  test("of a temporary collection are gone for good", () => {
    id = ensure("scratch", "temporary");
    store(id, "a.ts", "alpha");
    const receipt = receiptOf(remove(["a.ts"]));
    expect(catalog.totals()).toMatchObject({ documents: 0, vectors: 0 });
    expect(listed(receipt)).toMatchObject({ action: "delete", removed: 1, restorableUntilMs: null });
    expect(thrownBy(() => restore(receipt)).code).toBe("NOT_RESTORABLE");
  });

  test("come back to the model that their collection has by then", () => {
    const model = "ollama:tiny";
    const cloud = catalog.ensureCollection({ ...viewer, name: "cloud", kind: "permanent", author, embedder: model });
    id = cloud.collection.id;
    store(id, "a.ts", "alpha");
    const deleted = remove(["a.ts"]);
    // What nobody wants is forgotten.
    expect(catalog.missingVectors(model, 10)).toEqual([]);
    restore(receiptOf(deleted));
    expect(catalog.missingVectors(model, 10)).toHaveLength(2);
  });
});

describe("unloaded collections", () => {
  test("come back by the receipt, and then not again", () => {
    store(id, "a.ts", "alpha");
    const before = chroma.catchUp();
    const { receipt } = catalog.unloadCollection(id, removal);
    expect(chroma.catchUp()).toEqual({});
    expect(restore(receipt)).toMatchObject({ collectionId: id, documents: 1 });
    expect(find("alpha")).toEqual(["a.ts"]);
    expect(chroma.catchUp()).toEqual(before);
    expect(thrownBy(() => restore(receipt)).message).toContain("undone already");
  });

  test("a restore by name undoes the receipt too", () => {
    const { receipt } = catalog.unloadCollection(id, removal);
    const restored = catalog.restoreCollection(viewer, "app_code", origin);
    expect(listed(restored.receipt)?.detail).toBe(`of receipt ${receipt}`);
    expect(thrownBy(() => restore(receipt)).code).toBe("NOT_RESTORABLE");
  });

  test("a taken name is told with its maker, and nothing changes", () => {
    const { receipt } = catalog.unloadCollection(id, removal);
    ensure("app_code");
    const error = thrownBy(() => restore(receipt));
    expect(error).toMatchObject({ code: "COLLECTION_EXISTS" });
    expect(error.message).toContain("codex in /home/ann/app");
    expect(listed(receipt)?.restorableUntilMs).not.toBeNull();
  });

  test("receipts of another space are not there", () => {
    const { receipt } = catalog.unloadCollection(id, removal);
    const other = { space: "other", sessionId: "s9" };
    expect(thrownBy(() => catalog.restoreReceipt(other, receipt, origin)).code).toBe("RECEIPT_NOT_FOUND");
    expect(thrownBy(() => restore(receipt + 1)).code).toBe("RECEIPT_NOT_FOUND");
  });

  test("a write cannot be undone", () => {
    store(id, "a.ts", "alpha");
    const [write] = catalog.receipts(viewer, { limit: 1 });
    expect(thrownBy(() => restore(write?.id ?? -1)).message).toContain("is of a write");
  });
});

describe("what a deletion's receipt says", () => {
  test("names the source if it is one, and what was asked for", () => {
    store(id, "a.ts", "alpha");
    const other = makeSource("ws-2", "other");
    catalog.write(makeBatch(id, { source: other, documents: [makeDocument("b.ts", ["beta"])] }));
    const one = receiptOf(remove(["a.ts"]));
    expect(listed(one)).toMatchObject({
      author,
      removed: 1,
      chunks: 2,
      detail: "ids: a.ts",
      source: { key: "ws-1", name: "app", path: "/home/ann/app" },
    });
    store(id, "a.ts", "alpha");
    const where = { language: "typescript" };
    const both = catalog.deleteDocuments({ collectionId: id, where, sourceKey: null }, { ...removal, isDryRun: false });
    expect(listed(receiptOf(both))).toMatchObject({
      removed: 2,
      detail: "where: language",
      source: null,
    });
    expect(restore(receiptOf(both))).toMatchObject({ documents: 2 });
  });

  test("says nothing of what was compared with, nor of ids that nothing has: they may be secrets", () => {
    const secret = "sk-ant-api03-0123456789abcdef";
    const other = { [secret]: { $ne: secret } };
    const where = { $or: [{ path: secret }, other, { "#document": { $not_contains: secret } }, { $contains: secret }] };
    store(id, "a.ts", "alpha");
    const found = catalog.deleteDocuments(
      { collectionId: id, where, sourceKey: null },
      { ...removal, isDryRun: false },
    );
    expect(listed(receiptOf(found))?.detail).toBe("where: path, metadata, text");
    store(id, "a.ts", "alpha");
    expect(listed(receiptOf(remove(["a.ts", secret])))?.detail).toBe("ids: a.ts");
  });
});
