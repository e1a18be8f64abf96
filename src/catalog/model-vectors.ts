import { CommonsError } from "../core/errors.ts";
import { isBuiltInModel } from "../core/model-id.ts";
import {
  maxCountedGap,
  type MissingText,
  type ModelDebt,
  type ModelVector,
  type VectorGap,
} from "../core/model-vectors.ts";
import type { Connection } from "./connection.ts";
import type { JournalStore } from "./journal.ts";
import { recordIdSql } from "./record-id.ts";
import { quantise } from "./texts.ts";

/** A vector in its stored form, for the text with that sha256. */
export interface GivenVector {
  readonly hash: Buffer;
  readonly scale: number;
  readonly data: Uint8Array | Int8Array;
}

/** Vectors that come later, from models outside of the catalog. Every method belongs in the caller's transaction. */
export interface ModelVectorStore {
  /** Models of collections and what they owe, also nothing; built-in ones while a reindex goes to them. */
  debts(): ModelDebt[];
  /** The oldest texts that a live collection wants of the model, at most `limit`. What none wants any more is forgotten. */
  missing(model: string, limit: number): MissingText[];
  /** Stores what still is the same text, and tells Chroma's journal. Errors: EMBEDDER_REFUSED when the model changed its dimensions. */
  save(model: string, vectors: readonly ModelVector[]): { readonly saved: number };
  /** Keeps vectors that were made elsewhere, where the text has none yet. Errors: EMBEDDER_REFUSED when their length is not that of the stored ones. */
  adopt(model: string, vectors: readonly GivenVector[]): { readonly saved: number };
  /** The model will not take these texts: they are not asked for again until a reindex. */
  setAside(model: string, texts: readonly Pick<MissingText, "textId" | "hash">[], reason: string): void;
  /** Notes all texts of the collection that lack the model's vector; `isAgain`: those that have one too. Returns how many the collection waits for. */
  owe(collectionId: number, model: string, isAgain: boolean): number;
  /** Passages without the vector of their collection's model, by stamp; built-in models owe nothing and are left out. */
  gaps(): VectorGap[];
  /** Whether the collection waits for texts that the model has not refused. */
  isWaiting(collectionId: number, model: string): boolean;
}

// What unloaded collections wait for is left alone until they are restored.
const debtsSql = `
  SELECT m.model, count(p.text_id) - count(p.refusal) AS texts, count(p.refusal) AS refused, max(p.refusal) AS refusal
  FROM (SELECT embedder AS model FROM collections WHERE unloaded_at IS NULL AND embedder GLOB '*:*'
    UNION SELECT model FROM reindex_runs) m
    LEFT JOIN pending_vectors p ON p.model = m.model GROUP BY m.model`;

/** That a live collection has, or is to have, model ?1 for the text p.text_id. */
const wantedSql = `
  EXISTS (SELECT 1 FROM chunks c JOIN documents d ON d.id = c.document_id JOIN collections k ON k.id = d.collection_id
    LEFT JOIN reindex_runs r ON r.collection_id = k.id
    WHERE c.text_id = p.text_id AND k.unloaded_at IS NULL AND (k.embedder = ?1 OR r.model = ?1))`;
const missingSql = `
  SELECT p.text_id AS textId, lower(hex(t.hash)) AS hash, t.text, ${wantedSql} AS isWanted
  FROM pending_vectors p JOIN texts t ON t.id = p.text_id WHERE p.model = ?1 AND p.refusal IS NULL ORDER BY p.text_id LIMIT ?2`;
const recordsSql = `
  SELECT k.id AS collectionId, ${recordIdSql} AS recordId
  FROM chunks c JOIN texts t ON t.id = c.text_id JOIN documents d ON d.id = c.document_id JOIN sources s ON s.id = d.source_id
    JOIN collections k ON k.id = d.collection_id
  WHERE c.text_id = ? AND k.embedder = ? AND k.kind = 'permanent' AND k.unloaded_at IS NULL`;
const oweSql = `
  INSERT INTO pending_vectors (model, text_id) SELECT DISTINCT ?2, c.text_id
  FROM documents d JOIN chunks c ON c.document_id = d.id
  WHERE d.collection_id = ?1 AND (?3 OR NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = c.text_id AND v.model = ?2))
  ON CONFLICT (model, text_id) DO UPDATE SET refusal = NULL`;
const waitingSql = `
  SELECT 1 AS found FROM pending_vectors p WHERE p.model = ?2 AND p.refusal IS NULL AND EXISTS (
    SELECT 1 FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.text_id = p.text_id AND d.collection_id = ?1)
  LIMIT 1`;
const holdersSql = `
  SELECT k.id, k.stamp AS collectionId, k.embedder FROM collections k
  WHERE k.unloaded_at IS NULL AND k.embedder IN (SELECT DISTINCT model FROM pending_vectors)`;
const gapSql = `
  SELECT count(*) AS passages FROM (
    SELECT 1 FROM pending_vectors p CROSS JOIN chunks c ON c.text_id = p.text_id CROSS JOIN documents d ON d.id = c.document_id
    WHERE p.model = ?2 AND d.collection_id = ?1
      AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = p.text_id AND v.model = p.model)
    LIMIT ${maxCountedGap})`;

export function createModelVectors(connection: Connection, journal: JournalStore): ModelVectorStore {
  const debts = connection.prepare<ModelDebt>(debtsSql);
  const missing = connection.prepare<MissingText & { isWanted: number }>(missingSql);
  const settle = connection.prepare("DELETE FROM pending_vectors WHERE model = ? AND text_id = ?");
  const isSame = connection.prepare<{ found: number }>("SELECT 1 AS found FROM texts WHERE id = ? AND hash = unhex(?)");
  const insert = connection.prepare("INSERT OR REPLACE INTO vectors (text_id, model, scale, data) VALUES (?, ?, ?, ?)");
  const records = connection.prepare<{ collectionId: number; recordId: string }>(recordsSql);
  const refuse = connection.prepare("UPDATE pending_vectors SET refusal = ? WHERE model = ? AND text_id = ?");
  const owe = connection.prepare(oweSql);
  const waiting = connection.prepare<{ found: number }>(waitingSql);
  const holders = connection.prepare<{ id: number; collectionId: string; embedder: string }>(holdersSql);
  const gap = connection.prepare<{ passages: number }>(gapSql);
  const revise = connection.prepare(`
    INSERT INTO vector_revisions (model, revision, dimensions) VALUES (?1, 1, ?2)
    ON CONFLICT (model) DO UPDATE SET revision = revision + 1, dimensions = ?2`);
  const requireDimensions = createDimensionRule(connection, owe);
  const textWithout = connection.prepare<{ id: number }>(
    "SELECT id FROM texts t WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = t.id AND v.model = ?2)",
  );
  const lengthOf = connection.prepare<{ dimensions: number | null }>(
    "SELECT dimensions FROM vector_revisions WHERE model = ?",
  );

  const store = (model: string, stored: ReadonlyMap<number, Omit<GivenVector, "hash">>, dimensions: number): void => {
    const changed = new Map<number, string[]>();
    for (const [textId, { scale, data }] of stored) {
      insert.run(textId, model, scale, data);
      settle.run(model, textId);
      for (const { collectionId, recordId } of records.all(textId, model))
        changed.set(collectionId, [...(changed.get(collectionId) ?? []), recordId]);
    }
    revise.run(model, dimensions);
    if (journal.isMirrored("permanent"))
      for (const [collectionId, recordIds] of changed) journal.sync(collectionId, recordIds);
  };

  const isCurrent = ({ textId, hash }: Pick<MissingText, "textId" | "hash">): boolean =>
    isSame.get(textId, hash) !== undefined;
  return {
    debts: () => debts.all(),
    missing: (model, limit) => {
      for (;;) {
        const rows = missing.all(model, limit);
        for (const { textId } of rows.filter(({ isWanted }) => isWanted === 0)) settle.run(model, textId);
        const wanted = rows.filter(({ isWanted }) => isWanted === 1);
        if (wanted.length > 0 || rows.length === 0)
          return wanted.map(({ textId, hash, text }) => ({ textId, hash, text }));
      }
    },
    save: (model, vectors) => {
      const [first] = vectors;
      if (first === undefined) return { saved: 0 };
      requireDimensions(model, first.vector.length);
      // An id may stand for another text by now: the one that was asked for is gone.
      const current = vectors.filter(isCurrent);
      store(model, new Map(current.map(({ textId, vector }) => [textId, quantise(vector)])), first.vector.length);
      return { saved: current.length };
    },
    adopt: (model, vectors) => {
      const [first] = vectors;
      if (first === undefined) return { saved: 0 };
      const { byteLength } = first.data;
      requireSameLength(model, byteLength, lengthOf.get(model)?.dimensions ?? byteLength);
      const lacking = new Map<number, GivenVector>();
      for (const vector of vectors) {
        const text = textWithout.get(vector.hash, model);
        if (text !== undefined) lacking.set(text.id, vector);
      }
      store(model, lacking, byteLength);
      return { saved: lacking.size };
    },
    setAside: (model, texts, reason) => {
      for (const text of texts) if (isCurrent(text)) refuse.run(reason.slice(0, 500), model, text.textId);
    },
    owe: (collectionId, model, isAgain) => owe.run(collectionId, model, isAgain ? 1 : 0).changes,
    gaps: () => {
      const counted = holders.all().map(({ id, collectionId, embedder }) => {
        return { collectionId, passages: gap.get(id, embedder)?.passages ?? 0 };
      });
      return counted.filter(({ passages }) => passages > 0);
    },
    isWaiting: (collectionId, model) => waiting.get(collectionId, model) !== undefined,
  };
}

function requireSameLength(model: string, given: number, stored: number): void {
  if (given === stored) return;
  throw new CommonsError(
    "EMBEDDER_REFUSED",
    `The file's vectors of ${model} have ${given} numbers; those that are stored here have ${stored}.`,
    { hint: "Another model had that name where the file was made. Import it with --embedder built-in." },
  );
}

/**
 * All vectors of a model have one length for ever. A model that was replaced under its name by one of another length may come back by
 * a reindex of a collection that has it: then everything of that model is done again.
 */
function createDimensionRule(
  connection: Connection,
  owe: { run(...values: (string | number)[]): unknown },
): (model: string, dimensions: number) => void {
  const known = connection.prepare<{ dimensions: number | null }>(
    "SELECT dimensions FROM vector_revisions WHERE model = ?",
  );
  const again = connection.prepare<{ found: number }>(
    "SELECT 1 AS found FROM reindex_runs r JOIN collections k ON k.id = r.collection_id WHERE r.model = ?1 AND k.embedder = ?1",
  );
  const holders = connection.prepare<{ id: number }>("SELECT id FROM collections WHERE embedder = ?");
  const forget = connection.prepare("DELETE FROM vectors WHERE model = ?");
  return (model, dimensions) => {
    const before = known.get(model)?.dimensions ?? dimensions;
    if (before === dimensions || isBuiltInModel(model)) return;
    if (again.get(model) === undefined) {
      throw new CommonsError(
        "EMBEDDER_REFUSED",
        `The model ${model} gives vectors of ${dimensions} numbers now; those that are stored have ${before}.`,
        { hint: "Another model answers under its name. To embed everything anew with it: commons reindex COLLECTION" },
      );
    }
    forget.run(model);
    for (const { id } of holders.all(model)) owe.run(id, model, 1);
  };
}
