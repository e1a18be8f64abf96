import { CommonsError } from "../../core/errors.ts";
import { BatchPostings } from "./batch-postings.ts";
import type { DeadMarks } from "./dead-marks.ts";
import type { SegmentColumns, SegmentStore } from "./segment-store.ts";
import type { WordBatch } from "./word-index.ts";

const maxId = 0xffffffff;

export interface BatchTools {
  readonly store: SegmentStore;
  readonly marks: DeadMarks;
  /** Runs when the batch has written something. */
  readonly afterwards: () => void;
}

interface Passage {
  readonly passage: number;
  readonly length: number;
  readonly chunkId: number;
  readonly documentId: number;
  readonly textId: number;
}

/** Gathers changes in memory and writes them in `finish`: the marks of what is gone, and one segment of what is new. */
export function createWordBatch(collectionId: number, { store, marks, afterwards }: BatchTools): WordBatch {
  // The last change of each chunk; null: removed.
  let changes = new Map<number, Passage | null>();
  let postings = new BatchPostings();
  return {
    insert: (passage) => {
      const { chunkId, documentId, textId } = passage;
      for (const id of [chunkId, documentId, textId]) requireId(id);
      changes.set(chunkId, { ...postings.add(passage), chunkId, documentId, textId });
    },
    remove: (chunkId) => {
      requireId(chunkId);
      changes.set(chunkId, null);
    },
    finish: () => {
      if (changes.size === 0) return;
      const [written, words] = [changes, postings];
      changes = new Map();
      postings = new BatchPostings();
      marks.mark(store.heads(collectionId), Uint32Array.from(written.keys()).toSorted());
      const passages = [...written.values()].filter((passage) => passage !== null);
      passages.sort((a, b) => a.chunkId - b.chunkId);
      const order = passages.map(({ passage }) => passage);
      if (order.length > 0)
        store.insert({
          collectionId,
          age: null,
          columns: columnsOf(passages),
          fill: (pages) => words.write(order, pages),
        });
      afterwards();
    },
  };
}

function columnsOf(passages: readonly Passage[]): SegmentColumns {
  return {
    chunkIds: Uint32Array.from(passages, ({ chunkId }) => chunkId),
    documentIds: Uint32Array.from(passages, ({ documentId }) => documentId),
    textIds: Uint32Array.from(passages, ({ textId }) => textId),
    lengths: Uint16Array.from(passages, ({ length }) => length),
  };
}

function requireId(id: number): void {
  if (Number.isInteger(id) && id >= 0 && id <= maxId) return;
  throw new CommonsError("INTERNAL", `The word index holds ids from 0 to ${maxId}, not ${id}.`);
}
