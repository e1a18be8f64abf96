import { DatabaseSync } from "node:sqlite";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSearch,
  makeSource,
  notes,
  openTestCatalog,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import type { ExportPage, PortablePage } from "../core/portable.ts";
import type { Catalog } from "./api.ts";
import { catalogFileName } from "./connection.ts";

const cloud = "ollama:test";

let here: ReturnType<typeof makeDirectory>;
let there: ReturnType<typeof makeDirectory>;
let origin: Catalog;
let target: Catalog;
beforeEach(() => {
  [here, there] = [makeDirectory(), makeDirectory()];
  [origin, target] = [openTestCatalog(here.directory), openTestCatalog(there.directory)];
});
afterEach(() => {
  for (const catalog of [origin, target]) catalog.close();
  for (const place of [here, there]) place.remove();
});

const make = (catalog: Catalog, name: string, kind: "permanent" | "temporary" = "permanent", embedder?: string) =>
  catalog.ensureCollection({ ...viewer, name, kind, author, embedder }).collection.id;

/** Files of two sources, an edited one, a note, equal passages, metadata and odd letters. */
function fill(id: string): void {
  const store = (changes: Parameters<typeof makeBatch>[1]) => origin.write(makeBatch(id, changes));
  const shared = "const shared = 1;\n";
  store({
    documents: [
      makeDocument("src/a.ts", ["export function alpha() {}", shared, shared]),
      makeDocument("src/größer 🙂.ts", ["export function umlaut() {}"], {
        metadata: { topic: "auth", rank: 2.5, isOld: false },
      }),
    ],
  });
  store({
    source: makeSource("ws-2", "other"),
    author: { ...author, sessionId: "s2", agent: "claude", branch: null, commit: null },
    documents: [makeDocument("src/a.ts", [shared, "export class Beta {}"])],
  });
  store({
    source: notes,
    documents: [makeDocument("note-1", ["a decision"], { category: "documents", givenMetadata: { kept: true } })],
  });
  // An edit by another author: its passages are of two.
  store({
    author: { ...author, commit: "beef" },
    documents: [
      makeDocument("src/a.ts", ["export function alpha() {}", shared, "const fresh = 2;", shared], { readAtMs: 2_000 }),
    ],
  });
}

function pagesOf(catalog: Catalog, collectionId: string, maxBytes: number): ExportPage[] {
  const pages = [catalog.exportPage({ collectionId, after: 0, maxBytes })];
  for (let next = pages[0]?.next ?? null; next !== null; next = pages.at(-1)?.next ?? null)
    pages.push(catalog.exportPage({ collectionId, after: next, maxBytes }));
  return pages;
}

/** All of a collection, without the numbers of its tables and what it knows of the bytes of its files. */
const contentOf = (catalog: Catalog, id: string) =>
  pagesOf(catalog, id, 1_000_000).map(({ sources, authors, texts, documents, embedder }) => ({
    sources,
    authors,
    texts,
    documents: documents.map(({ contentHash: _hash, fingerprint: _fingerprint, stat, ...rest }) => ({
      ...rest,
      stat: { ...stat, signature: "" },
    })),
    embedder,
  }));

const claimsOf = (catalog: Catalog, id: string) =>
  pagesOf(catalog, id, 1_000_000).flatMap(({ documents }) =>
    documents.map(({ stat: { signature }, contentHash, fingerprint }) => ({ signature, contentHash, fingerprint })),
  );

function importAll(pages: readonly PortablePage[], id: string, model: string): number {
  const brought = new Set<string>();
  let vectors = 0;
  for (const { sources, authors, texts, documents } of pages) {
    const fresh = texts.map((text) => (brought.has(text.hash) ? { ...text, text: null, vector: null } : text));
    for (const { hash } of texts) brought.add(hash);
    const page = { sources, authors, texts: fresh, documents };
    ({ vectors } = { vectors: vectors + target.importPage({ collectionId: id, model, page, scopes: [] }).vectors });
  }
  return vectors;
}

/** Every row of the stored vectors, by the hash of its text. */
function storedVectors(directory: string): unknown[] {
  const database = new DatabaseSync(join(directory, catalogFileName), { readOnly: true });
  const rows = database
    .prepare(
      "SELECT hex(t.hash) AS hash, v.model, v.scale, hex(v.data) AS data FROM vectors v JOIN texts t ON t.id = v.text_id ORDER BY 1, 2",
    )
    .all();
  database.close();
  return rows;
}

const pay = (catalog: Catalog): number => {
  const missing = catalog.missingVectors(cloud, 100);
  const vectors = missing.map(({ textId, hash }, index) => ({
    textId,
    hash,
    vector: Float32Array.from([Math.cos(index), Math.sin(index), 0]),
  }));
  return catalog.saveVectors(cloud, vectors).saved;
};

describe("a collection that went out in pages and came in again", () => {
  it.each([1, 60, 1_000_000])("is the same in every respect, with pages of %i bytes", (maxBytes) => {
    const id = make(origin, "app_code");
    fill(id);
    const copy = make(target, "import-1", "temporary");
    importAll(pagesOf(origin, id, maxBytes), copy, "words-static-128-v1");
    expect(contentOf(target, copy)).toEqual(contentOf(origin, id));
    expect(storedVectors(there.directory)).toEqual(storedVectors(here.directory));
  });

  it("proves nothing of any file, so that the next look reads each again", () => {
    const id = make(origin, "app_code");
    fill(id);
    const copy = make(target, "import-1", "temporary");
    importAll(pagesOf(origin, id, 1_000_000), copy, "words-static-128-v1");
    const before = claimsOf(origin, id);
    const after = claimsOf(target, copy);
    expect(after).toHaveLength(before.length);
    for (const [index, { signature, contentHash, fingerprint }] of after.entries()) {
      expect(signature).toBe(`imported ${before[index]?.signature}`);
      expect(contentHash).toBe(`imported ${before[index]?.contentHash}`);
      expect(fingerprint).not.toContain(contentHash);
      expect(fingerprint).not.toBe(before[index]?.fingerprint);
    }
    const again = make(target, "import-2", "temporary");
    importAll(pagesOf(target, copy, 1_000_000), again, "words-static-128-v1");
    expect(claimsOf(target, again)).toEqual(after);
  });

  it.each(["alpha function", "shared", "decision"])("gives the same hits with the same scores for %j", (query) => {
    const id = make(origin, "app_code");
    fill(id);
    const copy = make(target, "import-1", "temporary");
    importAll(pagesOf(origin, id, 60), copy, "words-static-128-v1");
    const hits = (catalog: Catalog, collection: string) =>
      catalog
        .search(makeSearch(collection, query, { mode: "hybrid" }))
        .hits.map(({ path, text, score, startLine }) => ({ path, text, score, startLine }));
    expect(hits(target, copy)).toEqual(hits(origin, id));
    expect(hits(target, copy)).not.toEqual([]);
  });

  it("keeps the vectors of a model that is not built in, and asks for none of them again", () => {
    const id = make(origin, "cloud", "permanent", cloud);
    fill(id);
    expect(pay(origin)).toBeGreaterThan(4);
    const copy = make(target, "import-1", "temporary", cloud);
    const vectors = importAll(pagesOf(origin, id, 60), copy, cloud);
    expect(vectors).toBe(storedVectors(here.directory).length);
    expect(storedVectors(there.directory)).toEqual(storedVectors(here.directory));
    expect(target.missingVectors(cloud, 100)).toEqual([]);
  });

  it("owes only the vectors that the original owed", () => {
    const id = make(origin, "cloud", "permanent", cloud);
    fill(id);
    pay(origin);
    origin.write(makeBatch(id, { documents: [makeDocument("late.ts", ["const late = 3;"])] }));
    importAll(pagesOf(origin, id, 60), make(target, "import-1", "temporary", cloud), cloud);
    expect(target.missingVectors(cloud, 100).map(({ text }) => text)).toEqual(["const late = 3;"]);
  });

  it("is embedded anew where it gets another model", () => {
    const id = make(origin, "cloud", "permanent", cloud);
    fill(id);
    pay(origin);
    const copy = make(target, "import-1", "temporary");
    expect(importAll(pagesOf(origin, id, 60), copy, cloud)).toBe(0);
    expect(target.search(makeSearch(copy, "alpha function", { mode: "semantic" })).hits[0]?.path).toBe("src/a.ts");
  });

  it("is not doubled by a page that comes twice", () => {
    const id = make(origin, "app_code");
    fill(id);
    const copy = make(target, "import-1", "temporary");
    const pages = pagesOf(origin, id, 1_000_000);
    importAll(pages, copy, "words-static-128-v1");
    importAll(pages, copy, "words-static-128-v1");
    expect(contentOf(target, copy)).toEqual(contentOf(origin, id));
  });
});

describe("pages of a collection", () => {
  it("say by their revision that something was written between two of them", () => {
    const id = make(origin, "app_code");
    fill(id);
    const first = origin.exportPage({ collectionId: id, after: 0, maxBytes: 1 });
    const same = origin.exportPage({ collectionId: id, after: first.next ?? 0, maxBytes: 1 });
    expect(same.revision).toBe(first.revision);
    origin.write(makeBatch(id, { documents: [makeDocument("new.ts", ["new"])] }));
    expect(origin.exportPage({ collectionId: id, after: first.next ?? 0, maxBytes: 1 }).revision).not.toBe(
      first.revision,
    );
  });

  it("hold at least one document, and no more bytes than asked for beside that", () => {
    const id = make(origin, "app_code");
    const documents = Array.from({ length: 250 }, (_, index) =>
      makeDocument(`${index}.ts`, [`text ${index} ${"x".repeat(90)}`]),
    );
    origin.write(makeBatch(id, { documents }));
    const pages = pagesOf(origin, id, 1_000);
    const paths = pages.flatMap((page) => page.documents.map(({ path }) => path));
    expect(paths).toEqual(documents.map(({ path }) => path));
    expect(Math.max(...pages.map((page) => page.documents.length))).toBeLessThanOrEqual(10);
  });
});

describe("an import that would do harm", () => {
  const pageOf = (): PortablePage => {
    const id = make(origin, "cloud", "permanent", cloud);
    origin.write(makeBatch(id, { documents: [makeDocument("a.ts", ["alpha"])] }));
    pay(origin);
    return origin.exportPage({ collectionId: id, after: 0, maxBytes: 1_000 });
  };
  const put = (page: PortablePage, collectionId = make(target, "import-1", "temporary", cloud)) =>
    target.importPage({ collectionId, model: cloud, page, scopes: [] });
  const withVector = (page: PortablePage, scale: number, bytes: readonly number[]): PortablePage => ({
    ...page,
    texts: page.texts.map((text) => ({ ...text, vector: { scale, data: Buffer.from(bytes).toString("base64") } })),
  });

  it("writes into no permanent collection", () => {
    const page = pageOf();
    const id = make(target, "app_code", "permanent", cloud);
    expect(thrownBy(() => put(page, id))).toMatchObject({ code: "INPUT_INVALID" });
    expect(target.collectionDetail(id).documents).toBe(0);
  });

  it("fetches no text of another collection by its hash", () => {
    const page = pageOf();
    target.write(makeBatch(make(target, "secret"), { documents: [makeDocument("s.ts", ["alpha"])] }));
    const asked = { ...page, texts: page.texts.map((text) => ({ ...text, text: null })) };
    expect(thrownBy(() => put(asked)).message).toMatch(/No text with the hash/);
  });

  it("plants no vector in the place of a stored one, and none of the built-in model", () => {
    const page = pageOf();
    const id = make(target, "mine", "permanent", cloud);
    target.write(makeBatch(id, { documents: [makeDocument("a.ts", ["alpha"])] }));
    pay(target);
    const before = storedVectors(there.directory);
    expect(put(withVector(page, 1, [0, 0, 1])).vectors).toBe(0);
    expect(storedVectors(there.directory)).toEqual(before);
    const builtIn = make(target, "import-2", "temporary");
    const planted = withVector(
      page,
      1,
      Array.from({ length: 128 }, (_, index) => (index === 0 ? 1 : 0)),
    );
    target.importPage({ collectionId: builtIn, model: "words-static-128-v1", page: planted, scopes: [] });
    const own = make(origin, "own");
    origin.write(makeBatch(own, { documents: [makeDocument("a.ts", ["alpha"])] }));
    const rows = (directory: string) => storedVectors(directory).filter((row) => !JSON.stringify(row).includes(cloud));
    expect(rows(there.directory)).toEqual(rows(here.directory));
  });

  it.each([
    ["is longer than 1", 2, [1, 0, 0]],
    ["has a byte that no model makes", 0.007_8, [128, 0, 0]],
  ])("is refused when a vector %s", (_what, scale, bytes) => {
    expect(thrownBy(() => put(withVector(pageOf(), scale, bytes)))).toMatchObject({ code: "EXPORT_UNUSABLE" });
  });

  it("is refused when its vectors have another length than those that are stored", () => {
    const page = pageOf();
    const id = make(target, "mine", "permanent", cloud);
    target.write(makeBatch(id, { documents: [makeDocument("b.ts", ["beta"])] }));
    pay(target);
    expect(thrownBy(() => put(withVector(page, 1, [1, 0])))).toMatchObject({ code: "EMBEDDER_REFUSED" });
    expect(target.listCollections(viewer).find(({ name }) => name === "import-1")?.documents).toBe(0);
  });

  it("is refused when it names what it does not have", () => {
    const page = pageOf();
    const wrong = { ...page, documents: page.documents.map((document) => ({ ...document, author: 5 })) };
    expect(thrownBy(() => put(wrong))).toMatchObject({ code: "INPUT_INVALID" });
  });

  it("does not change what is known of a source, and believes no time to come", () => {
    const page = pageOf();
    target.write(makeBatch(make(target, "mine"), { documents: [makeDocument("b.ts", ["beta"])] }));
    const later = Date.now() + 1e10;
    const sources = page.sources.map((source) => ({ ...source, path: "/elsewhere", name: "elsewhere" }));
    const documents = page.documents.map((document) => ({ ...document, readAtMs: later, indexedAtMs: later }));
    const id = make(target, "import-1", "temporary", cloud);
    put({ ...page, sources, documents }, id);
    expect(target.collectionDetail(id).sources[0]?.source).toMatchObject({ path: "/home/ann/app", name: "app" });
    const [stored] = target.exportPage({ collectionId: id, after: 0, maxBytes: 1 }).documents;
    expect(stored?.readAtMs).toBeLessThanOrEqual(Date.now());
    expect(stored?.indexedAtMs).toBeLessThanOrEqual(Date.now());
  });

  it("leaves nothing when its session is gone", () => {
    const page = pageOf();
    put(page);
    expect(target.dropTemporary([])).toEqual(["import-1"]);
    expect(target.totals()).toMatchObject({ documents: 0, chunks: 0, vectors: 0 });
  });
});
