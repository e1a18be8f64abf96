import { rename } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ingest, maxFileBytes, paths, settle } from "../../test/fixtures/ingest-run.ts";
import { createMemoryTarget } from "../../test/fixtures/memory-target.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import type { IngestProgress } from "./requests.ts";

test("a limit takes the first files, says how many it left out, and removes none of them", async () => {
  await using tree = await makeTree({ "a.ts": "1", "b.ts": "2", "c.ts": "3", "d.ts": "4" });
  const target = createMemoryTarget();
  await ingest(tree, target);
  const report = await ingest(tree, target, { maxFiles: 1 });
  expect(report).toMatchObject({ isTruncated: true, skippedBy: { "over-limit": 3 } });
  expect(paths(target)).toEqual(["a.ts", "b.ts", "c.ts", "d.ts"]);
});

test("a limit gives its places to files that are taken", async () => {
  await using tree = await makeTree({
    "a.txt": "x".repeat(maxFileBytes + 1),
    "b.ts": "",
    "c.unknown": "\0\0",
    "d.ts": "4",
    "e.ts": "5",
    "f.ts": "6",
  });
  const report = await ingest(tree, createMemoryTarget(), { maxFiles: 2 });
  expect(report).toMatchObject({
    files: { added: 2 },
    isTruncated: true,
    skippedBy: { "too-large": 1, empty: 1, binary: 1, "over-limit": 1 },
  });
});

test("ingests of one directory at the same time count every file in exactly one column", async () => {
  await using tree = await makeTree(
    Object.fromEntries(Array.from({ length: 29 }, (_, index) => [`f${index}.ts`, `const a${index} = 1;`])),
  );
  const target = createMemoryTarget();
  const reports = await Promise.all([1, 2, 3].map(() => ingest(tree, target)));
  const sums = reports.map(({ files }) => Object.values(files).reduce((sum, count) => sum + count, 0));
  expect(sums).toEqual([29, 29, 29]);
  expect(reports.reduce((sum, { files }) => sum + files.added, 0)).toBe(29);
  expect(reports.reduce((sum, { files }) => sum + files.unchanged, 0)).toBe(58);
});

test("progress is one number that only rises, up to all files", async () => {
  await using tree = await makeTree(
    Object.fromEntries(Array.from({ length: 1_200 }, (_, index) => [`f${index}.unknown`, index % 3 ? "text" : "\0"])),
  );
  const steps: IngestProgress[] = [];
  await ingest(tree, createMemoryTarget(), { onProgress: (step) => void steps.push(step) });
  const numbers = steps.map(({ scanned, done }) => scanned + done);
  expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  expect(steps.map(({ phase }) => phase)).toEqual(expect.arrayContaining(["scan", "compare", "write"]));
  expect(steps.at(-1)).toMatchObject({ phase: "write", scanned: 1_200, done: 1_200, total: 1_200 });
});

test("a choice of kinds takes files of unknown names by what they hold", async () => {
  await using tree = await makeTree({
    deploy: "#!/bin/bash\necho deploy\n",
    notes: "Just some words.\n",
    "a.ts": "const a = 1;",
    "b.md": "# B\n",
  });
  const target = createMemoryTarget();
  const report = await ingest(tree, target, { categories: ["code"] });
  expect(paths(target)).toEqual(["a.ts", "deploy"]);
  expect(report.skippedBy).toEqual({ filtered: 2 });
});

test("looking at what is new only finds the files of a directory that was renamed or moved in", async () => {
  await using tree = await makeTree({
    "src/a.ts": "const a = 1;",
    "src/deep/b.ts": "const bb = 2;",
    "left.ts": "const left = 0;",
  });
  await using elsewhere = await makeTree({ "lib/c.ts": "const ccc = 3;" });
  const target = createMemoryTarget();
  await ingest(tree, target, { extensions: ["ts"], directory: "src" });
  await settle(tree, target);
  // The file system's clock ticks in steps, so a rename may bear a time some milliseconds before it; the files are 60 ms older.
  const newSinceMs = Date.now() - 30;
  await rename(join(tree.path, "src"), join(tree.path, "source"));
  await rename(join(elsewhere.path, "lib"), join(tree.path, "lib"));
  await ingest(tree, target, { newSinceMs });
  expect(paths(target)).toEqual(["lib/c.ts", "source/a.ts", "source/deep/b.ts"]);
});
