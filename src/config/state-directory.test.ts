import { chownSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { homeFailure, makeStateDirectory } from "./state-directory.ts";

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

it.runIf(isRoot)("says how to take over what a run with sudo made in the own directory (needs root to make it)", () => {
  const home = join(directory, "home");
  makeStateDirectory(join(home, "hub"));
  chownSync(join(home, "hub"), nobody, nobody);
  const denied = Object.assign(new Error("denied"), { code: "EACCES" });
  expect(homeFailure(join(home, "hub", "hub.lock"), denied)).toMatchObject({
    message: `${join(home, "hub")} belongs to another user.`,
    hint: expect.stringContaining(`chown -R "$(id -un)" "${join(home, "hub")}"`),
  });
  // What stands among things of that user is theirs: nobody is told to take it.
  chownSync(home, nobody, nobody);
  expect(homeFailure(join(home, "hub", "hub.lock"), denied).hint).toBe("Set COMMONS_HOME to a directory of your own.");
});
