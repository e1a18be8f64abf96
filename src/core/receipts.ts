import type { CollectionSummary } from "./collections.ts";
import type { Author } from "./document.ts";

/** How long what was removed can be brought back. */
export const restorableMs = 7 * 24 * 3_600_000;

/** What a receipt is for. `write` stands for an ingest or a stored note; it grows while its session goes on writing. */
export const receiptActions = ["write", "delete", "unload", "restore", "promote"] as const;
export type ReceiptAction = (typeof receiptActions)[number];

/** The detail of an unload that made room for an import of that name. */
export const replacedByImport = "replaced by an import";

/** The detail of a promotion of what a session had loaded for itself; without it, it ends an import. */
export const keptFromSession = "kept from a session";

/** Who asked for a change of the catalog, and by which call: a repeated call id gets the first one's answer. */
export interface Origin {
  readonly author: Author;
  /** Of a caller that does not repeat calls: null. */
  readonly callId: string | null;
}

/** One line of `commons log`. Counts are of documents, but `chunks`. */
export interface Receipt {
  readonly id: number;
  readonly action: ReceiptAction;
  /** Name of the collection at that time. */
  readonly collection: string;
  readonly collectionId: string;
  readonly kind: "permanent" | "temporary";
  readonly author: Author;
  /** Where the documents come from; null where many do or none. */
  readonly source: { readonly key: string; readonly name: string; readonly path: string | null } | null;
  readonly added: number;
  readonly changed: number;
  readonly renamed: number;
  readonly removed: number;
  /** Passages that were written, removed or brought back. */
  readonly chunks: number;
  readonly isForced: boolean;
  /** In words, what was asked for: ids, a filter, the receipt that was undone. */
  readonly detail: string | null;
  /** Epoch milliseconds; of a write that grew, of its first and last part. */
  readonly startedAtMs: number;
  readonly atMs: number;
  /** Until when it can be undone, in epoch milliseconds; null: it cannot, or it was already. */
  readonly restorableUntilMs: number | null;
}

export interface ReceiptQuery {
  readonly space: string;
  /** Name of a collection; absent: all that the caller may see. */
  readonly collection?: string | undefined;
  readonly action?: ReceiptAction | undefined;
  readonly sinceMs?: number | undefined;
  /** Only receipts older than this one. */
  readonly beforeId?: number | undefined;
  /** Only what can be brought back now, and has something in it. */
  readonly isRestorable?: boolean | undefined;
  /** At most 1,000; the newest come first. */
  readonly limit: number;
}

/** What a restore brought back. Documents that were written anew meanwhile stay as they are. */
export interface RestoreResult {
  readonly collection: string;
  readonly collectionId: string;
  readonly documents: number;
  readonly chunks: number;
  /** Documents that are there again in a newer state, and so were not brought back. */
  readonly superseded: number;
  readonly receipt: number;
}

/** What an unload took away; of a temporary collection it is gone for good. */
export interface UnloadResult {
  readonly documents: number;
  readonly chunks: number;
  readonly receipt: number;
}

/** What became of a temporary collection. */
export interface PromoteResult {
  readonly collection: CollectionSummary;
  readonly receipt: number;
  /** The collection that had the name before: unloaded, under a receipt of its own. */
  readonly replaced: { readonly receipt: number; readonly documents: number; readonly chunks: number } | null;
}
