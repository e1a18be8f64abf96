import { lstat } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTree } from "../../test/fixtures/tree.ts";
import { fileStat, storedStat } from "./file-stat.ts";

test("a file read within a clock tick of its last change never counts as unchanged later", async () => {
  await using tree = await makeTree({ "a.ts": "12345" });
  const stats = await lstat(join(tree.path, "a.ts"), { bigint: true });
  const scanned = fileStat(stats);
  expect(scanned).toMatchObject({ sizeBytes: 5, mtimeMs: Number(stats.mtimeMs) });
  expect(storedStat(stats, Number(stats.ctimeMs) + 10).signature).not.toBe(scanned.signature);
  expect(storedStat(stats, Number(stats.ctimeMs) - 10).signature).not.toBe(scanned.signature);
  expect(storedStat(stats, Number(stats.ctimeMs) + 1_000)).toEqual(scanned);
});
