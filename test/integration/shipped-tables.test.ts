import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { shipTables } from "../../scripts/lib/ship-tables.mjs";

let root: string;
let [source, target] = ["", ""];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "shipped tables-"));
  source = join(root, "src", "embed", "table");
  target = join(root, "dist", "table");
  mkdirSync(source, { recursive: true });
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

test("tables are copied, and nothing that stands beside them", async () => {
  writeFileSync(join(source, "words.bin"), "table");
  writeFileSync(join(source, "README.md"), "about it");
  await shipTables(target, root);
  expect(readdirSync(target)).toEqual(["words.bin"]);
  expect(readFileSync(join(target, "words.bin"), "utf8")).toBe("table");
});

test("tables of all folders stand together", async () => {
  const places = join(root, "src", "places", "table");
  mkdirSync(places, { recursive: true });
  writeFileSync(join(source, "words.bin"), "words");
  writeFileSync(join(places, "cities.bin"), "cities");
  await shipTables(target, root);
  expect(readdirSync(target).toSorted()).toEqual(["cities.bin", "words.bin"]);
});

test("one that is there already stays the same file; one that is cut or changed is replaced", async () => {
  writeFileSync(join(source, "words.bin"), "table");
  await shipTables(target, root);
  const file = join(target, "words.bin");
  const { ino } = statSync(file);
  await shipTables(target, root);
  expect(statSync(file).ino).toBe(ino);
  writeFileSync(file, "tab");
  await shipTables(target, root);
  expect(readFileSync(file, "utf8")).toBe("table");
});

test("what is no table of the sources any more goes, with what a broken copy left", async () => {
  mkdirSync(target, { recursive: true });
  for (const name of ["old.bin", "words.bin.123"]) writeFileSync(join(target, name), "old");
  await shipTables(target, root);
  expect(readdirSync(target)).toEqual([]);
});
