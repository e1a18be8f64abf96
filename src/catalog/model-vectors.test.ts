import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  openTestCatalog,
  origin,
  removal,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import { defaultEmbedderId } from "../embed/registry.ts";
import type { Catalog } from "./api.ts";

const model = "openai:test";

let folder: ReturnType<typeof makeDirectory>;
let catalog: Catalog;
beforeEach(() => {
  folder = makeDirectory();
  catalog = openTestCatalog(folder.directory);
});
afterEach(() => {
  catalog.close();
  folder.remove();
});

const makeCollection = (name: string, embedder?: string): string =>
  catalog.ensureCollection({ ...viewer, name, kind: "permanent", author, embedder }).collection.id;

const store = (collectionId: string, path: string, texts: readonly string[]) =>
  catalog.write(makeBatch(collectionId, { documents: [makeDocument(path, texts)] }));

/** Vectors of so many numbers for all that the model owes. */
function pay(dimensions = 3, of = model): number {
  const missing = catalog.missingVectors(of, 100);
  const rows = missing.map(({ textId, hash }) => ({ textId, hash, vector: new Float32Array(dimensions).fill(0.5) }));
  return catalog.saveVectors(of, rows).saved;
}

const embeddingsOf = (collectionId: string): number[] => {
  const ids = catalog.journalPeek(100).flatMap((entry) => (entry.op === "sync" ? [entry.recordId] : []));
  return catalog.engineRecords(collectionId, ids).map(({ embedding }) => embedding.length);
};

const drainJournal = (): void => catalog.journalAcknowledge(catalog.journalPeek(1_000).map(({ seq }) => seq));

const finishReindex = (): void => {
  while (catalog.stepReindex().hasMore);
  while (catalog.removeUnusedVectors().hasMore);
};

describe("a collection with a model that takes time", () => {
  it("stores text at once and is owed its vectors, each text once", () => {
    const id = makeCollection("cloud", model);
    const { embedded, reused } = store(id, "a.ts", ["one", "two", "one"]);
    expect({ embedded, reused }).toEqual({ embedded: 2, reused: 1 });
    expect(catalog.vectorDebts()).toMatchObject([{ model, texts: 2, refused: 0 }]);
    expect(catalog.vectorGaps()).toEqual([{ collectionId: id, passages: 3 }]);
    expect(
      catalog.search({ collectionIds: [id], query: "two", limit: 5, mode: "keyword", filters: {} }).hits,
    ).toHaveLength(1);
  });

  it("gives Chroma its records when their vectors come", () => {
    const id = makeCollection("cloud", model);
    store(id, "a.ts", ["one", "two"]);
    expect(embeddingsOf(id)).toEqual([]);
    drainJournal();
    expect(pay()).toBe(2);
    expect(embeddingsOf(id)).toEqual([3, 3]);
    expect(catalog.vectorDebts()).toMatchObject([{ model, texts: 0 }]);
    expect(catalog.collectionDetail(id).health.chunksWithoutVector).toBe(0);
  });

  it("keeps its model when it is written to again", () => {
    const id = makeCollection("cloud", model);
    store(id, "a.ts", ["one"]);
    pay();
    store(id, "b.ts", ["two"]);
    expect(catalog.findCollection(viewer, "cloud")?.embedder).toBe(model);
    expect(catalog.vectorDebts()).toMatchObject([{ texts: 1 }]);
    expect(catalog.totals().vectors).toBe(1);
  });

  it("shares vectors with other collections of the model, and none with the built-in one", () => {
    const [first, second, local] = [
      makeCollection("one", model),
      makeCollection("two", model),
      makeCollection("three"),
    ];
    store(first, "a.ts", ["shared"]);
    pay();
    expect(store(second, "a.ts", ["shared"])).toMatchObject({ embedded: 0, reused: 1 });
    expect(store(local, "a.ts", ["shared"])).toMatchObject({ embedded: 1 });
    expect(catalog.vectorDebts()).toMatchObject([{ model, texts: 0 }]);
  });

  it("counts for nothing when it is unloaded, and says when a query has another length than what is stored", () => {
    const id = makeCollection("cloud", model);
    store(id, "a.ts", ["one"]);
    pay();
    const search = (length: number) =>
      catalog.search({
        collectionIds: [id],
        query: "one",
        limit: 5,
        mode: "hybrid",
        filters: {},
        queryVectors: { [model]: new Float32Array(length).fill(1) },
      }).notes;
    expect(search(3)).toEqual([]);
    expect(search(4)).toEqual([
      {
        kind: "vectors-missing",
        text: "cloud: words only, because openai:test gives vectors of 4 numbers now, and those that are stored have 3; to embed everything anew: commons reindex cloud",
      },
    ]);
    catalog.unloadCollection(id, removal);
    expect(catalog.vectorDebts()).toEqual([]);
  });

  it("never sends a text that only collections of other models have now", () => {
    const [cloud, local] = [makeCollection("cloud", model), makeCollection("local")];
    store(cloud, "a.ts", ["secret plan"]);
    store(local, "a.ts", ["secret plan"]);
    catalog.deleteDocuments(
      { collectionId: cloud, ids: ["ws-1/a.ts"], sourceKey: null },
      { ...removal, isDryRun: false },
    );
    expect(catalog.missingVectors(model, 10)).toEqual([]);
    expect(catalog.vectorDebts()).toMatchObject([{ model, texts: 0 }]);
  });

  it("is owed its vectors again after it was unloaded and restored", () => {
    const id = makeCollection("cloud", model);
    store(id, "a.ts", ["one"]);
    catalog.unloadCollection(id, removal);
    expect(catalog.missingVectors(model, 10)).toEqual([]);
    catalog.restoreCollection(viewer, "cloud", origin);
    expect(catalog.missingVectors(model, 10)).toMatchObject([{ text: "one" }]);
  });

  it("refuses another model than it has, and names reindex", () => {
    makeCollection("cloud", model);
    expect(() => makeCollection("cloud", "ollama:nomic")).toThrow(
      expect.objectContaining({ code: "COLLECTION_EXISTS", hint: expect.stringContaining("commons reindex cloud") }),
    );
    expect(() => makeCollection("cloud")).not.toThrow();
  });
});

describe("vectors that come late", () => {
  it("are dropped when their text is gone meanwhile", () => {
    const id = makeCollection("cloud", model);
    store(id, "a.ts", ["old"]);
    const [asked] = catalog.missingVectors(model, 10);
    store(id, "a.ts", ["new"]);
    const rows = [{ textId: asked?.textId ?? 0, hash: asked?.hash ?? "", vector: new Float32Array(3).fill(1) }];
    expect(catalog.saveVectors(model, rows)).toEqual({ saved: 0 });
    expect(catalog.missingVectors(model, 10)).toMatchObject([{ text: "new" }]);
  });

  it("must have the length of those before", () => {
    const id = makeCollection("cloud", model);
    store(id, "a.ts", ["one"]);
    pay(3);
    store(id, "b.ts", ["two"]);
    expect(() => pay(4)).toThrow(expect.objectContaining({ code: "EMBEDDER_REFUSED" }));
    catalog.startReindex(id, model);
    expect(pay(4)).toBe(2);
    finishReindex();
    expect(embeddingsOf(id)).toEqual([4, 4]);
  });

  it("are not asked for again where the model refused the text, until a reindex", () => {
    const id = makeCollection("cloud", model);
    store(id, "a.ts", ["one"]);
    catalog.setVectorsAside(model, catalog.missingVectors(model, 10), "not this one");
    expect(catalog.missingVectors(model, 10)).toEqual([]);
    expect(catalog.vectorDebts()).toMatchObject([{ texts: 0, refused: 1, refusal: "not this one" }]);
    catalog.startReindex(id, model);
    expect(catalog.missingVectors(model, 10)).toHaveLength(1);
  });
});

describe("a reindex", () => {
  it("moves a collection when the last vector is there, and Chroma makes it anew", () => {
    const id = makeCollection("app");
    store(id, "a.ts", ["one", "two"]);
    drainJournal();
    expect(catalog.planReindex(id, model)).toMatchObject({ passages: 2, texts: 2, textBytes: 6 });
    catalog.startReindex(id, model);
    finishReindex();
    expect(catalog.findCollection(viewer, "app")?.embedder).toBe(defaultEmbedderId);
    pay();
    expect(catalog.stepReindex().finished).toMatchObject([{ collection: "app", from: defaultEmbedderId, to: model }]);
    expect(catalog.findCollection(viewer, "app")?.embedder).toBe(model);
    expect(catalog.journalPeek(10).map(({ op }) => op)).toEqual(["drop", "ensure", "sync", "sync"]);
    expect(embeddingsOf(id)).toEqual([3, 3]);
    finishReindex();
    expect(catalog.totals().vectors).toBe(2);
    expect(catalog.reindexRuns()).toEqual([]);
  });

  it("takes in what is written while it runs", () => {
    const id = makeCollection("app");
    store(id, "a.ts", ["one"]);
    catalog.startReindex(id, model);
    store(id, "b.ts", ["two"]);
    expect(pay()).toBe(2);
    expect(catalog.stepReindex().finished).toHaveLength(1);
    expect(catalog.collectionDetail(id).health.chunksWithoutVector).toBe(0);
  });

  it("to the built-in model needs nobody else", () => {
    const id = makeCollection("cloud", model);
    store(
      id,
      "a.ts",
      Array.from({ length: 300 }, (_, index) => `text ${index}`),
    );
    catalog.startReindex(id, defaultEmbedderId);
    finishReindex();
    expect(catalog.findCollection(viewer, "cloud")?.embedder).toBe(defaultEmbedderId);
    expect(catalog.missingVectors(model, 10)).toEqual([]);
    expect(catalog.totals().vectors).toBe(300);
  });

  it("survives a restart, and keeps the vectors that both models have", () => {
    const id = makeCollection("app");
    store(id, "a.ts", ["one", "two"]);
    catalog.startReindex(id, model);
    const [first] = catalog.missingVectors(model, 1);
    catalog.saveVectors(model, [
      { textId: first?.textId ?? 0, hash: first?.hash ?? "", vector: new Float32Array(3).fill(1) },
    ]);
    finishReindex();
    catalog.close();
    catalog = openTestCatalog(folder.directory);
    expect(catalog.reindexRuns()).toMatchObject([{ collection: "app", to: model, texts: 2 }]);
    expect(catalog.missingVectors(model, 10)).toHaveLength(1);
    expect(catalog.totals().vectors).toBe(3);
  });

  it("can be given up: the collection stays with its model", () => {
    const id = makeCollection("app");
    store(id, "a.ts", ["one"]);
    catalog.startReindex(id, model);
    expect(catalog.cancelReindex(id)).toBe(true);
    expect(catalog.missingVectors(model, 10)).toEqual([]);
    expect(catalog.cancelReindex(id)).toBe(false);
    expect(() => catalog.startReindex(id, "words-unknown-v9")).toThrow(
      expect.objectContaining({ code: "INPUT_INVALID" }),
    );
  });
});
