import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const directory = mkdtempSync(join(tmpdir(), "model-data-"));
afterAll(() => rmSync(directory, { recursive: true }));

test.each(["download.ts", "harvest.ts", "tokenise.ts", "record-sources.ts"])(
  "%s asks for --data and writes nothing where it was started",
  (script) => {
    const run = spawnSync(process.execPath, [join(import.meta.dirname, script)], { cwd: directory, encoding: "utf8" });
    expect(run.stderr).toBe("--data DIRECTORY is missing: a directory outside of the repository, with 6 GB free.\n");
    expect(run.status).toBe(2);
    expect(readdirSync(directory)).toEqual([]);
  },
);
