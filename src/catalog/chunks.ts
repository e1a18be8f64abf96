import type { Chunk } from "../core/document.ts";
import type { Tokenizer } from "../search/tokenizer.ts";
import type { Connection } from "./connection.ts";
import type { IndexedPassage, WordBatch } from "./word-index/word-index.ts";
import { recordId } from "./record-id.ts";
import { type HashedText, hashText, type TextBatch } from "./texts.ts";

/** The document that chunks belong to, while it is written. */
export interface ChunkOwner {
  readonly collectionId: number;
  readonly documentId: number;
  readonly sourceKey: string;
  readonly path: string;
  readonly authorId: number;
  readonly nowMs: number;
}

/** Where the effects of one write gather. */
export interface ChunkEffects {
  readonly texts: TextBatch;
  readonly words: WordBatch;
  /** Called with each record id that is new, different or gone. */
  readonly changed: (recordId: string) => void;
  readonly counts: { chunks: number; embedded: number; reused: number };
}

export interface ChunkStore {
  /**
   * Makes the document's chunks the given ones. Chunks with the same text (and ordinal among equal texts) stay; moved lines
   * update their row only, another name or doc comment also the word index. `isAllChanged`: metadata of the document changed,
   * so every record did.
   */
  replace(
    owner: ChunkOwner,
    chunks: readonly Chunk[],
    options: { readonly effects: ChunkEffects; readonly isAllChanged: boolean },
  ): void;
  removeAll(owner: ChunkOwner, effects: ChunkEffects): void;
  /** The document has a new path: word index and record ids follow. */
  move(owner: ChunkOwner, oldPath: string, effects: ChunkEffects): void;
}

interface StoredChunk {
  readonly id: number;
  readonly text_id: number;
  readonly hashPrefix: string;
  readonly ordinal: number;
  readonly start_line: number;
  readonly end_line: number;
  readonly kind: string;
  readonly symbol: string | null;
  readonly signature: string | null;
  readonly doc: string | null;
  readonly scope: string;
}

interface NewChunk {
  readonly chunk: Chunk;
  readonly text: HashedText;
  readonly hashPrefix: string;
  readonly ordinal: number;
  readonly scope: string;
}

const storedSql = `
  SELECT c.id, c.text_id, lower(hex(substr(t.hash, 1, 8))) AS hashPrefix, c.ordinal, c.start_line, c.end_line, c.kind, c.symbol,
    c.signature, c.doc, c.scope
  FROM chunks c JOIN texts t ON t.id = c.text_id WHERE c.document_id = ?`;
const insertSql = `
  INSERT INTO chunks (document_id, text_id, ordinal, start_line, end_line, kind, symbol, signature, doc, scope, author_id, indexed_at)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const updateSql = `
  UPDATE chunks SET start_line = ?, end_line = ?, kind = ?, symbol = ?, signature = ?, doc = ?, scope = ?, author_id = ?, indexed_at = ?
  WHERE id = ?`;

export function createChunkStore(connection: Connection, tokenizer: Tokenizer): ChunkStore {
  const stored = connection.prepare<StoredChunk>(storedSql);
  const insert = connection.prepare(insertSql);
  const update = connection.prepare(updateSql);
  const remove = connection.prepare("DELETE FROM chunks WHERE id = ?");
  const textOf = connection.prepare<{ text: string }>("SELECT text FROM texts WHERE id = ?");

  const removeChunk = (owner: ChunkOwner, chunk: StoredChunk, effects: ChunkEffects): void => {
    effects.words.remove(chunk.id);
    remove.run(chunk.id);
    effects.texts.release(chunk.text_id);
    effects.changed(recordId({ ...owner, ...chunk }));
  };
  const addChunk = (
    owner: ChunkOwner,
    added: NewChunk,
    { effects, path }: { effects: ChunkEffects; path: string },
  ): void => {
    const { textId, needsVector } = effects.texts.intern(added.text);
    const { startLine, endLine, kind, symbol, signature, doc } = added.chunk;
    const values = [startLine, endLine, kind, symbol, signature, doc, added.scope, owner.authorId, owner.nowMs];
    const { lastId } = insert.run(owner.documentId, textId, added.ordinal, ...values);
    effects.words.insert(
      indexedPassage(
        { id: lastId, documentId: owner.documentId, textId, path, chunk: added.chunk, text: added.text.text },
        tokenizer,
      ),
    );
    effects.counts.chunks += 1;
    if (needsVector) effects.counts.embedded += 1;
    else effects.counts.reused += 1;
    effects.changed(recordId({ ...owner, ...added }));
  };
  const updateChunk = (
    owner: ChunkOwner,
    change: { old: StoredChunk; next: NewChunk; path: string },
    { words }: ChunkEffects,
  ): void => {
    const { startLine, endLine, kind, symbol, signature, doc } = change.next.chunk;
    update.run(
      startLine,
      endLine,
      kind,
      symbol,
      signature,
      doc,
      change.next.scope,
      owner.authorId,
      owner.nowMs,
      change.old.id,
    );
    if (hasSameWords(change.old, change.next)) return;
    const text = change.next.text.text;
    const place = { id: change.old.id, documentId: owner.documentId, textId: change.old.text_id, path: change.path };
    words.insert(indexedPassage({ ...place, chunk: change.next.chunk, text }, tokenizer));
  };

  return {
    replace: (owner, chunks, { effects, isAllChanged }) => {
      const old = new Map(stored.all(owner.documentId).map((chunk) => [`${chunk.hashPrefix}.${chunk.ordinal}`, chunk]));
      const path = tokenizer.indexText(owner.path);
      for (const next of identified(chunks)) {
        const key = `${next.hashPrefix}.${next.ordinal}`;
        const same = old.get(key);
        if (same === undefined) {
          addChunk(owner, next, { effects, path });
          continue;
        }
        old.delete(key);
        const isMoved = !hasSameLines(same, next) || !hasSameWords(same, next);
        if (isMoved) updateChunk(owner, { old: same, next, path }, effects);
        if (isMoved || isAllChanged) effects.changed(recordId({ ...owner, ...next }));
      }
      for (const gone of old.values()) removeChunk(owner, gone, effects);
    },
    removeAll: (owner, effects) => {
      for (const chunk of stored.all(owner.documentId)) removeChunk(owner, chunk, effects);
    },
    move: (owner, oldPath, effects) => {
      const path = tokenizer.indexText(owner.path);
      for (const chunk of stored.all(owner.documentId)) {
        const text = textOf.get(chunk.text_id)?.text ?? "";
        const place = { id: chunk.id, documentId: owner.documentId, textId: chunk.text_id, path };
        effects.words.insert(indexedPassage({ ...place, chunk: fromStored(chunk), text }, tokenizer));
        effects.changed(recordId({ ...owner, ...chunk, path: oldPath }));
        effects.changed(recordId({ ...owner, ...chunk }));
      }
    },
  };
}

/** Text, hash and ordinal of each chunk. Ordinals count equal hash prefixes, so record ids are unique even if prefixes collide. */
function* identified(chunks: readonly Chunk[]): Generator<NewChunk> {
  const seen = new Map<string, number>();
  for (const chunk of chunks) {
    const text = hashText(chunk.text.toWellFormed());
    const hashPrefix = text.hash.toString("hex", 0, 8);
    const ordinal = seen.get(hashPrefix) ?? 0;
    seen.set(hashPrefix, ordinal + 1);
    yield { chunk: wellFormed(chunk), text, hashPrefix, ordinal, scope: JSON.stringify(chunk.scope) };
  }
}

function wellFormed(chunk: Chunk): Chunk {
  return {
    ...chunk,
    symbol: chunk.symbol?.toWellFormed() ?? null,
    signature: chunk.signature?.toWellFormed() ?? null,
    doc: chunk.doc?.toWellFormed() ?? null,
  };
}

export interface IndexableChunk {
  readonly id: number;
  readonly documentId: number;
  readonly textId: number;
  /** Pre-tokenised, because the chunks of a document share it. */
  readonly path: string;
  readonly chunk: Pick<Chunk, "symbol" | "signature" | "doc" | "scope">;
  readonly text: string;
}

/** What the word index takes of a chunk. */
export function indexedPassage(
  { id, documentId, textId, path, chunk, text }: IndexableChunk,
  tokenizer: Tokenizer,
): IndexedPassage {
  const words = (value: string | null): string => (value === null ? "" : tokenizer.indexText(value));
  return {
    chunkId: id,
    documentId,
    textId,
    path,
    name: words(chunk.symbol),
    signature: words([chunk.signature ?? "", ...chunk.scope].join(" ")),
    doc: words(chunk.doc),
    body: words(text),
  };
}

function fromStored(stored: StoredChunk): IndexableChunk["chunk"] {
  // Safe: only this file writes the column, from a Chunk's scope.
  return {
    symbol: stored.symbol,
    signature: stored.signature,
    doc: stored.doc,
    scope: JSON.parse(stored.scope) as string[],
  };
}

function hasSameLines(old: StoredChunk, { chunk }: NewChunk): boolean {
  return old.start_line === chunk.startLine && old.end_line === chunk.endLine && old.kind === chunk.kind;
}

function hasSameWords(old: StoredChunk, { chunk, scope }: NewChunk): boolean {
  return (
    old.symbol === chunk.symbol && old.signature === chunk.signature && old.doc === chunk.doc && old.scope === scope
  );
}
