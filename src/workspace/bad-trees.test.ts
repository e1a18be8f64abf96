import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { makeTree } from "../../test/fixtures/tree.ts";
import { scanInBatches, scanWorkspace, type ScanEntry } from "./scanner.ts";
import type { Workspace } from "./workspace.ts";

async function all(workspace: Workspace, isSlowDisk = false): Promise<ScanEntry[]> {
  const entries: ScanEntry[] = [];
  for await (const entry of scanWorkspace(workspace, { directory: "", recursive: true, isSlowDisk }))
    entries.push(entry);
  return entries;
}

test("a thousand levels of directories are walked to the bottom", async () => {
  const depth = 1_000;
  await using tree = await makeTree();
  const bottom = join(tree.path, "d/".repeat(depth));
  mkdirSync(bottom, { recursive: true });
  writeFileSync(join(bottom, "a.ts"), "1");
  const entries = await all(await tree.open());
  expect(entries.map(({ kind, path }) => [kind, path.split("/").length])).toEqual([["file", depth + 1]]);
});

test.skipIf(process.platform === "win32")("what lies deeper than a path can say is one skipped directory", async () => {
  await using tree = await makeTree({ "a.ts": "1" });
  const name = "n".repeat(250);
  // A child's work, because it goes down by relative names.
  const script = `for (let i = 0; i < 20; i++) { fs.mkdirSync("${name}"); process.chdir("${name}"); }`;
  execFileSync(process.execPath, ["-e", script], { cwd: tree.path });
  try {
    const entries = await all(await tree.open());
    expect(entries.map((entry) => (entry.kind === "file" ? entry.path : entry.reason))).toEqual(["a.ts", "unreadable"]);
  } finally {
    // Node's own rm cannot name them either.
    execFileSync("rm", ["-rf", join(tree.path, name)]);
  }
});

test("a directory of many files comes in order, in pieces, and leaves the thread to others in between", async () => {
  const count = 4_000;
  // Long names: the list itself is large, so that it is read in pieces too.
  const nameOf = (index: number): string => `${"name".repeat(20)}${index}`;
  await using tree = await makeTree();
  for (let index = 0; index < count; index++) writeFileSync(join(tree.path, nameOf((index * 7_919) % count)), "");
  const workspace = await tree.open();
  let turns = 0;
  let isDone = false;
  const turn = (): void => {
    turns++;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  const names: string[] = [];
  let largest = 0;
  for await (const batch of scanInBatches(workspace, { directory: "", recursive: true })) {
    largest = Math.max(largest, batch.length);
    names.push(...batch.map(({ path }) => path));
  }
  isDone = true;
  expect(names).toEqual(Array.from({ length: count }, (_, index) => nameOf(index)).toSorted());
  expect(largest).toBeLessThanOrEqual(1_000);
  expect(turns).toBeGreaterThan(1);
});

test.skipIf(process.platform === "win32")(
  "loops, devices and names that no text can hold are skipped with a reason",
  async () => {
    await using tree = await makeTree({ "new\nline.ts": "1", "tab\t.ts": "1", "-rf": "1", "a/b/c.ts": "1" });
    symlinkSync("..", join(tree.path, "a/up"));
    symlinkSync("self", join(tree.path, "self"));
    symlinkSync("/dev/zero", join(tree.path, "zero"));
    execFileSync("mkfifo", [join(tree.path, "pipe.ts")]);
    const found = (await all(await tree.open())).map((entry) => [
      entry.path,
      entry.kind === "file" ? "taken" : entry.reason,
    ]);
    expect(Object.fromEntries(found)).toEqual({
      "new\nline.ts": "taken",
      "tab\t.ts": "taken",
      "-rf": "taken",
      "a/b/c.ts": "taken",
      "a/up": "symlink",
      self: "symlink",
      zero: "symlink-outside",
      "pipe.ts": "special-file",
    });
  },
);

test("files that vanish while the scan goes on are counted, and it goes on", async () => {
  const files = Object.fromEntries(
    Array.from({ length: 1_500 }, (_, index) => [`d/f${String(index).padStart(4, "0")}`, ""]),
  );
  await using tree = await makeTree({ ...files, "e/last.ts": "1" });
  const reasons = new Map<string, number>();
  let isFirst = true;
  for await (const batch of scanInBatches(await tree.open(), { directory: "", recursive: true })) {
    for (const entry of batch) {
      const key = entry.kind === "file" ? "taken" : entry.reason;
      reasons.set(key, (reasons.get(key) ?? 0) + 1);
    }
    if (isFirst) rmSync(join(tree.path, "d"), { recursive: true });
    isFirst = false;
  }
  expect(reasons.get("vanished")).toBeGreaterThan(0);
  expect([...reasons.values()].reduce((sum, count) => sum + count, 0)).toBe(1_501);
  expect(reasons.get("taken")).toBeGreaterThan(1);
});

test("a slow disk gives the same as a fast one", async () => {
  const files = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`d${index % 7}/e/f${index}.ts`, "1"]));
  await using tree = await makeTree({ ...files, "d1/.gitignore": "*1.ts\n", "d2/.env": "A=1", "z.ts": "1" });
  symlinkSync("z.ts", join(tree.path, "d3/link"));
  const workspace = await tree.open();
  const fast = await all(workspace);
  expect(fast.length).toBeGreaterThan(60);
  expect(await all(workspace, true)).toEqual(fast);
});
