import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { randomShares } from "../../test/fixtures/random.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { parseIndex, readTrackedFiles } from "./git-index.ts";

test.each([2, 3, 4])(
  "an index of version %i with any of its bytes changed is read or refused, and nothing worse",
  async (version) => {
    const mutations = 1_500;
    await using tree = await makeTree({
      "a/b/c.ts": "1",
      "a/b/d.ts": "1",
      "é.md": "1",
      [`${"long".repeat(50)}.ts`]: "1",
    });
    const git = (...args: string[]): void =>
      void execFileSync("git", ["-C", tree.path, ...args], { env: { PATH: process.env["PATH"], HOME: tree.path } });
    git("init", "-q");
    git("add", ".");
    if (version === 3) git("update-index", "--skip-worktree", "a/b/c.ts");
    git("update-index", "--index-version", String(version), "--force-write-index");
    const original = readFileSync(join(tree.path, ".git/index"));
    expect(original.readUInt32BE(4)).toBe(version);
    expect(parseIndex(original, 20)?.names.starts.length).toBe(4);
    const random = randomShares(version);
    for (let count = 0; count < mutations; count++) {
      const bytes = Buffer.from(
        original.subarray(0, random() < 0.3 ? Math.floor(random() * original.length) : original.length),
      );
      for (let changes = 1 + Math.floor(random() * 4); changes > 0 && bytes.length > 0; changes--) {
        bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      }
      expect(parseIndex(bytes, 20)?.names.starts.length ?? 0).toBeLessThan(100);
    }
  },
);

test("of a split index, what was deleted since the halves were written is not tracked", async () => {
  const count = 300;
  const paths = Array.from({ length: count }, (_, n) => `d${n % 7}/f${String(n).padStart(3, "0")}.ts`);
  await using tree = await makeTree(Object.fromEntries(paths.map((path) => [path, path])));
  const git = (...args: string[]): string =>
    execFileSync("git", ["-C", tree.path, ...args], {
      env: { PATH: process.env["PATH"], HOME: tree.path },
      encoding: "utf8",
    });
  git("init", "-q");
  git("config", "splitIndex.maxPercentChange", "100");
  git("add", ".");
  git("update-index", "--split-index");
  git("rm", "-q", "--cached", "-r", "d3", ...paths.filter((_, n) => n % 7 !== 3 && n % 5 === 1), paths[0] ?? "");
  await tree.add({ "new/a.ts": "1", [paths[2] ?? ""]: "edited" });
  git("add", "new", paths[2] ?? "");
  const tracked = await readTrackedFiles(join(tree.path, ".git"), 20);
  const held = new Set(git("ls-files", "-z").split("\0"));
  const all = [...paths, "new/a.ts"];
  expect(held.size).toBeLessThan(count);
  expect(all.filter((path) => tracked?.has(path))).toEqual(all.filter((path) => held.has(path)));
  expect(tracked?.hasBelow("d3")).toBe(false);
  expect(tracked?.hasBelow("d4")).toBe(true);
});
