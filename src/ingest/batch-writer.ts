import type { DocumentChanges, DocumentTarget, PackedDocument, WriteResult } from "../core/writes.ts";

const maxDocuments = 200;
const maxBytes = 1_000_000;
const maxChunks = 1_000;
// Touches, renames and removals are small.
const maxSmallChanges = 1_000;

/** Gathers changes into batches and writes them one after the other, while the next batch is being made. */
export interface BatchWriter {
  document(document: PackedDocument): Promise<void>;
  rename(rename: DocumentChanges["renames"][number]): Promise<void>;
  touch(touch: DocumentChanges["touches"][number]): Promise<void>;
  remove(path: string): Promise<void>;
  /** Writes what is gathered and waits until everything is stored. */
  flush(): Promise<void>;
  /** Drops what is gathered and waits for the write under way; never throws. */
  stop(): Promise<void>;
}

interface Batch {
  readonly documents: PackedDocument[];
  readonly renames: DocumentChanges["renames"][number][];
  readonly touches: DocumentChanges["touches"][number][];
  readonly removals: string[];
  bytes: number;
  chunks: number;
}

export function openBatchWriter(target: DocumentTarget, onWritten: (result: WriteResult) => void): BatchWriter {
  let batch = newBatch();
  let underWay: Promise<void> = Promise.resolve();
  const send = async (): Promise<void> => {
    // At most one batch is written while one is made: a slow hub holds the reading back.
    await underWay;
    if (changeCount(batch) === 0) return;
    const { documents, renames, touches, removals } = batch;
    batch = newBatch();
    underWay = target.write({ documents, renames, touches, removals }).then(onWritten);
    // The failure is thrown at the next `await underWay`; until then it must not count as unhandled.
    underWay.catch(() => undefined);
  };
  const sendIfFull = async (): Promise<void> => {
    if (isFull(batch)) await send();
  };
  return {
    document: (document) => {
      batch.documents.push(document);
      batch.chunks += document.chunks.count;
      batch.bytes += document.chunks.textLength;
      return sendIfFull();
    },
    rename: (rename) => {
      batch.renames.push(rename);
      return sendIfFull();
    },
    touch: (touch) => {
      batch.touches.push(touch);
      return sendIfFull();
    },
    remove: (path) => {
      batch.removals.push(path);
      return sendIfFull();
    },
    flush: async () => {
      await send();
      await underWay;
    },
    stop: async () => {
      batch = newBatch();
      await underWay.catch(() => undefined);
    },
  };
}

function newBatch(): Batch {
  return { documents: [], renames: [], touches: [], removals: [], bytes: 0, chunks: 0 };
}

function changeCount(batch: Batch): number {
  return batch.documents.length + batch.renames.length + batch.touches.length + batch.removals.length;
}

function isFull(batch: Batch): boolean {
  const small = batch.renames.length + batch.touches.length + batch.removals.length;
  return (
    batch.documents.length >= maxDocuments ||
    batch.bytes >= maxBytes ||
    batch.chunks >= maxChunks ||
    small >= maxSmallChanges
  );
}
