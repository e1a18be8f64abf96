import type { IngestScope } from "../../src/core/scopes.ts";
import type { DocumentInput } from "../../src/core/document.ts";
import type { Answer } from "./model-answers.ts";
import { ModelReceipts } from "./model-receipts.ts";

/** A document as the model keeps it: what was handed in last, under its present path. */
export type ModelDocument = DocumentInput & { readonly sourceKey: string };

export interface ModelScope {
  readonly sourceKey: string;
  readonly scope: IngestScope;
  isWatched: boolean;
}

export interface ModelCollection {
  /** As the catalog named it. */
  readonly id: string;
  readonly space: string;
  name: string;
  kind: "permanent" | "temporary";
  owner: string | null;
  /** As which one it was unloaded; null: it is live. */
  unloaded: number | null;
  /** In no order, by source and path. */
  readonly documents: Map<string, ModelDocument>;
  readonly scopes: Map<string, ModelScope>;
}

/** A removal that may be undone, by its receipt. */
export interface ModelRemoval {
  readonly receipt: number;
  readonly kind: "delete" | "unload";
  readonly collectionId: string;
  readonly space: string;
  /** Whose temporary collection it was; what is gone from there is gone. */
  readonly owner: string | null;
  /** What was deleted and is not there again; of an unload nothing. */
  documents: ModelDocument[];
  isUndone: boolean;
  isPurged: boolean;
}

/** Who asks. */
export interface ModelCaller {
  readonly sessionId: string;
  readonly space: string;
  readonly sourceKey: string;
}

/** The hub's memory as a handful of maps: each operation is one step, done at once, and nothing is ever lost. */
export class Model {
  /** By id, the oldest first. */
  readonly collections = new Map<string, ModelCollection>();
  /** By receipt. */
  readonly removals = new Map<number, ModelRemoval>();
  readonly receipts = new ModelReceipts();
  /** What calls that are done once were answered, by session and call id. */
  readonly answered = new Map<string, Answer>();
  #unloads = 0;

  /** The collection that the name means to the caller: its own temporary one stands before a permanent one. */
  find({ space, sessionId }: Pick<ModelCaller, "space" | "sessionId">, name: string): ModelCollection | null {
    const named = this.visible({ space, sessionId }).filter((collection) => collection.name === name);
    return named.find(({ kind }) => kind === "temporary") ?? named[0] ?? null;
  }

  visible({ space, sessionId }: Pick<ModelCaller, "space" | "sessionId">): ModelCollection[] {
    return this.live().filter(
      (collection) => collection.space === space && (collection.kind === "permanent" || collection.owner === sessionId),
    );
  }

  live(): ModelCollection[] {
    return [...this.collections.values()].filter(({ unloaded }) => unloaded === null);
  }

  create(collection: Pick<ModelCollection, "id" | "space" | "name" | "kind" | "owner">): void {
    this.collections.set(collection.id, { ...collection, unloaded: null, documents: new Map(), scopes: new Map() });
  }

  unload(collection: ModelCollection, receipt: number): void {
    this.#unloads += 1;
    this.addRemoval({ receipt, kind: "unload", collection, documents: [] });
    if (collection.kind === "temporary") this.collections.delete(collection.id);
    else collection.unloaded = this.#unloads;
  }

  addRemoval({
    receipt,
    kind,
    collection,
    documents,
  }: Pick<ModelRemoval, "receipt" | "kind" | "documents"> & { readonly collection: ModelCollection }): void {
    const { id: collectionId, space, owner } = collection;
    const removal = { receipt, kind, collectionId, space, owner, documents, isUndone: false, isPurged: false };
    this.removals.set(receipt, removal);
  }

  /** What was removed up to now is gone for good. */
  purge(): void {
    for (const { id, unloaded } of this.collections.values()) if (unloaded !== null) this.collections.delete(id);
    for (const removal of this.removals.values()) removal.isPurged = true;
  }

  /** What a restore of that name brings back: what was unloaded last. */
  restorable(space: string, name: string): ModelCollection | null {
    const candidates = [...this.collections.values()].filter(
      (collection) => collection.unloaded !== null && collection.space === space && collection.name === name,
    );
    return candidates.toSorted((a, b) => (b.unloaded ?? 0) - (a.unloaded ?? 0))[0] ?? null;
  }

  /** Temporary collections of sessions that are gone go with them. */
  dropTemporary(liveSessionIds: readonly string[]): ModelCollection[] {
    const dropped = this.live().filter(
      ({ kind, owner }) => kind === "temporary" && !liveSessionIds.includes(owner ?? ""),
    );
    for (const { id } of dropped) this.collections.delete(id);
    this.receipts.forgetSessions(liveSessionIds);
    for (const [receipt, { owner }] of this.removals)
      if (owner !== null && !liveSessionIds.includes(owner)) this.removals.delete(receipt);
    return dropped;
  }
}

export function documentKey(sourceKey: string, path: string): string {
  return `${sourceKey}\0${path}`;
}

export function countsOf({ documents }: ModelCollection): { documents: number; chunks: number; sizeBytes: number } {
  const all = [...documents.values()];
  return {
    documents: all.length,
    chunks: all.reduce((sum, { chunks }) => sum + chunks.length, 0),
    sizeBytes: all.reduce((sum, { stat }) => sum + stat.sizeBytes, 0),
  };
}
