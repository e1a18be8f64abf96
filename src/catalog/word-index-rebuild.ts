import type { Tokenizer } from "../search/tokenizer.ts";
import { indexedPassage } from "./chunks.ts";
import type { Connection } from "./connection.ts";
import type { MetaStore } from "./meta.ts";
import type { WordIndex } from "./word-index/word-index.ts";

/** Raised when tokeniser, fields or storage change so that an index of before finds too little. 1 was FTS5's. */
const wordIndexVersion = "3";
/** In `meta`; without it the word indexes are made anew. */
export const wordIndexVersionKey = "word_index";
const documentsPerStep = 200;

export interface RebuildTools {
  readonly connection: Connection;
  readonly meta: MetaStore;
  readonly wordIndex: WordIndex;
  readonly tokenizer: Tokenizer;
}

/** A row of `storedPassageSql`. */
export interface StoredPassage {
  readonly id: number;
  readonly documentId: number;
  readonly textId: number;
  readonly path: string;
  readonly symbol: string | null;
  readonly signature: string | null;
  readonly doc: string | null;
  readonly scope: string;
  readonly text: string;
}

/** What the word index takes of a passage; ends before its WHERE, which may name c, d and t. */
export const storedPassageSql = `
  SELECT c.id, c.document_id AS documentId, c.text_id AS textId, d.path, c.symbol, c.signature, c.doc, c.scope, t.text
  FROM documents d JOIN chunks c ON c.document_id = d.id JOIN texts t ON t.id = c.text_id`;

/**
 * Makes the word index of every collection anew from the stored texts when it was made by another version: some ten seconds for
 * 100,000 passages, once. What is interrupted begins anew with the collection it was at.
 */
export function rebuildWordIndex(tools: RebuildTools): void {
  const { connection, meta, wordIndex } = tools;
  const recorded = connection.read(() => meta.get(wordIndexVersionKey));
  if (recorded === wordIndexVersion) return;
  for (const id of collectionsToDo(tools)) {
    connection.write(() => {
      connection.exec(`DROP TABLE IF EXISTS fts_${id}_terms; DROP TABLE IF EXISTS fts_${id};`);
      wordIndex.drop(id);
    });
    rebuildCollection(tools, id);
    connection.write(() => meta.set(wordIndexVersionKey, `${wordIndexVersion} up to ${id}`));
  }
  connection.write(() => meta.set(wordIndexVersionKey, wordIndexVersion));
}

function collectionsToDo({ connection, meta }: RebuildTools): number[] {
  return connection.read(() => {
    const [, done = "0"] =
      new RegExp(`^${wordIndexVersion} up to ([0-9]+)$`).exec(meta.get(wordIndexVersionKey) ?? "") ?? [];
    const later = connection.prepare<{ id: number }>(
      "SELECT id FROM collections WHERE id > ? AND trash_of IS NULL ORDER BY id",
    );
    return later.all(Number(done)).map(({ id }) => id);
  });
}

function rebuildCollection({ connection, wordIndex, tokenizer }: RebuildTools, collectionId: number): void {
  const next = connection.prepare<StoredPassage>(
    `${storedPassageSql} WHERE d.collection_id = ? AND d.id > ? AND d.id <= ?`,
  );
  const border = connection.prepare<{ id: number | null }>(`
    SELECT max(id) AS id FROM (SELECT id FROM documents WHERE collection_id = ? AND id > ? ORDER BY id LIMIT ?)`);
  for (let after = 0; ;) {
    const upTo = connection.read(() => border.get(collectionId, after, documentsPerStep)?.id ?? null);
    if (upTo === null) return;
    const from = after;
    connection.write(() => {
      const words = wordIndex.batch(collectionId);
      for (const passage of next.all(collectionId, from, upTo)) words.insert(indexedFromStored(passage, tokenizer));
      words.finish();
    });
    after = upTo;
  }
}

export function indexedFromStored({ path, text, ...stored }: StoredPassage, tokenizer: Tokenizer) {
  // Safe: only chunks.ts writes the column, from a Chunk's scope.
  const chunk = { ...stored, scope: JSON.parse(stored.scope) as string[] };
  return indexedPassage({ ...stored, path: tokenizer.indexText(path), chunk, text }, tokenizer);
}
