import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collectionId, IndexWorld, passage } from "../../../test/fixtures/index-world.ts";
import { openConnection } from "../connection.ts";
import { createWordIndex } from "./word-index.ts";

let world: IndexWorld;
beforeEach(() => {
  world = new IndexWorld();
});
afterEach(() => {
  world.close();
});

describe("what is changed", () => {
  test("the last change of a chunk in a batch counts", () => {
    world.change([passage(1, { body: "old" }), passage(2, { body: "old" })]);
    world.connection.write(() => {
      const batch = world.index.batch(collectionId);
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
    for (const term of ["new", "old", "first", "gone"]) expect(world.chunksWith(term)).toEqual(new Map());
    expect(world.chunksWith("second")).toEqual(new Map([[1, 1]]));
    expect(world.snapshot()).toMatchObject({ livingSlots: 1, totalLength: 1 });
  });

  test("an id that is used again lives in the newest segment only", () => {
    world.change([passage(1, { body: "old" }), passage(2, { body: "other" })]);
    world.change([], [1]);
    world.change([passage(1, { body: "new" })]);
    const segments = world.snapshot().segments;
    expect(segments.map(({ chunkIds, dead }) => [[...chunkIds], dead])).toEqual([
      [[1, 2], Uint8Array.of(1)],
      [[1], null],
    ]);
    expect(world.chunksWith("old").size).toBe(0);
    expect(world.chunksWith("new").size).toBe(1);
  });

  test("a segment whose passages are all gone is gone", () => {
    world.change([passage(1, { body: "a" }), passage(2, { body: "a" })]);
    world.change([passage(3, { body: "a" })]);
    world.change([], [1, 2]);
    expect(world.snapshot().segments.map(({ chunkIds }) => [...chunkIds])).toEqual([[3]]);
    expect(world.count("word_pages")).toBe(1);
    expect(world.count("word_dead")).toBe(0);
    expect(world.count("word_garbage")).toBe(0);
  });

  test("marks of a known segment are read again, the snapshot of before stays as it was", () => {
    world.change([passage(1, { body: "a" }), passage(2, { body: "a b" }), passage(3, { body: "c" })]);
    const before = world.snapshot();
    world.change([], [2]);
    const after = world.snapshot();
    expect(before).toMatchObject({ livingSlots: 3, totalLength: 4 });
    expect(after).toMatchObject({ livingSlots: 2, totalLength: 2 });
    expect(before.segments[0]?.dead).toBeNull();
    expect(after.segments[0]?.dead).toEqual(Uint8Array.of(2));
    expect(after.segments[0]?.chunkIds).toBe(before.segments[0]?.chunkIds);
  });

  test("a dropped index is empty at once, and merging gives its pages back", () => {
    world.change(
      Array.from({ length: 20_000 }, (_, at) => passage(at, { body: `a${at} b${at} c${at} d${at} e${at} f${at}` })),
    );
    world.change([passage(1, { body: "a" })], [], 8);
    world.connection.write(() => world.index.drop(collectionId));
    world.connection.write(() => world.index.drop(collectionId));
    expect(world.snapshot().segments).toEqual([]);
    expect(world.snapshot(8).livingSlots).toBe(1);
    while (world.connection.write(() => world.index.merge(null)));
    expect(world.count("word_pages")).toBe(1);
    expect(world.count("word_garbage")).toBe(0);
    expect(world.count("word_segments")).toBe(1);
    world.change([passage(1, { body: "again" })]);
    expect(world.chunksWith("again").size).toBe(1);
  });

  test("collections do not see one another", () => {
    world.change([passage(1, { body: "a" })]);
    world.change([passage(1, { body: "b" })], [], 8);
    world.change([], [1], 8);
    expect(world.chunksWith("a").size).toBe(1);
    expect(world.snapshot(8).livingSlots).toBe(0);
  });
});

describe("merging", () => {
  test("many small writes leave few segments, and each passage once", () => {
    for (let chunkId = 1; chunkId <= 300; chunkId++) world.change([passage(chunkId, { body: `all one${chunkId}` })]);
    expect(world.snapshot().segments.length).toBeLessThan(24);
    expect(world.chunksWith("all").size).toBe(300);
    while (world.connection.write(() => world.index.merge(collectionId)));
    expect(world.snapshot().segments.length).toBeLessThan(8);
    expect([...world.chunksWith("all").keys()].toSorted((a, b) => a - b)).toEqual(
      Array.from({ length: 300 }, (_, at) => at + 1),
    );
    expect(world.chunksWith("one299")).toEqual(new Map([[299, 1]]));
    expect(world.connection.write(() => world.index.merge(collectionId))).toBe(false);
  });

  test("slots stand in the order of the chunk ids when they come from several segments", () => {
    const batchOf = (ids: readonly number[]) =>
      world.change(ids.map((id) => passage(id, { name: "x".repeat(id % 3), body: "all" })));
    batchOf([1, 5, 9]);
    batchOf([2, 6, 10]);
    batchOf([3, 4, 7, 8]);
    while (world.connection.write(() => world.index.merge(collectionId)));
    const segments = world.snapshot().segments;
    expect(segments).toHaveLength(1);
    expect([...(segments[0]?.chunkIds ?? [])]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...world.chunksWith("all").keys()]).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect([...world.chunksWith("x").keys()]).toEqual([1, 4, 7, 10]);
    expect([...world.chunksWith("xx").keys()]).toEqual([2, 5, 8]);
  });

  test("lists that span pages are merged with their neighbours", () => {
    const size = 30_000;
    for (const start of [0, 1, 2]) {
      const ids = Array.from({ length: size / 3 }, (_, at) => start + 3 * at);
      world.change(ids.map((id) => passage(id, { body: `all a${id} all`, name: id % 5 === 0 ? "fifth" : "" })));
    }
    world.change([passage(7, { body: "changed" })], [4, 29_999]);
    while (world.connection.write(() => world.index.merge(collectionId)));
    expect(world.snapshot().segments.length).toBeLessThan(3);
    const inOrder = (term: string) => [...world.chunksWith(term).keys()].toSorted((a, b) => a - b);
    const living = Array.from({ length: size }, (_, id) => id).filter((id) => id !== 4 && id !== 7 && id !== 29_999);
    expect(inOrder("all")).toEqual(living);
    expect(inOrder("fifth")).toEqual(living.filter((id) => id % 5 === 0));
    for (const id of [0, 3, 4_097, 29_998]) expect(world.chunksWith(`a${id}`)).toEqual(new Map([[id, 1]]));
    for (const id of [4, 7, 29_999]) expect(world.chunksWith(`a${id}`).size).toBe(0);
  });
});

describe("transactions", () => {
  test("a transaction that fails after finish leaves the index and what is remembered as they were", () => {
    world.change([passage(1, { body: "kept" }), passage(2, { body: "kept" })]);
    world.snapshot();
    for (const body of ["failed", "failed again"]) {
      expect(() =>
        world.connection.write(() => {
          const batch = world.index.batch(collectionId);
          batch.remove(1);
          batch.insert(passage(3, { body }));
          batch.finish();
          expect(world.index.snapshot(collectionId).livingSlots).toBe(2);
          throw new Error("failed");
        }),
      ).toThrow("failed");
      expect(world.chunksWith("kept").size).toBe(2);
      expect(world.chunksWith("failed").size).toBe(0);
    }
    world.change([passage(4, { body: "new" })], [2]);
    expect([...world.chunksWith("kept").keys()]).toEqual([1]);
    expect([...world.chunksWith("new").keys()]).toEqual([4]);
    expect(world.chunksWith("failed").size).toBe(0);
  });

  test("a second connection reads one state while the writer goes on", () => {
    world.change(Array.from({ length: 50 }, (_, at) => passage(at, { body: `a w${at}` })));
    const reading = openConnection({ directory: world.place.directory, isReadOnly: true });
    try {
      const reader = createWordIndex(reading);
      reading.read(() => {
        const before = reader.snapshot(collectionId);
        for (let at = 50; at < 90; at++) world.change([passage(at, { body: `a w${at}` })], [at - 50]);
        while (world.connection.write(() => world.index.merge(null)));
        expect(before.segments[0]?.postings("w7")?.count).toBe(1);
        expect(reader.snapshot(collectionId).livingSlots).toBe(50);
      });
      expect([...world.chunksWith("a", reader, reading).keys()].toSorted((x, y) => x - y)).toEqual(
        Array.from({ length: 50 }, (_, at) => at + 40),
      );
      expect(world.chunksWith("w7", reader, reading).size).toBe(0);
      expect(world.chunksWith("w88", reader, reading).size).toBe(1);
    } finally {
      reading.close();
    }
  });

  test("everything is there after the file was closed and opened", () => {
    world.change([passage(1, { body: "a" }), passage(2, { body: "a" })]);
    world.change([], [1]);
    world.connection.close();
    world.connection = openConnection({ directory: world.place.directory, isReadOnly: false });
    world.index = createWordIndex(world.connection);
    expect([...world.chunksWith("a").keys()]).toEqual([2]);
    world.change([passage(3, { body: "a" })], [2]);
    expect([...world.chunksWith("a").keys()]).toEqual([3]);
  });
});
