import type { IndexSnapshot } from "../../search/index-snapshot.ts";
import type { Connection } from "../connection.ts";
import { createDeadMarks } from "./dead-marks.ts";
import { type MergeWindow, planLargeMerge, planSmallMerge, type SegmentSize } from "./merge-plan.ts";
import { mergeSegments } from "./segment-merge.ts";
import { createSegmentStore, type SegmentStore } from "./segment-store.ts";
import { createSnapshots } from "./snapshots.ts";
import { createWordBatch } from "./word-batch.ts";

/** One chunk for the index. The fields are tokens joined by blanks (`Tokenizer.indexText`); ids are below 2^32. */
export interface IndexedPassage {
  readonly chunkId: number;
  readonly documentId: number;
  readonly textId: number;
  readonly path: string;
  readonly name: string;
  readonly signature: string;
  readonly doc: string;
  readonly body: string;
}

/** Changes of one collection's index inside one transaction; nothing is written before `finish`. */
export interface WordBatch {
  /** Takes the place of what is indexed of the chunk. */
  insert(passage: IndexedPassage): void;
  /** Nothing happens if the chunk is not there. */
  remove(chunkId: number): void;
  finish(): void;
}

/**
 * A word index for each collection, so that word frequencies are the collection's own. It stands in the catalog's database, and every
 * method belongs in the caller's transaction: what is rolled back was never there. Why not FTS5: docs/decisions/0012-own-word-index.md.
 */
export interface WordIndex {
  batch(collectionId: number): WordBatch;
  /** The collection's index is empty at once; its pages leave little by little, in further calls and in `merge`. */
  drop(collectionId: number): void;
  /** Good for this transaction. CATALOG_DAMAGED when what is stored cannot be read. */
  snapshot(collectionId: number): IndexSnapshot;
  /**
   * One step of housekeeping that takes about a tenth of a second, in one collection or (null) in any: makes fewer segments, removes
   * what is dead. Whether there is more to do.
   */
  merge(collectionId: number | null): boolean;
}

// Some milliseconds in a write, some more in a step of its own.
const garbageWithWrite = 64;
const garbageOfStep = 1_000;

export function createWordIndex(connection: Connection): WordIndex {
  const store = createSegmentStore(connection);
  const marks = createDeadMarks(store);
  return {
    batch: (collectionId) =>
      createWordBatch(collectionId, {
        store,
        marks,
        afterwards: () => {
          while (mergePlanned(store, collectionId, planSmallMerge));
          store.collectGarbage(garbageWithWrite);
        },
      }),
    drop: (collectionId) => {
      for (const head of store.heads(collectionId)) store.retire(head);
      store.collectGarbage(garbageOfStep);
    },
    snapshot: createSnapshots(store),
    merge: (collectionId) => {
      const collections = collectionId === null ? store.collections() : [collectionId];
      const hasMerged = collections.some((id) => mergePlanned(store, id, planLargeMerge));
      return hasMerged || store.collectGarbage(garbageOfStep);
    },
  };
}

/** Does one merge if the plan has one. */
function mergePlanned(
  store: SegmentStore,
  collectionId: number,
  plan: (sizes: readonly SegmentSize[]) => MergeWindow | null,
): boolean {
  const heads = store.heads(collectionId);
  const window = plan(heads);
  if (window === null) return false;
  mergeSegments(store, collectionId, heads.slice(window.from, window.to));
  return true;
}
