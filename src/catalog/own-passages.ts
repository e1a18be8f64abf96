import type { OwnPlace, SimilarGroup, StoredCursor, StoredPassages } from "../core/similar.ts";
import type { SimilarRequest } from "./api.ts";
import type { SearchTools } from "./search-queries.ts";
import { toRepository } from "./sources.ts";
import { dequantise, hashText } from "./texts.ts";

/** A passage of the caller, with what the catalog knows of its text. */
export interface OwnPassage {
  readonly text: string;
  readonly language: string | null;
  readonly place: OwnPlace | null;
  /** What an answer says of it; null when the caller sent it. */
  readonly mine: SimilarGroup["mine"];
  /** null: nothing of this very text is stored. */
  readonly textId: number | null;
  /** By model; a model that could not be asked is missing. */
  readonly vectors: ReadonlyMap<string, Float32Array>;
}

export interface OwnPassages {
  readonly passages: readonly OwnPassage[];
  readonly next: StoredCursor | null;
  readonly total: number | null;
}

interface StoredRow {
  readonly chunkId: number;
  readonly textId: number;
  readonly text: string;
  readonly language: string | null;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol: string | null;
  readonly scope: string;
}

// Pictures, tables and drawings have no patterns to find: what sessions send is chosen alike (session/similar-passages.ts).
const comparedSql = "category IN ('code', 'documents')";
const storedSql = `
  SELECT c.id AS chunkId, c.text_id AS textId, t.text, d.language, d.path, c.start_line AS startLine, c.end_line AS endLine,
    c.symbol, c.scope
  FROM documents d CROSS JOIN chunks c ON c.document_id = d.id CROSS JOIN texts t ON t.id = c.text_id
  WHERE d.collection_id = ?1 AND d.source_id = ?2 AND d.path >= ?3 AND d.path < ?4 AND (d.path > ?3 OR c.id > ?5)
    AND ${comparedSql}
  ORDER BY d.path, c.id LIMIT ?6`;
const totalSql = `SELECT ifnull(sum(chunk_count), 0) AS total FROM documents WHERE collection_id = ? AND source_id = ? AND path >= ? AND path < ? AND ${comparedSql}`;
// Behind every path, in the order of their bytes.
const lastPath = "\u{10ffff}";

/** Reads the passages that a request is about: those that were sent, or the next of those that are stored. */
export function createOwnPassageReader({
  connection,
  collections,
  embedder,
}: Pick<SearchTools, "connection" | "collections" | "embedder">): (
  of: SimilarRequest["of"],
  models: readonly string[],
  sent?: SimilarRequest["passageVectors"],
) => OwnPassages {
  const stored = connection.prepare<StoredRow>(storedSql);
  const total = connection.prepare<{ total: number }>(totalSql);
  const source = connection.prepare<{ id: number; machine: string; path: string | null; repository: string | null }>(
    "SELECT id, machine, path, repository FROM sources WHERE key = ?",
  );
  const known = connection.prepare<{ id: number }>("SELECT id FROM texts WHERE hash = ?");
  const storedVector = connection.prepare<{ scale: number; data: Uint8Array }>(
    "SELECT scale, data FROM vectors WHERE text_id = ? AND model = ?",
  );

  const vectorsOf = (text: string, textId: number | null, models: readonly string[]): Map<string, Float32Array> => {
    const vectors = new Map<string, Float32Array>();
    for (const model of models) {
      const row = textId === null ? undefined : storedVector.get(textId, model);
      const made =
        row !== undefined
          ? Float32Array.from(dequantise(row))
          : model === embedder.id
            ? embedder.embed([text])[0]
            : undefined;
      if (made?.some((value) => value !== 0)) vectors.set(model, made);
    }
    return vectors;
  };
  const readStored = (wanted: StoredPassages, models: readonly string[]): OwnPassages => {
    const collection = collections.require(wanted.collectionId);
    const found = source.get(wanted.sourceKey);
    if (found === undefined) return { passages: [], next: null, total: 0 };
    const from = wanted.directory === "" ? "" : `${wanted.directory}/`;
    const to = wanted.directory === "" ? lastPath : `${wanted.directory}0`;
    const { path, chunkId } = wanted.after ?? { path: from, chunkId: 0 };
    const rows = stored.all(collection.id, found.id, path, to, chunkId, wanted.limit);
    const repositoryId = toRepository(found.repository)?.id ?? null;
    const last = rows.length < wanted.limit ? undefined : rows.at(-1);
    return {
      passages: rows.map((row) => ({
        text: row.text,
        language: row.language,
        place: {
          ...placeOf(row),
          sourceKey: wanted.sourceKey,
          machine: found.machine,
          sourcePath: found.path,
          repositoryId,
        },
        // Safe: only chunks.ts writes the column, from a Chunk's scope.
        mine: { ...placeOf(row), symbol: row.symbol, scope: JSON.parse(row.scope) as string[] },
        textId: row.textId,
        vectors: vectorsOf(row.text, row.textId, models),
      })),
      next: last === undefined ? null : { path: last.path, chunkId: last.chunkId },
      total: total.get(collection.id, found.id, from, to)?.total ?? 0,
    };
  };
  return (of, models, sent = {}) => {
    if (of.kind === "stored") return readStored(of.stored, models);
    const passages = of.passages.map((passage, index) => {
      const { text, hash } = hashText(passage.text.toWellFormed());
      const textId = known.get(hash)?.id ?? null;
      const vectors = vectorsOf(text, textId, models);
      for (const [model, made] of Object.entries(sent)) {
        const vector = made[index];
        if (vector !== undefined && models.includes(model) && !vectors.has(model)) vectors.set(model, vector);
      }
      return { ...passage, text, mine: null, textId, vectors };
    });
    return { passages, next: null, total: null };
  };
}

function placeOf({ path, startLine, endLine }: StoredRow) {
  return { path, startLine, endLine };
}
