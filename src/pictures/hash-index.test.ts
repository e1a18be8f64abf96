import { expect, test } from "vitest";
import { randomNumbers } from "../../test/fixtures/random.ts";
import { HashIndex, splitHash } from "./hash-index.ts";
import { bitsBetween } from "./hash-bits.ts";

const random = randomNumbers(11);
const digits = (): string => Array.from({ length: 16 }, () => random(16).toString(16)).join("");

function withFlips(hash: string, count: number): string {
  let bits = BigInt(`0x${hash}`).toString(2).padStart(64, "0");
  for (let flip = 0; flip < count; flip++) {
    const place = random(64);
    bits = bits.slice(0, place) + (bits[place] === "0" ? "1" : "0") + bits.slice(place + 1);
  }
  return BigInt(`0b${bits}`).toString(16).padStart(16, "0");
}

test("every hash within the bits is found, and none beyond", () => {
  const base = Array.from({ length: 60 }, digits);
  const hashes = base.flatMap((hash) => [hash, ...[1, 3, 6, 9, 12, 15].map((flips) => withFlips(hash, flips))]);
  for (const maxBits of [6, 12]) {
    const index = new HashIndex(maxBits);
    for (const hash of hashes) index.add(splitHash(hash));
    for (const hash of hashes) {
      const expected = hashes.flatMap((other, number) => (bitsBetween(hash, other) <= maxBits ? [number] : []));
      expect(index.within(splitHash(hash)).toSorted((a, b) => a - b)).toEqual(expected);
    }
  }
});

test("of a crowd of equal hashes only some are looked at", () => {
  const index = new HashIndex(6);
  for (let count = 0; count < 20_000; count++) index.add(splitHash("00000000ffffffff"));
  expect(index.within(splitHash("00000000ffffffff")).length).toBeLessThanOrEqual(24);
});
