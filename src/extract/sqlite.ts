import type { Metadata } from "../core/document.ts";
import { DamagedFile, type Extracted, type FileContent, type FileType, type TextPart } from "./extracted.ts";
import { cleanName } from "./name-list.ts";
import { quantity } from "./quantity.ts";
import { openPages, type DatabasePages } from "./sqlite/database-pages.ts";
import { readRow } from "./sqlite/row-values.ts";
import { countRows, leafCells, type PageBudget } from "./sqlite/table-tree.ts";

interface SchemaEntry {
  readonly type: string;
  readonly name: string;
  /** The table that an index or trigger belongs to; a table's own name. */
  readonly table: string;
  readonly rootPage: number;
  readonly sql: string;
}

type DatabaseTable = SchemaEntry & { readonly rows: number | null };

const maxEntries = 2_000;
const maxSqlChars = 20_000;
const maxSchemaPages = 4_000;
const maxSchemaBytes = 16_777_216;
const maxSchemaChars = 1_000_000;
// What an entry of the schema takes on its page, as a rule: a name, and some columns in SQL.
const expectedEntryBytes = 120;
// What counting rows may read: each page costs one call to the file system.
const maxCountedPages = 3_000;
const maxPageOfTable = 1_000;

/**
 * The schema of a database: a part for every table with its indexes and triggers, and for every view. Reads the pages of the file
 * itself, because SQLite would want a path, and leave files beside it. Errors: DamagedFile.
 */
async function extractSqlite(file: FileContent): Promise<Extracted> {
  const { pages, header } = await openPages(file);
  const { entries, isCut } = await readSchema(pages);
  const tables = await countAll(pages, entries);
  const views = entries.filter((entry) => entry.type === "view");
  const [indexes, triggers] = [entries.filter(isA("index")), entries.filter(isA("trigger"))];
  const owned = new Map<string, SchemaEntry[]>();
  for (const entry of [...indexes, ...triggers])
    owned.set(entry.table.toLowerCase(), [...(owned.get(entry.table.toLowerCase()) ?? []), entry]);
  const summary = [
    quantity(tables.length, "table"),
    quantity(views.length, "view"),
    quantity(indexes.length, "index", "indexes"),
    quantity(triggers.length, "trigger"),
  ].join(", ");
  const counted = tables.filter((table) => table.rows !== null);
  const metadata: Metadata = {
    tables: tables.length,
    views: views.length,
    indexes: indexes.length,
    triggers: triggers.length,
    encoding: pages.encoding,
    pageBytes: pages.pageBytes,
    ...(counted.length === tables.length ? { rows: counted.reduce((sum, { rows }) => sum + (rows ?? 0), 0) } : {}),
    ...(header.readInt32BE(60) === 0 ? {} : { userVersion: header.readInt32BE(60) }),
    ...(isCut ? { isPartial: true } : {}),
    // What was written since then may stand in the log beside the file.
    ...(header[18] === 2 ? { journalMode: "wal" } : {}),
  };
  const overview = `${file.path}\nSQLite database: ${summary}.\n${namesLine("Tables", tables)}${namesLine("Views", views)}`;
  const parts = [
    partOf(file.path.slice(file.path.lastIndexOf("/") + 1), overview, 1),
    ...[...tables, ...views].map((entry, index) =>
      partOf(cleanName(entry.name), describe(entry, owned.get(entry.name.toLowerCase()) ?? []), index + 2),
    ),
  ];
  return { kind: "parts", unit: "record", parts, metadata };
}

async function readSchema(pages: DatabasePages): Promise<{ entries: SchemaEntry[]; isCut: boolean }> {
  const budget: PageBudget = { left: Math.min(maxSchemaPages, Math.ceil(maxSchemaBytes / pages.pageBytes)) };
  const entries: SchemaEntry[] = [];
  let chars = 0;
  for await (const cell of leafCells(pages, 1, budget)) {
    const [type, name, table, rootPage, sql] = await readRow(pages, cell, budget);
    if (typeof type !== "string" || typeof name !== "string") throw new DamagedFile("has a broken schema");
    const statement = plainSql(typeof sql === "string" ? sql : "");
    chars += statement.length + name.length;
    entries.push({
      type,
      name,
      table: typeof table === "string" ? table : name,
      rootPage: typeof rootPage === "number" ? rootPage : 0,
      sql: statement,
    });
    if (entries.length >= maxEntries || chars > maxSchemaChars) return { entries, isCut: true };
  }
  return { entries, isCut: budget.left < 0 };
}

/** The tables that people made, with their numbers of rows: no table uses up more than a third of what may be read. */
async function countAll(pages: DatabasePages, entries: readonly SchemaEntry[]): Promise<DatabaseTable[]> {
  const budget: PageBudget = { left: maxCountedPages };
  const tables: DatabaseTable[] = [];
  for (const entry of entries.filter(isA("table"))) {
    if (entry.name.startsWith("sqlite_")) continue;
    const own: PageBudget = { left: Math.min(budget.left, maxPageOfTable) };
    const before = own.left;
    // A virtual table has no page of its own.
    const rows = entry.rootPage === 0 ? null : await countRows(pages, entry.rootPage, own);
    budget.left -= before - Math.max(0, own.left);
    tables.push({ ...entry, rows });
  }
  return tables;
}

function describe(entry: SchemaEntry | DatabaseTable, owned: readonly SchemaEntry[]): string {
  const rows = "rows" in entry && entry.rows !== null ? ` (${quantity(entry.rows, "row")})` : "";
  const statements = [entry, ...owned].map(({ sql }) => sql).filter((sql) => sql !== "");
  return `${entry.type} ${cleanName(entry.name)}${rows}\n${statements.map((sql) => `${sql};`).join("\n")}\n`;
}

function partOf(symbol: string, text: string, position: number): TextPart {
  return { text, start: position, end: position, kind: "record", symbol, signature: null, doc: null, scope: [] };
}

function namesLine(label: string, entries: readonly SchemaEntry[]): string {
  return entries.length === 0 ? "" : `${label}: ${entries.map(({ name }) => cleanName(name)).join(", ")}\n`;
}

function isA(type: string): (entry: SchemaEntry) => boolean {
  return (entry) => entry.type === type;
}

function plainSql(sql: string): string {
  const text = sql
    .replaceAll("\r\n", "\n")
    .replace(/[^\P{Cc}\n\t]/gu, " ")
    .toWellFormed()
    .trim();
  return text.length <= maxSqlChars ? text : `${text.slice(0, maxSqlChars)} ...`;
}

/** How many entries the schema has, going by the head of its first page (sqlite.org/fileformat2, 1.6); at most, because indexes stand with their tables. */
function expectedEntries(head: string, sizeBytes: number): number {
  const numberAt = (offset: number): number => head.charCodeAt(offset) * 256 + head.charCodeAt(offset + 1);
  if (head.length < 108) return 0;
  const isLeaf = head.charCodeAt(100) === 13;
  const cells = numberAt(103);
  // A page number stands for each cell, and one for the rest.
  const pageBytes = numberAt(16) === 1 ? 65_536 : numberAt(16);
  const entries = isLeaf ? cells : (cells + 1) * Math.ceil(pageBytes / expectedEntryBytes);
  // A database in disorder may say anything.
  return Math.min(entries, maxEntries, Math.ceil(sizeBytes / expectedEntryBytes));
}

export const sqliteTypes: readonly FileType[] = [
  {
    id: "sqlite",
    category: "data",
    language: null,
    extensions: ["sqlite", "sqlite3", "db", "db3", "s3db", "gpkg", "mbtiles"],
    fileNames: [],
    extracts: "Tables with columns, indexes, triggers and numbers of rows, and views; no rows.",
    extractor: { reads: "ranges", extract: extractSqlite },
    expectedChunks: (head, sizeBytes) => 1 + expectedEntries(head, sizeBytes),
    version: "sqlite-1",
  },
];
