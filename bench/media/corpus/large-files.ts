import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { randomNumbers } from "../../../test/fixtures/random.ts";
import { madeOnce } from "./made-once.ts";

const edition = 1;
const partBytes = 1_048_576;
const parts = 128;

/** Six files of 134 MB of noise: two pairs of equal ones, and two that differ from the first pair in one byte in the middle. */
export function largeFiles(): Promise<string> {
  return madeOnce(`large-files-${edition}`, (directory) => {
    for (const [name, seed, change] of [
      ["a.bin", 1, 0],
      ["a-again.bin", 1, 0],
      ["a-changed.bin", 1, 1],
      ["a-changed-otherwise.bin", 1, 2],
      ["b.bin", 2, 0],
      ["b-again.bin", 2, 0],
    ] as const)
      writeNoise(join(directory, name), seed, change);
  });
}

function writeNoise(path: string, seed: number, change: number): void {
  const random = randomNumbers(seed);
  const part = Buffer.from(Uint32Array.from({ length: partBytes / 4 }, () => random(2 ** 32)).buffer);
  const file = openSync(path, "wx");
  try {
    for (let index = 0; index < parts; index++) {
      part.writeUInt32LE(index, 0);
      part.writeUInt32LE(index === parts / 2 ? change : 0, 4);
      writeSync(file, part);
    }
  } finally {
    closeSync(file);
  }
}
