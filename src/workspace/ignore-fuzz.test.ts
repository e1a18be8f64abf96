import { expect, test } from "vitest";
import { findDifferences } from "../../test/fixtures/ignore-fuzz.ts";

test.each([
  { seed: 1, cases: 100 },
  { seed: 2, cases: 100, indexVersion: 4 as const },
  { seed: 3, cases: 100, foldCase: true },
])("git and the scanner take the same files whatever the rules say: $seed", async (options) => {
  expect(await findDifferences(options)).toEqual([]);
});
