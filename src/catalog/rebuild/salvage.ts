import { join } from "node:path";
import type { SalvageFacts } from "../../core/catalog-repair.ts";
import { catalogFileName, type Connection } from "../connection.ts";
import { PageFile } from "./page-file.ts";
import { rowsOfPage, type Cell, type PageRow } from "./page-rows.ts";
import { fitRow, type SalvagedTable, tableShapes, type TableShape } from "./table-shapes.ts";

const rowsPerTransaction = 5_000;

/**
 * Copies every row that can be read of a damaged catalog into the tables `salvage.*` of the connection, page by page and without SQLite's
 * own reader, which gives up at the first damage of a tree. A page that the file's map calls free is not read: what stands there was
 * deleted. Where the map itself is damaged, a row is told by its shape and never takes the place of one that is certain.
 * `onPage` is called now and then with the share that is done, 0 to 1.
 */
export function salvageRows(
  connection: Connection,
  damagedDirectory: string,
  onPage: (share: number) => void = () => undefined,
): SalvageFacts {
  const shapes = tableShapes(connection);
  const file = new PageFile(join(damagedDirectory, catalogFileName));
  try {
    const sinks = new Map(shapes.map((shape) => [shape.table, makeSink(connection, shape)]));
    const trees = readTrees(file);
    const counts = { damagedPages: 0, damagedRows: 0 };
    let waiting = 0;
    connection.exec("BEGIN");
    for (let number = 1; number <= file.pageCount; number++) {
      if (number % 1_000 === 0) onPage(number / file.pageCount);
      for (const kept of keptRows(file, number, { shapes, trees, counts })) {
        sinks.get(kept.table)?.(kept);
        waiting += 1;
      }
      if (waiting < rowsPerTransaction) continue;
      connection.exec("COMMIT; BEGIN");
      waiting = 0;
    }
    connection.exec("COMMIT");
    const rows = Object.fromEntries(shapes.map(({ table }) => [table, countOf(connection, table)]));
    return {
      pages: file.pageCount,
      ...counts,
      missingPages: file.missingPages,
      lostCommits: file.lostCommits,
      rows,
    };
  } finally {
    file.close();
  }
}

interface KeptRow {
  readonly table: SalvagedTable;
  readonly values: readonly (Cell | undefined)[];
  /** The page belongs to a tree of the file; else its row may be one that was deleted. */
  readonly isCertain: boolean;
}

interface PageWork {
  readonly shapes: readonly TableShape[];
  readonly trees: ReadonlyMap<number, string | null>;
  readonly counts: { damagedPages: number; damagedRows: number };
}

function keptRows(file: PageFile, number: number, { shapes, trees, counts }: PageWork): KeptRow[] {
  if (file.isBookkeeping(number)) return [];
  const use = file.useOf(number);
  if (use.kind === "free" || use.kind === "overflow") return [];
  const found = rowsOfPage(file, number);
  if (found === null) {
    // Of a page without a map entry nobody knows whether it was one of a tree.
    if (use.kind !== "unknown") counts.damagedPages += 1;
    return [];
  }
  counts.damagedRows += found.unreadable;
  const root = file.rootOf(number);
  const tree = root === null ? undefined : trees.get(root);
  if (tree === null || root === 1) return [];
  const candidates = tree === undefined ? shapes : shapes.filter(({ table }) => table === tree);
  if (candidates.length === 0) return [];
  return found.rows.flatMap((row) => {
    const kept = fitOne(candidates, row);
    if (kept === null && tree !== undefined) counts.damagedRows += 1;
    return kept === null ? [] : [{ ...kept, isCertain: root !== null }];
  });
}

/** A row that would fit two tables is none of either. */
function fitOne(shapes: readonly TableShape[], row: PageRow): Omit<KeptRow, "isCertain"> | null {
  const fitting = shapes.flatMap((shape) => {
    const values = fitRow(shape, row);
    return values === null ? [] : [{ table: shape.table, values }];
  });
  const [first] = fitting;
  return fitting.length === 1 && first !== undefined ? first : null;
}

/** Names of tables by their root pages, from sqlite_master; null for indexes. Empty where that page is damaged. */
function readTrees(file: PageFile): Map<number, string | null> {
  const trees = new Map<number, string | null>();
  for (let number = 1; number <= file.pageCount; number++) {
    if (file.isBookkeeping(number) || file.rootOf(number) !== 1) continue;
    for (const { values } of rowsOfPage(file, number)?.rows ?? []) {
      const [type, name, , root] = values;
      if (typeof root === "number" && root > 1 && typeof name === "string")
        trees.set(root, type === "table" ? name : null);
    }
  }
  return trees;
}

function makeSink(connection: Connection, shape: TableShape): (row: KeptRow) => void {
  const { table, columns, keyColumns } = shape;
  const names = columns.map(({ name }) => `"${name}"`);
  connection.exec(
    `CREATE TABLE salvage.${table} (${names.join(", ")}, is_certain INTEGER NOT NULL, PRIMARY KEY (${keyColumns.join(", ")}))`,
  );
  const places = names.map(() => "?").join(", ");
  const insert = connection.prepare(
    `INSERT INTO salvage.${table} VALUES (${places}, ?) ON CONFLICT DO UPDATE SET ${names
      .map((name) => `${name} = excluded.${name}`)
      .join(", ")}, is_certain = excluded.is_certain WHERE excluded.is_certain > is_certain`,
  );
  return ({ values, isCertain }) => void insert.run(...values.map((value) => value ?? null), isCertain ? 1 : 0);
}

function countOf(connection: Connection, table: SalvagedTable): number {
  return connection.prepare<{ n: number }>(`SELECT count(*) AS n FROM salvage.${table}`).get()?.n ?? 0;
}
