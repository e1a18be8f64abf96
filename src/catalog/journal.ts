import type { JournalEntry } from "../core/ports.ts";
import type { MirrorScope } from "./api.ts";
import type { Connection } from "./connection.ts";
import { recordIdSql } from "./record-id.ts";

/**
 * What Chroma is still owed. Rows name a thing to bring to its present state, so a thing stands in it once. A new change of a
 * pending thing moves it to the end under a new number: an acknowledgement of the old number must not swallow the new change.
 */
export interface JournalStore {
  /** Whether changes of a collection of this kind are journaled. */
  isMirrored(kind: "permanent" | "temporary"): boolean;
  ensure(collectionId: number): void;
  /** Forgets what else is pending for the collection. */
  drop(collectionId: number): void;
  sync(collectionId: number, recordIds: readonly string[]): void;
  /** Journals the collection and all its records again; null: everything, and the removal of what is unloaded. */
  resync(collectionId: number | null): void;
  peek(limit: number): JournalEntry[];
  acknowledge(seqs: readonly number[]): void;
  depth(): number;
  pending(collectionId: number): number;
  clear(): void;
}

interface JournalRow {
  seq: number;
  op: "ensure" | "drop" | "sync";
  record_id: string | null;
  space: string;
  name: string;
  stamp: string;
  embedder: string;
  owner: string;
  created_at: number;
}

const peekSql = `
  SELECT j.seq, j.op, j.record_id, c.space, c.name, c.stamp, c.embedder, c.owner, c.created_at
  FROM journal j JOIN collections c ON c.id = j.collection_id
  ORDER BY j.seq LIMIT ?`;
const syncSql =
  "INSERT OR REPLACE INTO journal (collection_id, op, record_id) SELECT ?, 'sync', value FROM json_each(?)";
const resyncRecordsSql = `
  INSERT OR REPLACE INTO journal (collection_id, op, record_id)
  SELECT d.collection_id, 'sync', ${recordIdSql}
  FROM documents d JOIN sources s ON s.id = d.source_id JOIN chunks c ON c.document_id = d.id JOIN texts t ON t.id = c.text_id
  WHERE d.collection_id = ?`;

export function createJournal(connection: Connection, mirror: MirrorScope): JournalStore {
  const insert = connection.prepare("INSERT OR REPLACE INTO journal (collection_id, op, record_id) VALUES (?, ?, ?)");
  const sync = connection.prepare(syncSql);
  const forget = connection.prepare("DELETE FROM journal WHERE collection_id = ? AND op <> 'drop'");
  const remove = connection.prepare("DELETE FROM journal WHERE seq = ?");
  const peek = connection.prepare<JournalRow>(peekSql);
  const count = connection.prepare<{ n: number }>("SELECT count(*) AS n FROM journal");
  const countOf = connection.prepare<{ n: number }>("SELECT count(*) AS n FROM journal WHERE collection_id = ?");
  const permanent = connection.prepare<{ id: number; unloaded_at: number | null }>(
    "SELECT id, unloaded_at FROM collections WHERE kind = 'permanent' AND trash_of IS NULL ORDER BY unloaded_at IS NULL, id",
  );
  const resyncRecords = connection.prepare(resyncRecordsSql);

  const resyncOne = (collectionId: number): void => {
    forget.run(collectionId);
    insert.run(collectionId, "ensure", null);
    resyncRecords.run(collectionId);
  };
  const drop = (collectionId: number): void => {
    forget.run(collectionId);
    insert.run(collectionId, "drop", null);
  };
  const isOn = mirror !== "none";
  return {
    isMirrored: (kind) => isOn && kind === "permanent",
    ensure: (collectionId) => void insert.run(collectionId, "ensure", null),
    drop,
    sync: (collectionId, recordIds) => {
      if (recordIds.length > 0) sync.run(collectionId, JSON.stringify(recordIds));
    },
    resync: (collectionId) => {
      if (!isOn) return;
      if (collectionId !== null) return resyncOne(collectionId);
      // Unloaded ones come first: their name may be in use again.
      for (const row of permanent.all()) {
        if (row.unloaded_at === null) resyncOne(row.id);
        else drop(row.id);
      }
    },
    peek: (limit) => peek.all(limit).map(toEntry),
    acknowledge: (seqs) => {
      for (const seq of seqs) remove.run(seq);
    },
    depth: () => count.get()?.n ?? 0,
    pending: (collectionId) => countOf.get(collectionId)?.n ?? 0,
    clear: () => connection.exec("DELETE FROM journal"),
  };
}

function toEntry(row: JournalRow): JournalEntry {
  const collection = { database: row.space, name: row.name, stamp: row.stamp };
  if (row.op === "sync") return { seq: row.seq, op: "sync", collection, recordId: row.record_id ?? "" };
  if (row.op === "drop") return { seq: row.seq, op: "drop", collection };
  const metadata = {
    commons_embedder: row.embedder,
    commons_owner: row.owner,
    commons_created_at: new Date(row.created_at).toISOString(),
  };
  return { seq: row.seq, op: "ensure", collection, metadata };
}
