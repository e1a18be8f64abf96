import type { DatabaseSync, SQLInputValue } from "node:sqlite";
import type { EarlierCollection } from "./earlier-place.ts";
import { unreadable } from "./record-metadata.ts";

/** A row as SQLite gives it; whole numbers may be too long for a number. */
export type Row = Readonly<Record<string, null | number | bigint | string | Uint8Array>>;

/** A collection with where its records are in the database. */
export interface StoredCollection extends EarlierCollection {
  /** The segment that has ids, texts and facts; null: it was never written to. */
  readonly segment: string | null;
  /** Where its queue is; null: it has none. */
  readonly topic: string | null;
  /** The last entry of the queue that is in the segment. */
  readonly applied: bigint;
}

/** What differs between the versions: 0.4 has no tenants, booleans came with 0.4.10, lists with 1.x. */
export interface ChromaTables {
  readonly hasBooleans: boolean;
  readonly hasLists: boolean;
  readonly collections: readonly StoredCollection[];
}

const needed = ["collections", "segments", "embeddings", "embedding_metadata", "embeddings_queue"];
const metadataScope = "METADATA";

/** Rows of a query, one after another. */
export function* rowsOf(database: DatabaseSync, sql: string, ...values: SQLInputValue[]): Generator<Row, void> {
  const statement = database.prepare(sql);
  statement.setReadBigInts(true);
  for (const row of statement.iterate(...values)) yield row;
}

/** Reads what a database of ChromaDB 0.4 to 1.x has. Errors: MIGRATION_UNUSABLE for any other, and SQLite's own. */
export function readTables(database: DatabaseSync, title: string): ChromaTables {
  const tables = new Set(
    Array.from(rowsOf(database, "SELECT name FROM sqlite_master WHERE type = 'table'"), textAt("name")),
  );
  if (!needed.every((name) => tables.has(name)))
    throw unreadable(`${title} has a database that no ChromaDB from 0.4 on wrote.`, {
      hint: "Give the directory that ChromaDB wrote: the path of chroma run, or /data or /chroma/chroma of its container.",
    });
  const columns = (table: string) =>
    new Set(Array.from(rowsOf(database, `PRAGMA table_info(${table})`), textAt("name")));
  const hasDatabases = tables.has("databases") && columns("collections").has("database_id");
  const topics = topicsOf(database);
  const own = ownCollections(database, tables);
  const collections = Array.from(
    rowsOf(
      database,
      hasDatabases
        ? `SELECT c.id, c.name, d.name AS database, d.tenant_id AS tenant FROM collections c
           LEFT JOIN databases d ON d.id = c.database_id ORDER BY c.name, d.name`
        : "SELECT id, name, NULL AS database, NULL AS tenant FROM collections ORDER BY name",
    ),
    (row): StoredCollection => {
      const id = textAt("id")(row);
      const segment = segmentOf(database, id);
      return {
        identity: id,
        name: textAt("name")(row),
        tenant: textOrNull(row["tenant"]),
        database: textOrNull(row["database"]),
        records: null,
        isOwn: own.has(id),
        segment,
        topic: topics.get(id) ?? null,
        applied: segment === null ? -1n : appliedUpTo(database, tables, segment),
      };
    },
  );
  return {
    hasBooleans: columns("embedding_metadata").has("bool_value"),
    hasLists: tables.has("embedding_metadata_array"),
    collections: collections.map((collection) => ({ ...collection, records: countOf(database, collection) })),
  };
}

/** How many records the segment has; null when the queue holds more, because only the reading tells what they do. */
function countOf(database: DatabaseSync, { segment, topic, applied }: StoredCollection): number | null {
  if (topic !== null) {
    const [waiting] = rowsOf(
      database,
      "SELECT 1 FROM embeddings_queue WHERE topic = ? AND seq_id > ? LIMIT 1",
      topic,
      applied,
    );
    if (waiting !== undefined) return null;
  }
  if (segment === null) return 0;
  const [row] = rowsOf(database, "SELECT count(*) AS count FROM embeddings WHERE segment_id = ?", segment);
  return Number(row?.["count"] ?? 0);
}

/** A topic ends with its collection's id, whatever stands before it (persistent://default/default/ID). */
function topicsOf(database: DatabaseSync): Map<string, string> {
  const topics = Array.from(rowsOf(database, "SELECT DISTINCT topic FROM embeddings_queue"), textAt("topic"));
  return new Map(topics.map((topic) => [topic.slice(topic.lastIndexOf("/") + 1), topic]));
}

/** Those that carry this program's stamp. */
function ownCollections(database: DatabaseSync, tables: ReadonlySet<string>): Set<string> {
  if (!tables.has("collection_metadata")) return new Set();
  const sql = "SELECT collection_id FROM collection_metadata WHERE key = 'commons_id'";
  return new Set(Array.from(rowsOf(database, sql), textAt("collection_id")));
}

function segmentOf(database: DatabaseSync, collection: string): string | null {
  const [row] = rowsOf(
    database,
    "SELECT id FROM segments WHERE collection = ? AND scope = ?",
    collection,
    metadataScope,
  );
  return row === undefined ? null : textAt("id")(row);
}

function appliedUpTo(database: DatabaseSync, tables: ReadonlySet<string>, segment: string): bigint {
  if (!tables.has("max_seq_id")) return -1n;
  const [row] = rowsOf(database, "SELECT seq_id FROM max_seq_id WHERE segment_id = ?", segment);
  return row === undefined ? -1n : sequenceOf(row["seq_id"]);
}

/** Up to 0.5 the number stands there as bytes, the most important first. */
function sequenceOf(value: Row[string] | undefined): bigint {
  if (typeof value === "bigint" || typeof value === "number") return BigInt(value);
  if (!(value instanceof Uint8Array) || value.length === 0) return -1n;
  // Of 24 bytes the first 16 are those of another kind of queue, which no directory has.
  return BigInt(`0x${Buffer.from(value).subarray(-8).toString("hex")}`);
}

export function textOrNull(value: Row[string] | undefined): string | null {
  return typeof value === "string" ? value : null;
}

function textAt(key: string): (row: Row) => string {
  return (row) => textOrNull(row[key]) ?? "";
}
