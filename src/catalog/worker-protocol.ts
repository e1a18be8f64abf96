import type { ErrorWire } from "../core/errors.ts";
import type { Catalog, CatalogOptions } from "./api.ts";

/** What the worker is started with. */
export interface WorkerSetup {
  readonly options: CatalogOptions;
  readonly embedderId: string;
}

export type CatalogMethod = keyof Catalog;

export const catalogMethods = [
  "ensureCollection",
  "findCollection",
  "listCollections",
  "collectionIds",
  "collectionDetail",
  "collectionsOfSource",
  "knownFiles",
  "knownPaths",
  "write",
  "exportPage",
  "importPage",
  "originReceipts",
  "saveScope",
  "sourceState",
  "watchedScopes",
  "unwatchScope",
  "knownContents",
  "deleteDocuments",
  "unloadCollection",
  "restoreCollection",
  "restoreReceipt",
  "promoteCollection",
  "receipts",
  "answerTo",
  "noteUse",
  "sessionUses",
  "forgetUses",
  "purgeUnloaded",
  "dropTemporary",
  "search",
  "similar",
  "passagePage",
  "spanPlaces",
  "mergeWords",
  "journalPeek",
  "journalAcknowledge",
  "journalDepth",
  "journalResync",
  "journalRecords",
  "recordPage",
  "owedRecords",
  "engineRecords",
  "unknownRecords",
  "vectorDebts",
  "missingVectors",
  "saveVectors",
  "setVectorsAside",
  "vectorGaps",
  "planReindex",
  "startReindex",
  "cancelReindex",
  "reindexRuns",
  "stepReindex",
  "removeUnusedVectors",
  "getMeta",
  "setMeta",
  "totals",
  "close",
] as const satisfies readonly CatalogMethod[];

export interface WorkerCall {
  readonly id: number;
  readonly method: CatalogMethod;
  readonly args: readonly unknown[];
}

/** `ready` and `refused` answer the start; the others answer the call of that id. Answers come in the order of the calls. */
export type WorkerReply =
  | { readonly kind: "ready" }
  | { readonly kind: "refused"; readonly error: ErrorWire }
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: ErrorWire };
