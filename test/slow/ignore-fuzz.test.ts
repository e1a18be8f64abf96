import { expect, test } from "vitest";
import { findDifferences } from "../fixtures/ignore-fuzz.ts";

const repositories = 30;
const casesEach = 200;

test("git and the scanner take the same files in thousands of trees", async () => {
  for (let seed = 1_000; seed < 1_000 + repositories; seed++) {
    const indexVersion = [2, 3, 4] as const;
    const options = { seed, cases: casesEach, foldCase: seed % 3 === 0, indexVersion: indexVersion[seed % 3] ?? 2 };
    expect({ seed, differences: await findDifferences(options) }).toEqual({ seed, differences: [] });
  }
});
