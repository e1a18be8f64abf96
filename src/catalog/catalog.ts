import type { Embedder } from "../core/ports.ts";
import { createTokenizer, type Tokenizer } from "../search/tokenizer.ts";
import type { Catalog, CatalogOptions, MirrorScope } from "./api.ts";
import { createChunkStore } from "./chunks.ts";
import { createDetailReader } from "./collection-detail.ts";
import { createCollectionStore, toSummary } from "./collections.ts";
import { type Connection, openConnection } from "./connection.ts";
import { noteClosing, noteOpened, requireIntactFiles, lastWritesKey } from "./file-state.ts";
import { CatalogFileWatch, guardWrites } from "./file-watch.ts";
import { createDocumentStore } from "./documents.ts";
import { createEngineRecordReader } from "./engine-records.ts";
import { createVectorScan } from "../search/vector-scan/vector-scan.ts";
import { rebuildWordIndex } from "./word-index-rebuild.ts";
import { createVectorColumns } from "./vector-columns.ts";
import { createWordIndex } from "./word-index/word-index.ts";
import { createJournal, type JournalStore } from "./journal.ts";
import { createMeta, type MetaStore } from "./meta.ts";
import { migrate } from "./migrations.ts";
import { createModelVectors } from "./model-vectors.ts";
import { createPortableMethods } from "./portable-methods.ts";
import { createReindexing } from "./reindex.ts";
import { createPassageWalker } from "./passage-walk.ts";
import { createPurge, type PurgeTools } from "./purge.ts";
import { createReceiptStore } from "./receipts.ts";
import { createRecordPages } from "./record-pages.ts";
import { createRemoval } from "./removal.ts";
import { createRemovalMethods } from "./removal-methods.ts";
import { createRestoring, type RestoringTools } from "./restoring.ts";
import { type Clock, createRetentionClock, systemClock } from "./retention-clock.ts";
import { createDocumentSelector } from "./document-selection.ts";
import { createScopeStore } from "./scopes.ts";
import { createSearcher } from "./search-queries.ts";
import { createSessionUses } from "./session-uses.ts";
import { createSimilarFinder } from "./similar-queries.ts";
import { createSourceStore } from "./sources.ts";
import { createTextStore } from "./texts.ts";
import { createTotalsReader } from "./totals.ts";
import { createTrash, type TrashTools } from "./trash.ts";
import { createVectorMethods } from "./vector-methods.ts";
import { adoptModel, adoptModels, writeBatch } from "./writer.ts";

/**
 * Opens the catalog, making or migrating the file unless read-only. A read-only one may be opened in another thread as soon as
 * the writer is open; its searches never wait for writes. CATALOG_DAMAGED when the file is broken or of a newer version.
 */
export function openCatalog(
  options: CatalogOptions & { readonly clock?: Clock },
  embedder: Embedder,
  tokenizer: Tokenizer = createTokenizer(),
): Catalog {
  const files = options.isReadOnly ? null : requireIntactFiles(options.directory, options);
  const opened = openConnection({ directory: options.directory, isReadOnly: options.isReadOnly ?? false });
  const guard = guardWrites(opened);
  const { connection } = guard;
  try {
    migrate(connection);
    // Until it is a step of migrations.ts.
    const stores = connection.read(() => createStores({ connection, ...options, embedder, tokenizer }));
    if (!connection.isReadOnly) {
      connection.write(() => {
        stores.retention.begin();
        adoptMirror(stores.journal, stores.meta, options.mirror);
        // From here on there is a write-ahead file with something in it.
        stores.meta.set("opened_at", String(Date.now()));
      });
      noteOpened(options.directory, options);
      guard.begin(new CatalogFileWatch(options.directory));
      const lastWrites = files?.lastWrites ?? null;
      if (lastWrites !== null)
        connection.write(() => stores.meta.set(lastWritesKey, JSON.stringify({ lastWrites, atMs: Date.now() })));
      adoptModels(connection, stores.writer);
      rebuildWordIndex({ ...stores, wordIndex: stores.writer.wordIndex, tokenizer });
    }
    return catalogOf(stores, () => {
      if (files !== null) noteClosing(options.directory);
      connection.close();
    });
  } catch (error) {
    connection.close();
    throw error;
  }
}

interface StoreOptions {
  readonly connection: Connection;
  readonly mirror: MirrorScope;
  readonly embedder: Embedder;
  readonly tokenizer: Tokenizer;
  /** Tests give their own. */
  readonly clock?: Clock;
}

type Stores = ReturnType<typeof createStores>;

function createStores({ connection, mirror, embedder, tokenizer, clock = systemClock }: StoreOptions) {
  const embedderId = embedder.id;
  const meta = createMeta(connection);
  const retention = createRetentionClock(meta, clock);
  const wordIndex = createWordIndex(connection);
  const journal = createJournal(connection, mirror);
  const collections = createCollectionStore({ connection, journal, embedderId });
  const sources = createSourceStore(connection);
  const receipts = createReceiptStore({ connection, clock, retention });
  const documents = createDocumentStore(connection);
  const texts = createTextStore(connection, embedder);
  const scopes = createScopeStore(connection, clock);
  const chunks = createChunkStore(connection, tokenizer);
  const vectors = createModelVectors(connection, journal);
  const vectorColumns = createVectorColumns(connection, createVectorScan());
  const searchTools = { connection, collections, wordIndex, vectors: vectorColumns, embedder, tokenizer };
  const reindexing = createReindexing({ connection, collections, journal, texts, vectors, embedderId });
  const base = {
    connection,
    collections,
    sources,
    journal,
    receipts,
    retention,
    wordIndex,
    texts,
    vectors,
    reindexing,
  };
  const writer = { ...base, documents, chunks, scopes, embedderId, clock };
  return {
    ...base,
    embedder,
    documents,
    meta,
    writer,
    ...createRemovalStores({ ...base, tokenizer, embedderId, adoptModel: (row) => adoptModel(writer, row) }),
    uses: createSessionUses(connection, clock),
    search: createSearcher(searchTools),
    similar: createSimilarFinder(searchTools),
    walker: createPassageWalker(connection),
    detail: createDetailReader(connection, journal),
    scopes,
    engineRecords: createEngineRecordReader(connection, mirror),
    recordPages: createRecordPages(connection),
    totals: createTotalsReader(connection),
  };
}

type RemovalParts = Omit<TrashTools, "look"> & PurgeTools & Pick<RestoringTools, "adoptModel">;

/** What takes away, what brings back and what ends it. */
function createRemovalStores(parts: RemovalParts) {
  const { connection, tokenizer, retention } = parts;
  const purge = createPurge(parts);
  const trash = createTrash({ ...parts, look: () => retention.look() });
  const select = createDocumentSelector(connection, tokenizer);
  const removal = createRemoval({ ...parts, trash, purge, select });
  return { purge, removal, restoring: createRestoring({ ...parts, removal, trash }) };
}

/** Another setting than last time: what Chroma holds is no longer what it should hold. */
function adoptMirror(journal: JournalStore, meta: MetaStore, mirror: MirrorScope): void {
  const recorded = meta.get("mirror");
  if (recorded === mirror) return;
  if (mirror === "none") journal.clear();
  else if (recorded !== null) journal.resync(null);
  meta.set("mirror", mirror);
}

function catalogOf(stores: Stores, close: () => void): Catalog {
  const { connection, collections, journal } = stores;
  const { read, write } = connection;
  return {
    ...collectionMethods(stores),
    ...documentMethods(stores),
    ...scopeMethods(stores),
    ...createVectorMethods(stores),
    ...createPortableMethods(stores),
    ...createRemovalMethods(stores),
    journalPeek: (limit) => read(() => journal.peek(limit)),
    journalAcknowledge: (seqs) => write(() => journal.acknowledge(seqs)),
    journalDepth: () => read(() => journal.depth()),
    journalResync: (stamp) => write(() => resync(stores, stamp)),
    journalRecords: (stamp, recordIds) =>
      write(() => {
        const { id, kind } = collections.require(stamp);
        if (journal.isMirrored(kind)) journal.sync(id, recordIds);
      }),
    recordPage: ({ stamp, after, limit }) =>
      read(() => stores.recordPages.page(collections.require(stamp).id, after, limit)),
    owedRecords: (stamp, recordIds) => read(() => stores.recordPages.owed(collections.require(stamp).id, recordIds)),
    engineRecords: (stamp, recordIds) =>
      read(() => {
        const collection = collections.get(stamp);
        return collection === null ? [] : stores.engineRecords.present(collection, recordIds);
      }),
    unknownRecords: (stamp, recordIds) =>
      read(() => {
        const collection = collections.get(stamp);
        return collection === null ? [] : stores.engineRecords.unknown(collection, recordIds);
      }),
    getMeta: (key) => read(() => stores.meta.get(`user.${key}`)),
    setMeta: (key, value) => write(() => stores.meta.set(`user.${key}`, value)),
    mergeWords: () => write(() => stores.writer.wordIndex.merge(null)),
    totals: () => read(() => stores.totals()),
    close,
  };
}

type ScopeMethods = "saveScope" | "sourceState" | "watchedScopes" | "unwatchScope";

function scopeMethods({ connection, collections, sources, scopes }: Stores): Pick<Catalog, ScopeMethods> {
  const { read, write } = connection;
  return {
    saveScope: ({ collectionId, source, author, scope, isWatched, mirroredAtMs }) =>
      write(() => {
        const { id } = collections.require(collectionId);
        const sourceId = sources.save(source);
        const atMs = Date.now();
        sources.touch(id, sourceId, { authorId: sources.saveAuthor(author), atMs });
        const watch = isWatched ? { agent: author.agent, atMs } : null;
        return scopes.save({ collectionId: id, sourceId }, scope, { watch, mirroredAtMs });
      }),
    sourceState: ({ collectionId, sourceKey }) =>
      read(() => {
        const { id } = collections.require(collectionId);
        const sourceId = sources.find(sourceKey);
        return sourceId === null ? { revision: 0, scopes: [] } : scopes.state({ collectionId: id, sourceId });
      }),
    watchedScopes: (viewer) => read(() => scopes.watched(viewer)),
    unwatchScope: (id) => write(() => scopes.unwatch(id)),
  };
}

function resync({ collections, journal }: Stores, stamp: string | null): void {
  if (stamp === null) return journal.resync(null);
  const collection = collections.require(stamp);
  if (journal.isMirrored(collection.kind)) journal.resync(collection.id);
}

type CollectionMethods =
  | "ensureCollection"
  | "findCollection"
  | "listCollections"
  | "collectionIds"
  | "collectionDetail"
  | "collectionsOfSource";

function collectionMethods({ connection, collections, detail }: Stores): Pick<Catalog, CollectionMethods> {
  const { read, write } = connection;
  return {
    ensureCollection: (spec) =>
      write(() => {
        const { collection, isNew } = collections.ensure(spec);
        return { collection: toSummary(collection), isNew };
      }),
    findCollection: (viewer, name) =>
      read(() => {
        const row = collections.find(viewer, name);
        return row === null ? null : toSummary(row);
      }),
    listCollections: (viewer) => read(() => collections.list(viewer).map(toSummary)),
    collectionIds: () => read(() => collections.stamps()),
    collectionDetail: (id) => read(() => detail(collections.require(id))),
    collectionsOfSource: (viewer, sourceKey) => read(() => collections.ofSource(viewer, sourceKey).map(toSummary)),
  };
}

type QuestionMethods = "search" | "similar" | "passagePage" | "spanPlaces";
type DocumentMethods = "knownFiles" | "knownPaths" | "knownContents" | "write" | QuestionMethods;

function documentMethods(stores: Stores): Pick<Catalog, DocumentMethods> {
  const { connection, collections, sources, documents } = stores;
  const { read, write } = connection;
  return {
    knownFiles: ({ collectionId, sourceKey, after, limit }) =>
      read(() => {
        const { id } = collections.require(collectionId);
        const sourceId = sources.find(sourceKey);
        return sourceId === null ? [] : documents.known({ collectionId: id, sourceId, after, limit });
      }),
    knownPaths: ({ collectionId, sourceKey, paths }) =>
      read(() => {
        const { id } = collections.require(collectionId);
        const sourceId = sources.find(sourceKey);
        if (sourceId === null) return [];
        const found = paths.map((path) => documents.knownPath({ collectionId: id, sourceId, path }));
        return found.filter((file) => file !== null);
      }),
    knownContents: (viewer, hashes) => read(() => documents.knownContents(viewer, hashes)),
    write: (batch) => write(() => writeBatch(stores.writer, batch)),
    search: (request) => read(() => stores.search(request)),
    similar: (request) => read(() => stores.similar(request)),
    passagePage: ({ collectionId, ...query }) =>
      read(() => stores.walker.page(collections.require(collectionId), query)),
    spanPlaces: ({ collectionId, spans }) => read(() => stores.walker.places(collections.require(collectionId), spans)),
  };
}
