import type { ParsedQuery, Phrase } from "../search/query.ts";
import type { Retriever, RetrieverRequest } from "../search/retriever.ts";
import type { Connection, Statement } from "./connection.ts";

/** One row of a word index: pre-tokenised text for each field. */
export interface FullTextRow {
  readonly chunkId: number;
  readonly path: string;
  readonly name: string;
  readonly signature: string;
  readonly doc: string;
  readonly body: string;
}

/** Changes of a word index, done in their order by `finish`, which must be the last write of the transaction. */
export interface WordBatch {
  insert(row: FullTextRow): void;
  remove(chunkId: number): void;
  finish(): void;
}

/**
 * A word index (FTS5, contentless) for each collection, so that word frequencies are the collection's own and dropping it is
 * one statement. Text comes pre-tokenised; the `ascii` tokeniser of FTS5 splits it at blanks and changes nothing else.
 */
export interface FullText extends Retriever {
  create(collectionId: number): void;
  drop(collectionId: number): void;
  /** Changes of one index inside one transaction. */
  batch(collectionId: number): WordBatch;
  /** Chunks whose body has the words of the phrase side by side, with scores; the text itself is for the caller to check. */
  phraseCandidates(request: RetrieverRequest, phrase: Phrase): Map<number, number>;
}

// Weights of path, name, signature, doc, body (1, 3, 2, 2, 1) x 0.6: exactly BM25 with k1 = 2, where FTS5 has 1.2 built in.
const rankFunction = "bm25(0.6, 1.8, 1.2, 1.2, 0.6)";

// FTS5's idf is about zero for a word that half the rows have: a collection of one note could not be found at all, and small
// collections would always lose against large ones. So each index also has these rows of usual length without any word.
const paddingRows = 256;
const paddingTokens = 100;
// A private-use character is no word character, so no text and no query has it.
const paddingText = Array.from({ length: paddingTokens }, () => "\uE000").join(" ");

// FTS5 ranks about 1,200 postings a millisecond. Above so many, or so large a share of the collection, the most common words are
// left out of the OR: they weigh least. All words together are then tried as an AND, which is fast.
const minPostingBudget = 20_000;
const postingBudgetShare = 0.2;

const maxPrepared = 64;

interface Statements {
  readonly insert: Statement<never>;
  readonly remove: Statement<never>;
  readonly frequency: Statement<{ doc: number }>;
  readonly best: Statement<{ id: number; rank: number }>;
}

export function createFullText(connection: Connection): FullText {
  const prepared = new Map<number, Statements>();
  const statements = (collectionId: number): Statements => {
    const known = prepared.get(collectionId) ?? prepareStatements(connection, collectionId);
    // Temporary collections come and go; a reading connection is not told when.
    const [oldest] = prepared.keys();
    if (oldest !== undefined && prepared.size >= maxPrepared) prepared.delete(oldest);
    prepared.set(collectionId, known);
    return known;
  };
  return {
    create: (collectionId) => createIndex(connection, collectionId),
    drop: (collectionId) => {
      prepared.delete(collectionId);
      const table = tableName(collectionId);
      connection.exec(`DROP TABLE IF EXISTS ${table}_terms; DROP TABLE IF EXISTS ${table};`);
    },
    batch: (collectionId) => wordBatch(() => statements(collectionId)),
    candidates: (request) => {
      const { plan, weight } = planQuery(connection, statements(request.collectionId), request);
      const found = new Map<number, number>();
      for (const expression of plan)
        addBest(connection, statements(request.collectionId), { request, expression, weight, found });
      return found;
    },
    phraseCandidates: (request, phrase) => {
      const { weight } = planQuery(connection, statements(request.collectionId), request);
      const words = request.query.terms.map(quote).join(" OR ");
      const expression = `(${words}) AND body : ${quote(phrase.parts.join(" "))}`;
      const found = new Map<number, number>();
      addBest(connection, statements(request.collectionId), { request, expression, weight, found });
      return found;
    },
  };
}

/**
 * FTS5 gathers words in memory and writes them as one segment at the end, but every other statement that may have to undo itself
 * (REPLACE, triggers, foreign keys) makes it write what it has: between such statements each chunk would become a segment.
 */
function wordBatch(statements: () => Statements): WordBatch {
  const pending: (FullTextRow | number)[] = [];
  return {
    insert: (row) => void pending.push(row),
    remove: (chunkId) => void pending.push(chunkId),
    finish: () => {
      if (pending.length === 0) return;
      const { insert, remove } = statements();
      for (const change of pending) {
        if (typeof change === "number") remove.run(change);
        else insert.run(change.chunkId, change.path, change.name, change.signature, change.doc, change.body);
      }
      pending.length = 0;
    },
  };
}

function tableName(collectionId: number): string {
  return `fts_${Math.trunc(collectionId)}`;
}

function createIndex(connection: Connection, collectionId: number): void {
  const table = tableName(collectionId);
  connection.exec(`
    CREATE VIRTUAL TABLE ${table} USING fts5 (
      path, name, signature, doc, body, content = '', contentless_delete = 1, tokenize = 'ascii'
    );
    CREATE VIRTUAL TABLE ${table}_terms USING fts5vocab (${table}, row);
    INSERT INTO ${table} (${table}, rank) VALUES ('rank', '${rankFunction}');
    INSERT INTO ${table} (${table}, rank) VALUES ('hashsize', 16777216);
    WITH RECURSIVE padding (id) AS (SELECT -${paddingRows} UNION ALL SELECT id + 1 FROM padding WHERE id < -1)
    INSERT INTO ${table} (rowid, body) SELECT id, '${paddingText}' FROM padding;
  `);
}

function prepareStatements(connection: Connection, collectionId: number): Statements {
  const table = tableName(collectionId);
  return {
    insert: connection.prepare(
      `INSERT INTO ${table} (rowid, path, name, signature, doc, body) VALUES (?, ?, ?, ?, ?, ?)`,
    ),
    remove: connection.prepare(`DELETE FROM ${table} WHERE rowid = ?`),
    frequency: connection.prepare(`SELECT doc FROM ${table}_terms WHERE term = ?`),
    best: connection.prepare(`SELECT rowid AS id, rank FROM ${table} WHERE ${table} MATCH ? ORDER BY rank LIMIT ?`),
  };
}

interface Lookup {
  readonly request: RetrieverRequest;
  readonly expression: string;
  readonly weight: number;
  readonly found: Map<number, number>;
}

function addBest(connection: Connection, statements: Statements, { request, expression, weight, found }: Lookup): void {
  const { condition, limit } = request;
  const rows =
    condition === null
      ? statements.best.all(expression, limit)
      : filteredStatement(connection, request.collectionId, condition.sql).all(expression, ...condition.values, limit);
  // FTS5 ranks are negative, the best one lowest.
  for (const { id, rank } of rows) found.set(id, Math.max(found.get(id) ?? 0, -rank / weight));
}

// CROSS JOIN keeps the index first: filters then only see rows that match, and bm25 is computed for what passes them.
function filteredStatement(
  connection: Connection,
  collectionId: number,
  condition: string,
): Statement<{ id: number; rank: number }> {
  const table = tableName(collectionId);
  return connection.prepare(`
    SELECT ${table}.rowid AS id, ${table}.rank AS rank
    FROM ${table}
      CROSS JOIN chunks c ON c.id = ${table}.rowid
      CROSS JOIN documents d ON d.id = c.document_id
      CROSS JOIN sources s ON s.id = d.source_id
    WHERE ${table} MATCH ? AND ${condition}
    ORDER BY rank LIMIT ?`);
}

/**
 * Which expressions to run, and the divisor of their ranks: the sum of idf over the query's words. A chunk that has every
 * word about twice in its body, or in a name, then scores about 1 in any collection; one that lacks the rare words scores near 0.
 */
function planQuery(
  connection: Connection,
  statements: Statements,
  request: { readonly collectionId: number; readonly query: ParsedQuery },
): { plan: readonly string[]; weight: number } {
  const frequencies = request.query.terms
    .map((term) => ({ term, rows: statements.frequency.get(term)?.doc ?? 0 }))
    .toSorted((a, b) => a.rows - b.rows);
  const total = rowCount(connection, request.collectionId) + paddingRows;
  const weight = frequencies.reduce((sum, { rows }) => sum + inverseFrequency(total, rows), 0);
  const present = frequencies.filter(({ rows }) => rows > 0);
  const budget = Math.max(minPostingBudget, total * postingBudgetShare);
  const kept: string[] = [];
  let postings = 0;
  for (const { term, rows } of present) {
    postings += rows;
    if (kept.length > 0 && postings > budget) break;
    kept.push(quote(term));
  }
  if (kept.length === 0) return { plan: [], weight };
  const plan = [kept.join(" OR ")];
  if (kept.length < present.length) plan.push(present.map(({ term }) => quote(term)).join(" AND "));
  return { plan, weight };
}

/** FTS5's own formula, with its floor. */
function inverseFrequency(total: number, rows: number): number {
  return Math.max(Math.log((total - rows + 0.5) / (rows + 0.5)), 1e-6);
}

function rowCount(connection: Connection, collectionId: number): number {
  const sql = "SELECT ifnull(sum(chunks), 0) AS chunks FROM collection_sources WHERE collection_id = ?";
  return connection.prepare<{ chunks: number }>(sql).get(collectionId)?.chunks ?? 0;
}

function quote(term: string): string {
  return `"${term.replaceAll('"', "")}"`;
}
