import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { applyChange } from "../../src/setup/apply-change.ts";
import { backupDirectory } from "../../src/setup/backups.ts";
import { withSetupLock } from "../../src/setup/setup-lock.ts";
import { randomNumbers } from "../fixtures/random.ts";

const modules = ["apply-change.ts", "setup-lock.ts", "plain-file.ts"].map((name) =>
  fileURLToPath(new URL(`../../src/setup/${name}`, import.meta.url)),
);

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "setup-writes-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

/** A process that changes the file between two texts for ever and says "." before each step. */
const program = `
  const [{ applyChange }, { withSetupLock }, { readConfigText }] = await Promise.all(
    process.argv.slice(1, 4).map((path) => import(path)));
  const [file, home] = process.argv.slice(4);
  for (;;) {
    process.stdout.write(".");
    await withSetupLock(home, async () => {
      const before = await readConfigText(file);
      const letter = before.startsWith("a") ? "b" : "a";
      await applyChange({ file, before, after: letter.repeat(before.length) }, { home });
    });
  }`;

/** Kills the writer when it has begun the given number of steps. */
async function killInStep(step: number, file: string, home: string): Promise<void> {
  const child = spawn(
    process.execPath,
    ["--no-warnings", "--input-type=module", "-e", program, ...modules, file, home],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  const ended = once(child, "exit");
  let steps = 0;
  child.stdout.on("data", (said: Buffer) => {
    steps += said.length;
    if (steps >= step) child.kill("SIGKILL");
  });
  expect((await ended)[1]).toBe("SIGKILL");
}

test("a writer that is killed at any moment leaves one of the two texts whole, and the next run goes on", async () => {
  const file = join(directory, "settings.json");
  const home = join(directory, "home");
  const length = 300_000;
  const texts = ["a".repeat(length), "b".repeat(length)];
  writeFileSync(file, texts[0] ?? "", { mode: 0o640 });
  const random = randomNumbers(6);
  for (let run = 0; run < 20; run += 1) {
    await killInStep(1 + random(12), file, home);
    expect(texts).toContain(readFileSync(file, "utf8"));
    expect(statSync(file).mode & 0o777).toBe(0o640);
  }
  const backups = readdirSync(backupDirectory(home)).filter((name) => !name.startsWith("."));
  for (const name of backups) expect(texts).toContain(readFileSync(join(backupDirectory(home), name), "utf8"));

  // What the killed ones left is old enough a minute later, and goes.
  for (const name of readdirSync(directory)) if (name.endsWith(".commons-tmp")) utimesSync(join(directory, name), 1, 1);
  const before = readFileSync(file, "utf8");
  await withSetupLock(home, () => applyChange({ file, before, after: "whole" }, { home }));
  expect(readdirSync(directory).toSorted()).toEqual(["home", "settings.json"]);
}, 120_000);
