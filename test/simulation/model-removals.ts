import type { ReceiptAction } from "../../src/core/receipts.ts";
import { type CallNamed, type Foretold, refused, result } from "./model-answers.ts";
import {
  countsOf,
  documentKey,
  type Model,
  type ModelCaller,
  type ModelCollection,
  type ModelRemoval,
} from "./model.ts";
import type { ModelReceipt } from "./model-receipts.ts";
import { selectDocuments } from "./model-selection.ts";

const noCounts = { added: 0, changed: 0, renamed: 0, removed: 0, chunks: 0 };

/** The line that a change leaves in the log, without its counts. */
export function receiptOf(
  { id: collectionId, name, space, owner }: ModelCollection,
  { action, caller, isForced = false }: { action: ReceiptAction; caller: ModelCaller; isForced?: boolean },
): ModelReceipt {
  const { sessionId } = caller;
  const place = { collectionId, name, space, owner, sessionId, sourceKey: null };
  return { action, ...place, isForced, counts: noCounts, atMs: Date.now() };
}

export function foretellDelete(
  model: Model,
  collection: ModelCollection,
  { input, caller }: { readonly input: CallNamed<"documents.delete">; readonly caller: ModelCaller },
): Foretold {
  const { ids = null, where, isDryRun } = input;
  const team = typeof where?.["team"] === "string" ? where["team"] : null;
  const { sourceKey } = caller;
  const { documents, unknownIds, ambiguousIds } = selectDocuments(collection, { ids, team, sourceKey });
  const chunks = documents.reduce((sum, document) => sum + document.chunks.length, 0);
  const answer = (receipt: number | null) =>
    result({
      documents: documents.length,
      chunks,
      places: documents.map((document) => documentKey(document.sourceKey, document.path)).toSorted(),
      unknownIds: unknownIds.toSorted(),
      ambiguousIds: ambiguousIds.toSorted(),
      receipt,
    });
  if (isDryRun) return { answer: answer(null), target: collection, apply: null };
  return {
    answer: answer(null),
    target: collection,
    disturbs: collection,
    apply: ({ receipt }) => {
      for (const { sourceKey: key, path } of documents) collection.documents.delete(documentKey(key, path));
      if (receipt === null || documents.length === 0) return answer(null);
      model.addRemoval({ receipt, kind: "delete", collection, documents: [...documents] });
      const counts = { ...noCounts, removed: documents.length, chunks };
      model.receipts.add({ ...receiptOf(collection, { action: "delete", caller }), counts });
      return answer(receipt);
    },
  };
}

export function foretellUnload(
  model: Model,
  collection: ModelCollection,
  { caller }: { readonly caller: ModelCaller },
): Foretold {
  const { documents, chunks } = countsOf(collection);
  const answer = (receipt: number | null) =>
    result({ collection: collection.name, kind: collection.kind, documents, chunks, receipt });
  return {
    answer: answer(null),
    target: collection,
    disturbs: collection,
    apply: ({ receipt }) => {
      unload(model, collection, { receipt, caller });
      return answer(receipt);
    },
  };
}

function unload(
  model: Model,
  collection: ModelCollection,
  { receipt, caller }: { readonly receipt: number | null; readonly caller: ModelCaller },
): void {
  const { documents, chunks } = countsOf(collection);
  const counts = { ...noCounts, removed: documents, chunks };
  model.receipts.add({ ...receiptOf(collection, { action: "unload", caller }), counts });
  model.unload(collection, receipt ?? 0);
}

/** By the name of what was unloaded last, or by the receipt of a removal. */
export function foretellRestore(
  model: Model,
  { collection: name, receipt }: CallNamed<"collections.restore">,
  caller: ModelCaller,
): Foretold {
  if (receipt === undefined) {
    const collection = model.restorable(caller.space, name ?? "");
    return collection === null ? refused("COLLECTION_NOT_FOUND") : foretellReveal(model, collection, caller);
  }
  const removal = model.removals.get(receipt);
  const isVisible = removal?.space === caller.space && (removal.owner === null || removal.owner === caller.sessionId);
  if (removal === undefined || !isVisible) return refused("RECEIPT_NOT_FOUND");
  const collection = model.collections.get(removal.collectionId);
  if (removal.owner !== null || removal.isUndone || removal.isPurged) return refused("NOT_RESTORABLE");
  if (removal.kind === "unload")
    return collection === undefined ? refused("NOT_RESTORABLE") : foretellReveal(model, collection, caller);
  if (collection === undefined || collection.unloaded !== null) return refused("NOT_RESTORABLE");
  return foretellReturn(model, { collection, removal, caller });
}

function foretellReveal(model: Model, collection: ModelCollection, caller: ModelCaller): Foretold {
  const { name } = collection;
  if (model.find(caller, name) !== null) return refused("COLLECTION_EXISTS");
  const { documents, chunks } = countsOf(collection);
  const answer = (receipt: number | null) =>
    result({ id: collection.id, name, documents, chunks, superseded: 0, receipt });
  return {
    answer: answer(null),
    target: collection,
    apply: ({ receipt }) => {
      collection.unloaded = null;
      for (const removal of model.removals.values())
        if (removal.kind === "unload" && removal.collectionId === collection.id) removal.isUndone = true;
      const counts = { ...noCounts, added: documents, chunks };
      model.receipts.add({ ...receiptOf(collection, { action: "restore", caller }), counts });
      return answer(receipt);
    },
  };
}

/** Documents come back where nothing newer stands. */
function foretellReturn(
  model: Model,
  { collection, removal, caller }: { collection: ModelCollection; removal: ModelRemoval; caller: ModelCaller },
): Foretold {
  const isThere = ({ sourceKey, path }: ModelRemoval["documents"][number]): boolean =>
    collection.documents.has(documentKey(sourceKey, path));
  const back = removal.documents.filter((document) => !isThere(document));
  const superseded = removal.documents.length - back.length;
  const chunks = back.reduce((sum, document) => sum + document.chunks.length, 0);
  const answer = (receipt: number | null) =>
    result({ id: collection.id, name: collection.name, documents: back.length, chunks, superseded, receipt });
  return {
    answer: answer(null),
    target: collection,
    apply: ({ receipt }) => {
      for (const document of back) collection.documents.set(documentKey(document.sourceKey, document.path), document);
      removal.documents = removal.documents.filter((document) => !back.includes(document));
      if (superseded === 0) removal.isUndone = true;
      const counts = { ...noCounts, added: back.length, chunks };
      model.receipts.add({ ...receiptOf(collection, { action: "restore", caller }), counts });
      return answer(receipt);
    },
  };
}

/** The caller's own temporary collection takes the name; one that had it is unloaded in the same moment. */
export function foretellPromote(
  model: Model,
  { collectionId, name, overwrite }: CallNamed<"collections.promote">,
  caller: ModelCaller,
): Foretold {
  const collection = model.collections.get(collectionId);
  const isOwn = collection?.kind === "temporary" && collection.owner === caller.sessionId;
  if (collection === undefined || !isOwn) return refused("COLLECTION_NOT_FOUND");
  const old = model.find({ space: caller.space, sessionId: "" }, name);
  const hiding = model.find(caller, name);
  const isHidden = hiding !== null && hiding.kind === "temporary" && hiding !== collection;
  if ((old !== null && !overwrite) || isHidden) return refused("COLLECTION_EXISTS");
  const { documents, chunks } = countsOf(collection);
  const before = old === null ? null : countsOf(old);
  const answer = (receipt: number | null, replacedReceipt: number | null) => {
    const replaced = before && { receipt: replacedReceipt, documents: before.documents, chunks: before.chunks };
    return result({ id: collectionId, name, documents, chunks, replaced, receipt });
  };
  return {
    answer: answer(null, null),
    target: collection,
    disturbs: old ?? undefined,
    apply: ({ receipt, replacedReceipt }) => {
      if (old !== null) unload(model, old, { receipt: replacedReceipt, caller });
      Object.assign(collection, { name, kind: "permanent", owner: null });
      const counts = { ...noCounts, added: documents, chunks };
      model.receipts.add({ ...receiptOf(collection, { action: "promote", caller }), counts });
      return answer(receipt, replacedReceipt);
    },
  };
}
