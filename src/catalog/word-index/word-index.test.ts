import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDirectory } from "../../../test/contracts/catalog-fixture.ts";
import { thrownBy } from "../../../test/fixtures/thrown-by.ts";
import { type Connection, openConnection } from "../connection.ts";
import { wordIndexSchema } from "./schema.ts";
import { createWordIndex, type IndexedPassage, type WordIndex } from "./word-index.ts";

const collectionId = 7;
const empty = { path: "", name: "", signature: "", doc: "", body: "" };

let place: ReturnType<typeof makeDirectory>;
let connection: Connection;
let index: WordIndex;
beforeEach(() => {
  place = makeDirectory();
  connection = openConnection({ directory: place.directory, isReadOnly: false });
  connection.exec("PRAGMA synchronous = OFF");
  connection.write(() => connection.exec(wordIndexSchema));
  index = createWordIndex(connection);
});
afterEach(() => {
  connection.close();
  place.remove();
});

function passage(chunkId: number, fields: Partial<IndexedPassage>): IndexedPassage {
  return { documentId: 1, textId: chunkId, ...empty, ...fields, chunkId };
}

/** One transaction: chunks are removed, then passages inserted. */
function change(passages: readonly IndexedPassage[], removed: readonly number[] = [], collection = collectionId): void {
  connection.write(() => {
    const batch = index.batch(collection);
    for (const chunkId of removed) batch.remove(chunkId);
    for (const each of passages) batch.insert(each);
    batch.finish();
  });
}

const snapshot = (collection = collectionId) => connection.read(() => index.snapshot(collection));

/** Weight of each living chunk that has the term. */
function chunksWith(term: string, from: WordIndex = index, reading: Connection = connection): Map<number, number> {
  return reading.read(() => {
    const found = new Map<number, number>();
    for (const segment of from.snapshot(collectionId).segments) {
      const { count, slots, weights } = segment.postings(term) ?? { count: 0, slots: [], weights: [] };
      expect(segment.slotsWith(term)).toBe(count);
      for (let i = 0; i < count; i++) {
        const slot = slots[i] ?? 0;
        const isDead = ((segment.dead?.[slot >> 3] ?? 0) & (1 << (slot & 7))) !== 0;
        if (!isDead) found.set(segment.chunkIds[slot] ?? 0, weights[i] ?? 0);
      }
    }
    return found;
  });
}

const count = (table: string) =>
  connection.prepare<{ n: number }>(`SELECT count(*) AS n FROM ${table}`).get()?.n ?? Number.NaN;

describe("what is written", () => {
  test("a term's weight is the sum of its fields' weights over its occurrences", () => {
    change([passage(3, { path: "a a", name: "a", signature: "a", doc: "a", body: "a b" })]);
    expect(chunksWith("a")).toEqual(new Map([[3, 2 * 1 + 3 + 2 + 2 + 1]]));
    expect(chunksWith("b")).toEqual(new Map([[3, 1]]));
  });

  test("columns follow the chunk ids, in whatever order passages come", () => {
    change([
      passage(9, { documentId: 4_000_000_000, textId: 70, body: "a b c" }),
      passage(2, { documentId: 5, textId: 4_294_967_295, body: "a" }),
    ]);
    const [segment] = snapshot().segments;
    expect(segment).toMatchObject({
      slots: 2,
      chunkIds: Uint32Array.of(2, 9),
      documentIds: Uint32Array.of(5, 4_000_000_000),
      textIds: Uint32Array.of(4_294_967_295, 70),
      lengths: Uint16Array.of(1, 3),
      dead: null,
    });
    expect(snapshot()).toMatchObject({ livingSlots: 2, totalLength: 4 });
  });

  test("weight and length stop at their caps", () => {
    change([passage(1, { name: "w ".repeat(70_000) }), passage(2, { name: "w ".repeat(84) })]);
    expect(chunksWith("w")).toEqual(
      new Map([
        [1, 255],
        [2, 252],
      ]),
    );
    expect(snapshot().segments[0]?.lengths).toEqual(Uint16Array.of(65_535, 84));
  });

  test("terms of any script come back, in the order of their UTF-16 units, with their slots", () => {
    // U+FF5E stands before U+1F600 by code point and after it by unit; \ud800 is half a character.
    const terms = [
      "a",
      "ab",
      "abc",
      "b",
      "é",
      "Ω",
      "ж",
      "中文",
      "العربية",
      "\u{1F600}",
      "\uFF5E",
      "\ud800",
      "\ud800x",
      "z_1",
    ];
    change(terms.map((_, slot) => passage(slot + 1, { body: terms.slice(slot).join(" ") })));
    const stored = connection.read(() => [...(index.snapshot(collectionId).segments[0]?.terms() ?? [])]);
    expect(stored).toEqual(terms.toSorted().map((term) => ({ term, slots: terms.indexOf(term) + 1 })));
    for (const [slot, term] of terms.entries()) expect([...chunksWith(term).keys()]).toHaveLength(slot + 1);
    expect(chunksWith("abcd")).toEqual(new Map());
    expect(chunksWith("")).toEqual(new Map());
    expect(chunksWith("\u0000")).toEqual(new Map());
    expect(chunksWith("\uFFFF")).toEqual(new Map());
  });

  test("a very long term is found by its first 256 characters", () => {
    change([passage(1, { body: `${"x".repeat(300)}1 ${"x".repeat(300)}2 ${"x".repeat(255)} ${"中".repeat(5_000)}` })]);
    expect(chunksWith("x".repeat(256))).toEqual(new Map([[1, 2]]));
    expect(chunksWith("x".repeat(400))).toEqual(new Map([[1, 2]]));
    expect(chunksWith("x".repeat(255))).toEqual(new Map([[1, 1]]));
    expect(chunksWith("中".repeat(300))).toEqual(new Map([[1, 1]]));
  });

  test("lists that span pages are read whole, and so are the terms around them", () => {
    const passages = Array.from({ length: 30_000 }, (_, at) =>
      passage(2 * at + 1, {
        name: "everywhere",
        body: `everywheres${at} z${at % 3} ${at === 12_345 ? "a everywherf" : ""}`,
      }),
    );
    change(passages);
    const found = chunksWith("everywhere");
    expect(found.size).toBe(30_000);
    expect([...found]).toEqual(passages.map(({ chunkId }) => [chunkId, 3]));
    for (const at of [0, 1, 9_999, 29_999]) expect([...chunksWith(`everywheres${at}`).keys()]).toEqual([2 * at + 1]);
    for (const term of ["a", "everywherf"]) expect([...chunksWith(term).keys()]).toEqual([24_691]);
    expect(chunksWith("z2").size).toBe(10_000);
    const [segment] = snapshot().segments;
    connection.read(() => {
      const terms = [...(segment?.terms() ?? [])];
      expect(terms).toHaveLength(30_000 + 3 + 3);
      expect(terms.find(({ term }) => term === "everywhere")).toEqual({ term: "everywhere", slots: 30_000 });
    });
    expect(count("word_pages")).toBeGreaterThan(20);
  });

  test("an empty batch, and one that removes what is not there, write nothing", () => {
    change([]);
    change([], [1, 2, 3]);
    expect(snapshot()).toEqual({ segments: [], livingSlots: 0, totalLength: 0 });
    change([passage(5, { body: "a" })]);
    change([], [1, 9]);
    expect(snapshot().segments[0]?.dead).toBeNull();
  });

  test("a passage without words is there all the same", () => {
    change([passage(1, {})]);
    expect(snapshot()).toMatchObject({ livingSlots: 1, totalLength: 0 });
    expect(connection.read(() => [...(index.snapshot(collectionId).segments[0]?.terms() ?? [])])).toEqual([]);
    expect(chunksWith("a").size).toBe(0);
  });

  test("an id that is no row number is refused", () => {
    const error = thrownBy(() => change([passage(2 ** 32, { body: "a" })]));
    expect(error.code).toBe("INTERNAL");
    expect(snapshot().segments).toEqual([]);
  });
});

describe("what is changed", () => {
  test("the last change of a chunk in a batch counts", () => {
    change([passage(1, { body: "old" }), passage(2, { body: "old" })]);
    connection.write(() => {
      const batch = index.batch(collectionId);
      batch.insert(passage(3, { body: "new" }));
      batch.remove(3);
      batch.remove(1);
      batch.insert(passage(1, { body: "first" }));
      batch.insert(passage(1, { body: "second" }));
      batch.insert(passage(2, { body: "gone" }));
      batch.remove(2);
      batch.finish();
      batch.finish();
    });
    for (const term of ["new", "old", "first", "gone"]) expect(chunksWith(term)).toEqual(new Map());
    expect(chunksWith("second")).toEqual(new Map([[1, 1]]));
    expect(snapshot()).toMatchObject({ livingSlots: 1, totalLength: 1 });
  });

  test("an id that is used again lives in the newest segment only", () => {
    change([passage(1, { body: "old" }), passage(2, { body: "other" })]);
    change([], [1]);
    change([passage(1, { body: "new" })]);
    const segments = snapshot().segments;
    expect(segments.map(({ chunkIds, dead }) => [[...chunkIds], dead])).toEqual([
      [[1, 2], Uint8Array.of(1)],
      [[1], null],
    ]);
    expect(chunksWith("old").size).toBe(0);
    expect(chunksWith("new").size).toBe(1);
  });

  test("a segment whose passages are all gone is gone", () => {
    change([passage(1, { body: "a" }), passage(2, { body: "a" })]);
    change([passage(3, { body: "a" })]);
    change([], [1, 2]);
    expect(snapshot().segments.map(({ chunkIds }) => [...chunkIds])).toEqual([[3]]);
    expect(count("word_pages")).toBe(1);
    expect(count("word_dead")).toBe(0);
    expect(count("word_garbage")).toBe(0);
  });

  test("marks of a known segment are read again, the snapshot of before stays as it was", () => {
    change([passage(1, { body: "a" }), passage(2, { body: "a b" }), passage(3, { body: "c" })]);
    const before = snapshot();
    change([], [2]);
    const after = snapshot();
    expect(before).toMatchObject({ livingSlots: 3, totalLength: 4 });
    expect(after).toMatchObject({ livingSlots: 2, totalLength: 2 });
    expect(before.segments[0]?.dead).toBeNull();
    expect(after.segments[0]?.dead).toEqual(Uint8Array.of(2));
    expect(after.segments[0]?.chunkIds).toBe(before.segments[0]?.chunkIds);
  });

  test("a dropped index is empty at once, and merging gives its pages back", () => {
    change(
      Array.from({ length: 20_000 }, (_, at) => passage(at, { body: `a${at} b${at} c${at} d${at} e${at} f${at}` })),
    );
    change([passage(1, { body: "a" })], [], 8);
    connection.write(() => index.drop(collectionId));
    connection.write(() => index.drop(collectionId));
    expect(snapshot().segments).toEqual([]);
    expect(snapshot(8).livingSlots).toBe(1);
    while (connection.write(() => index.merge(null)));
    expect(count("word_pages")).toBe(1);
    expect(count("word_garbage")).toBe(0);
    expect(count("word_segments")).toBe(1);
    change([passage(1, { body: "again" })]);
    expect(chunksWith("again").size).toBe(1);
  });

  test("collections do not see one another", () => {
    change([passage(1, { body: "a" })]);
    change([passage(1, { body: "b" })], [], 8);
    change([], [1], 8);
    expect(chunksWith("a").size).toBe(1);
    expect(snapshot(8).livingSlots).toBe(0);
  });
});

describe("merging", () => {
  test("many small writes leave few segments, and each passage once", () => {
    for (let chunkId = 1; chunkId <= 300; chunkId++) change([passage(chunkId, { body: `all one${chunkId}` })]);
    expect(snapshot().segments.length).toBeLessThan(24);
    expect(chunksWith("all").size).toBe(300);
    while (connection.write(() => index.merge(collectionId)));
    expect(snapshot().segments.length).toBeLessThan(8);
    expect([...chunksWith("all").keys()].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_, at) => at + 1),
    );
    expect(chunksWith("one299")).toEqual(new Map([[299, 1]]));
    expect(connection.write(() => index.merge(collectionId))).toBe(false);
  });

  test("slots stand in the order of the chunk ids when they come from several segments", () => {
    const batchOf = (ids: readonly number[]) =>
      change(ids.map((id) => passage(id, { name: "x".repeat(id % 3), body: "all" })));
    batchOf([1, 5, 9]);
    batchOf([2, 6, 10]);
    batchOf([3, 4, 7, 8]);
    while (connection.write(() => index.merge(collectionId)));
    const segments = snapshot().segments;
    expect(segments).toHaveLength(1);
    expect([...(segments[0]?.chunkIds ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...chunksWith("all").keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...chunksWith("x").keys()]).toEqual([1, 4, 7, 10]);
    expect([...chunksWith("xx").keys()]).toEqual([2, 5, 8]);
  });

  test("lists that span pages are merged with their neighbours", () => {
    const size = 30_000;
    for (const start of [0, 1, 2]) {
      const ids = Array.from({ length: size / 3 }, (_, at) => start + 3 * at);
      change(ids.map((id) => passage(id, { body: `all a${id} all`, name: id % 5 === 0 ? "fifth" : "" })));
    }
    change([passage(7, { body: "changed" })], [4, 29_999]);
    while (connection.write(() => index.merge(collectionId)));
    expect(snapshot().segments.length).toBeLessThan(3);
    const inOrder = (term: string) => [...chunksWith(term).keys()].toSorted((a, b) => a - b);
    const living = Array.from({ length: size }, (_, id) => id).filter((id) => id !== 4 && id !== 7 && id !== 29_999);
    expect(inOrder("all")).toEqual(living);
    expect(inOrder("fifth")).toEqual(living.filter((id) => id % 5 === 0));
    for (const id of [0, 3, 4_097, 29_998]) expect(chunksWith(`a${id}`)).toEqual(new Map([[id, 1]]));
    for (const id of [4, 7, 29_999]) expect(chunksWith(`a${id}`).size).toBe(0);
  });
});

describe("transactions", () => {
  test("a transaction that fails after finish leaves the index and what is remembered as they were", () => {
    change([passage(1, { body: "kept" }), passage(2, { body: "kept" })]);
    snapshot();
    for (const body of ["failed", "failed again"]) {
      expect(() =>
        connection.write(() => {
          const batch = index.batch(collectionId);
          batch.remove(1);
          batch.insert(passage(3, { body }));
          batch.finish();
          expect(index.snapshot(collectionId).livingSlots).toBe(2);
          throw new Error("failed");
        }),
      ).toThrow("failed");
      expect(chunksWith("kept").size).toBe(2);
      expect(chunksWith("failed").size).toBe(0);
    }
    change([passage(4, { body: "new" })], [2]);
    expect([...chunksWith("kept").keys()]).toEqual([1]);
    expect([...chunksWith("new").keys()]).toEqual([4]);
    expect(chunksWith("failed").size).toBe(0);
  });

  test("a second connection reads one state while the writer goes on", () => {
    change(Array.from({ length: 50 }, (_, at) => passage(at, { body: `a w${at}` })));
    const reading = openConnection({ directory: place.directory, isReadOnly: true });
    try {
      const reader = createWordIndex(reading);
      reading.read(() => {
        const before = reader.snapshot(collectionId);
        for (let at = 50; at < 90; at++) change([passage(at, { body: `a w${at}` })], [at - 50]);
        while (connection.write(() => index.merge(null)));
        expect(before.segments[0]?.postings("w7")?.count).toBe(1);
        expect(reader.snapshot(collectionId).livingSlots).toBe(50);
      });
      expect([...chunksWith("a", reader, reading).keys()].toSorted((x, y) => x - y)).toEqual(
        Array.from({ length: 50 }, (_, at) => at + 40),
      );
      expect(chunksWith("w7", reader, reading).size).toBe(0);
      expect(chunksWith("w88", reader, reading).size).toBe(1);
    } finally {
      reading.close();
    }
  });

  test("everything is there after the file was closed and opened", () => {
    change([passage(1, { body: "a" }), passage(2, { body: "a" })]);
    change([], [1]);
    connection.close();
    connection = openConnection({ directory: place.directory, isReadOnly: false });
    index = createWordIndex(connection);
    expect([...chunksWith("a").keys()]).toEqual([2]);
    change([passage(3, { body: "a" })], [2]);
    expect([...chunksWith("a").keys()]).toEqual([3]);
  });
});
