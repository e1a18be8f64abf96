import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireFileLock, isFileLocked } from "./file-lock.ts";

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
  expect([acquireFileLock(path), isFileLocked(path)]).toEqual([null, true]);
  await kill(child);
  expect([isFileLocked(path), isFileLocked(join(directory, "none.lock"))]).toEqual([false, false]);
  expect(existsSync(join(directory, "none.lock"))).toBe(false);
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

test.each([
  ["text", "something that is no database at all, and longer than a header would be ".repeat(20)],
  ["a pid", "12345\n"],
  ["a database that is cut", `SQLite format 3\0${"x".repeat(100)}`],
])("a file into which somebody wrote %s is a lock again, and in its place", (_, content) => {
  const path = join(directory, "text.lock");
  writeFileSync(path, content);
  const { ino } = statSync(path);
  const lock = acquireFileLock(path);
  expect(lock).not.toBeNull();
  expect(acquireFileLock(path)).toBeNull();
  expect(statSync(path).ino).toBe(ino);
  lock?.close();
});

test("what somebody wrote into a lock that is held does not free it", async () => {
  const path = join(directory, "held.lock");
  const child = startLocker(path);
  await nextWord(child);
  child.stdin.write("go");
  expect(await nextWord(child)).toBe("held");
  writeFileSync(path, "12345\n");
  expect(acquireFileLock(path)).toBeNull();
  await kill(child);
  const lock = acquireFileLock(path);
  expect(lock).not.toBeNull();
  lock?.close();
});

test("a lock that was closed to writing is opened again", () => {
  const path = join(directory, "closed.lock");
  writeFileSync(path, "", { mode: 0o400 });
  const lock = acquireFileLock(path);
  expect(lock).not.toBeNull();
  expect(statSync(path).mode & 0o777).toBe(0o600);
  lock?.close();
});

test("what is no plain file is named, with what to do", () => {
  const path = join(directory, "directory.lock");
  mkdirSync(path);
  expect(() => acquireFileLock(path)).toThrow(
    expect.objectContaining({ code: "HOME_UNUSABLE", message: expect.stringContaining(path) }),
  );
});

test("a lock takes no room: no journal stands beside it while it is held", () => {
  const path = join(directory, "roomless.lock");
  const lock = acquireFileLock(path);
  expect(lock).not.toBeNull();
  expect(existsSync(`${path}-journal`)).toBe(false);
  expect(statSync(path).size).toBe(0);
  lock?.close();
});
