import type { Embedder } from "../core/ports.ts";
import { createTokenizer } from "../search/tokenizer.ts";
import type { MirrorScope } from "./api.ts";
import { openCatalog } from "./catalog.ts";
import { type Connection, openConnection } from "./connection.ts";
import { migrate } from "./migrations.ts";
import { createTextStore, quantise } from "./texts.ts";
import { wordIndexVersionKey } from "./word-index-rebuild.ts";

const embedBatch = 256;

/** Makes anew what follows from the rest: counters, vectors of the built-in model, the word index. Nobody else may have the catalog open. */
export function mendCatalog(
  directory: string,
  options: { readonly embedder: Embedder; readonly mirror: MirrorScope },
): void {
  const connection = openConnection({ directory, isReadOnly: false });
  try {
    migrate(connection);
    connection.write(() => {
      connection.exec(`
        UPDATE collection_sources SET (documents, chunks, size_bytes) = (
          SELECT count(*), ifnull(sum(d.chunk_count), 0), ifnull(sum(d.size_bytes), 0) FROM documents d
          WHERE d.collection_id = collection_sources.collection_id AND d.source_id = collection_sources.source_id);
        DELETE FROM word_segments; DELETE FROM word_dead; DELETE FROM word_pages; DELETE FROM word_garbage;`);
      connection.prepare("DELETE FROM meta WHERE key = ?").run(wordIndexVersionKey);
    });
    embedBuiltIn(connection, options.embedder);
  } finally {
    connection.close();
  }
  // It makes the word index of a catalog that has none.
  openCatalog({ directory, mirror: options.mirror }, options.embedder, createTokenizer()).close();
}

/** Vectors of the built-in model for all texts of collections that have it, unloaded ones too, that lack it. */
export function embedBuiltIn(connection: Connection, embedder: Embedder): void {
  const store = createTextStore(connection, embedder);
  const next = connection.prepare<{ textId: number; text: string }>(`
    SELECT t.id AS textId, t.text FROM texts t
    WHERE t.id > ?1 AND NOT EXISTS (SELECT 1 FROM vectors v WHERE v.text_id = t.id AND v.model = ?2)
      AND EXISTS (SELECT 1 FROM chunks c JOIN documents d ON d.id = c.document_id JOIN collections k ON k.id = d.collection_id
        WHERE c.text_id = t.id AND k.embedder = ?2) ORDER BY t.id LIMIT ?3`);
  const insert = connection.prepare("INSERT OR REPLACE INTO vectors (text_id, model, scale, data) VALUES (?, ?, ?, ?)");
  for (let after = 0; ;) {
    const texts = next.all(after, embedder.id, embedBatch);
    const last = texts.at(-1);
    if (last === undefined) return;
    const vectors = store.embed(texts.map((text) => ({ ...text, hash: "" })));
    connection.write(() => {
      for (const { textId, vector } of vectors) {
        const { scale, data } = quantise(vector);
        insert.run(textId, embedder.id, scale, data);
      }
    });
    after = last.textId;
  }
}
