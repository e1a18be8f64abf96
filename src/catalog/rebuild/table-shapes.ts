import { hash } from "node:crypto";
import { categories, chunkKinds } from "../../core/document.ts";
import type { Connection } from "../connection.ts";
import type { Cell, PageRow } from "./page-rows.ts";

/** Tables whose rows are brought back from the file; what the others hold is made anew from these. */
export const salvagedTables = [
  "meta",
  "collections",
  "sources",
  "authors",
  "collection_sources",
  "documents",
  "texts",
  "vectors",
  "chunks",
  "scopes",
  "journal",
  "receipts",
] as const;
export type SalvagedTable = (typeof salvagedTables)[number];

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isRequired: boolean;
  readonly hasDefault: boolean;
}

export interface TableShape {
  readonly table: SalvagedTable;
  readonly columns: readonly Column[];
  /** Position of the INTEGER PRIMARY KEY, which rows name as their rowid; null in a table without. */
  readonly rowidAt: number | null;
  readonly keyColumns: readonly string[];
}

interface ColumnRow {
  readonly name: string;
  readonly type: string;
  readonly notnull: number;
  readonly dflt_value: string | null;
  readonly pk: number;
}

/** The shapes of a catalog of this version; tables that it does not have are left out. */
export function tableShapes(connection: Connection): TableShape[] {
  return salvagedTables.flatMap((table) => {
    const columns = connection.prepare<ColumnRow>(`PRAGMA table_info(${table})`).all();
    if (columns.length === 0) return [];
    const keys = columns.filter(({ pk }) => pk > 0);
    const [key] = keys;
    const isRowid = keys.length === 1 && key?.type === "INTEGER";
    const shape: TableShape = {
      table,
      columns: columns.map((column) => ({
        name: column.name,
        type: column.type,
        isRequired: column.notnull === 1 || column.pk > 0,
        hasDefault: column.dflt_value !== null,
      })),
      rowidAt: isRowid ? columns.indexOf(key) : null,
      keyColumns: keys.map(({ name }) => name),
    };
    return [shape];
  });
}

/** The row's values for the shape's columns, or null when it cannot be one of the table. Columns of later versions are undefined. */
export function fitRow(shape: TableShape, { rowid, values }: PageRow): (Cell | undefined)[] | null {
  if ((shape.rowidAt === null) !== (rowid === null) || values.length > shape.columns.length) return null;
  const fitted: (Cell | undefined)[] = [];
  for (const [index, column] of shape.columns.entries()) {
    if (index >= values.length && (!column.isRequired || column.hasDefault)) {
      fitted.push(undefined);
      continue;
    }
    const value = index === shape.rowidAt && values[index] === null ? rowid : (values[index] ?? null);
    if (!hasType(value, column)) return null;
    fitted.push(value);
  }
  if (shape.table === "documents") mendFacts(shape, fitted);
  const named = new Map(shape.columns.map(({ name }, index) => [name, fitted[index] ?? null]));
  return isSound(shape.table, (name) => named.get(name) ?? null) ? fitted : null;
}

/** Facts about a document that are damaged are forgotten: its text is worth more than they are. */
function mendFacts({ columns }: TableShape, values: (Cell | undefined)[]): void {
  const at = (name: string): number => columns.findIndex((column) => column.name === name);
  if (!isJson(values[at("metadata")] ?? null, "object")) values[at("metadata")] = "{}";
  if (!isJson(values[at("given_metadata")] ?? "{}", "object")) values[at("given_metadata")] = null;
  if (!isOneOf(categories, values[at("category")] ?? null)) values[at("category")] = "documents";
}

function hasType(value: Cell, { type, isRequired }: Column): boolean {
  if (value === null) return !isRequired;
  switch (type) {
    case "INTEGER":
      return typeof value === "number" && Number.isInteger(value);
    case "REAL":
      return typeof value === "number" && Number.isFinite(value);
    case "TEXT":
      return typeof value === "string";
    default:
      return value instanceof Uint8Array;
  }
}

const longestClock = 8_640_000_000_000_000;
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** What the columns' types do not say. A text is proven by its hash. */
function isSound(table: SalvagedTable, of: (column: string) => Cell): boolean {
  switch (table) {
    case "texts": {
      const [digest, text] = [of("hash"), of("text")];
      return (
        digest instanceof Uint8Array &&
        typeof text === "string" &&
        Buffer.compare(digest, hash("sha256", text, "buffer")) === 0
      );
    }
    case "documents":
      return (
        isOneOf(categories, of("category")) &&
        isJson(of("metadata"), "object") &&
        (of("given_metadata") === null || isJson(of("given_metadata"), "object")) &&
        !String(of("path")).includes("\0") &&
        of("path") !== "" &&
        isCount(of("chunk_count")) &&
        isTime(of("indexed_at"))
      );
    case "chunks":
      return (
        isOneOf(chunkKinds, of("kind")) &&
        isJson(of("scope"), "array") &&
        isCount(of("ordinal")) &&
        isCount(of("start_line")) &&
        isCount(of("end_line")) &&
        isTime(of("indexed_at"))
      );
    case "vectors":
      return Number(of("scale")) > 0 && (of("data") instanceof Uint8Array ? 1 : 0) === 1;
    case "collections":
      return (
        uuid.test(String(of("stamp"))) && isOneOf(["permanent", "temporary"], of("kind")) && isTime(of("created_at"))
      );
    case "sources":
      return isOneOf(["workspace", "notes"], of("kind")) && /^[^/#\s]{1,200}$/.test(String(of("key")));
    case "scopes":
      return isJson(of("scope"), "object");
    case "journal":
      return isOneOf(["ensure", "drop", "sync"], of("op"));
    default:
      return true;
  }
}

function isOneOf(known: readonly string[], value: Cell): boolean {
  return typeof value === "string" && known.includes(value);
}

function isCount(value: Cell): boolean {
  return typeof value === "number" && value >= 0 && value <= 0xffffffff;
}

function isTime(value: Cell): boolean {
  return typeof value === "number" && value >= 0 && value <= longestClock;
}

function isJson(value: Cell, kind: "object" | "array"): boolean {
  try {
    const parsed: unknown = JSON.parse(String(value));
    return kind === "array" ? Array.isArray(parsed) : typeof parsed === "object" && parsed !== null;
  } catch {
    // Cut or overwritten: the row is not what was written.
    return false;
  }
}
