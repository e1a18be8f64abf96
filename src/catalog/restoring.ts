import { CommonsError } from "../core/errors.ts";
import { isBuiltInModel } from "../core/model-id.ts";
import {
  keptFromSession,
  type Origin,
  type PromoteResult,
  replacedByImport,
  type RestoreResult,
} from "../core/receipts.ts";
import type { PromoteRequest, Viewer } from "./api.ts";
import { type CollectionRow, type CollectionStore, type HiddenCollection, toSummary } from "./collections.ts";
import type { JournalStore } from "./journal.ts";
import type { ModelVectorStore } from "./model-vectors.ts";
import type { ReceiptRow } from "./receipt-rows.ts";
import type { ReceiptStore } from "./receipts.ts";
import type { Removal } from "./removal.ts";
import type { SourceStore } from "./sources.ts";
import type { Trash } from "./trash.ts";

/** Bringing collections and documents into sight, with a receipt; each call belongs in the caller's transaction. */
export interface Restoring {
  collection(viewer: Viewer, name: string, origin: Origin): RestoreResult;
  receipt(viewer: Viewer, receiptId: number, origin: Origin): RestoreResult;
  promote(request: PromoteRequest): PromoteResult;
}

export interface RestoringTools {
  readonly collections: CollectionStore;
  readonly sources: SourceStore;
  readonly journal: JournalStore;
  readonly vectors: ModelVectorStore;
  readonly receipts: ReceiptStore;
  readonly removal: Pick<Removal, "unloadFor">;
  readonly trash: Trash;
  /** Brings a collection of an older built-in model to the newest. */
  readonly adoptModel: (collection: CollectionRow) => void;
}

export function createRestoring(tools: RestoringTools): Restoring {
  const { collections, receipts } = tools;
  return {
    collection: (viewer, name, origin) =>
      receipts.once(origin, "restore", () => {
        const stamp = collections.newestUnloaded(viewer, name);
        const hidden = stamp === null ? null : collections.hidden(stamp);
        if (hidden !== null) return revealCollection(tools, hidden, { viewer, origin });
        throw new CommonsError("COLLECTION_NOT_FOUND", `No unloaded collection "${name}" can be restored.`, {
          hint: "What was removed more than 7 days ago is gone. What can be brought back: commons restore --list",
        });
      }),
    receipt: (viewer, receiptId, origin) =>
      receipts.once(origin, "restore", () => {
        const removal = requireRemoval(receipts.find(viewer, receiptId), receiptId);
        const hidden = removal.trash === null ? null : collections.hidden(removal.trash);
        if (hidden === null) throw tooLate(removal);
        if (hidden.trash_of === null) return revealCollection(tools, hidden, { viewer, origin });
        return bringDocumentsBack(tools, { hidden, of: hidden.trash_of, removal, viewer, origin });
      }),
    promote: (request) => receipts.once(request.origin, "promote", () => promote(tools, request)),
  };
}

function revealCollection(
  { collections, journal, vectors, receipts, sources, adoptModel }: RestoringTools,
  hidden: HiddenCollection,
  { viewer, origin }: { readonly viewer: Viewer; readonly origin: Origin },
): RestoreResult {
  const collection = collections.reveal(viewer, hidden);
  const { id, stamp, name, kind, embedder, documents, chunks } = collection;
  if (journal.isMirrored(kind)) journal.resync(id);
  // What a collection owes is forgotten while it is unloaded, and a newer built-in model passes it by.
  if (isBuiltInModel(embedder)) adoptModel(collection);
  else vectors.owe(id, embedder, false);
  const undone = receipts.removalInto(stamp);
  const receipt = receipts.add({
    action: "restore",
    collection,
    authorId: sources.saveAuthor(origin.author),
    counts: { added: documents, chunks },
    detail: undone === null ? null : `of receipt ${undone}`,
  });
  receipts.markUndone(stamp, receipt);
  return { collection: name, collectionId: stamp, documents, chunks, superseded: 0, receipt };
}

interface DocumentsToRestore {
  readonly hidden: HiddenCollection;
  /** Stamp of the collection that they were deleted from. */
  readonly of: string;
  readonly removal: ReceiptRow;
  readonly viewer: Viewer;
  readonly origin: Origin;
}

function bringDocumentsBack(
  { collections, receipts, sources, trash }: RestoringTools,
  { hidden, of, removal, viewer, origin }: DocumentsToRestore,
): RestoreResult {
  const collection = collections.get(of);
  if (collection === null) {
    const isThere = collections.hidden(of) !== null;
    const isNameTaken = collections.find(viewer, removal.name) !== null;
    throw collectionGone(removal, { unload: isThere ? receipts.removalInto(of) : null, isThere, isNameTaken });
  }
  const authorId = sources.saveAuthor(origin.author);
  const taken = trash.takeOut(hidden, collection);
  if (taken.documents > 0) collections.touch(collection.id, collection.embedder);
  const receipt = receipts.add({
    action: "restore",
    collection,
    authorId,
    sourceId: removal.source_id,
    counts: { added: taken.documents, chunks: taken.chunks },
    detail: `of receipt ${removal.id}${taken.superseded > 0 ? ", in part" : ""}`,
  });
  // What could not come back now, may when what is in its place is gone.
  if (taken.superseded === 0) receipts.markUndone(hidden.stamp, receipt);
  return { collection: collection.name, collectionId: collection.stamp, ...taken, receipt };
}

/** The journal hears of the old one's end before it hears of the new one: Chroma has one collection of a name. */
function promote(
  tools: RestoringTools,
  { viewer, collectionId, name, overwrite, overwrites, isForced, isKept = false, origin }: PromoteRequest,
): PromoteResult {
  const { collections, journal, receipts, removal, sources } = tools;
  const temporary = collections.get(collectionId);
  if (temporary === null || !isOwn(temporary, viewer)) {
    throw new CommonsError("COLLECTION_NOT_FOUND", "The session has no such temporary collection.", {
      hint: isKept ? "Its session may have ended; load it again." : "Begin the import again.",
      details: { id: collectionId },
    });
  }
  const before = overwrite ? collections.find({ ...viewer, sessionId: null }, name) : null;
  if (before !== null && overwrites !== undefined && overwrites !== before.stamp) throw replacedMeanwhile(before);
  const options = { origin, isForced, detail: replacedByImport };
  const replaced = before === null ? null : removal.unloadFor(before, options);
  const collection = collections.makePermanent(viewer, temporary, name);
  if (journal.isMirrored(collection.kind)) journal.resync(collection.id);
  const receipt = receipts.add({
    action: "promote",
    collection,
    authorId: sources.saveAuthor(origin.author),
    counts: { added: collection.documents, chunks: collection.chunks },
    isForced,
    detail:
      replaced === null ? (isKept ? keptFromSession : null) : `replaced the collection of receipt ${replaced.receipt}`,
  });
  return { collection: toSummary(collection), receipt, replaced };
}

function replacedMeanwhile({ name, stamp: id }: CollectionRow): CommonsError {
  return new CommonsError("COLLECTION_EXISTS", `The name "${name}" was given to another collection just now.`, {
    hint: "Look at that one before you overwrite it.",
    details: { name, id },
  });
}

function isOwn({ kind, space, owner_session: owner }: CollectionRow, viewer: Viewer): boolean {
  return kind === "temporary" && owner === viewer.sessionId && space === viewer.space;
}

/** A receipt of something that can still be undone. */
function requireRemoval(row: ReceiptRow | null, id: number): ReceiptRow {
  if (row === null) {
    throw new CommonsError("RECEIPT_NOT_FOUND", `There is no receipt ${id}.`, {
      hint: "The numbers stand in: commons log",
    });
  }
  const refuse = (fact: string, hint: string): CommonsError =>
    new CommonsError("NOT_RESTORABLE", fact, { hint, details: { receipt: id, action: row.action } });
  if (row.action !== "unload" && row.action !== "delete") {
    const of = row.detail === null ? "" : ` (${row.detail})`;
    throw refuse(
      `Receipt ${id} is of ${row.action === "promote" ? "an import" : `a ${row.action}`}${of}; only an unload or a deletion can be undone.`,
      "What can be brought back: commons restore --list",
    );
  }
  if (row.kind === "temporary")
    throw refuse(`Receipt ${id} is of a temporary collection: that is gone for good.`, "Ingest the files again.");
  if (row.undone_by !== null)
    throw refuse(
      `Receipt ${id} was undone already, by receipt ${row.undone_by}.`,
      "Nothing is to be done; commons log says when and by whom.",
    );
  return row;
}

function tooLate({ id, action, name }: ReceiptRow): CommonsError {
  return new CommonsError("NOT_RESTORABLE", `What receipt ${id} removed is gone: the 7 days are over.`, {
    hint: `Ingest the files of "${name}" again.`,
    details: { receipt: id, action },
  });
}

interface GoneCollection {
  /** Receipt of its unload; null: from before receipts were kept. */
  readonly unload: number | null;
  /** Whether it can be brought back itself. */
  readonly isThere: boolean;
  readonly isNameTaken: boolean;
}

function collectionGone(
  { id, name, action }: ReceiptRow,
  { unload, isThere, isNameTaken }: GoneCollection,
): CommonsError {
  // By its name the one that was unloaded last would come back.
  const restoreIt = `commons restore ${unload === null ? name : `--receipt ${unload}`}`;
  const steps = [...(isNameTaken ? [`commons unload ${name}`] : []), restoreIt, `commons restore --receipt ${id}`];
  const taken = isNameTaken ? "Another one has its name now. " : "";
  const hint = isThere ? `${taken}Bring it back first: ${steps.join(", then ")}` : "Ingest the files again.";
  const fact = `The collection "${name}" that receipt ${id} deleted from is not there any more.`;
  return new CommonsError("NOT_RESTORABLE", fact, { hint, details: { receipt: id, action } });
}
