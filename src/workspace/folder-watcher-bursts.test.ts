import { execFile } from "node:child_process";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";
import { isDeepStrictEqual, promisify } from "node:util";
import { expect, test } from "vitest";
import { follow, has, looks } from "../../test/fixtures/followed-folder.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import type { ChangeBatch } from "./change-queue.ts";

/** Files in ten directories below `directory`. */
async function writeMany(directory: string, count: number): Promise<void> {
  for (let at = 0; at < 10; at++) await mkdir(join(directory, `d${at}`), { recursive: true });
  const numbers = Array.from({ length: count }, (_, index) => index);
  await Promise.all(numbers.map((index) => writeFile(join(directory, `d${index % 10}`, `f${index}.ts`), "1")));
}

test("10,000 files at once end in one look, with every directory watched", async () => {
  await using source = await makeTree();
  await writeMany(join(source.path, "many"), 10_000);
  await using followed = await follow(await makeTree({ "a.ts": "1" }));
  await rename(join(source.path, "many"), join(followed.tree.path, "many"));
  await followed.until(() => looks(followed).length > 0);
  expect(followed.batches).toEqual([{ kind: "folder", why: "burst" }]);
  // On a busy machine the last directories are watched a little later.
  await followed.until(() => followed.watcher.directories === 12);
  expect(followed.watcher.directories).toBe(12);
  await followed.tree.add({ "many/d3/after.ts": "1" });
  await followed.until(has(followed, "many/d3/after.ts"));
});

test("more names at once than can be sorted end in a look that finds new directories", async () => {
  await using followed = await follow(await makeTree({ "a.ts": "1" }));
  const files = Array.from({ length: 3_000 }, (_, index) => index);
  await Promise.all(files.map((index) => writeFile(join(followed.tree.path, `f${index}.ts`), "1")));
  await writeMany(join(followed.tree.path, "new"), 200);
  await followed.until(() => looks(followed).length > 0 && followed.watcher.directories === 12);
  await followed.tree.add({ "new/d3/after.ts": "1" });
  await followed.until(has(followed, "new/d3/after.ts"));
  expect(followed.watcher.directories).toBe(12);
});

test("a branch switch ends in a look, with the directories of the new branch watched", async () => {
  await using tree = await makeTree();
  const git = (...args: string[]): Promise<unknown> =>
    promisify(execFile)("git", ["-c", "user.name=t", "-c", "user.email=t@t", ...args], { cwd: tree.path });
  await git("init", "-q", "-b", "one");
  await writeMany(join(tree.path, "old"), 1_000);
  await git("add", ".");
  await git("commit", "-qm", "one");
  await git("checkout", "-qb", "two");
  await git("mv", "old", "new/");
  await writeMany(join(tree.path, "more"), 1_000);
  await git("add", ".");
  await git("commit", "-qm", "two");
  await git("checkout", "-q", "one");
  await using followed = await follow(tree, { tuning: { quietMs: 500 } });
  expect(followed.watcher.directories).toBe(12);
  await git("checkout", "-q", "two");
  await followed.until(() => looks(followed).length > 0 && followed.watcher.directories === 23);
  expect(followed.batches.filter(({ kind }) => kind === "paths")).toEqual([]);
  await followed.tree.add({ "more/d3/after.ts": "1" });
  await followed.until(has(followed, "more/d3/after.ts"));
});

/** Changes of all kinds, one after the other; repeatable by its seed. */
async function changeAtRandom(root: string, options: { seed: number; steps: number }): Promise<void> {
  let state = options.seed;
  const random = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const directory = (): string => join(root, ...Array.from({ length: random(4) }, () => `d${random(3)}`));
  const changes = [
    async () => void (await mkdir(directory(), { recursive: true })),
    () => writeFile(join(directory(), `f${random(6)}.ts`), String(random(1_000_000))),
    () => writeFile(join(directory(), `f${random(6)}.ts`), String(random(1_000_000))),
    () => rm(join(directory(), `f${random(6)}.ts`)),
    () => rename(join(directory(), `f${random(6)}.ts`), join(directory(), `f${random(6)}.ts`)),
    () => rename(join(directory(), `d${random(3)}`), join(directory(), `d${random(3)}`)),
    () => rm(join(directory(), `d${random(3)}`), { recursive: true }),
  ];
  for (let step = 0; step < options.steps; step++) {
    // Most targets do not exist yet, or are in the way.
    await changes[random(changes.length)]?.().catch(() => undefined);
  }
}

async function textsOf(root: string): Promise<Map<string, string>> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const texts = new Map<string, string>();
  for (const file of files) texts.set(relative(root, file), await readFile(file, "utf8"));
  return texts;
}

// In the system's own mode only: Node's emulation of the other one misses some events.
test.for([1, 2, 3, 4])("who follows the hints ends with what is on the disk (seed %i)", async (seed) => {
  const tree = await makeTree();
  const mirror = new Map<string, string>();
  const follows = async (batch: ChangeBatch): Promise<void> => {
    if (batch.kind === "folder") {
      mirror.clear();
      for (const [path, text] of await textsOf(tree.path)) mirror.set(path, text);
      return;
    }
    for (const path of batch.paths) {
      const text = await readFile(join(tree.path, path), "utf8").catch(() => null);
      if (text === null) mirror.delete(path);
      else mirror.set(path, text);
    }
  };
  let isDone = false;
  let disk = new Map<string, string>();
  const equal = Promise.withResolvers<void>();
  const compare = (): void => {
    if (isDone && isDeepStrictEqual(mirror, disk)) equal.resolve();
  };
  // A short wait makes many small batches, most of them while more happens.
  await using _ = await follow(tree, {
    tuning: { quietMs: 2, latestMs: 5, latestLookMs: 5 },
    onChange: (batch) => follows(batch).then(compare),
  });
  await changeAtRandom(tree.path, { seed, steps: 600 });
  disk = await textsOf(tree.path);
  isDone = true;
  compare();
  await equal.promise;
  expect(disk.size).toBeGreaterThan(0);
});
