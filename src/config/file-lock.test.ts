import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireFileLock } from "./file-lock.ts";

const modulePath = fileURLToPath(new URL("file-lock.ts", import.meta.url));
let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "file-lock-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

test("a second holder gets null until the first lets go", () => {
  const path = join(directory, "made", "on-demand.lock");
  const first = acquireFileLock(path);
  expect(first?.path).toBe(path);
  expect(acquireFileLock(path)).toBeNull();
  first?.close();
  first?.close();
  const second = acquireFileLock(path);
  expect(second).not.toBeNull();
  second?.close();
});

/** A process that says "ready", tries the lock when told to go, says what came of it, and stays. */
function startLocker(path: string): ChildProcessByStdio<Writable, Readable, null> {
  const program = `const { acquireFileLock } = await import(process.argv[1]);
    process.stdin.once("data", () => {
      globalThis.held = acquireFileLock(process.argv[2]);
      process.stdout.write(globalThis.held ? "held" : "refused");
    });
    process.stdout.write("ready");`;
  return spawn(process.execPath, ["--input-type=module", "-e", program, modulePath, path], {
    stdio: ["pipe", "pipe", "inherit"],
  });
}

async function nextWord(child: ChildProcessByStdio<Writable, Readable, null>): Promise<string> {
  const [said]: unknown[] = await once(child.stdout, "data");
  return String(said);
}

async function kill(child: ChildProcessByStdio<Writable, Readable, null>): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGKILL");
  await ended;
}

test("a lock held by another process is seen, and is free as soon as that process is killed", async () => {
  const path = join(directory, "process.lock");
  const child = startLocker(path);
  expect(await nextWord(child)).toBe("ready");
  child.stdin.write("go");
  expect(await nextWord(child)).toBe("held");
  expect(acquireFileLock(path)).toBeNull();
  await kill(child);
  const lock = acquireFileLock(path);
  expect(lock).not.toBeNull();
  lock?.close();
});

test("of several processes that try at one moment exactly one wins", async () => {
  const path = join(directory, "race.lock");
  const children = Array.from({ length: 6 }, () => startLocker(path));
  await Promise.all(children.map(nextWord));
  const answers = children.map(nextWord);
  for (const child of children) child.stdin.write("go");
  expect((await Promise.all(answers)).toSorted()).toEqual([
    "held",
    "refused",
    "refused",
    "refused",
    "refused",
    "refused",
  ]);
  await Promise.all(children.map(kill));
});

test("a file that is no lock is an error, not a silent refusal", () => {
  const path = join(directory, "text.lock");
  writeFileSync(path, "something that is no database at all, and longer than a header would be ".repeat(20));
  expect(() => acquireFileLock(path)).toThrow(/database/);
});

test("a lock takes no room: no journal stands beside it while it is held", () => {
  const path = join(directory, "roomless.lock");
  const lock = acquireFileLock(path);
  expect(lock).not.toBeNull();
  expect(existsSync(`${path}-journal`)).toBe(false);
  expect(statSync(path).size).toBe(0);
  lock?.close();
});
