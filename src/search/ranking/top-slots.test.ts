import { expect, test } from "vitest";
import { memorySegment } from "../../../test/fixtures/memory-index.ts";
import { createTokenizer } from "../tokenizer.ts";
import { type SlotFilter, topSlots } from "./top-slots.ts";

const tokenizer = createTokenizer();

function segmentOf(count: number, dead: readonly number[] = []) {
  return memorySegment(
    tokenizer,
    Array.from({ length: count }, (_, slot) => ({ body: "x", isDead: dead.includes(slot) })),
  );
}

test("returns the same as sorting all scores, over segments, with equal scores in their order", () => {
  let state = 7;
  const random = () => (state = (state * 48_271) % 2_147_483_647);
  for (let round = 0; round < 200; round++) {
    const scores = [0, 1, 2].map(() => Float32Array.from({ length: 1 + (random() % 30) }, () => random() % 10));
    const segments = scores.map((own) => segmentOf(own.length));
    const limit = 1 + (random() % 12);
    const all = segments.flatMap((segment, index) =>
      Array.from(scores[index] ?? [], (score, slot) => ({ segment, slot, score })),
    );
    const found = topSlots(segments, {
      limit,
      scoresOf: (segment) => scores[segments.indexOf(segment)] ?? null,
      above: 0,
      filter: { mayBeWanted: null, isWanted: null },
    });
    const expected = all
      .filter(({ score }) => score > 0)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, limit);
    expect(found.map(({ score }) => score)).toEqual(expected.map(({ score }) => score));
    const kept = found.filter(({ score }) => score > (found.at(-1)?.score ?? 0));
    expect(kept).toEqual(expected.slice(0, kept.length));
  }
});

test("dead slots, slots without a score and unwanted ones take no part", () => {
  const segment = segmentOf(5, [0]);
  const found = topSlots([segment], {
    limit: 10,
    scoresOf: () => Float32Array.of(9, 8, Number.NaN, 7, 6),
    above: 6,
    filter: { mayBeWanted: null, isWanted: (_segment, slot) => slot !== 1 },
  });
  expect(found.map(({ slot }) => slot)).toEqual([3]);
});

test("the filter is asked only for slots that would be among the best", () => {
  const segment = segmentOf(1_000);
  let asked = 0;
  topSlots([segment], {
    limit: 5,
    scoresOf: () => Float32Array.from({ length: 1_000 }, (_, slot) => 1_000 - slot),
    above: 0,
    filter: { mayBeWanted: null, isWanted: () => ++asked > 0 },
  });
  expect(asked).toBe(5);
});

test("a rare passage is found however far down its score is", () => {
  const segment = segmentOf(10_000);
  const find = (filter: SlotFilter) =>
    topSlots([segment], {
      limit: 3,
      scoresOf: () => Float32Array.from({ length: 10_000 }, (_, slot) => 10_000 - slot),
      above: 0,
      filter,
    }).map(({ slot }) => slot);
  const isRare = (_segment: unknown, slot: number) => slot >= 9_990;
  expect(find({ mayBeWanted: null, isWanted: isRare })).toEqual([9_990, 9_991, 9_992]);
  expect(find({ mayBeWanted: isRare, isWanted: null })).toEqual([9_990, 9_991, 9_992]);
  expect(find({ mayBeWanted: isRare, isWanted: (_segment, slot) => slot !== 9_991 })).toEqual([9_990, 9_992, 9_993]);
});
