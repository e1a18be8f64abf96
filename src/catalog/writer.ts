import type { DocumentInput, Metadata } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import { isBuiltInModel } from "../core/model-id.ts";
import { nothingWritten, type WriteResult } from "../core/writes.ts";
import type { WriteBatch } from "./api.ts";
import type { ChunkEffects, ChunkOwner, ChunkStore } from "./chunks.ts";
import type { CollectionRow, CollectionStore } from "./collections.ts";
import type { Connection } from "./connection.ts";
import type { DocumentKey, DocumentStore, StoredDocument } from "./documents.ts";
import type { WordIndex } from "./word-index/word-index.ts";
import type { JournalStore } from "./journal.ts";
import type { ReceiptStore } from "./receipts.ts";
import type { Clock } from "./retention-clock.ts";
import type { ScopeStore } from "./scopes.ts";
import type { SourceStore } from "./sources.ts";
import type { Reindexing } from "./reindex.ts";
import type { TextModels, TextStore } from "./texts.ts";

export interface WriterTools {
  readonly collections: CollectionStore;
  readonly sources: SourceStore;
  readonly documents: DocumentStore;
  readonly chunks: ChunkStore;
  readonly texts: TextStore;
  readonly wordIndex: WordIndex;
  readonly journal: JournalStore;
  readonly scopes: ScopeStore;
  readonly reindexing: Pick<Reindexing, "target">;
  readonly receipts: Pick<ReceiptStore, "addWrite">;
  readonly clock: Clock;
  readonly embedderId: string;
}

interface Write {
  readonly tools: WriterTools;
  readonly batch: WriteBatch;
  readonly collection: CollectionRow;
  readonly sourceId: number;
  readonly authorId: number;
  readonly nowMs: number;
  readonly effects: ChunkEffects;
  /** Ids of records that Chroma must hear of. */
  readonly changedIds: readonly string[];
  readonly result: { -readonly [K in keyof WriteResult]: WriteResult[K] };
  /** Removed by what counts otherwise. */
  readonly aside: { removed: number };
}

/** Applies a batch inside the caller's transaction. Renames go first, then removals, documents and touches. */
export function writeBatch(tools: WriterTools, batch: WriteBatch): WriteResult {
  requireDistinctPaths(batch);
  adoptModel(tools, tools.collections.require(batch.collectionId));
  const collection = tools.collections.require(batch.collectionId);
  const write = beginWrite(tools, batch, collection);
  const { result, sourceId } = write;
  const place = { collectionId: collection.id, sourceId };
  const before = tools.scopes.revision(place);
  const moving = takeAway(write);
  for (const path of batch.removals) result.removed += removeDocument(write, path) ? 1 : 0;
  for (const rename of moving) putBack(write, rename);
  for (const input of batch.documents)
    writeDocument(write, isNotes(write) ? { ...input, readAtMs: write.nowMs } : input);
  for (const touch of batch.touches) {
    const stored = tools.documents.find(keyOf(write, touch.path));
    if (stored !== null && !isReadAfter(write, stored, touch.readAtMs)) tools.documents.updateStat(stored.id, touch);
  }
  write.effects.texts.finish();
  tools.sources.touch(collection.id, write.sourceId, { authorId: write.authorId, atMs: write.nowMs });
  tools.collections.touch(collection.id, collection.embedder);
  tools.journal.sync(collection.id, write.changedIds);
  const after = tools.scopes.revision(place);
  write.effects.words.finish();
  noteReceipt(write);
  return { ...result, ...write.effects.counts, revision: { before, after } };
}

/** Moves collections of older built-in models to the newest one, each in a transaction of its own: some 25,000 passages a second. */
export function adoptModels(connection: Connection, tools: WriterTools): void {
  for (const stamp of connection.read(() => tools.collections.ofOlderModels(tools.embedderId)))
    connection.write(() => adoptModel(tools, tools.collections.require(stamp)));
}

/**
 * Vectors of two models never share a collection: the first write with a newer built-in model re-embeds what is stored. Models that a
 * user chose stay until the user reindexes.
 */
export function adoptModel({ texts, collections, journal, embedderId }: WriterTools, collection: CollectionRow): void {
  if (collection.embedder === embedderId || !isBuiltInModel(collection.embedder)) return;
  texts.embedMissing(collection.id);
  collections.touch(collection.id, embedderId);
  texts.removeUnusedModels("all");
  if (journal.isMirrored(collection.kind)) journal.resync(collection.id);
}

function beginWrite(tools: WriterTools, batch: WriteBatch, collection: CollectionRow): Write {
  const sourceId = tools.sources.save(batch.source);
  const authorId = tools.sources.saveAuthor(batch.author);
  const nowMs = tools.clock.wallMs();
  tools.sources.touch(collection.id, sourceId, { authorId, atMs: nowMs });
  const isMirrored = tools.journal.isMirrored(collection.kind);
  const changedIds: string[] = [];
  const effects: ChunkEffects = {
    texts: tools.texts.batch(modelsOf(tools, collection)),
    words: tools.wordIndex.batch(collection.id),
    changed: isMirrored ? (recordId) => void changedIds.push(recordId) : () => {},
    counts: { chunks: 0, embedded: 0, reused: 0 },
  };
  const result = { ...nothingWritten };
  return { tools, batch, collection, sourceId, authorId, nowMs, effects, changedIds, result, aside: { removed: 0 } };
}

/** A batch that finds nothing to do leaves no trace. */
function noteReceipt({ tools, collection, authorId, sourceId, effects, result, aside }: Write): void {
  const { added, changed, renamed } = result;
  const removed = result.removed + aside.removed;
  if (added + changed + renamed + removed === 0) return;
  const counts = { added, changed, renamed, removed, chunks: effects.counts.chunks };
  tools.receipts.addWrite({ collection, authorId, sourceId, counts });
}

/** Clocks of two machines differ a little. */
const clockToleranceMs = 60_000;

/**
 * Whether what is stored was read after that moment. A reading of the future is of a clock that was set back since: it counts as unknown,
 * or the document could not be written for as long as the clock was ahead. Of notes the last that arrives counts: nothing was read, and
 * the clock of who wrote it says nothing.
 */
function isReadAfter(write: Write, { read_at: storedAtMs }: StoredDocument, readAtMs: number): boolean {
  return !isNotes(write) && storedAtMs > readAtMs && storedAtMs <= write.nowMs + clockToleranceMs;
}

function isNotes({ batch }: Write): boolean {
  return batch.source.kind === "notes";
}

/** Texts that are written during a reindex get the vectors of both models. */
function modelsOf(tools: WriterTools, { id, embedder }: CollectionRow): TextModels {
  const isBuiltIn = isBuiltInModel(embedder);
  const target = tools.reindexing.target(id);
  return { isBuiltIn, later: [...(isBuiltIn ? [] : [embedder]), ...(target === null ? [] : [target])] };
}

function writeDocument(write: Write, input: DocumentInput): void {
  const { tools, effects, result } = write;
  const key = keyOf(write, input.path);
  const stored = tools.documents.find(key);
  const metadata = JSON.stringify(wellFormed(input.metadata));
  const givenMetadata = input.givenMetadata === null ? null : JSON.stringify(wellFormed(input.givenMetadata));
  const hasSameFacts = stored !== null && isSameFacts(stored, { ...input, metadata });
  // Several sessions ingest one directory at once: all but the first bring what is there already.
  const isStored = stored?.fingerprint === input.fingerprint && stored.given_metadata === givenMetadata;
  if (hasSameFacts && isStored) {
    if (!isReadAfter(write, stored, input.readAtMs)) tools.documents.updateStat(stored.id, input);
    result.unchanged += 1;
    return;
  }
  if (stored !== null && isReadAfter(write, stored, input.readAtMs)) {
    result.superseded += 1;
    return;
  }
  const row = { input, metadata, givenMetadata, authorId: write.authorId, nowMs: write.nowMs };
  const documentId = stored?.id ?? tools.documents.insert(key, row);
  if (stored === null) result.added += 1;
  else {
    tools.documents.update(documentId, row);
    result.changed += 1;
  }
  const isAllChanged = stored !== null && !hasSameFacts;
  tools.chunks.replace(ownerOf(write, documentId, key.path), input.chunks, { effects, isAllChanged });
}

/** Whether all of a document's records keep the facts that they share. */
function isSameFacts(
  stored: StoredDocument,
  next: Pick<StoredDocument, "metadata" | "language" | "category">,
): boolean {
  return stored.metadata === next.metadata && stored.language === next.language && stored.category === next.category;
}

type Rename = WriteBatch["renames"][number];

/** First half of the renames: every moving document leaves its path, so that a swap of two names works. */
function takeAway(write: Write): { readonly rename: Rename; readonly documentId: number }[] {
  const moving: { rename: Rename; documentId: number }[] = [];
  for (const rename of write.batch.renames) {
    const stored = write.tools.documents.find(keyOf(write, rename.from));
    if (stored === null || isReadAfter(write, stored, rename.readAtMs)) {
      write.result[isDone(write, rename) ? "unchanged" : "superseded"] += 1;
      continue;
    }
    // No file has a zero character in its path, so this one is free.
    write.tools.documents.updatePath(stored.id, `\u0000${stored.id}`);
    moving.push({ rename, documentId: stored.id });
  }
  return moving;
}

/** Whether another session renamed it before: the very file stands at its new path. */
function isDone(write: Write, { to, stat }: Rename): boolean {
  return write.tools.documents.find(keyOf(write, to))?.signature === stat.signature;
}

function putBack(write: Write, { rename, documentId }: { readonly rename: Rename; readonly documentId: number }): void {
  const { documents, chunks } = write.tools;
  const target = keyOf(write, rename.to);
  const occupant = documents.find(target);
  if (occupant !== null && isReadAfter(write, occupant, rename.readAtMs)) {
    // Something newer stands there; what moved is gone from its old place all the same.
    removeStored(write, documentId, rename.from.toWellFormed());
    write.aside.removed += 1;
    write.result.superseded += 1;
    return;
  }
  if (occupant !== null) removeDocument(write, rename.to);
  documents.updatePath(documentId, target.path);
  documents.updateStat(documentId, rename);
  chunks.move(ownerOf(write, documentId, target.path), rename.from.toWellFormed(), write.effects);
  write.result.renamed += 1;
}

function removeDocument(write: Write, path: string): boolean {
  const key = keyOf(write, path);
  const stored = write.tools.documents.find(key);
  if (stored === null) return false;
  removeStored(write, stored.id, key.path);
  return true;
}

function removeStored(write: Write, documentId: number, path: string): void {
  write.tools.chunks.removeAll(ownerOf(write, documentId, path), write.effects);
  write.tools.documents.remove(documentId);
}

function keyOf(write: Write, path: string): DocumentKey {
  return { collectionId: write.collection.id, sourceId: write.sourceId, path: path.toWellFormed() };
}

function ownerOf(write: Write, documentId: number, path: string): ChunkOwner {
  const { authorId, nowMs, batch, collection } = write;
  return { collectionId: collection.id, documentId, sourceKey: batch.source.key, path, authorId, nowMs };
}

function wellFormed(metadata: Metadata): Metadata {
  return Object.fromEntries(
    Object.entries(metadata).map(([name, value]) => [
      name.toWellFormed(),
      typeof value === "string" ? value.toWellFormed() : value,
    ]),
  );
}

/** A path may be the end of one change only; a renamed file's old path may be taken by a new document or another rename. */
function requireDistinctPaths({ documents, renames, touches, removals }: WriteBatch): void {
  const results = [
    ...documents.map(({ path }) => path),
    ...renames.map(({ to }) => to),
    ...touches.map(({ path }) => path),
    ...removals,
  ];
  requireDistinct(results);
  requireDistinct([...renames.map(({ from }) => from), ...removals]);
}

function requireDistinct(paths: readonly string[]): void {
  const seen = new Set<string>();
  for (const path of paths) {
    if (path === "" || path.includes("\0"))
      throw new CommonsError("INPUT_INVALID", "A path is empty or has a zero character.");
    if (seen.has(path)) {
      throw new CommonsError("INPUT_INVALID", `The path "${path.slice(0, 200)}" stands twice in one batch.`, {
        details: { path },
      });
    }
    seen.add(path);
  }
}
