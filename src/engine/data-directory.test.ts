import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { acquireFileLock } from "../config/file-lock.ts";
import { dataLockName, makeRoomForData, prepareData } from "./data-directory.ts";

let root: string;
let data: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "engine-data-"));
  data = join(root, "data");
});
afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

const database = (): string => join(data, "chroma.sqlite3");

function fill(): void {
  const connection = new DatabaseSync(database());
  connection.exec("CREATE TABLE t (x); INSERT INTO t VALUES ('kept')");
  connection.close();
}

test("new data gets an id of its own and WAL mode, and keeps both", async () => {
  const first = await prepareData(data, "1.3.4", false);
  expect(first.setAside).toBeNull();
  const connection = new DatabaseSync(database());
  expect(connection.prepare("PRAGMA journal_mode").get()).toEqual({ journal_mode: "wal" });
  connection.close();
  expect((await prepareData(data, "1.3.4", false)).dataId).toBe(first.dataId);
});

test("data whose database was deleted is new data", async () => {
  const first = await prepareData(data, "1.3.4", false);
  rmSync(database());
  expect((await prepareData(data, "1.3.4", false)).dataId).not.toBe(first.dataId);
});

test.for<readonly [string, () => void]>([
  ["emptied", () => writeFileSync(database(), "")],
  [
    "replaced by another",
    () => {
      rmSync(database());
      fill();
    },
  ],
  [
    "replaced by a directory",
    () => {
      rmSync(database());
      mkdirSync(database());
    },
  ],
])("data whose database was %s is moved aside, and is new data", async ([, damage]) => {
  const first = await prepareData(data, "1.3.4", false);
  fill();
  damage();
  const second = await prepareData(data, "1.3.4", false);
  expect(second.dataId).not.toBe(first.dataId);
  expect(readdirSync(second.setAside ?? "")).toContain("chroma.sqlite3");
  expect(await prepareData(data, "1.3.4", false)).toEqual({ dataId: second.dataId, setAside: null });
});

test("data of a version that left no mark in the database is kept, unless it was emptied", async () => {
  const { dataId } = await prepareData(data, "1.3.4", false);
  fill();
  const connection = new DatabaseSync(database());
  connection.exec("PRAGMA application_id = 0");
  connection.close();
  const unmark = () => writeFileSync(join(data, "commons.json"), JSON.stringify({ dataId, bindingVersion: "1.3.4" }));
  unmark();
  for (const isSuspect of [false, true])
    expect(await prepareData(data, "1.3.4", isSuspect)).toEqual({ dataId, setAside: null });
  unmark();
  writeFileSync(database(), "");
  expect((await prepareData(data, "1.3.4", false)).dataId).not.toBe(dataId);
});

test("a file in the place of the data is moved aside; a link to a directory is used", async () => {
  writeFileSync(data, "somebody's file");
  const aside = makeRoomForData(data) ?? "";
  expect(readFileSync(aside, "utf8")).toBe("somebody's file");
  expect(makeRoomForData(data)).toBeNull();
  mkdirSync(join(root, "elsewhere"));
  symlinkSync(join(root, "elsewhere"), data);
  expect(makeRoomForData(data)).toBeNull();
});

test("an older binding is refused on data of a newer one, with a way out", async () => {
  await prepareData(data, "1.3.4", false);
  await expect(prepareData(data, "1.0.3", false)).rejects.toMatchObject({ code: "ENGINE_UNSUPPORTED" });
  await expect(prepareData(data, "1.3.10", false)).resolves.toBeDefined();
  await expect(prepareData(data, "1.3.9", false)).rejects.toThrow(/1\.3\.10/);
});

test("data is copied before a newer binding opens it, without freeing the lock", async () => {
  const { dataId } = await prepareData(data, "1.0.3", false);
  fill();
  const lock = acquireFileLock(join(data, dataLockName));
  const upgraded = await prepareData(data, "1.3.4", false);
  expect(upgraded.dataId).toBe(dataId);
  const copy = join(root, "data-before-1.3.4");
  expect(readFileSync(join(copy, "commons.json"), "utf8")).toContain("1.0.3");
  expect(existsSync(join(copy, dataLockName))).toBe(false);
  const connection = new DatabaseSync(join(copy, "chroma.sqlite3"));
  expect(connection.prepare("SELECT x FROM t").get()).toEqual({ x: "kept" });
  connection.close();
  expect(acquireFileLock(join(data, dataLockName))).toBeNull();
  lock?.close();
});

test("suspect data that is whole stays; damaged data is moved aside with everything in it", async () => {
  const { dataId } = await prepareData(data, "1.3.4", false);
  fill();
  expect(await prepareData(data, "1.3.4", true)).toEqual({ dataId, setAside: null });
  mkdirSync(join(data, "0722d39f-b389-45ad-a4c1-4acefb1fb5bc"));
  writeFileSync(database(), Buffer.alloc(8_192, 0xaa));
  const renewed = await prepareData(data, "1.3.4", true);
  expect(renewed.dataId).not.toBe(dataId);
  expect(renewed.setAside).toContain("data-damaged-");
  expect(readdirSync(renewed.setAside ?? "").toSorted()).toEqual([
    "0722d39f-b389-45ad-a4c1-4acefb1fb5bc",
    "chroma.sqlite3",
    "commons.json",
  ]);
});
