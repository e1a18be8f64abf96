import type { DeleteResult } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import type { UnloadResult } from "../core/receipts.ts";
import type { Where } from "../core/search.ts";
import type { DeleteSelection, RemovalOptions } from "./api.ts";
import type { CollectionRow, CollectionStore } from "./collections.ts";
import type { Connection } from "./connection.ts";
import type { DocumentSelector, SelectedDocument } from "./document-selection.ts";
import type { WordIndex } from "./word-index/word-index.ts";
import type { JournalStore } from "./journal.ts";
import type { Purge } from "./purge.ts";
import type { ReceiptStore } from "./receipts.ts";
import type { RetentionClock } from "./retention-clock.ts";
import type { SourceStore } from "./sources.ts";
import type { Trash } from "./trash.ts";

/** Taking things out of sight, with a receipt; each call belongs in the caller's transaction. */
export interface Removal {
  deleteDocuments(selection: DeleteSelection, options: RemovalOptions & { readonly isDryRun: boolean }): DeleteResult;
  unload(stamp: string, options: RemovalOptions): UnloadResult;
  /** As a part of another call, whose id it leaves alone. `detail`: why. */
  unloadFor(collection: CollectionRow, options: RemovalOptions & { readonly detail: string | null }): UnloadResult;
}

export interface RemovalTools {
  readonly connection: Connection;
  readonly collections: CollectionStore;
  readonly wordIndex: WordIndex;
  readonly journal: JournalStore;
  readonly sources: SourceStore;
  readonly receipts: ReceiptStore;
  readonly retention: RetentionClock;
  readonly trash: Trash;
  readonly purge: Purge;
  readonly select: DocumentSelector;
}

const maxDetail = 300;
const maxNamed = 5;

export function createRemoval(tools: RemovalTools): Removal {
  const { collections, receipts } = tools;
  const unloadFor = createUnload(tools);
  const remove = createDeletion(tools);
  return {
    deleteDocuments: (selection, options) =>
      options.isDryRun
        ? remove(selection, options)
        : receipts.once(options.origin, "delete", () => remove(selection, options)),
    unload: (stamp, options) =>
      receipts.once(options.origin, "unload", () =>
        unloadFor(requireNamed(collections, stamp, options.named), { ...options, detail: null }),
      ),
    unloadFor,
  };
}

function requireNamed(collections: CollectionStore, stamp: string, named: string | undefined): CollectionRow {
  const collection = collections.require(stamp);
  if (named === undefined || named === collection.name) return collection;
  throw new CommonsError("COLLECTION_NOT_FOUND", `The collection is called "${collection.name}" now.`, {
    hint: "List the collections and use a name from there.",
    details: { id: stamp },
  });
}

function createUnload({
  collections,
  journal,
  purge,
  receipts,
  retention,
  sources,
}: RemovalTools): Removal["unloadFor"] {
  return (collection, { origin, isForced, detail }) => {
    const { id, stamp, kind, documents, chunks } = collection;
    const receipt = receipts.add({
      action: "unload",
      collection,
      authorId: sources.saveAuthor(origin.author),
      counts: { removed: documents, chunks },
      isForced,
      detail,
      trash: kind === "temporary" ? null : stamp,
    });
    if (kind === "temporary") purge.erase(id);
    else collections.markUnloaded(id, retention.look());
    if (journal.isMirrored(kind)) journal.drop(id);
    return { documents, chunks, receipt };
  };
}

function createDeletion(tools: RemovalTools): Removal["deleteDocuments"] {
  const { collections, receipts, sources, trash, select } = tools;
  const destroy = createDestroyer(tools);
  const sourceOf = createSourceFinder(tools.connection);
  return (selection, { isDryRun, origin, isForced, named }) => {
    const collection = requireNamed(collections, selection.collectionId, named);
    const { documents, unknownIds, ambiguousIds } = select(collection, selection);
    const chunks = documents.reduce((sum, { chunkCount }) => sum + chunkCount, 0);
    const places = documents.map(({ place }) => place);
    const remove = (): number => {
      const sourceId = sourceOf(documents);
      const stamp =
        collection.kind === "temporary"
          ? null
          : trash.putIn(
              collection,
              documents.map(({ id }) => id),
            );
      if (stamp === null) destroy(collection, documents);
      collections.touch(collection.id, collection.embedder);
      return receipts.add({
        action: "delete",
        collection,
        authorId: sources.saveAuthor(origin.author),
        sourceId,
        counts: { removed: documents.length, chunks },
        isForced,
        detail: describe(
          selection,
          places.map(({ path }) => path),
        ),
        trash: stamp,
      });
    };
    return {
      documents: documents.length,
      chunks,
      paths: places.map(({ path }) => path),
      places,
      unknownIds,
      ambiguousIds,
      receipt: isDryRun || documents.length === 0 ? null : remove(),
    };
  };
}

/** Removes documents for good, as the session that owns a temporary collection wants it. */
function createDestroyer({
  connection,
  wordIndex,
  purge,
}: RemovalTools): (collection: CollectionRow, documents: readonly SelectedDocument[]) => void {
  const chunkIds = connection.prepare<{ id: number }>("SELECT id FROM chunks WHERE document_id = ?");
  return (collection, documents) => {
    const words = wordIndex.batch(collection.id);
    for (const { id } of documents) {
      for (const chunk of chunkIds.all(id)) words.remove(chunk.id);
      purge.removeDocument(id);
    }
    words.finish();
  };
}

/** The one source that all the documents come from; null: several. */
function createSourceFinder(connection: Connection): (documents: readonly SelectedDocument[]) => number | null {
  const find = connection.prepare<{ sourceId: number }>("SELECT source_id AS sourceId FROM documents WHERE id = ?");
  return ([first, ...others]) => {
    if (first === undefined || others.some(({ place }) => place.sourceKey !== first.place.sourceKey)) return null;
    return find.get(first.id)?.sourceId ?? null;
  };
}

const knownFields: ReadonlySet<string> = new Set([
  "#id",
  "path",
  "language",
  "category",
  "source",
  "source_key",
  "kind",
  "symbol",
  "changed_at",
  "indexed_at",
  "start_line",
  "end_line",
]);

/**
 * What was asked for, in words that fit a line or two: which documents, or by which fields. Only what is stored anyway is named: what a
 * caller compares with may be a secret, and a receipt is shown, kept and exported.
 */
function describe({ where }: DeleteSelection, paths: readonly string[]): string {
  if (where !== undefined) return `where: ${[...new Set(fieldsOf(where))].join(", ")}`;
  const more = paths.length - maxNamed;
  const named = paths.slice(0, maxNamed).map((path) => path.slice(0, 100));
  return `ids: ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`.slice(0, maxDetail).toWellFormed();
}

function fieldsOf(where: Where): string[] {
  return Object.entries(where).flatMap(([key, value]) => {
    if (Array.isArray(value)) return value.flatMap(fieldsOf);
    if (key.startsWith("$") || key === "#document") return ["text"];
    return [knownFields.has(key) ? key : "metadata"];
  });
}
