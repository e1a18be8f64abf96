import type { DatabaseSync, StatementSync } from "node:sqlite";
import type { Metadata, MetadataValue } from "../../core/document.ts";
import type { ForeignRecord } from "../../core/ports.ts";
import { type ChromaTables, type Row, rowsOf, type StoredCollection, textOrNull } from "./chroma-tables.ts";
import { type EarlierPage, maxRecordLength, pageLength, pageRecords } from "./earlier-place.ts";
import { plainMetadata, recordLength } from "./record-metadata.ts";

const documentKey = "chroma:document";
/** The codes of the queue's operations. */
const [operationAdd, operationUpdate, operationUpsert, operationDelete] = [0, 1, 2, 3];

/** A record while it is put together. */
interface OpenRecord {
  readonly id: string;
  readonly facts: Map<string, MetadataValue>;
  text: string | null;
  length: number;
}

/** Works out one collection of a database; `database` is a private copy, in whose temporary tables it keeps what waits in the queue. */
export class DatabaseRecords {
  readonly #database: DatabaseSync;
  readonly #tables: ChromaTables;
  readonly #lists: StatementSync | null;

  constructor(database: DatabaseSync, tables: ChromaTables) {
    this.#database = database;
    this.#tables = tables;
    database.exec(
      "CREATE TEMP TABLE IF NOT EXISTS waiting (id TEXT, seq INTEGER, PRIMARY KEY (id, seq)) WITHOUT ROWID",
    );
    const values = "id, key, string_value, int_value, float_value, bool_value";
    this.#lists = tables.hasLists
      ? database.prepare(`SELECT ${values} FROM embedding_metadata_array WHERE id = ? ORDER BY rowid`)
      : null;
    this.#lists?.setReadBigInts(true);
  }

  /** The records as the server would give them: the segment's, with the queue's operations behind it applied. */
  *pages(collection: StoredCollection): Generator<EarlierPage, void> {
    const page = new PageOfRecords();
    this.#gatherWaiting(collection);
    for (const record of this.#settled(collection)) {
      page.add(record);
      if (page.isFull) yield page.take();
    }
    for (const record of this.#changed(collection)) {
      page.add(record);
      if (page.isFull) yield page.take();
    }
    if (!page.isEmpty) yield page.take();
  }

  #gatherWaiting({ topic, applied }: StoredCollection): void {
    this.#database.exec("DELETE FROM waiting");
    if (topic === null) return;
    this.#database
      .prepare("INSERT OR IGNORE INTO waiting SELECT id, seq_id FROM embeddings_queue WHERE topic = ? AND seq_id > ?")
      .run(topic, applied);
  }

  /** Records that the queue does not touch. */
  *#settled({ segment }: StoredCollection): Generator<OpenRecord, void> {
    if (segment === null) return;
    const sql = `${this.#select()} WHERE e.segment_id = ? AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.id = e.embedding_id)
      ORDER BY e.embedding_id`;
    yield* this.#records(rowsOf(this.#database, sql, segment));
  }

  *#changed(collection: StoredCollection): Generator<OpenRecord, void> {
    for (const { id } of rowsOf(this.#database, "SELECT DISTINCT id FROM waiting")) {
      const record = typeof id === "string" ? this.#replayed(collection, id) : null;
      if (record !== null) yield record;
    }
  }

  #replayed({ segment }: StoredCollection, id: string): OpenRecord | null {
    const sql = `${this.#select()} WHERE e.segment_id = ? AND e.embedding_id = ?`;
    const [stored] = segment === null ? [] : this.#records(rowsOf(this.#database, sql, segment, id));
    let record: OpenRecord | null = stored ?? null;
    const operations = `SELECT q.operation, length(q.metadata) > ${maxRecordLength} AS is_long,
      iif(length(q.metadata) > ${maxRecordLength}, NULL, q.metadata) AS metadata
      FROM waiting w JOIN embeddings_queue q ON q.seq_id = w.seq WHERE w.id = ? ORDER BY w.seq`;
    for (const row of rowsOf(this.#database, operations, id)) {
      const operation = Number(row["operation"]);
      if (operation === operationDelete) record = null;
      else if (operation === operationAdd && record !== null) continue;
      else if (operation === operationUpdate && record === null) continue;
      else if (operation === operationAdd || operation === operationUpdate || operation === operationUpsert) {
        record ??= { id, facts: new Map(), text: null, length: id.length };
        if (row["is_long"]) record.length = Number.POSITIVE_INFINITY;
        else applyMetadata(record, textOrNull(row["metadata"]));
      }
    }
    return record;
  }

  #select(): string {
    const boolean = this.#tables.hasBooleans ? "m.bool_value" : "NULL AS bool_value";
    return `SELECT e.id AS row_id, e.embedding_id AS id, m.key, length(m.string_value) AS length, m.int_value, m.float_value, ${boolean},
      iif(length(m.string_value) > ${maxRecordLength}, NULL, m.string_value) AS string_value
      FROM embeddings e LEFT JOIN embedding_metadata m ON m.id = e.id`;
  }

  /** Rows of one record stand together: one for each fact. */
  *#records(rows: Iterable<Row>): Generator<OpenRecord, void> {
    let open: { readonly rowId: Row[string]; readonly record: OpenRecord } | null = null;
    for (const row of rows) {
      if (open !== null && open.rowId !== row["row_id"]) {
        yield this.#withLists(open.rowId, open.record);
        open = null;
      }
      const id = textOrNull(row["id"]) ?? "";
      open ??= { rowId: row["row_id"] ?? null, record: { id, facts: new Map(), text: null, length: id.length } };
      addFact(open.record, row);
    }
    if (open !== null) yield this.#withLists(open.rowId, open.record);
  }

  #withLists(rowId: Row[string], record: OpenRecord): OpenRecord {
    const values = new Map<string, string[]>();
    for (const row of this.#lists?.iterate(rowId) ?? []) {
      const value = valueOf(row);
      const key = textOrNull(row["key"]);
      if (value === null || key === null) continue;
      record.length += String(value).length;
      if (record.length <= maxRecordLength) values.set(key, [...(values.get(key) ?? []), String(value)]);
    }
    for (const [key, list] of values) record.facts.set(key, list.join(", "));
    return record;
  }
}

function addFact(record: OpenRecord, row: Row): void {
  const key = textOrNull(row["key"]);
  if (key === null) return;
  record.length += key.length + Number(row["length"] ?? 8);
  // What is over the limit is left out as a whole; its facts need not be held.
  if (record.length > maxRecordLength) {
    record.facts.clear();
    record.text = null;
    return;
  }
  const value = valueOf(row);
  if (key === documentKey) record.text = typeof value === "string" ? value : null;
  else if (value !== null && !key.startsWith("chroma:")) record.facts.set(key, value);
}

/** The first of a row's columns that has a value. */
function valueOf(row: Row): MetadataValue | null {
  const { string_value: text, int_value: whole, float_value: number, bool_value: truth } = row;
  if (typeof text === "string") return text;
  if (truth !== null && truth !== undefined) return Number(truth) !== 0;
  if (whole !== null && whole !== undefined) return Number(whole);
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}

/** An operation's facts go over those that are there; null takes one away. */
function applyMetadata(record: OpenRecord, json: string | null): void {
  const given = parsedObject(json);
  for (const [key, value] of Object.entries(given)) {
    if (key === documentKey) record.text = typeof value === "string" ? value : null;
    else if (value === null) record.facts.delete(key);
  }
  for (const [key, value] of Object.entries(plainMetadata(given) ?? {})) record.facts.set(key, value);
  record.length = recordLength(record.id, record.text, Object.fromEntries(record.facts));
}

/** An empty object for what is none: the server would have refused it. */
function parsedObject(json: string | null): Readonly<Record<string, unknown>> {
  if (json === null) return {};
  try {
    const value: unknown = JSON.parse(json);
    // Safe: any object can be asked for any key; what comes is checked.
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

class PageOfRecords {
  #records: ForeignRecord[] = [];
  #length = 0;
  #tooLarge = 0;

  get isFull(): boolean {
    return this.#records.length >= pageRecords || this.#length >= pageLength;
  }

  get isEmpty(): boolean {
    return this.#records.length + this.#tooLarge === 0;
  }

  add({ id, text, facts, length }: OpenRecord): void {
    if (length > maxRecordLength) {
      this.#tooLarge += 1;
      return;
    }
    const metadata: Metadata = Object.fromEntries(facts);
    this.#records.push({ id, document: text, metadata });
    this.#length += length;
  }

  take(): EarlierPage {
    const page = { records: this.#records, tooLarge: this.#tooLarge, withoutId: 0 };
    [this.#records, this.#length, this.#tooLarge] = [[], 0, 0];
    return page;
  }
}
