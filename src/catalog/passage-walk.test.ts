import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  author,
  makeBatch,
  makeChunk,
  makeDirectory,
  makeDocument,
  makeSource,
  openTestCatalog,
  removal,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import type { PassagePage } from "../core/stored-passages.ts";
import type { Catalog } from "./api.ts";

let place: ReturnType<typeof makeDirectory>;
let catalog: Catalog;
let collectionId: string;
beforeEach(() => {
  place = makeDirectory();
  catalog = openTestCatalog(place.directory);
  collectionId = make("app");
});
afterEach(() => {
  catalog.close();
  place.remove();
});

function make(name: string): string {
  return catalog.ensureCollection({ ...viewer, name, kind: "permanent", author }).collection.id;
}

/** Every page of a walk in steps of `limit` passages. */
function walk(limit: number, id = collectionId): PassagePage[] {
  const pages = [catalog.passagePage({ collectionId: id, after: null, limit })];
  for (let next = pages[0]?.next ?? null; next !== null; next = pages.at(-1)?.next ?? null)
    pages.push(catalog.passagePage({ collectionId: id, after: next, limit }));
  return pages;
}

function fill(): void {
  const files = Array.from({ length: 250 }, (_, index) =>
    makeDocument(`f${index}.ts`, [`text ${index % 7}`, "shared"]),
  );
  catalog.write(makeBatch(collectionId, { documents: files }));
  catalog.write(
    makeBatch(collectionId, {
      source: makeSource("ws-2", "other"),
      documents: [makeDocument("f1.ts", ["shared", "ü"])],
    }),
  );
}

describe("a walk over the passages of a collection", () => {
  it.each([1, 100, 5_000])("comes by each document once, in pages of %i passages", (limit) => {
    fill();
    const pages = walk(limit);
    const documents = pages.flatMap((page) =>
      page.documents.map(({ source, path, passages }) => ({ source: page.sources[source]?.key, path, passages })),
    );
    expect(documents).toHaveLength(251);
    expect(new Set(documents.map(({ source, path }) => `${source} ${path}`)).size).toBe(251);
    expect(documents.every(({ passages }) => passages === 2)).toBe(true);
    expect(pages.every(({ textIds }) => textIds.length <= limit + 1)).toBe(true);
    expect(pages.flatMap(({ textIds }) => textIds)).toHaveLength(502);
  });

  it("numbers equal texts alike in all collections, and says their bytes", () => {
    fill();
    const other = make("other");
    catalog.write(makeBatch(other, { documents: [makeDocument("x.ts", ["ü", "shared", "shared"])] }));
    const [page] = walk(5_000, other);
    const [mine] = walk(5_000);
    expect(page?.textBytes).toEqual([2, 6, 6]);
    expect(page?.textCharacters).toEqual([1, 6, 6]);
    expect(page?.textIds[1]).toBe(page?.textIds[2]);
    expect(page?.textIds[1]).toBe(mine?.textIds[1]);
    expect(page?.textIds[0]).toBe(mine?.textIds.at(-1));
  });

  it("gives the passages in the order of their lines, also after an edit above them", () => {
    const at = (text: string, startLine: number) => makeChunk(text, { startLine, endLine: startLine + 1 });
    const write = (chunks: Parameters<typeof makeDocument>[1], readAtMs: number) =>
      catalog.write(makeBatch(collectionId, { documents: [makeDocument("a.ts", chunks, { readAtMs })] }));
    write([at("one", 1), at("two", 3)], 1_000);
    const [before] = walk(100);
    write([at("zero", 1), at("one", 3), at("two", 5)], 2_000);
    const [after] = walk(100);
    expect(after?.textIds.slice(1)).toEqual(before?.textIds);
    const documentId = after?.documents[0]?.id ?? 0;
    const spans = [{ documentId, first: 1, count: 2, hasText: true }];
    expect(catalog.spanPlaces({ collectionId, spans })).toMatchObject([
      {
        path: "a.ts",
        startLine: 3,
        endLine: 6,
        text: "one",
        firstTextId: before?.textIds[0],
        lastTextId: before?.textIds[1],
      },
    ]);
  });

  it("goes on behind a document that was removed between two pages", () => {
    fill();
    const first = catalog.passagePage({ collectionId, after: null, limit: 4 });
    catalog.deleteDocuments(
      { collectionId, ids: [first.documents.at(-1)?.path ?? ""], sourceKey: "ws-1" },
      { ...removal, isDryRun: false },
    );
    const rest = catalog.passagePage({ collectionId, after: first.next, limit: 5_000 });
    expect(rest.documents).toHaveLength(249);
  });
});

describe("the place of passages", () => {
  it("is none for what is not there, and for documents of another collection", () => {
    fill();
    const other = make("other");
    const documentId = walk(10)[0]?.documents[0]?.id ?? 0;
    const span = { documentId, first: 0, count: 1, hasText: true };
    expect(catalog.spanPlaces({ collectionId: other, spans: [span] })).toEqual([null]);
    const [there, behind, gone] = catalog.spanPlaces({
      collectionId,
      spans: [span, { ...span, first: 2 }, { ...span, documentId: 1_000_000 }],
    });
    expect(there).toMatchObject({ collection: "app", source: { key: "ws-1" }, text: "text 0", branch: "main" });
    expect([behind, gone]).toEqual([null, null]);
  });

  it("has at most 2,000 characters of the text, and none that was not asked for", () => {
    catalog.write(makeBatch(collectionId, { documents: [makeDocument("a.ts", ["🙂".repeat(3_000)])] }));
    const documentId = walk(10)[0]?.documents[0]?.id ?? 0;
    const span = { documentId, first: 0, count: 1 };
    const spans = [
      { ...span, hasText: true },
      { ...span, hasText: false },
    ];
    const [withText, without] = catalog.spanPlaces({ collectionId, spans });
    expect(withText?.text).toBe("🙂".repeat(1_000));
    expect(without?.text).toBeNull();
  });

  it("is refused for a collection that is gone", () => {
    catalog.unloadCollection(collectionId, removal);
    for (const ask of [
      () => catalog.passagePage({ collectionId, after: null, limit: 1 }),
      () => catalog.spanPlaces({ collectionId, spans: [] }),
    ])
      expect(thrownBy(ask)).toMatchObject({ code: "COLLECTION_NOT_FOUND" });
  });
});
