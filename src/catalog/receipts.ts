import { CommonsError } from "../core/errors.ts";
import type { Origin, Receipt, ReceiptAction, ReceiptQuery } from "../core/receipts.ts";
import type { AnsweredCall, Viewer } from "./api.ts";
import type { CollectionRow } from "./collections.ts";
import type { Connection } from "./connection.ts";
import { type ReceiptRow, receiptColumns, receiptTables, toReceipt } from "./receipt-rows.ts";
import type { Clock, RetentionClock } from "./retention-clock.ts";

export interface ReceiptCounts {
  readonly added: number;
  readonly changed: number;
  readonly renamed: number;
  readonly removed: number;
  readonly chunks: number;
}

export interface NewReceipt {
  readonly action: ReceiptAction;
  /** As it is named from now on. */
  readonly collection: Pick<CollectionRow, "stamp" | "space" | "name" | "kind" | "owner_session">;
  readonly authorId: number;
  readonly sourceId?: number | null;
  readonly counts: Partial<ReceiptCounts>;
  readonly isForced?: boolean;
  readonly detail?: string | null;
  /** Stamp of the hidden collection that has what was removed. */
  readonly trash?: string | null;
}

export interface WritePart {
  readonly collection: NewReceipt["collection"];
  readonly authorId: number;
  readonly sourceId: number;
  readonly counts: ReceiptCounts;
}

/** What happened, line by line, in the order of the ids whatever the clock says. Each call belongs in the caller's transaction. */
export interface ReceiptStore {
  /** Returns the number of the new receipt. */
  add(receipt: NewReceipt): number;
  /**
   * Adds to the running receipt of that author's writes from that source, or begins one: when the last part is more than ten minutes
   * old, or something else happened to the collection since.
   */
  addWrite(part: WritePart): void;
  /**
   * Does the work of a call once: a call id that came before gets the answer of then. What leaves no receipt did nothing, and is not
   * remembered. INPUT_INVALID when the id belongs to another kind of call.
   */
  once<T extends { readonly receipt: number | null }>(origin: Origin, action: ReceiptAction, work: () => T): T;
  answerTo(callId: string): AnsweredCall | null;
  list(viewer: Viewer, query: Omit<ReceiptQuery, "space">): Receipt[];
  /** null: there is none of that number, or not for this viewer. */
  find(viewer: Viewer, id: number): ReceiptRow | null;
  /** The removal that put things under that stamp and was not undone; null: it is from before receipts were kept. */
  removalInto(trash: string): number | null;
  markUndone(trash: string, restoreId: number): void;
  /** Those of temporary collections of other sessions, which nobody can see any more. */
  forgetSessions(liveSessionIds: readonly string[]): void;
  /** A bounded step. */
  removeOld(): { readonly hasMore: boolean };
}

export interface ReceiptTools {
  readonly connection: Connection;
  readonly clock: Clock;
  readonly retention: RetentionClock;
}

/** A pause longer than this ends a receipt of writes: a new line then says that somebody came back. */
const growsForMs = 10 * 60_000;
/** A quarter of a year answers "who changed this?" for nearly all who ask; a line takes some 300 bytes. */
const keptForMs = 90 * 24 * 3_600_000;
/** 30 MB; a hundred busy sessions write some thousands a day. */
const maxReceipts = 100_000;
/** A call is repeated within minutes; its answer may be large. A clock that jumps ahead meanwhile takes a day each time. */
const answersKeptForMs = 3 * 24 * 3_600_000;
const removedPerStep = 1_000;
const maxListed = 1_000;

const insertSql = `
  INSERT INTO receipts (started_at, at, clock_at, space, action, stamp, name, kind, owner_session, author_id, source_id,
    added, changed, renamed, removed, chunks, is_forced, detail, trash)
  VALUES (?1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)`;
const growSql = `
  UPDATE receipts SET at = ?1, clock_at = ?2, added = added + ?3, changed = changed + ?4, renamed = renamed + ?5, removed = removed + ?6,
    chunks = chunks + ?7
  WHERE id = (SELECT max(id) FROM receipts WHERE stamp = ?8 AND author_id = ?9 AND source_id = ?10 AND action = 'write')
    AND at BETWEEN ?1 - ${growsForMs} AND ?1 + ${growsForMs}
    AND id > ifnull((SELECT max(id) FROM receipts WHERE stamp = ?8 AND action <> 'write'), 0)`;
// The plus keeps SQLite from gathering the whole space by the index of names, only to sort it by number.
const visible = "+r.space = ?1 AND (r.kind = 'permanent' OR r.owner_session = ?2)";
const listSql = (condition: string): string => `
  SELECT ${receiptColumns} FROM ${receiptTables}
  WHERE ${visible} AND r.id < ?3 AND (?4 IS NULL OR r.action = ?4) AND r.at >= ?5 AND ${condition} ORDER BY r.id DESC LIMIT ?7`;
const removeOldSql = `
  DELETE FROM receipts WHERE id IN (SELECT id FROM receipts ORDER BY id LIMIT ${removedPerStep})
    AND (clock_at < ? OR id <= (SELECT max(id) FROM receipts) - ${maxReceipts})
    AND (undone_by IS NOT NULL OR NOT EXISTS (SELECT 1 FROM collections t WHERE t.stamp = receipts.trash))`;

export function createReceiptStore({ connection, clock, retention }: ReceiptTools): ReceiptStore {
  const insert = connection.prepare(insertSql);
  const grow = connection.prepare(growSql);
  const byCall = connection.prepare<ReceiptRow & { answer: string | null }>(
    `SELECT ${receiptColumns}, r.answer FROM ${receiptTables} WHERE r.call_id = ?`,
  );
  const setAnswer = connection.prepare("UPDATE receipts SET call_id = ?, answer = ? WHERE id = ?");
  const byId = connection.prepare<ReceiptRow>(
    `SELECT ${receiptColumns} FROM ${receiptTables} WHERE ${visible} AND r.id = ?3`,
  );
  const listed = createLists(connection);
  const removalInto = connection.prepare<{ id: number }>(
    "SELECT id FROM receipts WHERE trash = ? AND undone_by IS NULL",
  );
  const undo = connection.prepare("UPDATE receipts SET undone_by = ? WHERE trash = ? AND undone_by IS NULL");
  const forget = connection.prepare(
    "DELETE FROM receipts WHERE owner_session IS NOT NULL AND owner_session NOT IN (SELECT value FROM json_each(?))",
  );
  const removeOld = connection.prepare(removeOldSql);
  const removeAnswers = connection.prepare(
    "UPDATE receipts SET call_id = NULL, answer = NULL WHERE call_id > '' AND clock_at < ?",
  );
  const times = () => ({ wallMs: clock.wallMs(), retentionMs: retention.now() });
  const shown = (row: ReceiptRow): Receipt => toReceipt(row, times());

  const add = (receipt: NewReceipt): number => {
    const { collection, counts } = receipt;
    const { added = 0, changed = 0, renamed = 0, removed = 0, chunks = 0 } = counts;
    return insert.run(
      clock.wallMs(),
      retention.now(),
      collection.space,
      receipt.action,
      collection.stamp,
      collection.name,
      collection.kind,
      collection.kind === "temporary" ? collection.owner_session : null,
      receipt.authorId,
      receipt.sourceId ?? null,
      added,
      changed,
      renamed,
      removed,
      chunks,
      receipt.isForced === true ? 1 : 0,
      receipt.detail ?? null,
      receipt.trash ?? null,
    ).lastId;
  };
  return {
    add,
    addWrite: (part) => {
      const { added, changed, renamed, removed, chunks } = part.counts;
      const place = [part.collection.stamp, part.authorId, part.sourceId];
      const counts = [added, changed, renamed, removed, chunks];
      if (grow.run(clock.wallMs(), retention.now(), ...counts, ...place).changes === 0)
        add({ action: "write", ...part });
    },
    once: ({ callId }, action, work) => {
      const known = callId === null ? undefined : byCall.get(callId);
      // Safe: what the end of this function stored for a call of this action, and each action has one kind of answer.
      if (known !== undefined) return JSON.parse(requireAnswer(known, action)) as ReturnType<typeof work>;
      const answer = work();
      if (callId !== null && answer.receipt !== null) setAnswer.run(callId, JSON.stringify(answer), answer.receipt);
      return answer;
    },
    answerTo: (callId) => {
      const row = byCall.get(callId);
      // Safe: JSON.parse gives unknown things, and that is what an AnsweredCall says of it.
      return row === undefined ? null : { receipt: shown(row), answer: JSON.parse(row.answer ?? "null") as unknown };
    },
    list: (viewer, query) => listed(viewer, query).map(shown),
    find: ({ space, sessionId }, id) => byId.get(space, sessionId, id) ?? null,
    removalInto: (trash) => removalInto.get(trash)?.id ?? null,
    markUndone: (trash, restoreId) => void undo.run(restoreId, trash),
    forgetSessions: (liveSessionIds) => void forget.run(JSON.stringify(liveSessionIds)),
    removeOld: () => {
      const nowMs = retention.now();
      removeAnswers.run(nowMs - answersKeptForMs);
      const { changes } = removeOld.run(nowMs - keptForMs);
      return { hasMore: changes === removedPerStep };
    },
  };
}

function requireAnswer(known: ReceiptRow & { answer: string | null }, action: ReceiptAction): string {
  if (known.action === action && known.answer !== null) return known.answer;
  throw new CommonsError("INPUT_INVALID", `The call id belongs to another call: a ${known.action}.`, {
    hint: "Make a new id for each call; keep it only when the same call is repeated.",
    details: { receipt: known.id, action: known.action },
  });
}

/** The statements of a list: with a name and without have their own index, and so has what can be restored. */
function createLists(connection: Connection): (viewer: Viewer, query: Omit<ReceiptQuery, "space">) => ReceiptRow[] {
  const prepare = (condition: string) => connection.prepare<ReceiptRow>(listSql(condition));
  const all = prepare("?6 IS NULL");
  const named = prepare("r.space = ?1 AND r.name = ?6");
  const restorable = prepare("r.trash > '' AND t.id IS NOT NULL AND r.removed > 0 AND (?6 IS NULL OR r.name = ?6)");
  return ({ space, sessionId }, { collection = null, action = null, sinceMs = 0, beforeId, isRestorable, limit }) => {
    const statement = isRestorable === true ? restorable : collection === null ? all : named;
    const most = Math.min(maxListed, Math.max(1, Math.trunc(limit)));
    const before = beforeId ?? Number.MAX_SAFE_INTEGER;
    return statement.all(space, sessionId, before, action, sinceMs, collection, most);
  };
}
