import { readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
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
} from "../../test/contracts/catalog-fixture.ts";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import type { Embedder } from "../core/ports.ts";
import { defaultEmbedderId } from "../embed/registry.ts";
import { openCatalog } from "./catalog.ts";
import { catalogFileName, openConnection } from "./connection.ts";
import { currentSchemaVersion, migrate } from "./migrations.ts";
import { hashText } from "./texts.ts";

let place: ReturnType<typeof makeDirectory>;
beforeEach(() => {
  place = makeDirectory();
});
afterEach(() => {
  place.remove();
});

const connect = (isReadOnly = false) => openConnection({ directory: place.directory, isReadOnly });
const file = () => join(place.directory, catalogFileName);
const spec = { ...viewer, name: "app_code", kind: "permanent" as const, author };

describe("migrations", () => {
  test("an empty file of version 0 gets the tables and the current version", () => {
    writeFileSync(file(), "");
    const connection = connect();
    migrate(connection);
    expect(connection.prepare("PRAGMA user_version").get()).toEqual({ user_version: currentSchemaVersion });
    expect(connection.prepare("SELECT count(*) AS n FROM documents").get()).toEqual({ n: 0 });
    connection.close();
  });

  test("migrating twice changes nothing", () => {
    openTestCatalog(place.directory).close();
    const catalog = openTestCatalog(place.directory);
    expect(catalog.totals()).toMatchObject({ collections: 0 });
    catalog.close();
  });

  test("a file of a newer program is refused and left as it is", () => {
    openTestCatalog(place.directory).close();
    const connection = connect();
    connection.exec(`PRAGMA user_version = ${currentSchemaVersion + 1}`);
    connection.close();
    const error = thrownBy(() => openTestCatalog(place.directory));
    expect(error.code).toBe("CATALOG_DAMAGED");
    expect(error.hint).toContain("Update");
  });
});

describe("a catalog from before receipts", () => {
  /** As version 4 left it: one collection with a document, one unloaded when the clock was a year ahead. */
  function makeVersion4(): void {
    const connection = connect();
    migrate(connection, 4);
    const collections = `INSERT INTO collections (id, stamp, space, name, kind, owner, embedder, created_at, updated_at, unloaded_at) VALUES
      (1, 'live', 'default', 'app_code', 'permanent', 'codex', '${defaultEmbedderId}', 1, 1, NULL),
      (2, 'gone', 'default', 'old_code', 'permanent', 'codex', '${defaultEmbedderId}', 1, 1, ${Date.now() + 365 * 86_400_000})`;
    connection.exec(`${collections};
      INSERT INTO sources (id, key, kind, name, machine) VALUES (1, 'ws-1', 'workspace', 'app', 'host');
      INSERT INTO authors (id, session_id, agent) VALUES (1, 's1', 'codex'), (2, 's2', 'nobody now');
      INSERT INTO collection_sources (collection_id, source_id, updated_at, author_id) VALUES (1, 1, 1, 1);
      INSERT INTO documents (id, collection_id, source_id, path, size_bytes, mtime_ms, signature, content_hash, fingerprint, read_at,
        file_type, category, metadata, chunk_count, author_id, indexed_at)
      VALUES (1, 1, 1, 'a.md', 5, 1, 's', 'h', 'f', 1, 'md', 'documents', '{}', 1, 1, 1);
      INSERT INTO texts (id, hash, text) VALUES (1, x'${hashText("words of tea").hash.toString("hex")}', 'words of tea');
      INSERT INTO chunks (id, document_id, text_id, ordinal, start_line, end_line, kind, scope, author_id, indexed_at)
      VALUES (1, 1, 1, 0, 1, 1, 'window', '[]', 1, 1)`);
    connection.close();
  }

  test("keeps what it has, and restores what was unloaded then", () => {
    makeVersion4();
    const catalog = openTestCatalog(place.directory);
    expect(catalog.search(makeSearch("live", "tea")).hits.map(({ path }) => path)).toEqual(["a.md"]);
    expect(catalog.receipts(viewer, { limit: 10 })).toEqual([]);
    const { receipt } = catalog.restoreCollection(viewer, "old_code", origin);
    expect(catalog.receipts(viewer, { limit: 10 })).toMatchObject([{ id: receipt, action: "restore", detail: null }]);
    catalog.close();
  });

  test("counts documents that move, and forgets authors that nothing names", () => {
    makeVersion4();
    const catalog = openTestCatalog(place.directory);
    const selection = { collectionId: "live", ids: ["a.md"], sourceKey: "ws-1" };
    const { receipt } = catalog.deleteDocuments(selection, { ...removal, isDryRun: false });
    expect(catalog.totals()).toMatchObject({ documents: 0, chunks: 0 });
    catalog.restoreReceipt(viewer, receipt ?? -1, origin);
    expect(catalog.collectionDetail("live")).toMatchObject({ documents: 1, chunks: 1, sizeBytes: 5 });
    catalog.purgeUnloaded({ keptMs: 60_000, maxDocuments: 10 });
    catalog.close();
    const connection = connect(true);
    const agents = connection.prepare<{ agent: string }>("SELECT agent FROM authors ORDER BY id").all();
    expect(agents.map(({ agent }) => agent)).toEqual(["codex", "codex"]);
    connection.close();
  });

  test("does not keep what was unloaded in a future that never came for longer than the rest", () => {
    makeVersion4();
    const connection = connect();
    migrate(connection);
    const gone = connection.prepare<{ at: number }>("SELECT unloaded_at AS at FROM collections WHERE stamp = 'gone'");
    expect(gone.get()?.at).toBeLessThanOrEqual(Date.now());
    connection.close();
  });
});

describe("a catalog of an older program", () => {
  function openWith(embedder: Embedder) {
    return openCatalog({ directory: place.directory, mirror: "none" }, embedder);
  }
  const model = (id: string): Embedder => ({
    id,
    dimensions: 2,
    embed: (texts) => texts.map((text) => Float32Array.of(text.includes("tea") ? 1 : 0, text.includes("tea") ? 0 : 1)),
  });

  test("collections of an older built-in model get vectors of the newest when it is opened, without a write", () => {
    const older = openWith(model("old"));
    const { collection } = older.ensureCollection(spec);
    older.write(
      makeBatch(collection.id, { documents: [makeDocument("a.md", ["tea"]), makeDocument("b.md", ["milk"])] }),
    );
    older.close();
    const catalog = openWith(model("new"));
    expect(catalog.collectionDetail(collection.id)).toMatchObject({
      embedder: "new",
      health: { chunksWithoutVector: 0 },
    });
    const { hits } = catalog.search(makeSearch(collection.id, "some tea", { mode: "semantic" }));
    expect(hits.map(({ path }) => path)).toEqual(["a.md"]);
    catalog.close();
  });

  test("what was unloaded or deleted with an older built-in model has vectors of the newest when it comes back", () => {
    const older = openWith(model("old"));
    const { collection: kept } = older.ensureCollection(spec);
    const { collection: gone } = older.ensureCollection({ ...spec, name: "gone" });
    for (const { id } of [kept, gone])
      older.write(makeBatch(id, { documents: [makeDocument("a.md", [`tea of ${id}`])] }));
    const selection = { collectionId: kept.id, ids: ["a.md"], sourceKey: "ws-1" };
    const { receipt } = older.deleteDocuments(selection, { ...removal, isDryRun: false });
    older.unloadCollection(gone.id, removal);
    older.close();
    const catalog = openWith(model("new"));
    catalog.restoreReceipt(viewer, receipt ?? -1, origin);
    catalog.restoreCollection(viewer, "gone", origin);
    for (const { id } of [kept, gone]) {
      expect(catalog.collectionDetail(id)).toMatchObject({ embedder: "new", health: { chunksWithoutVector: 0 } });
      const { hits } = catalog.search(makeSearch(id, "some tea", { mode: "semantic" }));
      expect(hits.map(({ path }) => path)).toEqual(["a.md"]);
    }
    catalog.close();
  });

  test("the word index of another version is made anew from the texts", () => {
    const older = openTestCatalog(place.directory);
    const { collection } = older.ensureCollection(spec);
    const documents = [makeDocument("a.md", ["words of tea"]), makeDocument("b.md", ["more of tea"])];
    older.write(makeBatch(collection.id, { documents }));
    const selection = { collectionId: collection.id, ids: ["b.md"], sourceKey: "ws-1" };
    const { receipt } = older.deleteDocuments(selection, { ...removal, isDryRun: false });
    older.close();
    const connection = connect();
    connection.exec("DELETE FROM word_segments; DELETE FROM word_pages; DELETE FROM meta WHERE key = 'word_index'");
    connection.exec("CREATE TABLE fts_1 (x)");
    connection.close();
    const catalog = openTestCatalog(place.directory);
    const found = () => catalog.search(makeSearch(collection.id, "tea")).hits.map(({ path }) => path);
    expect(found()).toEqual(["a.md"]);
    catalog.restoreReceipt(viewer, receipt ?? -1, origin);
    expect(found().toSorted()).toEqual(["a.md", "b.md"]);
    catalog.close();
    const after = connect(true);
    expect(after.prepare("SELECT name FROM sqlite_master WHERE name LIKE 'fts_%'").all()).toEqual([]);
    const orphans = "SELECT 1 FROM word_segments WHERE collection_id NOT IN (SELECT id FROM collections)";
    expect(after.prepare(orphans).all()).toEqual([]);
    after.close();
  });
});

describe("a file that cannot be used", () => {
  test("one that is no database is reported as damaged", () => {
    writeFileSync(file(), "these are not the bytes of a database ".repeat(200));
    expect(thrownBy(() => openTestCatalog(place.directory)).code).toBe("CATALOG_DAMAGED");
    expect(readFileSync(file(), "utf8")).toContain("these are not the bytes");
  });

  test("one that was cut off is reported as damaged", () => {
    const catalog = openTestCatalog(place.directory);
    const { collection } = catalog.ensureCollection(spec);
    const documents = Array.from({ length: 50 }, (_, index) =>
      makeDocument(`${index}.ts`, [`words number ${index} `.repeat(40)]),
    );
    catalog.write(makeBatch(collection.id, { documents }));
    catalog.close();
    truncateSync(file(), Math.floor(statSync(file()).size / 2 / 4096) * 4096);
    const use = () => {
      const broken = openTestCatalog(place.directory);
      try {
        return broken.search(makeSearch(collection.id, "words number 49", { limit: 50 }));
      } finally {
        broken.close();
      }
    };
    expect(thrownBy(use).code).toBe("CATALOG_DAMAGED");
  });

  test("a read-only one is not made where none is", () => {
    expect(() => openTestCatalog(join(place.directory, "absent"), { isReadOnly: true })).toThrowError("unable to open");
  });
});

describe("connection", () => {
  test("a full disk is DISK_FULL and stores nothing of the transaction", () => {
    const connection = connect();
    connection.exec("CREATE TABLE notes (text TEXT) STRICT");
    const { page_count: pages } = connection.prepare<{ page_count: number }>("PRAGMA page_count").get() ?? {
      page_count: 0,
    };
    connection.exec(`PRAGMA max_page_count = ${pages + 4}`);
    const insert = connection.prepare("INSERT INTO notes VALUES (?)");
    const fill = () => connection.write(() => [1, 2, 3, 4].forEach(() => insert.run("x".repeat(10_000))));
    expect(thrownBy(fill).code).toBe("DISK_FULL");
    expect(connection.prepare("SELECT count(*) AS n FROM notes").get()).toEqual({ n: 0 });
    connection.close();
  });

  test("a search is answered while a write is under way", () => {
    const writer = openTestCatalog(place.directory);
    const { collection } = writer.ensureCollection(spec);
    writer.write(makeBatch(collection.id, { documents: [makeDocument("a.ts", ["stored words"])] }));
    const reader = openTestCatalog(place.directory, { isReadOnly: true });
    const other = connect();
    other.write(() => {
      other.prepare("INSERT INTO meta VALUES ('held', 'open')").run();
      expect(reader.search(makeSearch(collection.id, "stored")).hits).toHaveLength(1);
      expect(reader.getMeta("absent")).toBeNull();
    });
    for (const open of [other, reader, writer]) open.close();
  });

  test("writes are synced to disk before they are acknowledged", () => {
    const connection = connect();
    expect(connection.prepare("PRAGMA synchronous").get()).toEqual({ synchronous: 2 });
    expect(connection.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
    connection.close();
  });
});

test("the first write with another embedder re-embeds the collection and owes Chroma all of it", () => {
  const first = openTestCatalog(place.directory);
  const { collection } = first.ensureCollection(spec);
  first.write(makeBatch(collection.id, { documents: [makeDocument("a.ts", ["one", "two"])] }));
  first.journalAcknowledge(first.journalPeek(100).map(({ seq }) => seq));
  first.close();

  const other: Embedder = {
    id: "other-4",
    dimensions: 4,
    embed: (texts) => texts.map(() => Float32Array.of(0, 1, 0, 0)),
  };
  const second = openCatalog({ directory: place.directory, mirror: "all" }, other);
  second.write(makeBatch(collection.id, { documents: [makeDocument("b.ts", ["three"])] }));
  const ids = second.journalPeek(100).flatMap((entry) => (entry.op === "sync" ? [entry.recordId] : []));
  expect(second.engineRecords(collection.id, ids).map(({ embedding }) => embedding.length)).toEqual([4, 4, 4]);
  expect(second.findCollection(viewer, "app_code")).toMatchObject({ embedder: "other-4" });
  expect(second.totals()).toMatchObject({ vectors: 3 });
  second.close();
});
