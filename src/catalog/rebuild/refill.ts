import { randomUUID } from "node:crypto";
import type { LostDocument } from "../../core/catalog-repair.ts";
import type { Connection } from "../connection.ts";
import { type TableShape, tableShapes } from "./table-shapes.ts";

/** A collection whose own row is lost: what Chroma still says of it. */
export interface KnownCollection {
  readonly stamp: string;
  readonly space: string;
  readonly name: string;
  readonly embedder: string | null;
  readonly owner: string;
  readonly createdAtMs: number;
}

/** A note that stands in the new catalog. */
export interface RefilledNote {
  readonly collectionId: string;
  readonly path: string;
  readonly passages: number;
  readonly indexedAtMs: number;
  /** All that its row counted was found, in pages that belong to the file beyond doubt. */
  readonly isSurelyWhole: boolean;
}

export interface RefillResult {
  readonly collections: number;
  /** Collections whose name is lost: they are called recovered-1, recovered-2 and so on. */
  readonly nameless: readonly string[];
  readonly documents: number;
  readonly notes: number;
  readonly receipts: number;
  readonly lost: readonly LostDocument[];
  readonly noteStates: readonly RefilledNote[];
}

export interface RefillOptions {
  /** What is known of collections without a row, by their row's id. */
  readonly known: ReadonlyMap<number, KnownCollection>;
  /** Collections of which nothing at all is left here, but which Chroma still has. */
  readonly others: readonly KnownCollection[];
  readonly builtInModel: string;
}

/** Of a rebuilt document: the next ingest of its folder reads the file again. What stands behind the prefix says how it was stored. */
const rebuiltPrefix = "rebuilt ";
const rebuildAuthor = { sessionId: "rebuild", agent: "commons doctor" };

/** Whole documents: each has the passages that its row counts. Of notes also those of which some are left. */
const wholeSql = `
  CREATE TEMP TABLE found AS
    SELECT d.id, d.file_type = 'note' AS is_note, d.chunk_count,
      (SELECT count(*) FROM salvage.chunks c JOIN salvage.texts t ON t.id = c.text_id WHERE c.document_id = d.id) AS passages
    FROM salvage.documents d;
  CREATE TEMP TABLE kept AS
    SELECT f.id FROM found f JOIN salvage.documents d ON d.id = f.id
    WHERE EXISTS (SELECT 1 FROM main.sources s WHERE s.id = d.source_id)
      AND (f.passages = f.chunk_count OR (f.is_note AND f.passages > 0));
  CREATE UNIQUE INDEX temp.kept_ids ON kept (id);`;

/** Fills a new, empty catalog from `salvage.*` in one transaction. What fits nowhere is reported as lost. */
export function refillCatalog(connection: Connection, options: RefillOptions): RefillResult {
  const shapes = new Map(tableShapes(connection).map((shape) => [shape.table, shape]));
  const shape = (table: TableShape["table"]): TableShape => shapes.get(table) ?? missing(table);
  connection.exec("CREATE INDEX salvage.chunks_of_document ON chunks (document_id)");
  connection.exec(`
    CREATE UNIQUE INDEX IF NOT EXISTS salvage.text_ids ON texts (id);
    CREATE INDEX salvage.documents_of_collection ON documents (collection_id, source_id, path)`);
  return connection.write(() => {
    copy(connection, shape("authors"));
    const fallback = saveFallbackAuthor(connection);
    copy(connection, shape("sources"));
    restoreNotesSource(connection);
    copy(connection, shape("collections"));
    const nameless = nameCollections(connection, options);
    connection.exec(wholeSql);
    copySources(connection, shape("collection_sources"), fallback);
    copy(connection, shape("texts"), {
      where:
        "EXISTS (SELECT 1 FROM salvage.chunks c WHERE c.text_id = r.id AND c.document_id IN (SELECT id FROM kept))",
    });
    copyDocuments(connection, shape("documents"), fallback);
    copy(connection, shape("chunks"), {
      values: { author_id: authorOr(fallback) },
      where: "r.document_id IN (SELECT id FROM main.documents) AND r.text_id IN (SELECT id FROM main.texts)",
    });
    settleCounts(connection);
    copyVectors(connection, options.builtInModel);
    copyRest(connection, shapes);
    return resultOf(connection, nameless);
  });
}

interface CopyRule {
  /** SQL of a column in place of its stored value; `r` is the salvaged row. */
  readonly values?: Readonly<Record<string, string>>;
  readonly where?: string;
}

/** Copies rows; one that clashes with a row that is there is left out. */
function copy(connection: Connection, { table, columns }: TableShape, { values = {}, where }: CopyRule = {}): number {
  const names = columns.map(({ name }) => name);
  const picked = columns.map(({ name, hasDefault }) => {
    const own = values[name];
    if (own !== undefined) return own;
    // A catalog of an earlier version had no such column: every default of ours is 0.
    return hasDefault ? `ifnull(r.${name}, 0)` : `r.${name}`;
  });
  const condition = where === undefined ? "" : ` WHERE ${where}`;
  const sql = `INSERT OR IGNORE INTO main.${table} (${names.join(", ")}) SELECT ${picked.join(", ")} FROM salvage.${table} r${condition} ORDER BY r.is_certain DESC`;
  return connection.prepare(sql).run().changes;
}

function saveFallbackAuthor(connection: Connection): number {
  const { sessionId, agent } = rebuildAuthor;
  return connection.prepare("INSERT INTO main.authors (session_id, agent) VALUES (?, ?)").run(sessionId, agent).lastId;
}

function authorOr(fallback: number): string {
  return `ifnull((SELECT id FROM main.authors WHERE id = r.author_id), ${fallback})`;
}

/** The row of the notes' source follows from what is a note. */
function restoreNotesSource(connection: Connection): void {
  connection.exec(`
    INSERT OR IGNORE INTO main.sources (id, key, kind, name, machine)
    SELECT source_id, 'notes', 'notes', 'notes', '' FROM salvage.documents
    WHERE file_type = 'note' AND source_id NOT IN (SELECT id FROM main.sources) LIMIT 1`);
}

/** Gives a row to collections that lost theirs; returns the names that had to be made up. */
function nameCollections(connection: Connection, { known, others, builtInModel }: RefillOptions): string[] {
  const insert = connection.prepare(`
    INSERT OR IGNORE INTO main.collections (id, stamp, space, name, kind, owner, embedder, created_at, updated_at)
    VALUES (?1, ?2, ?3, ?4, 'permanent', ?5, ?6, ?7, ?7)`);
  const save = (id: number | null, { stamp, space, name, owner, embedder, createdAtMs }: KnownCollection): boolean =>
    insert.run(id, stamp, space, name, owner, embedder ?? builtInModel, createdAtMs).changes > 0;
  const nameless: string[] = [];
  for (const id of collectionsWithoutRow(connection)) {
    const found = known.get(id);
    if (found !== undefined && save(id, found)) continue;
    const name = `recovered-${id}`;
    const { agent: owner } = rebuildAuthor;
    const made = { stamp: randomUUID(), space: "default", name, owner, createdAtMs: Date.now() };
    save(id, { ...made, embedder: found?.embedder ?? null });
    nameless.push(name);
  }
  for (const other of others) save(null, other);
  return nameless;
}

/** Row ids of collections that salvaged documents name and that have no salvaged row. */
export function collectionsWithoutRow(connection: Connection): number[] {
  const rows = connection.prepare<{ id: number }>(`
    SELECT DISTINCT collection_id AS id FROM salvage.documents
    WHERE collection_id NOT IN (SELECT id FROM salvage.collections) ORDER BY id`);
  return rows.all().map(({ id }) => id);
}

/** Every pair that documents or scopes name; counters begin at nothing, and documents count themselves in. */
function copySources(connection: Connection, shape: TableShape, fallback: number): void {
  const has =
    "EXISTS (SELECT 1 FROM main.collections WHERE id = r.collection_id) AND EXISTS (SELECT 1 FROM main.sources WHERE id = r.source_id)";
  // A revision that sessions know must not stand for another state.
  const values = { documents: "0", chunks: "0", size_bytes: "0", revision: "ifnull(r.revision, 0) + 1" };
  copy(connection, shape, { values: { ...values, author_id: authorOr(fallback) }, where: has });
  connection.exec(`
    INSERT OR IGNORE INTO main.collection_sources (collection_id, source_id, updated_at, author_id, revision)
    SELECT r.collection_id, r.source_id, max(r.indexed_at), ${fallback}, 1 FROM salvage.documents r WHERE ${has}
    GROUP BY r.collection_id, r.source_id`);
}

function copyDocuments(connection: Connection, shape: TableShape, fallback: number): void {
  copy(connection, shape, {
    values: {
      author_id: authorOr(fallback),
      fingerprint: `CASE WHEN r.file_type = 'note' THEN r.fingerprint ELSE '${rebuiltPrefix}' || r.fingerprint END`,
    },
    where: `r.id IN (SELECT id FROM kept)
      AND EXISTS (SELECT 1 FROM main.collection_sources cs WHERE cs.collection_id = r.collection_id AND cs.source_id = r.source_id)`,
  });
}

/** Of a note in part, and where two rows claimed one place. */
function settleCounts(connection: Connection): void {
  connection.exec(`
    UPDATE main.documents SET chunk_count = (SELECT count(*) FROM main.chunks WHERE document_id = documents.id)
    WHERE chunk_count <> (SELECT count(*) FROM main.chunks WHERE document_id = documents.id);
    DELETE FROM main.texts WHERE NOT EXISTS (SELECT 1 FROM main.chunks WHERE text_id = texts.id)`);
}

/**
 * Vectors of models that are not built in are kept where they have the length that most of the model's have; what is missing is owed.
 * The built-in model makes its own anew (`embedBuiltIn`): nothing proves a stored vector, and 25,000 take a second.
 */
function copyVectors(connection: Connection, builtInModel: string): void {
  const lengths = connection.prepare<{ model: string; bytes: number }>(`
    SELECT model, bytes FROM (
      SELECT model, octet_length(data) AS bytes, row_number() OVER (PARTITION BY model ORDER BY count(*) DESC) AS place
      FROM salvage.vectors WHERE model GLOB '*:*' AND is_certain = 1 GROUP BY model, octet_length(data))
    WHERE place = 1`);
  const insert = connection.prepare(`
    INSERT OR IGNORE INTO main.vectors (text_id, model, scale, data) SELECT text_id, model, scale, data FROM salvage.vectors
    WHERE model = ? AND octet_length(data) = ? AND is_certain = 1 AND text_id IN (SELECT id FROM main.texts)`);
  const revise = connection.prepare("INSERT INTO main.vector_revisions (model, revision, dimensions) VALUES (?, 1, ?)");
  for (const { model, bytes } of lengths.all()) {
    insert.run(model, bytes);
    revise.run(model, bytes);
  }
  connection.prepare("UPDATE main.collections SET embedder = ?1 WHERE embedder NOT GLOB '*:*'").run(builtInModel);
  connection.exec(`
    INSERT OR IGNORE INTO main.pending_vectors (model, text_id)
      SELECT DISTINCT k.embedder, c.text_id FROM main.collections k JOIN main.documents d ON d.collection_id = k.id
        JOIN main.chunks c ON c.document_id = d.id
      WHERE k.embedder GLOB '*:*' AND k.unloaded_at IS NULL
        AND NOT EXISTS (SELECT 1 FROM main.vectors v WHERE v.text_id = c.text_id AND v.model = k.embedder)`);
}

function copyRest(connection: Connection, shapes: ReadonlyMap<string, TableShape>): void {
  const scopes = shapes.get("scopes");
  if (scopes !== undefined)
    copy(connection, scopes, {
      values: { mirrored_at: "NULL" },
      where:
        "EXISTS (SELECT 1 FROM main.collection_sources cs WHERE cs.collection_id = r.collection_id AND cs.source_id = r.source_id)",
    });
  const receipts = shapes.get("receipts");
  if (receipts !== undefined)
    copy(connection, receipts, {
      where:
        "r.author_id IN (SELECT id FROM main.authors) AND (r.source_id IS NULL OR r.source_id IN (SELECT id FROM main.sources))",
    });
  const meta = shapes.get("meta");
  // Which Chroma was mirrored to is forgotten, so that it is brought up to date as a whole; and the word index is made anew.
  if (meta !== undefined) copy(connection, meta, { where: "r.key <> 'word_index' AND r.key <> 'user.mirrored_to'" });
}

const lostSql = `
  SELECT ifnull(k.name, '?') AS collection, k.stamp AS collectionId, s.key AS sourceKey, s.path AS sourcePath, d.path,
    d.file_type = 'note' AS isNote, m.id IS NOT NULL AS isInPart, d.chunk_count AS passages, d.indexed_at AS indexedAtMs
  FROM salvage.documents d JOIN found f ON f.id = d.id LEFT JOIN main.documents m ON m.id = d.id
    LEFT JOIN main.collections k ON k.id = d.collection_id LEFT JOIN main.sources s ON s.id = d.source_id
  WHERE (m.id IS NULL AND d.is_certain = 1) OR (m.id IS NOT NULL AND f.passages <> f.chunk_count)
  ORDER BY isNote DESC, collection, d.path`;

const noteStatesSql = `
  SELECT k.stamp AS collectionId, m.path, m.chunk_count AS passages, m.indexed_at AS indexedAtMs,
    d.is_certain = 1 AND f.passages = f.chunk_count AS isSurelyWhole
  FROM main.documents m JOIN main.collections k ON k.id = m.collection_id
    JOIN salvage.documents d ON d.id = m.id JOIN found f ON f.id = m.id
  WHERE m.file_type = 'note'`;

function resultOf(connection: Connection, nameless: readonly string[]): RefillResult {
  const count = (sql: string): number =>
    connection.prepare<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`).get()?.n ?? 0;
  const lost = connection.prepare<Omit<LostDocument, "isNote" | "isInPart"> & { isNote: number; isInPart: number }>(
    lostSql,
  );
  const noteStates = connection.prepare<Omit<RefilledNote, "isSurelyWhole"> & { isSurelyWhole: number }>(noteStatesSql);
  const hasReceipts =
    connection.prepare("SELECT 1 FROM main.sqlite_master WHERE name = 'receipts'").get() !== undefined;
  return {
    collections: count("main.collections"),
    nameless,
    documents: count("main.documents WHERE file_type <> 'note'"),
    notes: count("main.documents WHERE file_type = 'note'"),
    receipts: hasReceipts ? count("main.receipts") : 0,
    lost: lost.all().map((row) => ({ ...row, isNote: row.isNote === 1, isInPart: row.isInPart === 1 })),
    noteStates: noteStates.all().map((row) => ({ ...row, isSurelyWhole: row.isSurelyWhole === 1 })),
  };
}

function missing(table: string): never {
  throw new Error(`The new catalog has no table ${table}.`);
}
