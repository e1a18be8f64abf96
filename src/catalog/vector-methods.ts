import type { Catalog } from "./api.ts";
import type { CollectionStore } from "./collections.ts";
import type { Connection } from "./connection.ts";
import type { ModelVectorStore } from "./model-vectors.ts";
import type { Reindexing } from "./reindex.ts";
import type { TextStore } from "./texts.ts";

// Writes of sessions come between the steps: each is some tens of milliseconds at most.
const reindexTexts = 256;
const removedVectors = 5_000;

type VectorMethods =
  | "vectorDebts"
  | "missingVectors"
  | "saveVectors"
  | "setVectorsAside"
  | "vectorGaps"
  | "planReindex"
  | "startReindex"
  | "cancelReindex"
  | "reindexRuns"
  | "stepReindex"
  | "removeUnusedVectors";

interface VectorStores {
  readonly connection: Connection;
  readonly collections: CollectionStore;
  readonly texts: TextStore;
  readonly vectors: ModelVectorStore;
  readonly reindexing: Reindexing;
}

/** The catalog's methods about vectors that come late and about collections that change their model, each in its transaction. */
export function createVectorMethods({
  connection,
  collections,
  texts,
  vectors,
  reindexing,
}: VectorStores): Pick<Catalog, VectorMethods> {
  const { read, write } = connection;
  return {
    vectorDebts: () => read(() => vectors.debts()),
    missingVectors: (model, limit) => write(() => vectors.missing(model, limit)),
    saveVectors: (model, rows) => write(() => vectors.save(model, rows)),
    setVectorsAside: (model, rows, reason) => write(() => vectors.setAside(model, rows, reason)),
    vectorGaps: () => read(() => vectors.gaps()),
    planReindex: (id, model) => read(() => reindexing.plan(collections.require(id), model)),
    startReindex: (id, model) => write(() => reindexing.start(collections.require(id), model)),
    cancelReindex: (id) => write(() => reindexing.cancel(collections.require(id))),
    reindexRuns: () => read(() => reindexing.runs()),
    stepReindex: () => write(() => reindexing.step(reindexTexts)),
    removeUnusedVectors: () => write(() => texts.removeUnusedModels(removedVectors)),
  };
}
