import { afterEach, describe, expect, test } from "vitest";
import type { VectorColumn, VectorScan } from "../../src/search/vector-scan/vector-scan.ts";
import { randomNumbers } from "../fixtures/random.ts";
import { thrownBy } from "../fixtures/thrown-by.ts";

/** int8 components of any size, -128 among them. */
export function someBytes(length: number, seed: number): Int8Array {
  const random = randomNumbers(seed);
  return Int8Array.from({ length }, () => random(256) - 128);
}

export function someQuery(length: number, seed: number): Float32Array {
  const random = randomNumbers(seed);
  return Float32Array.from({ length }, () => random(20_001) / 10_000 - 1);
}

function exactCosine(query: Float32Array, data: Int8Array): number {
  let [dot, queryNorm, dataNorm] = [0, 0, 0];
  for (const [index, value] of query.entries()) {
    const component = data[index] ?? 0;
    dot += value * component;
    queryNorm += value * value;
    dataNorm += component * component;
  }
  return dot / Math.sqrt(queryNorm * dataNorm);
}

/** What every vector scan keeps to. */
export function describeVectorScan(name: string, open: () => VectorScan): void {
  describe(`vector scan: ${name}`, () => {
    const columns: VectorColumn[] = [];
    afterEach(() => {
      for (const column of columns.splice(0)) column.free();
    });
    const makeColumn = (slots: number, dimensions: number, scan: VectorScan = open()): VectorColumn => {
      const column = scan.column({ slots, dimensions });
      columns.push(column);
      return column;
    };
    const scoresOf = (column: VectorColumn, query: Float32Array): Float32Array => {
      const into = new Float32Array(column.slots);
      column.scores(query, into);
      return into;
    };

    test.each([
      [1, 1],
      [3, 2],
      [5, 16],
      [9, 17],
      [1_500, 100],
      [1_027, 128],
      [70, 1_024],
      [7, 4_097],
    ])("%i slots of %i components score their cosines", (slots, dimensions) => {
      const column = makeColumn(slots, dimensions);
      const data = Array.from({ length: slots }, (_, slot) => someBytes(dimensions, slot + 1));
      for (const [slot, bytes] of data.entries()) column.set(slot, bytes);
      const query = someQuery(dimensions, 99);
      const scores = scoresOf(column, query);
      for (const [slot, bytes] of data.entries())
        expect(Math.abs((scores[slot] ?? Number.NaN) - exactCosine(query, bytes))).toBeLessThan(0.001);
      expect(column.count).toBe(slots);
    });

    test("a query of one large and many small components keeps its cosines", () => {
      const column = makeColumn(1, 256);
      const data = new Int8Array(256).fill(127);
      column.set(0, data);
      const query = new Float32Array(256).fill(0.002);
      query[17] = 1;
      expect(Math.abs((scoresOf(column, query)[0] ?? Number.NaN) - exactCosine(query, data))).toBeLessThan(0.001);
    });

    test("the largest components of the longest vectors overflow nothing", () => {
      const column = makeColumn(2, 16_384);
      column.set(0, new Int8Array(16_384).fill(-128));
      column.set(1, new Int8Array(16_384).fill(127));
      const scores = scoresOf(column, new Float32Array(16_384).fill(3e38));
      expect(scores[0]).toBeCloseTo(-1, 3);
      expect(scores[1]).toBeCloseTo(1, 3);
    });

    test("a slot without a vector scores NaN, until it gets one", () => {
      const column = makeColumn(6, 20);
      column.set(4, someBytes(20, 1));
      expect(Array.from({ length: 6 }, (_, slot) => column.has(slot))).toEqual([
        false,
        false,
        false,
        false,
        true,
        false,
      ]);
      const query = someQuery(20, 2);
      expect(Array.from(scoresOf(column, query), Number.isNaN)).toEqual([true, true, true, true, false, true]);
      column.set(2, someBytes(20, 3));
      expect(Number.isNaN(scoresOf(column, query)[2])).toBe(false);
      expect(column.count).toBe(2);
    });

    test("a vector of zeros and a query without direction score 0, and a gap stays a gap", () => {
      const column = makeColumn(3, 16);
      column.set(0, new Int8Array(16));
      column.set(1, someBytes(16, 5));
      expect(Array.from(scoresOf(column, someQuery(16, 6))).map((score) => score === 0)).toEqual([true, false, false]);
      for (const odd of [0, Number.NaN, Infinity]) {
        const query = new Float32Array(16);
        query[3] = odd;
        expect(Array.from(scoresOf(column, query), Math.abs)).toEqual([0, 0, Number.NaN]);
      }
    });

    test("a query's length says nothing, not even the smallest", () => {
      const column = makeColumn(1, 16);
      column.set(0, someBytes(16, 5));
      const query = someQuery(16, 6);
      const [score] = scoresOf(column, query);
      expect(
        scoresOf(
          column,
          query.map((value) => value * 1e-30),
        )[0],
      ).toBeCloseTo(score ?? Number.NaN, 3);
    });

    test("several vectors go into following slots at once, and bytes of a database are read as signed", () => {
      const [together, apart] = [makeColumn(8, 24), makeColumn(8, 24)];
      const data = someBytes(24 * 3, 7);
      together.set(2, new Uint8Array(data.buffer));
      for (let index = 0; index < 3; index++) apart.set(2 + index, data.subarray(index * 24, index * 24 + 24));
      const query = someQuery(24, 8);
      expect(scoresOf(together, query)).toEqual(scoresOf(apart, query));
      expect(together.count).toBe(3);
    });

    test("a vector that is set again replaces the first, and is counted once", () => {
      const column = makeColumn(2, 16);
      column.set(1, someBytes(16, 1));
      column.set(1, someBytes(16, 2));
      const query = someQuery(16, 3);
      expect(scoresOf(column, query)[1]).toBeCloseTo(exactCosine(query, someBytes(16, 2)), 3);
      expect(column.count).toBe(1);
    });

    test("several queries in one pass score as each does alone, every slot once", () => {
      const column = makeColumn(2_600, 100);
      for (let slot = 0; slot < 2_600; slot += 2) column.set(slot, someBytes(100, slot));
      const queries = [1, 2, 3, 4, 5].map((seed) => someQuery(100, seed));
      const found = queries.map(() => new Float32Array(2_600));
      const visits = queries.map(() => 0);
      column.similarities(queries, (index, first, cosines) => {
        found[index]?.set(cosines, first);
        visits[index] = (visits[index] ?? 0) + cosines.length;
      });
      expect(visits).toEqual(queries.map(() => 2_600));
      expect(found).toEqual(queries.map((query) => scoresOf(column, query)));
    });

    test("columns of one scan do not touch each other, also when memory is used again", () => {
      const scan = open();
      const query = someQuery(48, 9);
      const kept = makeColumn(500, 48, scan);
      for (let slot = 0; slot < 500; slot++) kept.set(slot, someBytes(48, slot));
      const before = scoresOf(kept, query);
      for (let round = 1; round < 12; round++) {
        const other = scan.column({ slots: round * 97, dimensions: 48 });
        expect(scoresOf(other, query).every(Number.isNaN)).toBe(true);
        for (let slot = 0; slot < other.slots; slot++) other.set(slot, someBytes(48, slot + 1_000));
        if (round % 3 === 0) columns.push(other);
        else other.free();
      }
      expect(scoresOf(kept, query)).toEqual(before);
    });

    test("a column may be made, filled and freed while another one is scanned", () => {
      const scan = open();
      const column = makeColumn(4_000, 128, scan);
      for (let slot = 0; slot < 4_000; slot++) column.set(slot, someBytes(128, slot));
      const queries = [someQuery(128, 1), someQuery(128, 2)];
      const found = queries.map(() => new Float32Array(4_000));
      column.similarities(queries, (index, first, cosines) => {
        found[index]?.set(cosines, first);
        const other = scan.column({ slots: 1_000, dimensions: 128 });
        other.set(0, someBytes(128, 3));
        other.free();
      });
      expect(found).toEqual(queries.map((query) => scoresOf(column, query)));
    });

    test("a column that is freed while it is scanned is not scanned on", () => {
      const column = makeColumn(4_000, 128);
      const visits: number[] = [];
      const scan = (): void =>
        column.similarities([someQuery(128, 1)], (_index, first) => {
          visits.push(first);
          column.free();
        });
      expect(thrownBy(scan).code).toBe("INTERNAL");
      expect(visits).toEqual([0]);
    });

    test("a column without slots scores nothing", () => {
      const column = makeColumn(0, 128);
      expect(scoresOf(column, someQuery(128, 1))).toHaveLength(0);
    });

    test("what does not fit is refused", () => {
      const column = makeColumn(4, 16);
      const misuses = [
        () => column.set(4, new Int8Array(16)),
        () => column.set(3, new Int8Array(32)),
        () => column.set(-1, new Int8Array(16)),
        () => column.set(0.5, new Int8Array(16)),
        () => column.set(0, new Int8Array(15)),
        () => column.has(4),
        () => column.scores(new Float32Array(15), new Float32Array(4)),
        () => column.scores(new Float32Array(16), new Float32Array(3)),
        () => open().column({ slots: -1, dimensions: 16 }),
        () => open().column({ slots: 1, dimensions: 0 }),
        () => open().column({ slots: 1, dimensions: 16_385 }),
      ];
      for (const misuse of misuses) expect(thrownBy(misuse).code).toBe("INTERNAL");
      expect(column.count).toBe(0);
    });

    test("a freed column cannot be used, and freeing it twice frees nothing else", () => {
      const scan = open();
      const column = scan.column({ slots: 4, dimensions: 16 });
      const other = makeColumn(4, 16, scan);
      column.free();
      const next = makeColumn(4, 16, scan);
      next.set(0, someBytes(16, 1));
      column.free();
      other.set(0, someBytes(16, 2));
      expect(next.has(0)).toBe(true);
      expect(thrownBy(() => column.set(0, new Int8Array(16))).code).toBe("INTERNAL");
      expect(thrownBy(() => column.scores(someQuery(16, 1), new Float32Array(4))).code).toBe("INTERNAL");
    });
  });
}
