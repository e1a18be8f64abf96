import { expect, test } from "vitest";
import { randomNumbers } from "../../test/fixtures/random.ts";
import { blockSums, differenceHash, frequencyHashes, turnedSquare, turns } from "../pictures/perceptual-hash.ts";
import type { PicturePrint } from "../pictures/picture-print.ts";
import { groupAlikePictures } from "./alike-pictures.ts";

const side = 72;

/** A soft random picture; `change` is what a copy has been through. */
function picture(seed: number, change: (value: number, index: number) => number = (value) => value): Uint8Array {
  const random = randomNumbers(seed);
  const waves = Array.from(
    { length: 12 },
    () => [1 + random(6), 1 + random(6), random(628) / 100, 10 + random(30)] as const,
  );
  return Uint8Array.from({ length: side * side }, (_, index) => {
    const [x, y] = [(index % side) / side, Math.floor(index / side) / side];
    const sum = waves.reduce(
      (total, [u, v, phase, strength]) => total + strength * Math.sin(6.28 * (u * x + v * y) + phase),
      128,
    );
    return change(Math.max(0, Math.min(255, sum)), index);
  });
}

function printOf(
  grey: Uint8Array,
  size: { width: number; height: number } = { width: 600, height: 400 },
): PicturePrint {
  const frequencies = frequencyHashes(grey, turns);
  const [hashes, ...turned] = turns.map((turn, index) => {
    return { difference: differenceHash(turnedSquare(grey, turn)), frequency: frequencies[index] ?? "" };
  });
  const mean = grey.reduce((sum, value) => sum + value, 0) / grey.length;
  const tones = Buffer.alloc(144 + 72, 128);
  for (const [place, sum] of blockSums(grey, 12, 12).entries()) tones[place] = Math.round(sum / 36);
  return {
    kind: "picture",
    ...size,
    hashes: hashes ?? { difference: "", frequency: "" },
    turned,
    tones: tones.toString("base64"),
    page: null,
    frames: 1,
    later: [],
    detail: grey.reduce((sum, value) => sum + Math.abs(value - mean), 0) / grey.length,
  };
}

const at = (path: string, print: PicturePrint) => ({ path, print });

test("a copy joins the picture with more pixels, and others stay alone", () => {
  const small = printOf(
    picture(1, (value) => value * 0.95 + 4),
    { width: 150, height: 100 },
  );
  const found = groupAlikePictures(
    [at("a-small.jpg", small), at("b-other.jpg", printOf(picture(2))), at("c-large.jpg", printOf(picture(1)))],
    { isTurned: false },
  );
  expect(found).toEqual({
    groups: [
      {
        center: "c-large.jpg",
        others: [{ path: "a-small.jpg", likeness: expect.any(Number), bits: expect.any(Number), turn: null }],
      },
    ],
    flat: 0,
  });
  expect(found.groups[0]?.others[0]?.likeness).toBeGreaterThan(0.9);
});

test("a turned copy is found when asked for, with its turn", () => {
  const prints = [
    at("a.jpg", printOf(picture(3))),
    at("b.jpg", printOf(turnedSquare(picture(3), 6), { width: 400, height: 600 })),
  ];
  expect(groupAlikePictures(prints, { isTurned: false }).groups).toEqual([]);
  expect(groupAlikePictures(prints, { isTurned: true }).groups).toEqual([
    { center: "a.jpg", others: [{ path: "b.jpg", likeness: 1, bits: 0, turn: "turned by 90 degrees" }] },
  ]);
});

test("a row of pictures that each look like the next is no one group", () => {
  const steps = 30;
  const blends = Array.from({ length: steps + 1 }, (_, step) => {
    const [from, to] = [picture(4), picture(5)];
    return at(
      `${String(step).padStart(2, "0")}.jpg`,
      printOf(from.map((value, index) => value + ((to[index] ?? 0) - value) * (step / steps))),
    );
  });
  const { groups } = groupAlikePictures(blends, { isTurned: false });
  const sizes = groups.map(({ others }) => others.length + 1);
  expect(groups.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThan(steps / 2);
});

test("pictures of one colour are counted and never alike", () => {
  const black = printOf(new Uint8Array(side * side));
  const found = groupAlikePictures([at("a.jpg", black), at("b.jpg", black), at("c.jpg", black)], { isTurned: true });
  expect(found).toEqual({ groups: [], flat: 3 });
});

test("icons are alike only when hardly anything differs, brightness and size too", () => {
  const size = { width: 32, height: 32 };
  const icon = (level: number) =>
    printOf(
      picture(6, (value) => value * 0.6 + level),
      size,
    );
  const prints = [at("a.png", icon(20)), at("b.png", icon(21)), at("c.png", icon(60))];
  const larger = at(
    "d.png",
    printOf(
      picture(6, (value) => value * 0.6 + 20),
      { width: 64, height: 64 },
    ),
  );
  const { groups } = groupAlikePictures([...prints, larger], { isTurned: false });
  expect(groups).toMatchObject([{ center: "a.png", others: [{ path: "b.png" }] }]);
});

test("a higher threshold asks for more likeness, and one out of range is taken as the nearest", () => {
  const other = picture(8);
  const shine = picture(7, (value, index) => value * 0.95 + (other[index] ?? 0) * 0.05);
  const edited = printOf(shine, { width: 300, height: 200 });
  const prints = [at("a.jpg", printOf(picture(7))), at("b.jpg", edited)];
  const likeness = groupAlikePictures(prints, { isTurned: false, threshold: 0 }).groups[0]?.others[0]?.likeness ?? 0;
  expect(likeness).toBeGreaterThanOrEqual(0.7);
  expect(likeness).toBeLessThan(1);
  expect(groupAlikePictures(prints, { isTurned: false, threshold: 1 }).groups).toEqual([]);
});

test("the same pictures in any order give the same groups", () => {
  const prints = Array.from({ length: 40 }, (_, index) =>
    at(
      `${index}.jpg`,
      printOf(
        picture(20 + (index % 8), (value) => value * (1 - index / 400)),
        { width: 600 - index, height: 400 },
      ),
    ),
  );
  const one = groupAlikePictures(prints, { isTurned: true });
  expect(one.groups).toHaveLength(8);
  expect(groupAlikePictures(prints.toReversed(), { isTurned: true })).toEqual(one);
});

test("a thumbnail is a copy of its picture, an icon of no larger icon", () => {
  const at64 = printOf(picture(9), { width: 64, height: 48 });
  const sized = (width: number, height: number) => printOf(picture(9), { width, height });
  const found = (...prints: PicturePrint[]) =>
    groupAlikePictures(
      prints.map((print, index) => at(`${index}`, print)),
      { isTurned: false },
    ).groups.length;
  expect(found(at64, sized(640, 480))).toBe(1);
  expect(found(at64, sized(128, 96))).toBe(0);
  expect(found(sized(32, 24), sized(640, 480))).toBe(0);
});
