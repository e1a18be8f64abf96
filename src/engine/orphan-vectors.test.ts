import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "vitest";
import { removeOrphanVectors } from "./orphan-vectors.ts";

const kept = "0722d39f-b389-45ad-a4c1-4acefb1fb5bc";
const orphan = "98ab0cf0-ec68-4818-bd04-dfd70cd39351";
let directory: string;
let database: DatabaseSync;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "orphans-"));
  for (const name of [kept, orphan, "somebody's folder"]) mkdirSync(join(directory, name));
  database = new DatabaseSync(":memory:");
});
afterEach(() => {
  database.close();
  rmSync(directory, { recursive: true, force: true });
});

test("folders of segments that are gone are removed, and nothing else", async () => {
  database.exec(`CREATE TABLE segments (id TEXT, type TEXT); INSERT INTO segments VALUES ('${kept}', 'hnsw')`);
  expect(await removeOrphanVectors(directory, database)).toEqual([orphan]);
  expect(readdirSync(directory).toSorted()).toEqual([kept, "somebody's folder"]);
});

test("a database without the known table loses nothing", async () => {
  expect(await removeOrphanVectors(directory, database)).toEqual([]);
  expect(readdirSync(directory)).toHaveLength(3);
});
