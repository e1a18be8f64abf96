import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { extracted, reasonOf } from "../../test/fixtures/extraction.ts";
import { sqliteDatabase } from "../../test/fixtures/samples/data.ts";

test("a database is found by its tables, columns, indexes, triggers and views, with numbers of rows", async () => {
  const bytes = await sqliteDatabase(`
    CREATE TABLE customers (id INTEGER PRIMARY KEY, name TEXT NOT NULL, "city of birth" TEXT);
    CREATE INDEX customers_by_name ON customers (name);
    CREATE TRIGGER keep_names BEFORE DELETE ON customers BEGIN SELECT 1; END;
    CREATE VIEW parisians AS SELECT * FROM customers WHERE "city of birth" = 'Paris';
    CREATE TABLE settings (key TEXT PRIMARY KEY, value) WITHOUT ROWID;
    INSERT INTO settings VALUES ('a', 1), ('b', 2);
    INSERT INTO customers (name) VALUES ('Ada'), ('Bob'), ('Cy');
    PRAGMA user_version = 7;`);
  const { parts, metadata, text, category } = await extracted("data/shop.db", bytes);
  expect(parts.map((part) => part.symbol)).toEqual(["shop.db", "customers", "settings", "parisians"]);
  expect(parts[0]?.text).toBe(
    "data/shop.db\nSQLite database: 2 tables, 1 view, 1 index, 1 trigger.\nTables: customers, settings\nViews: parisians\n",
  );
  expect(parts[1]?.text).toMatch(
    /^table customers \(3 rows\)\nCREATE TABLE customers \(id .*\);\nCREATE INDEX .*;\nCREATE TRIGGER [^]*END;\n$/,
  );
  expect(parts[2]?.text).toContain("table settings (2 rows)\n");
  expect(metadata).toMatchObject({ tables: 2, views: 1, rows: 5, userVersion: 7, encoding: "utf8" });
  expect(text).not.toContain("Ada");
  expect(category).toBe("data");
});

test("tables with many rows are counted over all their pages", async () => {
  const bytes = await sqliteDatabase(`
    PRAGMA page_size = 512;
    CREATE TABLE t (a TEXT);
    CREATE TABLE w (a INTEGER PRIMARY KEY, b TEXT) WITHOUT ROWID;
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000)
      INSERT INTO t SELECT 'row ' || i FROM n;
    INSERT INTO w SELECT rowid, a FROM t LIMIT 5000;`);
  const { text } = await extracted("a.sqlite", bytes);
  expect(text).toContain("table t (20,000 rows)");
  expect(text).toContain("table w (5,000 rows)");
});

test("a schema of many pages and statements longer than a page is read whole", async () => {
  const columns = Array.from({ length: 400 }, (_, index) => `column_number_${index} TEXT`).join(", ");
  const tables = Array.from({ length: 60 }, (_, index) => `CREATE TABLE t${index} (${columns});`).join("\n");
  const { parts } = await extracted("a.db", await sqliteDatabase(`PRAGMA page_size = 1024; ${tables}`));
  expect(parts).toHaveLength(61);
  for (const part of parts.slice(1)) expect(part.text).toContain("column_number_399 TEXT);");
});

test("a schema of more than a megabyte is cut, and says so", async () => {
  const columns = Array.from({ length: 900 }, (_, index) => `a_column_of_a_wide_table_${index}`).join(", ");
  const tables = Array.from({ length: 100 }, (_, index) => `CREATE TABLE t${index} (${columns});`).join("\n");
  const { text, metadata } = await extracted("a.db", await sqliteDatabase(tables));
  expect(text.length).toBeLessThan(1_500_000);
  expect(metadata).toMatchObject({ isPartial: true });
});

test("a database in UTF-16 is read", async () => {
  const bytes = await sqliteDatabase(`PRAGMA encoding = 'UTF-16be'; CREATE TABLE größe (ü TEXT);`);
  expect((await extracted("a.db", bytes)).parts[1]).toMatchObject({
    symbol: "größe",
    text: expect.stringContaining("(ü TEXT)"),
  });
});

test("an open database in WAL mode is read, and nothing appears beside it", async () => {
  const directory = await mkdtemp(join(tmpdir(), "commons-sqlite-"));
  const path = join(directory, "live.db");
  const database = new DatabaseSync(path);
  try {
    database.exec("CREATE TABLE t (a); PRAGMA journal_mode = WAL; PRAGMA wal_checkpoint(TRUNCATE);");
    const before = await readdir(directory);
    expect((await extracted("live.db", await readFile(path))).metadata).toMatchObject({
      tables: 1,
      journalMode: "wal",
    });
    expect(await readdir(directory)).toEqual(before);
  } finally {
    database.close();
    await rm(directory, { recursive: true });
  }
});

test("an empty database has no tables, and what is none is damaged", async () => {
  expect((await extracted("a.db", await sqliteDatabase("PRAGMA user_version = 1"))).text).toContain("0 tables");
  expect(await reasonOf("a.db", "SQLite format 3")).toBe("damaged");
  expect(await reasonOf("a.sqlite", Buffer.alloc(4_096, 7))).toBe("damaged");
});

test("pages that point to themselves end as damaged", async () => {
  const bytes = Buffer.from(await sqliteDatabase("CREATE TABLE t (a); CREATE TABLE u (a);"));
  // The first page becomes an inner one whose only child is itself.
  bytes[100] = 5;
  bytes.writeUInt16BE(0, 103);
  bytes.writeUInt32BE(1, 108);
  expect(await reasonOf("a.db", bytes)).toBe("damaged");
});
