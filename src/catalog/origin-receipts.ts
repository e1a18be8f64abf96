import type { PlacedReceipt } from "../core/portable.ts";
import type { Receipt } from "../core/receipts.ts";
import type { Connection } from "./connection.ts";

/**
 * The history that a collection had where it was exported, as the file says it: it is shown and exported again, and nothing is done by it.
 * It goes with its collection. `place` is where a line stands in the file.
 */
export const originReceiptSchema = `
CREATE TABLE origin_receipts (
  collection_id INTEGER NOT NULL REFERENCES collections (id) ON DELETE CASCADE,
  place INTEGER NOT NULL,
  receipt TEXT NOT NULL,
  PRIMARY KEY (collection_id, place)
) STRICT, WITHOUT ROWID;
`;

export interface OriginReceipts {
  /** Belongs in a transaction; a place that is there already stays as it is. */
  save(collectionId: number, receipts: readonly PlacedReceipt[]): void;
  /** Those behind the place `after`, in the file's order. */
  list(collectionId: number, query: { readonly after: number; readonly limit: number }): PlacedReceipt[];
}

export function createOriginReceipts(connection: Connection): OriginReceipts {
  const insert = connection.prepare(
    "INSERT OR IGNORE INTO origin_receipts (collection_id, place, receipt) VALUES (?, ?, ?)",
  );
  const listed = connection.prepare<{ place: number; receipt: string }>(
    "SELECT place, receipt FROM origin_receipts WHERE collection_id = ? AND place > ? ORDER BY place LIMIT ?",
  );
  return {
    save: (collectionId, receipts) => {
      for (const { place, receipt } of receipts) insert.run(collectionId, place, JSON.stringify(receipt));
    },
    list: (collectionId, { after, limit }) =>
      listed.all(collectionId, after, limit).map(({ place, receipt }) => ({
        place,
        // Safe: only `save` fills the column, from a Receipt.
        receipt: JSON.parse(receipt) as Receipt,
      })),
  };
}
