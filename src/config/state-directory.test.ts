import { chmodSync, chownSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { closeHome, homeFailure, makeStateDirectory, requireOwnHome } from "./state-directory.ts";

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "state-directory-"));
});
afterEach(() => rmSync(directory, { recursive: true }));

function failure(path: string): unknown {
  try {
    makeStateDirectory(path);
  } catch (error) {
    return error;
  }
  return null;
}

it("makes missing parents, for the user alone, and takes what is there already", () => {
  const path = join(directory, "a", "b", "c");
  makeStateDirectory(path);
  makeStateDirectory(path);
  expect(statSync(join(directory, "a")).mode & 0o777).toBe(0o700);
  expect(statSync(path).isDirectory()).toBe(true);
});

it("names the file that stands where a directory is needed", () => {
  const file = join(directory, "file");
  writeFileSync(file, "");
  const path = join(file, "hub", "hub.lock");
  expect(homeFailure(path, failure(join(file, "hub")))).toMatchObject({
    code: "HOME_UNUSABLE",
    message: expect.stringContaining(`${file} is a file`),
    hint: expect.stringContaining("COMMONS_HOME"),
  });
});

it.runIf(process.platform === "linux")("ends where the system lets nothing be made, as below /proc", () => {
  expect(failure("/proc/eyes/hub")).toMatchObject({ code: "ENOENT" });
});

it("tells a full disk from a wrong directory", () => {
  const cause = Object.assign(new Error("no space"), { code: "ENOSPC" });
  expect(homeFailure(join(directory, "x"), cause).code).toBe("DISK_FULL");
  // SQLite's own word for it, of the files that are locks.
  const ofSqlite = Object.assign(new Error("database or disk is full"), { code: "ERR_SQLITE_ERROR", errcode: 13 });
  expect(homeFailure(join(directory, "x"), ofSqlite).code).toBe("DISK_FULL");
});

const isRoot = process.getuid?.() === 0;
const nobody = 65_534;

it.runIf(isRoot)("names what belongs to another user (needs root to make it)", () => {
  const hub = join(directory, "home", "hub");
  makeStateDirectory(hub);
  chownSync(hub, nobody, nobody);
  const denied = Object.assign(new Error("denied"), { code: "EACCES" });
  expect(homeFailure(join(hub, "hub.lock"), denied)).toMatchObject({
    message: `${hub} belongs to another user.`,
    // Only who is not root is told how to take it over: test/slow/homes.test.ts.
    hint: "Set COMMONS_HOME to a directory of your own.",
  });
});

it("names a link that leads nowhere", () => {
  const link = join(directory, "link");
  symlinkSync(join(directory, "nothing"), link);
  const path = join(link, "hub", "hub.lock");
  expect(homeFailure(path, failure(join(link, "hub")))).toMatchObject({
    message: expect.stringContaining(`${link} is a link that leads nowhere`),
  });
});

it.runIf(process.getuid?.() !== undefined)(
  "takes a home from others who may write it, and leaves a shared directory as it is",
  () => {
    const modeAfter = (mode: number) => {
      chmodSync(directory, mode);
      closeHome(directory);
      return statSync(directory).mode & 0o7777;
    };
    expect([modeAfter(0o777), modeAfter(0o720), modeAfter(0o755), modeAfter(0o1777)]).toEqual([
      0o700, 0o700, 0o755, 0o1777,
    ]);
    closeHome(join(directory, "none"));
  },
);

it.skipIf(process.getuid?.() !== 0)("root is kept out of another user's home, but for one that is shared", () => {
  requireOwnHome(directory);
  requireOwnHome(join(directory, "none"));
  chownSync(directory, 65_534, 65_534);
  expect(() => requireOwnHome(directory)).toThrow(`${directory} belongs to another user.`);
  chmodSync(directory, 0o1777);
  requireOwnHome(directory);
});
