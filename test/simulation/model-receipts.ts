import type { ReceiptAction } from "../../src/core/receipts.ts";

export interface ModelCounts {
  readonly added: number;
  readonly changed: number;
  readonly renamed: number;
  readonly removed: number;
  readonly chunks: number;
}

export interface ModelReceipt {
  readonly action: ReceiptAction;
  readonly collectionId: string;
  readonly name: string;
  readonly space: string;
  /** Of a receipt that only its session sees. */
  readonly owner: string | null;
  readonly sessionId: string;
  /** Of a write: where it came from. */
  readonly sourceKey: string | null;
  readonly isForced: boolean;
  counts: ModelCounts;
  atMs: number;
}

const growsForMs = 10 * 60_000;

/** The log: a line for each change, in its order. */
export class ModelReceipts {
  #all: ModelReceipt[] = [];

  add(receipt: ModelReceipt): void {
    this.#all.push(receipt);
  }

  /** Writes of a session from one source that follow one another are one line. */
  addWrite(part: ModelReceipt): void {
    const { added, changed, renamed, removed } = part.counts;
    if (added + changed + renamed + removed === 0) return;
    const ofCollection = this.#all.filter(({ collectionId }) => collectionId === part.collectionId);
    const since = ofCollection.slice(ofCollection.findLastIndex(({ action }) => action !== "write") + 1);
    const last = since.findLast(
      ({ sessionId, sourceKey }) => sessionId === part.sessionId && sourceKey === part.sourceKey,
    );
    if (last === undefined || Math.abs(last.atMs - part.atMs) > growsForMs) return this.add(part);
    last.counts = sumOf(last.counts, part.counts);
    last.atMs = part.atMs;
  }

  forgetSessions(liveSessionIds: readonly string[]): void {
    this.#all = this.#all.filter(({ owner }) => owner === null || liveSessionIds.includes(owner));
  }

  /** Those that everybody in the space sees. */
  ofSpace(space: string): ModelReceipt[] {
    return this.#all.filter((receipt) => receipt.space === space && receipt.owner === null);
  }
}

function sumOf(a: ModelCounts, b: ModelCounts): ModelCounts {
  return {
    added: a.added + b.added,
    changed: a.changed + b.changed,
    renamed: a.renamed + b.renamed,
    removed: a.removed + b.removed,
    chunks: a.chunks + b.chunks,
  };
}
