import { existsSync } from "node:fs";
import { join } from "node:path";
import { asCommonsError } from "../core/errors.ts";
import type { CatalogCheck, CatalogFinding } from "../core/catalog-repair.ts";
import { countOf } from "../core/quantities.ts";
import { type IndexSegment, isDead } from "../search/index-snapshot.ts";
import { createTokenizer } from "../search/tokenizer.ts";
import { catalogFileName, type Connection, openConnection } from "./connection.ts";
import { lastWritesKey, type MarkedCatalog, requireIntactFiles } from "./file-state.ts";
import { currentSchemaVersion } from "./migrations.ts";
import { hashText } from "./texts.ts";
import { indexedFromStored, type StoredPassage, storedPassageSql } from "./word-index-rebuild.ts";
import { cutTerm } from "./word-index/term-bytes.ts";
import { createWordIndex } from "./word-index/word-index.ts";

type Remedy = CatalogFinding["remedy"];
type Step = (connection: Connection) => CatalogFinding[];

const maxExamples = 10;
const textsPerStep = 1_000;
const toldForMs = 7 * 24 * 3_600_000;

/**
 * Checks a catalog that nobody writes, or one in use: every step reads one state. Takes a second for each 100 MB or so, deep some times
 * that (all texts against their hashes, all pages of the word index, all indexes of SQLite), so it belongs in a process of its own.
 * Nothing is written.
 */
export function checkCatalog(directory: string, options: MarkedCatalog & { readonly isDeep: boolean }): CatalogCheck {
  const nothing = { collections: 0, documents: 0, notes: 0, chunks: 0 };
  const findings: CatalogFinding[] = [];
  const attempt = (work: () => CatalogFinding[]): void => {
    try {
      findings.push(...work());
    } catch (error) {
      findings.push(findingOf(error));
    }
  };
  attempt(() => {
    const { lastWrites } = requireIntactFiles(directory, options);
    return lastWrites === null ? [] : [lastWritesFinding(lastWrites, Date.now())];
  });
  if (
    findings.some(({ remedy }) => remedy === "rebuild" || remedy === "blocked") ||
    !existsSync(join(directory, catalogFileName))
  )
    return { ...nothing, findings };
  let connection: Connection;
  try {
    connection = openConnection({ directory, isReadOnly: true, isImmutable: !hasWriteAhead(directory) });
  } catch (error) {
    return { ...nothing, findings: [findingOf(error)] };
  }
  try {
    const version = connection.prepare<{ user_version: number }>("PRAGMA user_version").get()?.user_version ?? 0;
    if (version !== currentSchemaVersion) return { ...nothing, findings: [...findings, ...versionFindings(version)] };
    for (const step of [...steps, ...(options.isDeep ? deepSteps : [])])
      attempt(() => connection.read(() => step(connection)));
    return { ...totalsOf(connection), findings: withoutRepeats(findings) };
  } catch (error) {
    return { ...nothing, findings: [...findings, findingOf(error)] };
  } finally {
    connection.close();
  }
}

function lastWritesFinding(lastWrites: string, atMs: number): CatalogFinding {
  const day = new Date(atMs).toISOString().slice(0, 16).replace("T", " ");
  const fact = `After a crash the file of the last writes ${lastWrites} (seen ${day} UTC): what was written just before may be lost.`;
  return { remedy: "note", fact };
}

function hasWriteAhead(directory: string): boolean {
  return existsSync(join(directory, `${catalogFileName}-wal`));
}

function versionFindings(version: number): CatalogFinding[] {
  if (version < currentSchemaVersion) return [];
  const fact = `The catalog is of version ${version}; this program knows up to ${currentSchemaVersion}.`;
  return [{ remedy: "update", fact }];
}

function findingOf(error: unknown): CatalogFinding {
  const { code, message, hint } = asCommonsError(error);
  if (code === "CATALOG_DAMAGED") return { remedy: "rebuild", fact: message };
  const fact = `The catalog could not be looked at: ${message}`;
  return { remedy: "blocked", fact, next: hint ?? "Run commons doctor again; commons hub logs may say more." };
}

/** One damaged page shows in many steps. */
function withoutRepeats(findings: readonly CatalogFinding[]): CatalogFinding[] {
  const facts = new Map(findings.map((finding) => [finding.fact, finding]));
  return [...facts.values()];
}

const storage =
  (pragma: string): Step =>
  (connection) => {
    const rows = connection.prepare<Record<string, string>>(`PRAGMA ${pragma}(${maxExamples})`).all();
    const [first, ...rest] = rows.map((row) => String(Object.values(row)[0])).filter((fact) => fact !== "ok");
    if (first === undefined) return [];
    // SQLite's lines name trees and pages, which tells a person little: one is an example.
    const example = first
      .replaceAll(/\*\*\* in database \w+ \*\*\*|\s+/g, " ")
      .trim()
      .slice(0, 120);
    const more = rest.length === 0 ? "" : `, and ${rest.length === maxExamples - 1 ? "more" : `${rest.length} more`}`;
    return [{ remedy: "rebuild", fact: `The database's pages are damaged (SQLite: ${example}${more}).` }];
  };

/** A step that counts rows that should not be there. */
const none =
  (remedy: Remedy, sql: string, fact: (count: number) => string): Step =>
  (connection) => {
    const count = connection.prepare<{ n: number }>(`SELECT count(*) AS n FROM (${sql})`).get()?.n ?? 0;
    return count === 0 ? [] : [{ remedy, fact: fact(count) }];
  };

const steps: readonly Step[] = [
  storage("quick_check"),
  none(
    "rebuild",
    "SELECT 1 FROM pragma_foreign_key_check",
    (n) => `${countOf(n, "row")} belong${n === 1 ? "s" : ""} to something that is not there.`,
  ),
  none(
    "rebuild",
    "SELECT 1 FROM documents d WHERE chunk_count <> (SELECT count(*) FROM chunks WHERE document_id = d.id)",
    (n) => `${countOf(n, "document")} lack passages.`,
  ),
  none(
    "mend",
    `SELECT 1 FROM collection_sources cs LEFT JOIN (
       SELECT collection_id, source_id, count(*) AS documents, sum(chunk_count) AS chunks, sum(size_bytes) AS size_bytes
       FROM documents GROUP BY collection_id, source_id) d ON d.collection_id = cs.collection_id AND d.source_id = cs.source_id
     WHERE cs.documents <> ifnull(d.documents, 0) OR cs.chunks <> ifnull(d.chunks, 0) OR cs.size_bytes <> ifnull(d.size_bytes, 0)`,
    (n) => `The counters of ${countOf(n, "source")} are wrong.`,
  ),
  none(
    "mend",
    `SELECT DISTINCT c.text_id FROM collections k JOIN documents d ON d.collection_id = k.id JOIN chunks c ON c.document_id = d.id
     WHERE k.embedder NOT GLOB '*:*' AND k.unloaded_at IS NULL
       AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = c.text_id AND v.model = k.embedder)`,
    (n) => `${countOf(n, "text")} lack the vector of the built-in model.`,
  ),
  none(
    "rebuild",
    `SELECT 1 FROM vectors v JOIN vector_revisions r ON r.model = v.model
     WHERE r.dimensions IS NOT NULL AND octet_length(v.data) <> r.dimensions`,
    (n) => `${countOf(n, "vector")} are of the wrong length.`,
  ),
  checkWords,
  (connection) => {
    const row = connection.prepare<{ value: string }>("SELECT value FROM meta WHERE key = ?").get(lastWritesKey);
    if (row === undefined) return [];
    // Safe: only openCatalog writes the value.
    const { lastWrites, atMs } = JSON.parse(row.value) as { lastWrites: string; atMs: number };
    return Date.now() - atMs < toldForMs ? [lastWritesFinding(lastWrites, atMs)] : [];
  },
];

const deepSteps: readonly Step[] = [
  storage("integrity_check"),
  checkTexts,
  none(
    "rebuild",
    "SELECT 1 FROM documents WHERE NOT json_valid(metadata) OR (given_metadata IS NOT NULL AND NOT json_valid(given_metadata))",
    (n) => `${countOf(n, "document")} have unreadable metadata.`,
  ),
  checkPostings,
];

/** The living slots of each collection's word index are its chunks, each once. */
function checkWords(connection: Connection): CatalogFinding[] {
  const index = createWordIndex(connection);
  const chunks = connection.prepare<{ id: number }>(
    "SELECT c.id FROM documents d JOIN chunks c ON c.document_id = d.id WHERE d.collection_id = ?",
  );
  return liveCollections(connection).flatMap(({ id, name }) =>
    damageOfWords(name, () => {
      const indexed = new Set<number>();
      let twice = 0;
      for (const segment of index.snapshot(id).segments)
        for (const [slot, chunkId] of segment.chunkIds.entries()) {
          if (isDead(segment, slot)) continue;
          twice += indexed.has(chunkId) ? 1 : 0;
          indexed.add(chunkId);
        }
      const stored = chunks.all(id);
      const lacking = stored.filter((chunk) => !indexed.has(chunk.id)).length;
      return twice === 0 && lacking === 0 && indexed.size === stored.length;
    }),
  );
}

/** What each collection's index has of every term, against what its passages' texts give: how many passages, and which ones by their sum. */
function checkPostings(connection: Connection): CatalogFinding[] {
  const index = createWordIndex(connection);
  const tokenizer = createTokenizer();
  const documents = connection.prepare<{ id: number }>("SELECT id FROM documents WHERE collection_id = ?");
  const passages = connection.prepare<StoredPassage>(`${storedPassageSql} WHERE d.id = ?`);
  return liveCollections(connection).flatMap(({ id, name }) =>
    damageOfWords(name, () => {
      const sums = new Map<string, number>();
      for (const segment of index.snapshot(id).segments) addPostings(sums, segment);
      for (const document of documents.all(id))
        for (const row of passages.all(document.id)) {
          const { chunkId, path, name: symbol, signature, doc, body } = indexedFromStored(row, tokenizer);
          const words = [path, symbol, signature, doc, body].flatMap((field) => field.split(" ").map(cutTerm));
          for (const term of new Set(words)) if (term !== "") add(sums, term, -chunkId - 1);
        }
      return [...sums.values()].every((sum) => sum === 0);
    }),
  );
}

function addPostings(sums: Map<string, number>, segment: IndexSegment): void {
  // A term's list is good only until the next is asked for.
  const terms = [...segment.terms()].map(({ term }) => term);
  for (const term of terms) {
    const postings = segment.postings(term);
    for (let at = 0; at < (postings?.count ?? 0); at++) {
      const slot = postings?.slots[at] ?? 0;
      if (!isDead(segment, slot)) add(sums, term, (segment.chunkIds[slot] ?? 0) + 1);
    }
  }
}

function add(sums: Map<string, number>, term: string, value: number): void {
  sums.set(term, (sums.get(term) ?? 0) + value);
}

function damageOfWords(collection: string, isWhole: () => boolean): CatalogFinding[] {
  const finding: CatalogFinding = { remedy: "mend", fact: `The word index of "${collection}" is damaged.` };
  try {
    return isWhole() ? [] : [finding];
  } catch (error) {
    if (asCommonsError(error).code === "CATALOG_DAMAGED") return [finding];
    throw error;
  }
}

function liveCollections(connection: Connection): { id: number; name: string }[] {
  const sql = "SELECT id, name FROM collections WHERE unloaded_at IS NULL ORDER BY id";
  return connection.prepare<{ id: number; name: string }>(sql).all();
}

function checkTexts(connection: Connection): CatalogFinding[] {
  const next = connection.prepare<{ id: number; hash: Uint8Array; text: string }>(
    "SELECT id, hash, text FROM texts WHERE id > ? ORDER BY id LIMIT ?",
  );
  let wrong = 0;
  for (let after = 0; ;) {
    const rows = next.all(after, textsPerStep);
    const last = rows.at(-1);
    if (last === undefined) break;
    wrong += rows.filter(({ hash, text }) => !hashText(text).hash.equals(hash)).length;
    after = last.id;
  }
  const fact = `${countOf(wrong, "text")} ${wrong === 1 ? "is" : "are"} not what was written.`;
  return wrong === 0 ? [] : [{ remedy: "rebuild", fact }];
}

function totalsOf(connection: Connection): Omit<CatalogCheck, "findings"> {
  const count = (sql: string): number =>
    connection.prepare<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`).get()?.n ?? 0;
  // As lists count: without what was removed and can be restored.
  const live = "documents WHERE collection_id IN (SELECT id FROM collections WHERE unloaded_at IS NULL)";
  return {
    collections: count("collections WHERE unloaded_at IS NULL"),
    documents: count(live),
    notes: count(`${live} AND file_type = 'note'`),
    chunks: count("chunks"),
  };
}
