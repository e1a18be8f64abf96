import type { IndexSegment } from "../search/index-snapshot.ts";
import type { VectorColumn } from "../search/vector-scan/vector-scan.ts";
import type { Connection } from "./connection.ts";

/** What of a segment says which vectors it has. */
export type VectorSlots = Pick<IndexSegment, "id" | "slots" | "textIds">;

export interface VectorLoader {
  /** Counts the changes of a model's vectors; 0 for a model whose vectors never change. */
  revision(model: string): number;
  /** Puts the model's vectors into the column's slots that have none, or into all. Vectors of another length are left out. */
  fill(column: VectorColumn, request: { segment: VectorSlots; model: string; slots: "empty" | "all" }): void;
}

// One row of the database brings about this much: a row for each vector costs three times as long, most of it in the binding.
const sliceBytes = 131_072;
// Reading the texts between two wanted ones is cheaper than looking each up, up to so many for one.
const mostReadForOne = 4;

interface Slice {
  readonly count: number;
  readonly first: number | null;
  readonly last: number | null;
  /** All vectors of the slice, one behind the other. */
  readonly data: Uint8Array | null;
}

/**
 * Reads vectors of many texts at once: SQLite joins those of a slice into one blob, in the order of their ids (group_concat takes the
 * bytes as they are, and keeps the order of the rows that it gets).
 */
export function createVectorLoader(connection: Connection): VectorLoader {
  const wanted = "FROM vectors WHERE text_id BETWEEN ? AND ? AND model = ? AND length(data) = ? ORDER BY text_id";
  // A cross join keeps the order of its tables, and json_each that of the list.
  const listed =
    "FROM json_each(?) w CROSS JOIN vectors v ON v.text_id = w.value AND v.model = ? AND length(v.data) = ?";
  const columns = "count(*) AS count, min(id) AS first, max(id) AS last, CAST(group_concat(data, '') AS BLOB) AS data";
  const range = connection.prepare<Slice>(`SELECT ${columns} FROM (SELECT text_id AS id, data ${wanted})`);
  const rangeIds = connection.prepare<{ id: number }>(`SELECT text_id AS id ${wanted}`);
  const list = connection.prepare<Slice>(`SELECT ${columns} FROM (SELECT v.text_id AS id, v.data ${listed})`);
  const listIds = connection.prepare<{ id: number }>(`SELECT v.text_id AS id ${listed}`);
  const revisionOf = connection.prepare<{ revision: number }>("SELECT revision FROM vector_revisions WHERE model = ?");

  /** Ids, which ascend, and vectors of the stored ones among `ids`; others may be between them. */
  const read = (ids: Uint32Array, model: string, dimensions: number): { ids: ArrayLike<number>; data: Uint8Array } => {
    const [first, last] = [ids[0] ?? 0, ids.at(-1) ?? 0];
    const isDense = last - first < ids.length * mostReadForOne;
    const json = isDense ? "" : JSON.stringify([...new Set(ids)]);
    const slice = isDense ? range.get(first, last, model, dimensions) : list.get(json, model, dimensions);
    if (slice === undefined || slice.data === null) return { ids: [], data: new Uint8Array() };
    const from = slice.first ?? 0;
    const isUnbroken = (slice.last ?? 0) - from + 1 === slice.count;
    if (isUnbroken)
      return { ids: Uint32Array.from({ length: slice.count }, (_, index) => from + index), data: slice.data };
    const rows = isDense ? rangeIds.all(first, last, model, dimensions) : listIds.all(json, model, dimensions);
    return { ids: rows.map(({ id }) => id), data: slice.data };
  };

  return {
    revision: (model) => revisionOf.get(model)?.revision ?? 0,
    fill: (column, { segment, model, slots: which }) => {
      const slots = slotsByText(segment, (slot) => which === "all" || !column.has(slot));
      const most = Math.max(16, Math.floor(sliceBytes / column.dimensions));
      for (let from = 0; from < slots.length; from += most) {
        const slice = slots.subarray(from, from + most);
        const ids = slice.map((slot) => segment.textIds[slot] ?? 0);
        place(column, { slots: slice, ids, found: read(ids, model, column.dimensions) });
      }
    },
  };
}

/** The slots that are asked for, in the order of their texts' ids. */
function slotsByText({ slots, textIds }: VectorSlots, isAskedFor: (slot: number) => boolean): Uint32Array {
  const chosen = new Uint32Array(slots);
  let count = 0;
  let isSorted = true;
  for (let slot = 0; slot < slots; slot++) {
    if (!isAskedFor(slot)) continue;
    if (count > 0 && (textIds[chosen[count - 1] ?? 0] ?? 0) > (textIds[slot] ?? 0)) isSorted = false;
    chosen[count++] = slot;
  }
  const asked = chosen.subarray(0, count);
  if (isSorted) return asked;
  // Sorted as numbers, id before slot: ten times as fast as with a function that compares. Exact up to two million slots.
  const keys = Float64Array.from(asked, (slot) => (textIds[slot] ?? 0) * slots + slot).toSorted();
  return Uint32Array.from(keys, (key) => key % slots);
}

interface Placement {
  readonly slots: Uint32Array;
  /** Texts of the slots; both lists of ids ascend. */
  readonly ids: Uint32Array;
  readonly found: { readonly ids: ArrayLike<number>; readonly data: Uint8Array };
}

/** Gives each slot its text's vector. Slots in a row whose vectors stand in a row are copied at once, which is the rule. */
function place(column: VectorColumn, { slots, ids, found }: Placement): void {
  const { dimensions } = column;
  const bytesOf = (from: number, count: number): Uint8Array =>
    found.data.subarray(from * dimensions, (from + count) * dimensions);
  let at = 0;
  for (let index = 0; index < slots.length;) {
    while (at < found.ids.length && (found.ids[at] ?? 0) < (ids[index] ?? 0)) at++;
    if (at >= found.ids.length) return;
    let run = 0;
    const slot = slots[index] ?? 0;
    while (
      index + run < slots.length &&
      at + run < found.ids.length &&
      found.ids[at + run] === ids[index + run] &&
      slots[index + run] === slot + run
    )
      run++;
    if (run > 0) column.set(slot, bytesOf(at, run));
    // The next slot may have the last text of the run once more.
    at += Math.max(0, run - 1);
    index += Math.max(1, run);
  }
}
