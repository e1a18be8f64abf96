import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { DataWatch } from "./data-watch.ts";

const files = { database: "chroma.sqlite3", stamp: "commons.json", dataId: "the-id" };
let directory: string;
let watch: DataWatch;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "commons-data-"));
  makeDatabase("chroma.sqlite3");
  writeFileSync(join(directory, "commons.json"), JSON.stringify({ dataId: "the-id" }));
  watch = new DataWatch(directory, files);
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function makeDatabase(name: string): void {
  const database = new DatabaseSync(join(directory, name));
  database.exec("CREATE TABLE a (x)");
  database.close();
}

test("data that is as it was has no failure", () => {
  expect(watch.failure()).toBeNull();
});

test.for<readonly [string, () => void]>([
  ["a removed directory", () => rmSync(directory, { recursive: true })],
  ["a removed database", () => rmSync(join(directory, "chroma.sqlite3"))],
  ["an overwritten database", () => writeFileSync(join(directory, "chroma.sqlite3"), "garbage".repeat(1_000))],
  ["an emptied database", () => writeFileSync(join(directory, "chroma.sqlite3"), "")],
  ["a stamp of other data", () => writeFileSync(join(directory, "commons.json"), JSON.stringify({ dataId: "other" }))],
  ["a removed stamp", () => rmSync(join(directory, "commons.json"))],
  [
    "a database in its place",
    () => {
      makeDatabase("other");
      renameSync(join(directory, "other"), join(directory, "chroma.sqlite3"));
    },
  ],
])("%s is seen under a running ChromaDB", ([, damage]) => {
  damage();
  expect(watch.failure()).not.toBeNull();
});
