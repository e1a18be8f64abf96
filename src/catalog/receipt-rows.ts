import { type Receipt, type ReceiptAction, restorableMs } from "../core/receipts.ts";

/** A receipt as the tables have it. */
export interface ReceiptRow {
  readonly id: number;
  readonly action: ReceiptAction;
  readonly stamp: string;
  readonly name: string;
  readonly kind: "permanent" | "temporary";
  readonly source_id: number | null;
  readonly source_key: string | null;
  readonly source_name: string | null;
  readonly source_path: string | null;
  readonly session_id: string;
  readonly agent: string;
  readonly workspace: string | null;
  readonly branch: string | null;
  readonly commit_id: string | null;
  readonly added: number;
  readonly changed: number;
  readonly renamed: number;
  readonly removed: number;
  readonly chunks: number;
  readonly is_forced: number;
  readonly detail: string | null;
  readonly started_at: number;
  readonly at: number;
  readonly trash: string | null;
  readonly undone_by: number | null;
  /** Since when the things that were removed are in the trash, as the retention clock counts; null: they are not there (any more). */
  readonly trash_since: number | null;
}

export const receiptColumns = `
  r.id, r.action, r.stamp, r.name, r.kind, r.source_id, s.key AS source_key, s.name AS source_name, s.path AS source_path, a.session_id,
  a.agent, a.workspace, a.branch, a.commit_id, r.added, r.changed, r.renamed, r.removed, r.chunks, r.is_forced, r.detail, r.started_at,
  r.at, r.trash, r.undone_by, t.unloaded_at AS trash_since`;
export const receiptTables = `
  receipts r JOIN authors a ON a.id = r.author_id LEFT JOIN sources s ON s.id = r.source_id
    LEFT JOIN collections t ON t.stamp = r.trash AND r.undone_by IS NULL AND t.unloaded_at IS NOT NULL AND t.is_purging = 0`;

/** `wallMs` and `retentionMs`: now, by the machine's clock and by the one that ages are counted in. */
export function toReceipt(row: ReceiptRow, now: { readonly wallMs: number; readonly retentionMs: number }): Receipt {
  const left = row.trash_since === null ? null : row.trash_since + restorableMs - now.retentionMs;
  return {
    id: row.id,
    action: row.action,
    collection: row.name,
    collectionId: row.stamp,
    kind: row.kind,
    author: {
      sessionId: row.session_id,
      agent: row.agent,
      workspace: row.workspace,
      branch: row.branch,
      commit: row.commit_id,
    },
    source:
      row.source_key === null ? null : { key: row.source_key, name: row.source_name ?? "", path: row.source_path },
    added: row.added,
    changed: row.changed,
    renamed: row.renamed,
    removed: row.removed,
    chunks: row.chunks,
    isForced: row.is_forced === 1,
    detail: row.detail,
    startedAtMs: row.started_at,
    atMs: row.at,
    restorableUntilMs: left === null ? null : now.wallMs + left,
  };
}
