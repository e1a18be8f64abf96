import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FileComparison } from "../../src/duplicates/file-comparison.ts";
import { CommandLine } from "../fixtures/command-line.ts";

const cli = new CommandLine();
const lines = Array.from({ length: 30 }, (_, line) => `Sentence ${line} of the guide.\n`);

beforeAll(() => {
  cli.write({
    "guide.md": lines.join(""),
    "same.md": lines.join(""),
    "edited.md": lines.with(9, "Another sentence.\n").join(""),
    "other.bin": "\u0000\u0001\u0002",
    ".env": "KEY=1\n",
  });
  // Where no session of an agent could be: directly in the home.
  writeFileSync(join(cli.home, "note.md"), lines.join("\t"));
});
afterAll(() => cli.close());

describe("commons compare", { timeout: 180_000 }, () => {
  it("exits with 0 for the same bytes and with 1 for files that differ, and shows the changed lines", async () => {
    const [same, near, different] = await Promise.all([
      cli.run("compare", "guide.md", "same.md"),
      cli.run("compare", "guide.md", "edited.md"),
      cli.run("compare", "guide.md", "other.bin"),
    ]);
    expect([same.code, near.code, different.code]).toEqual([0, 1, 1]);
    expect(same.stdout).toMatch(/^Same: All \d+ bytes are the same\./);
    expect(near.stdout).toMatch(/^Near: [^]*\n--- guide\.md\n\+\+\+ edited\.md\n@@ -7,7 \+7,7 @@\n/);
    expect(near.stdout).toContain("\n-Sentence 9 of the guide.\n+Another sentence.\n");
    expect(different.stdout).toMatch(/^Different: /);
  });

  it("compares files anywhere, also directly in the home, with nothing started that stays", async () => {
    const { code, stdout } = await cli.run("compare", "guide.md", join(cli.home, "note.md"), "--json");
    const comparison: FileComparison = JSON.parse(stdout);
    expect([code, comparison.verdict]).toEqual([1, "near"]);
    expect(comparison.findings[0]).toContain("white space");
    const { stdout: status } = await cli.run("hub", "status");
    expect(status).toMatch(/not running|No hub/i);
  });

  it("exits with 2 or more when it cannot tell", async () => {
    const directory = join(cli.workspace, "folder");
    mkdirSync(directory);
    const [missing, folder, secret, one] = await Promise.all([
      cli.run("compare", "guide.md", "gone.md"),
      cli.run("compare", "guide.md", "folder", "--json"),
      cli.run("compare", "guide.md", ".env"),
      cli.run("compare", "guide.md"),
    ]);
    for (const { code, stdout } of [missing, folder, secret, one]) {
      expect(code).toBeGreaterThanOrEqual(2);
      expect(stdout).toBe("");
    }
    expect(missing.stderr).toContain("gone.md does not exist");
    expect(JSON.parse(folder.stderr)).toMatchObject({ error: { code: "PATH_WRONG_KIND" } });
    expect(secret.stderr).toContain("cannot be compared: secret");
  });
});
