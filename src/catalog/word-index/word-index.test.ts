import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { collectionId, IndexWorld, passage } from "../../../test/fixtures/index-world.ts";
import { thrownBy } from "../../../test/fixtures/thrown-by.ts";

let world: IndexWorld;
beforeEach(() => {
  world = new IndexWorld();
});
afterEach(() => {
  world.close();
});

describe("what is written", () => {
  test("a term's weight is the sum of its fields' weights over its occurrences", () => {
    world.change([passage(3, { path: "a a", name: "a", signature: "a", doc: "a", body: "a b" })]);
    expect(world.chunksWith("a")).toEqual(new Map([[3, 2 * 1 + 3 + 2 + 2 + 1]]));
    expect(world.chunksWith("b")).toEqual(new Map([[3, 1]]));
  });

  test("columns follow the chunk ids, in whatever order passages come", () => {
    world.change([
      passage(9, { documentId: 4_000_000_000, textId: 70, body: "a b c" }),
      passage(2, { documentId: 5, textId: 4_294_967_295, body: "a" }),
    ]);
    const [segment] = world.snapshot().segments;
    expect(segment).toMatchObject({
      slots: 2,
      chunkIds: Uint32Array.of(2, 9),
      documentIds: Uint32Array.of(5, 4_000_000_000),
      textIds: Uint32Array.of(4_294_967_295, 70),
      lengths: Uint16Array.of(1, 3),
      dead: null,
    });
    expect(world.snapshot()).toMatchObject({ livingSlots: 2, totalLength: 4 });
  });

  test("weight and length stop at their caps", () => {
    world.change([passage(1, { name: "w ".repeat(70_000) }), passage(2, { name: "w ".repeat(84) })]);
    expect(world.chunksWith("w")).toEqual(
      new Map([
        [1, 255],
        [2, 252],
      ]),
    );
    expect(world.snapshot().segments[0]?.lengths).toEqual(Uint16Array.of(65_535, 84));
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
    world.change(terms.map((_, slot) => passage(slot + 1, { body: terms.slice(slot).join(" ") })));
    const stored = world.connection.read(() => [...(world.index.snapshot(collectionId).segments[0]?.terms() ?? [])]);
    expect(stored).toEqual(terms.toSorted().map((term) => ({ term, slots: terms.indexOf(term) + 1 })));
    for (const [slot, term] of terms.entries()) expect([...world.chunksWith(term).keys()]).toHaveLength(slot + 1);
    expect(world.chunksWith("abcd")).toEqual(new Map());
    expect(world.chunksWith("")).toEqual(new Map());
    expect(world.chunksWith("\u0000")).toEqual(new Map());
    expect(world.chunksWith("\uFFFF")).toEqual(new Map());
  });

  test("a very long term is found by its first 256 characters", () => {
    world.change([
      passage(1, { body: `${"x".repeat(300)}1 ${"x".repeat(300)}2 ${"x".repeat(255)} ${"中".repeat(5_000)}` }),
    ]);
    expect(world.chunksWith("x".repeat(256))).toEqual(new Map([[1, 2]]));
    expect(world.chunksWith("x".repeat(400))).toEqual(new Map([[1, 2]]));
    expect(world.chunksWith("x".repeat(255))).toEqual(new Map([[1, 1]]));
    expect(world.chunksWith("中".repeat(300))).toEqual(new Map([[1, 1]]));
  });

  test("lists that span pages are read whole, and so are the terms around them", () => {
    const passages = Array.from({ length: 30_000 }, (_, at) =>
      passage(2 * at + 1, {
        name: "everywhere",
        body: `everywheres${at} z${at % 3} ${at === 12_345 ? "a everywherf" : ""}`,
      }),
    );
    world.change(passages);
    const found = world.chunksWith("everywhere");
    expect(found.size).toBe(30_000);
    expect([...found]).toEqual(passages.map(({ chunkId }) => [chunkId, 3]));
    for (const at of [0, 1, 9_999, 29_999])
      expect([...world.chunksWith(`everywheres${at}`).keys()]).toEqual([2 * at + 1]);
    for (const term of ["a", "everywherf"]) expect([...world.chunksWith(term).keys()]).toEqual([24_691]);
    expect(world.chunksWith("z2").size).toBe(10_000);
    const [segment] = world.snapshot().segments;
    world.connection.read(() => {
      const terms = [...(segment?.terms() ?? [])];
      expect(terms).toHaveLength(30_000 + 3 + 3);
      expect(terms.find(({ term }) => term === "everywhere")).toEqual({ term: "everywhere", slots: 30_000 });
    });
    expect(world.count("word_pages")).toBeGreaterThan(20);
  });

  test("an empty batch, and one that removes what is not there, write nothing", () => {
    world.change([]);
    world.change([], [1, 2, 3]);
    expect(world.snapshot()).toEqual({ segments: [], livingSlots: 0, totalLength: 0 });
    world.change([passage(5, { body: "a" })]);
    world.change([], [1, 9]);
    expect(world.snapshot().segments[0]?.dead).toBeNull();
  });

  test("a passage without words is there all the same", () => {
    world.change([passage(1, {})]);
    expect(world.snapshot()).toMatchObject({ livingSlots: 1, totalLength: 0 });
    expect(world.connection.read(() => [...(world.index.snapshot(collectionId).segments[0]?.terms() ?? [])])).toEqual(
      [],
    );
    expect(world.chunksWith("a").size).toBe(0);
  });

  test("an id that is no row number is refused", () => {
    const error = thrownBy(() => world.change([passage(2 ** 32, { body: "a" })]));
    expect(error.code).toBe("INTERNAL");
    expect(world.snapshot().segments).toEqual([]);
  });
});
