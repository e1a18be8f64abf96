import { hash } from "node:crypto";
import type { MissingText, ModelVector } from "../core/model-vectors.ts";
import type { Embedder } from "../core/ports.ts";
import { CommonsError } from "../core/errors.ts";
import { type Connection, damagedHint } from "./connection.ts";

/** Texts and vectors by content, shared by all collections. */
export interface TextStore {
  /** A unit of work inside one transaction. */
  batch(models: TextModels): TextBatch;
  /** Vectors of the built-in model for the texts, in order. */
  embed(texts: readonly MissingText[]): ModelVector[];
  /** Embeds what chunks of the collection lack under the embedder's model. */
  embedMissing(collectionId: number): void;
  /** Removes vectors of models that no collection has or is on its way to, a step of a walk over all of them. */
  removeUnusedModels(step: "all" | number): { readonly hasMore: boolean };
}

/** Who makes the vectors of new texts: the built-in model at once, others when they come to it. */
export interface TextModels {
  readonly isBuiltIn: boolean;
  readonly later: readonly string[];
}

export interface TextBatch {
  /** Row of the text, made if unseen. A text without a vector is queued for `finish`, and noted for the models that come later. */
  intern(text: HashedText): { readonly textId: number; readonly needsVector: boolean };
  /** Chunks that used the text are gone; it goes with its vectors in `finish` unless another chunk has it. */
  release(textId: number): void;
  finish(): void;
}

export interface HashedText {
  readonly text: string;
  /** sha256 of the text as UTF-8. */
  readonly hash: Buffer;
}

const embedBatch = 256;

export function hashText(text: string): HashedText {
  return { text, hash: hash("sha256", text, "buffer") };
}

/** Before a stored text is shown or sent: SQLite's pages have no checksums, so that only the hash tells what a bad disk made of it. */
export function requireSameText(text: string, digest: Uint8Array): void {
  if (hashText(text).hash.equals(digest)) return;
  throw new CommonsError("CATALOG_DAMAGED", "The catalog is damaged: a stored text is not what was written.", {
    hint: damagedHint,
  });
}

export function createTextStore(connection: Connection, embedder: Embedder): TextStore {
  const find = connection.prepare<{ id: number; hasVector: number }>(
    `SELECT t.id, EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = t.id AND v.model = ?) AS hasVector FROM texts t WHERE t.hash = ?`,
  );
  const insert = connection.prepare("INSERT INTO texts (hash, text) VALUES (?, ?)");
  const insertVector = connection.prepare(
    "INSERT OR REPLACE INTO vectors (text_id, model, scale, data) VALUES (?, ?, ?, ?)",
  );
  const owe = connection.prepare(
    "INSERT OR IGNORE INTO pending_vectors (model, text_id) SELECT ?1, ?2 WHERE NOT EXISTS (SELECT 1 FROM vectors WHERE text_id = ?2 AND model = ?1)",
  );
  const lastOfStep = connection.prepare<{ last: number | null }>(
    "SELECT max(text_id) AS last FROM (SELECT text_id FROM vectors WHERE text_id > ? ORDER BY text_id LIMIT ?)",
  );
  const removeModels = connection.prepare(`
    DELETE FROM vectors WHERE text_id > ? AND text_id <= ?
      AND model NOT IN (SELECT embedder FROM collections UNION SELECT model FROM reindex_runs)`);
  let walkedTo = 0;
  const removeUnused = connection.prepare(
    "DELETE FROM texts WHERE id = ?1 AND NOT EXISTS (SELECT 1 FROM chunks WHERE text_id = ?1)",
  );
  const missing = connection.prepare<{ id: number; text: string }>(`
    SELECT DISTINCT t.id, t.text FROM documents d JOIN chunks c ON c.document_id = d.id JOIN texts t ON t.id = c.text_id
    WHERE d.collection_id = ? AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = t.id AND v.model = ?) LIMIT ?`);

  const embed = (rows: readonly { id: number; text: string }[]): void => {
    for (let from = 0; from < rows.length; from += embedBatch) {
      const slice = rows.slice(from, from + embedBatch);
      const vectors = embedder.embed(slice.map(({ text }) => text));
      for (const [index, vector] of vectors.entries()) {
        const { scale, data } = quantise(vector);
        insertVector.run(slice[index]?.id ?? 0, embedder.id, scale, data);
      }
    }
  };
  return {
    batch: ({ isBuiltIn, later }) => {
      const queued = new Map<number, string>();
      const released = new Set<number>();
      return {
        intern: ({ text, hash: digest }) => {
          const known = find.get(embedder.id, digest);
          const textId = known?.id ?? insert.run(digest, text).lastId;
          const owed = later.filter((model) => owe.run(model, textId).changes > 0).length;
          if (!isBuiltIn || known?.hasVector === 1 || queued.has(textId))
            return { textId, needsVector: !isBuiltIn && owed > 0 };
          queued.set(textId, text);
          return { textId, needsVector: true };
        },
        release: (textId) => void released.add(textId),
        finish: () => {
          for (const textId of released) {
            if (removeUnused.run(textId).changes > 0) queued.delete(textId);
          }
          embed([...queued].map(([id, text]) => ({ id, text })));
        },
      };
    },
    embedMissing: (collectionId) => {
      for (;;) {
        const rows = missing.all(collectionId, embedder.id, embedBatch);
        if (rows.length === 0) return;
        embed(rows);
      }
    },
    embed: (wanted) => {
      const vectors = embedder.embed(wanted.map(({ text }) => text));
      return wanted.flatMap(({ textId, hash: digest }, index) => {
        const vector = vectors[index];
        return vector === undefined ? [] : [{ textId, hash: digest, vector }];
      });
    },
    removeUnusedModels: (step) => {
      const from = step === "all" ? 0 : walkedTo;
      const last = lastOfStep.get(from, step === "all" ? -1 : step)?.last ?? null;
      if (last !== null) removeModels.run(from, last);
      walkedTo = step === "all" ? 0 : (last ?? 0);
      return { hasMore: step !== "all" && last !== null };
    },
  };
}

/** int8 with one scale for the vector: value = data x scale. The error of a component is at most half the scale. */
export function quantise(vector: Float32Array): { readonly scale: number; readonly data: Int8Array } {
  let largest = 0;
  for (let i = 0; i < vector.length; i++) largest = Math.max(largest, Math.abs(vector[i] ?? 0));
  const scale = Math.fround(largest / 127) || 1;
  const data = new Int8Array(vector.length);
  for (let i = 0; i < data.length; i++) data[i] = Math.max(-127, Math.min(127, Math.round((vector[i] ?? 0) / scale)));
  return { scale, data };
}

/** Floats of a stored vector, as many as it has bytes. */
export function dequantise(stored: { readonly scale: number; readonly data: Uint8Array }): number[] {
  const signed = new Int8Array(stored.data.buffer, stored.data.byteOffset, stored.data.byteLength);
  return Array.from(signed, (value) => value * stored.scale);
}
