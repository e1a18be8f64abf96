import type { Chunk } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import { markImported } from "../core/imported.ts";
import { isBuiltInModel } from "../core/model-id.ts";
import type { ImportResult, PortableDocument, PortablePage, PortableText, PortableVector } from "../core/portable.ts";
import type { ImportRequest } from "./api.ts";
import type { ChunkEffects } from "./chunks.ts";
import type { CollectionRow } from "./collections.ts";
import type { Connection } from "./connection.ts";
import type { GivenVector, ModelVectorStore } from "./model-vectors.ts";
import type { OriginReceipts } from "./origin-receipts.ts";
import { hashText } from "./texts.ts";
import type { WriterTools } from "./writer.ts";

export interface ImportTools extends WriterTools {
  readonly connection: Connection;
  readonly vectors: ModelVectorStore;
  readonly origin: OriginReceipts;
}

/** Writes a page into a temporary collection; belongs in a transaction. See Catalog.importPage. */
export type PageImporter = (request: ImportRequest) => ImportResult;

// What the tables hold is read again by its hash only within the collection: a file must not fetch another one's text by it.
const knownTextSql = `
  SELECT t.text FROM texts t WHERE t.hash = unhex(?1) AND EXISTS (
    SELECT 1 FROM chunks c JOIN documents d ON d.id = c.document_id WHERE c.text_id = t.id AND d.collection_id = ?2)`;

interface Import {
  readonly collection: CollectionRow;
  readonly effects: ChunkEffects;
  readonly texts: readonly string[];
  /** Rows, by the places of the page. */
  readonly sourceIds: readonly number[];
  readonly authorIds: readonly number[];
  readonly page: PortablePage;
  readonly nowMs: number;
}

export function createPageImporter(tools: ImportTools): PageImporter {
  const { connection, collections, documents, chunks } = tools;
  const knownText = connection.prepare<{ text: string }>(knownTextSql);
  const isHeld = connection.prepare<{ found: number }>(
    "SELECT 1 AS found FROM collection_sources WHERE collection_id = ? AND source_id = ?",
  );
  const chunkIds = connection.prepare<{ id: number }>("SELECT id FROM chunks WHERE document_id = ? ORDER BY id");
  const setAuthor = connection.prepare("UPDATE chunks SET author_id = ?, indexed_at = ? WHERE id = ?");

  const textOf = ({ text, hash }: PortableText, collectionId: number): string => {
    const found = text ?? knownText.get(hash, collectionId)?.text;
    if (found !== undefined) return found;
    throw new CommonsError("INPUT_INVALID", `No text with the hash ${hash} was imported before.`, {
      hint: "Import the file again from its beginning.",
    });
  };
  const writeDocument = (run: Import, { chunks: given, ...document }: PortableDocument): boolean => {
    const { collection, page, effects } = run;
    const [sourceId, authorId] = [run.sourceIds[document.source] ?? 0, run.authorIds[document.author] ?? 0];
    const key = { collectionId: collection.id, sourceId, path: document.path.toWellFormed() };
    // The same page again: its first answer was lost.
    if (documents.find(key) !== null) return false;
    const list = given.map(({ text, author: _author, indexedAtMs: _indexedAtMs, ...rest }): Chunk => ({
      ...rest,
      text: run.texts[text] ?? "",
    }));
    // A time to come would make every later reading look old.
    const indexedAtMs = Math.min(document.indexedAtMs, run.nowMs);
    const input = { ...markImported(document), readAtMs: Math.min(document.readAtMs, run.nowMs), chunks: list };
    const documentId = documents.insert(key, {
      input,
      metadata: JSON.stringify(document.metadata),
      givenMetadata: document.givenMetadata === null ? null : JSON.stringify(document.givenMetadata),
      authorId,
      nowMs: indexedAtMs,
    });
    const owner = {
      collectionId: collection.id,
      documentId,
      sourceKey: page.sources[document.source]?.key ?? "",
      path: key.path,
      authorId,
      nowMs: indexedAtMs,
    };
    chunks.replace(owner, list, { effects, isAllChanged: false });
    const isMixed = given.some(
      ({ author, indexedAtMs: atMs }) => author !== document.author || atMs !== document.indexedAtMs,
    );
    if (isMixed)
      for (const [index, { id }] of chunkIds.all(documentId).entries()) {
        const chunk = given[index];
        if (chunk !== undefined)
          setAuthor.run(run.authorIds[chunk.author] ?? 0, Math.min(chunk.indexedAtMs, run.nowMs), id);
      }
    return true;
  };

  const saveScope = (collectionId: number, { sourceKey, scope }: ImportRequest["scopes"][number]): void => {
    const place = { collectionId, sourceId: tools.sources.find(sourceKey) ?? 0 };
    if (isHeld.get(place.collectionId, place.sourceId) === undefined) return;
    tools.scopes.save(place, scope, { watch: null, mirroredAtMs: null });
  };

  return ({ collectionId, model, page, scopes, receipts = [] }) => {
    const collection = collections.require(collectionId);
    if (collection.kind !== "temporary")
      throw new CommonsError(
        "INPUT_INVALID",
        "Pages are imported into a temporary collection, which is promoted then.",
      );
    requirePlaces(page);
    const run = begin(tools, { collection, page, textOf });
    const written = page.documents.filter((document) => writeDocument(run, document)).length;
    run.effects.texts.finish();
    for (const scope of scopes) saveScope(collection.id, scope);
    tools.origin.save(collection.id, receipts);
    collections.touch(collection.id, collection.embedder);
    run.effects.words.finish();
    const isTaken = model === collection.embedder && !isBuiltInModel(model);
    const { saved } = isTaken ? tools.vectors.adopt(model, givenVectors(page)) : { saved: 0 };
    return { documents: written, chunks: run.effects.counts.chunks, vectors: saved };
  };
}

function begin(
  tools: ImportTools,
  {
    collection,
    page,
    textOf,
  }: { collection: CollectionRow; page: PortablePage; textOf: (text: PortableText, collectionId: number) => string },
): Import {
  const { sources, texts, wordIndex } = tools;
  const nowMs = Date.now();
  // What is known of a source here is newer than what a file says of it.
  const sourceIds = page.sources.map((source) => sources.find(source.key) ?? sources.save(source));
  const authorIds = page.authors.map((author) => sources.saveAuthor(author));
  for (const [place, sourceId] of sourceIds.entries()) {
    const ofSource = page.documents.filter(({ source }) => source === place);
    const newest = ofSource.toSorted((a, b) => b.indexedAtMs - a.indexedAtMs)[0];
    if (newest === undefined) continue;
    const atMs = Math.min(newest.indexedAtMs, nowMs);
    sources.touch(collection.id, sourceId, { authorId: authorIds[newest.author] ?? 0, atMs });
  }
  const isBuiltIn = isBuiltInModel(collection.embedder);
  const effects: ChunkEffects = {
    texts: texts.batch({ isBuiltIn, later: isBuiltIn ? [] : [collection.embedder] }),
    words: wordIndex.batch(collection.id),
    // Chroma holds no temporary collections.
    changed: () => {},
    counts: { chunks: 0, embedded: 0, reused: 0 },
  };
  const list = page.texts.map((text) => textOf(text, collection.id));
  return { collection, effects, texts: list, sourceIds, authorIds, page, nowMs };
}

/** Every place that the page names is one that it has. */
function requirePlaces({ sources, authors, texts, documents }: PortablePage): void {
  const isWhole = documents.every(
    ({ source, author, chunks }) =>
      source < sources.length &&
      author < authors.length &&
      chunks.every((chunk) => chunk.text < texts.length && chunk.author < authors.length),
  );
  if (!isWhole)
    throw new CommonsError("INPUT_INVALID", "The page names a source, author or text that it does not have.");
}

function givenVectors({ texts }: PortablePage): GivenVector[] {
  return texts.flatMap(({ text, vector }) =>
    text === null || vector === null ? [] : [{ hash: hashText(text.toWellFormed()).hash, ...storedVector(vector) }],
  );
}

// The sum of the squares of a stored vector is 1, up to what rounding to int8 leaves.
const leastSquares = 0.8;
const mostSquares = 1.2;
const forbiddenByte = 0x80;

function storedVector({ scale, data }: PortableVector): { readonly scale: number; readonly data: Buffer } {
  const bytes = Buffer.from(data, "base64");
  const signed = new Int8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const squares = signed.reduce((sum, value) => sum + (value * scale) ** 2, 0);
  const isZero = squares === 0;
  if (!bytes.includes(forbiddenByte) && (isZero || (squares >= leastSquares && squares <= mostSquares)))
    return { scale, data: bytes };
  throw new CommonsError("EXPORT_UNUSABLE", "The file has a vector that no model makes: its length is not 1.", {
    hint: "Nothing was imported. Import it with --embedder built-in to have its texts embedded anew.",
  });
}
