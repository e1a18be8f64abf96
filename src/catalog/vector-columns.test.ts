import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDirectory } from "../../test/contracts/catalog-fixture.ts";
import { someBytes, someQuery } from "../../test/contracts/vector-scan.contract.ts";
import { randomNumbers } from "../../test/fixtures/random.ts";
import { createVectorScan } from "../search/vector-scan/vector-scan.ts";
import { type Connection, openConnection } from "./connection.ts";
import { migrate } from "./migrations.ts";
import { createVectorColumns, type VectorColumnsOptions, type VectorColumns } from "./vector-columns.ts";
import { createVectorLoader, type VectorSlots } from "./vector-loading.ts";

const model = "test-model";
const dimensions = 24;
const query = someQuery(dimensions, 1);

let place: ReturnType<typeof makeDirectory>;
let connection: Connection;
beforeEach(() => {
  place = makeDirectory();
  connection = openConnection({ directory: place.directory, isReadOnly: false });
  migrate(connection);
});
afterEach(() => {
  connection.close();
  place.remove();
});

/** Stores a vector for each id; the same id has the same one, unless `salt` is another. */
function store(ids: Iterable<number>, options: { model?: string; salt?: number; length?: number } = {}): void {
  const text = connection.prepare("INSERT OR IGNORE INTO texts (id, hash, text) VALUES (?, ?, 'text')");
  const insert = connection.prepare("INSERT OR REPLACE INTO vectors (text_id, model, scale, data) VALUES (?, ?, 1, ?)");
  connection.write(() => {
    for (const id of ids) {
      text.run(id, Buffer.from(String(id)));
      insert.run(id, options.model ?? model, vectorOf(id, options));
    }
  });
}

const vectorOf = (id: number, { salt = 0, length = dimensions }: { salt?: number; length?: number } = {}): Int8Array =>
  someBytes(length, id * 7 + salt);

const revise = (revision: number): void =>
  void connection
    .prepare("INSERT OR REPLACE INTO vector_revisions (model, revision) VALUES (?, ?)")
    .run(model, revision);

const segmentOf = (textIds: readonly number[], id = 1): VectorSlots => ({
  id,
  slots: textIds.length,
  textIds: Uint32Array.from(textIds),
});

const openColumns = (options: VectorColumnsOptions = {}): VectorColumns =>
  createVectorColumns(connection, createVectorScan(), options);

/** What the scores must be, from vectors that are set one by one. */
function expectedScores(vectors: readonly (Int8Array | null)[]): Float32Array {
  const column = createVectorScan().column({ slots: vectors.length, dimensions });
  for (const [slot, vector] of vectors.entries()) if (vector !== null) column.set(slot, vector);
  const scores = new Float32Array(vectors.length);
  column.scores(query, scores);
  return scores;
}

const stored = (ids: readonly number[]): (Int8Array | null)[] => ids.map((id) => vectorOf(id));

describe("loading", () => {
  test.each([
    ["in order, without gaps", Array.from({ length: 9_000 }, (_, index) => index + 1)],
    ["backwards", Array.from({ length: 7_000 }, (_, index) => 7_000 - index)],
    ["far apart", Array.from({ length: 300 }, (_, index) => index * 1_000 + 5)],
    ["one text in several passages", [5, 5, 5, 6, 6, 9, 5, 7, 9]],
    ["one text far from the others, twice", [100_000, 1, 100_000, 50_000, 1]],
    ["a single one", [3]],
  ])("every slot gets its text's vector: %s", (_name, ids) => {
    store(new Set(ids));
    const segment = segmentOf(ids);
    expect(openColumns().scores(segment, model, query)).toEqual(expectedScores(stored(ids)));
  });

  test("texts without a vector, of other models, other lengths and other collections keep out", () => {
    const random = randomNumbers(3);
    const [all, mine, kept] = [new Set<number>(), [] as number[], new Set<number>()];
    for (let id = 1; id < 6_000; id++) {
      if (random(3) > 0) mine.push(id);
      if (random(4) > 0) kept.add(id);
      all.add(id);
    }
    store(all, { model: "other", salt: 5 });
    store(kept);
    store([17, 400], { length: dimensions + 1 });
    const expected = mine.map((id) => (kept.has(id) && id !== 17 && id !== 400 ? vectorOf(id) : null));
    expect(openColumns().scores(segmentOf(mine), model, query)).toEqual(expectedScores(expected));
  });

  test("random segments over random vectors", () => {
    const random = randomNumbers(11);
    const kept = new Set(Array.from({ length: 3_000 }, () => random(20_000) + 1));
    store(kept);
    for (let id = 1; id <= 8; id++) {
      const textIds = Array.from({ length: random(6_000) + 1 }, () => random(id % 2 === 0 ? 4_000 : 20_000) + 1);
      const expected = textIds.map((textId) => (kept.has(textId) ? vectorOf(textId) : null));
      if (!expected.some((vector) => vector !== null)) continue;
      expect(openColumns().scores(segmentOf(textIds, id), model, query)).toEqual(expectedScores(expected));
    }
  });

  test("nothing of the model, an empty segment, a query of another length: no scores", () => {
    store([1, 2]);
    const columns = openColumns();
    expect(columns.scores(segmentOf([1, 2]), "other", query)).toBe(null);
    expect(columns.scores(segmentOf([3, 4], 2), model, query)).toBe(null);
    expect(columns.scores(segmentOf([], 3), model, query)).toBe(null);
    expect(columns.scores(segmentOf([1, 2], 4), model, someQuery(12, 1))).toBe(null);
    expect(columns.scores(segmentOf([1, 2], 4), model, query)).not.toBe(null);
  });
});

describe("questions", () => {
  test("several queries get what each gets alone", () => {
    store([1, 2, 3]);
    const [columns, segment] = [openColumns(), segmentOf([3, 1, 4])];
    const queries = [query, someQuery(dimensions, 2)];
    const found = queries.map(() => new Float32Array(3));
    const visit = (index: number, first: number, cosines: Float32Array): void => found[index]?.set(cosines, first);
    expect(columns.similarities(segment, { model, queries }, visit)).toBe(true);
    for (const [index, one] of queries.entries()) expect(found[index]).toEqual(columns.scores(segment, model, one));
    expect(columns.similarities(segment, { model: "other", queries }, visit)).toBe(false);
  });

  test("a model of another length under the same name is read anew", () => {
    const [columns, segment] = [openColumns(), segmentOf([1, 2])];
    store([1, 2]);
    columns.scores(segment, model, query);
    store([1, 2], { length: 12 });
    expect(columns.scores(segment, model, someQuery(12, 1))?.every((score) => score >= -1)).toBe(true);
    expect(columns.scores(segment, model, query)).toBe(null);
  });
});

describe("vectors that come later", () => {
  test("are found when the model's revision says so, and not looked for before", () => {
    const [columns, segment] = [openColumns(), segmentOf([1, 2, 3, 4])];
    store([2]);
    revise(1);
    columns.scores(segment, model, query);
    store([1, 3]);
    expect(columns.scores(segment, model, query)).toEqual(expectedScores([null, vectorOf(2), null, null]));
    revise(2);
    expect(columns.scores(segment, model, query)).toEqual(expectedScores([...stored([1, 2, 3]), null]));
  });

  test("are found after there were none at all", () => {
    const [columns, segment] = [openColumns(), segmentOf([1])];
    expect(columns.scores(segment, model, query)).toBe(null);
    store([1]);
    revise(1);
    expect(columns.scores(segment, model, query)).toEqual(expectedScores(stored([1])));
  });

  test("replace the earlier ones of a model that embeds its texts anew, ten seconds later", () => {
    let atMs = 0;
    const [columns, segment] = [openColumns({ now: () => atMs }), segmentOf([1, 2])];
    store([1, 2]);
    columns.scores(segment, model, query);
    store([1, 2], { salt: 3 });
    revise(1);
    atMs = 9_999;
    expect(columns.scores(segment, model, query)).toEqual(expectedScores(stored([1, 2])));
    atMs = 10_000;
    const replaced = [vectorOf(1, { salt: 3 }), vectorOf(2, { salt: 3 })];
    expect(columns.scores(segment, model, query)).toEqual(expectedScores(replaced));
  });
});

describe("what is held", () => {
  /** Slots of one of these columns, with a power of two to divide by. */
  const ids = Array.from({ length: 1_000 }, (_, index) => index + 1);
  const columnBytes = 1_000 * (32 + 8);

  /** Deletes the vectors: what is scored from now on was held. */
  const forget = (): void => connection.exec("DELETE FROM vectors");
  const holds = (columns: VectorColumns, id: number): boolean =>
    columns.scores(segmentOf(ids, id), model, query) !== null;

  test("is bounded by the budget; the segments that were asked least lately go", () => {
    store(ids);
    const columns = openColumns({ budgetBytes: columnBytes * 2.5 });
    for (const id of [1, 2, 1, 3]) columns.scores(segmentOf(ids, id), model, query);
    expect(columns.sizeBytes).toBe(columnBytes * 2);
    forget();
    expect([1, 3, 2].map((id) => holds(columns, id))).toEqual([true, true, false]);
  });

  test("is one segment at least, however small the budget", () => {
    store(ids);
    const columns = openColumns({ budgetBytes: 10 });
    expect([holds(columns, 1), holds(columns, 2)]).toEqual([true, true]);
    expect(columns.sizeBytes).toBe(columnBytes);
  });

  test("is only of segments that are there still", () => {
    store(ids);
    const columns = openColumns();
    for (const id of [1, 2, 3]) columns.scores(segmentOf(ids, id), model, query);
    columns.retain(new Set([2]));
    expect(columns.sizeBytes).toBe(columnBytes);
    columns.clear();
    expect(columns.sizeBytes).toBe(0);
    expect(holds(columns, 1)).toBe(true);
  });

  test("is nothing of a segment whose reading failed", () => {
    const columns = openColumns();
    store([1]);
    connection.exec("ALTER TABLE vectors RENAME COLUMN data TO gone");
    expect(() => columns.scores(segmentOf([1]), model, query)).toThrow("no such column");
    expect(columns.sizeBytes).toBe(0);
    connection.exec("ALTER TABLE vectors RENAME COLUMN gone TO data");
    expect(columns.scores(segmentOf([1]), model, query)).toEqual(expectedScores(stored([1])));
  });
});

test("a loader that fills the gaps leaves what is there", () => {
  store([1, 2]);
  const column = createVectorScan().column({ slots: 2, dimensions });
  column.set(0, vectorOf(9));
  createVectorLoader(connection).fill(column, { segment: segmentOf([1, 2]), model, slots: "empty" });
  const scores = new Float32Array(2);
  column.scores(query, scores);
  expect(scores).toEqual(expectedScores([vectorOf(9), vectorOf(2)]));
});
