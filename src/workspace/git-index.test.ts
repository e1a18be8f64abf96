import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createRandom } from "../../test/fixtures/ignore-fuzz.ts";
import { makeTree } from "../../test/fixtures/tree.ts";
import { parseIndex } from "./git-index.ts";

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
    const random = createRandom(version);
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
