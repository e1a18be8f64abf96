import { copyFileSync, mkdirSync, renameSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSearch,
  openTestCatalog,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import { thrownBy } from "../../test/fixtures/thrown-by.ts";
import { createEmbedder, defaultEmbedderId } from "../embed/registry.ts";
import { createTokenizer } from "../search/tokenizer.ts";
import { checkCatalog } from "./check.ts";
import { catalogFileName, openConnection } from "./connection.ts";
import { mendCatalog } from "./mend.ts";

let place: ReturnType<typeof makeDirectory>;
beforeEach(() => {
  place = makeDirectory();
  const catalog = openTestCatalog(place.directory);
  const { collection } = catalog.ensureCollection({ ...viewer, name: "app_code", kind: "permanent", author });
  const documents = Array.from({ length: 30 }, (_, index) => makeDocument(`${index}.ts`, [`words ${index}`, "shared"]));
  catalog.write(makeBatch(collection.id, { documents }));
  catalog.close();
});
afterEach(() => {
  place.remove();
});

const file = () => join(place.directory, catalogFileName);
const embedder = createEmbedder(defaultEmbedderId, createTokenizer().parts);
const check = (isDeep = true) => checkCatalog(place.directory, { isDeep });

function spoil(sql: string): void {
  const connection = openConnection({ directory: place.directory, isReadOnly: false });
  connection.exec(`PRAGMA foreign_keys = OFF; ${sql}`);
  connection.close();
}

describe("a check", () => {
  test("of a sound catalog finds nothing, and makes no file", () => {
    expect(check()).toEqual({ findings: [], collections: 1, documents: 30, notes: 0, chunks: 60 });
  });

  test.each([
    ["chunks that are gone", "DELETE FROM chunks WHERE document_id = 3", "1 document lack"],
    ["texts that are gone", "DELETE FROM texts WHERE id = 4", "to something that is not there"],
    ["a text that was changed", "UPDATE texts SET text = 'other' WHERE id = 4", "1 text is not what was written"],
    ["metadata that is no JSON", "UPDATE documents SET metadata = '{' WHERE id = 4", "unreadable metadata"],
  ])("finds %s, which only a rebuild mends", (_what, sql, fact) => {
    spoil(sql);
    expect(check().findings).toContainEqual({ remedy: "rebuild", fact: expect.stringContaining(fact) });
  });

  test.each([
    ["wrong counters", "UPDATE collection_sources SET documents = 7", "counters of 1 source"],
    ["missing vectors", "DELETE FROM vectors WHERE text_id < 4", "3 texts lack the vector"],
    ["words of chunks that are gone", "DELETE FROM word_segments", 'word index of "app_code"'],
    ["pages of words that are gone", "DELETE FROM word_pages", 'word index of "app_code"'],
    [
      "a word that is another",
      "UPDATE word_pages SET data = CAST(replace(CAST(data AS TEXT), 'shar', 'shor') AS BLOB)",
      'word index of "app_code"',
    ],
    ["unreadable pages of words", "UPDATE word_pages SET data = x'00ff'", 'word index of "app_code"'],
  ])("finds %s, and mending makes them anew", (_what, sql, fact) => {
    spoil(sql);
    expect(check().findings).toEqual([{ remedy: "mend", fact: expect.stringContaining(fact) }]);
    mendCatalog(place.directory, { embedder, mirror: "all" });
    expect(check().findings).toEqual([]);
    const catalog = openTestCatalog(place.directory);
    const id = catalog.findCollection(viewer, "app_code")?.id ?? "";
    expect(catalog.search(makeSearch(id, "words 7")).hits[0]?.path).toBe("7.ts");
    catalog.close();
  });
});

describe("a catalog that SQLite would take for a new one", () => {
  test.each([
    ["is gone", () => rmSync(file())],
    ["is empty", () => truncateSync(file(), 0)],
    [
      "is no file",
      () => {
        rmSync(file());
        mkdirSync(file());
      },
    ],
  ])("because its file %s is refused, and the check says it", (fact, spoilFile) => {
    spoilFile();
    const error = thrownBy(() => openTestCatalog(place.directory));
    expect([error.code, error.message, error.hint]).toEqual([
      "CATALOG_DAMAGED",
      expect.stringContaining(fact),
      expect.stringContaining("commons doctor --fix"),
    ]);
    expect(check().findings).toEqual([{ remedy: "rebuild", fact: expect.stringContaining(fact) }]);
  });

  test("because the whole directory is gone is a new one", () => {
    rmSync(place.directory, { recursive: true });
    const catalog = openTestCatalog(place.directory);
    expect(catalog.totals()).toMatchObject({ collections: 0 });
    catalog.close();
  });

  test("because the whole directory is gone is refused where a marker elsewhere tells that there was one", () => {
    const aside = makeDirectory();
    const madeMarker = join(aside.directory, "catalog.made");
    openTestCatalog(place.directory, { madeMarker }).close();
    rmSync(place.directory, { recursive: true });
    expect(thrownBy(() => openTestCatalog(place.directory, { madeMarker })).code).toBe("CATALOG_DAMAGED");
    expect(checkCatalog(place.directory, { isDeep: false, madeMarker }).findings).toEqual([
      { remedy: "rebuild", fact: expect.stringContaining("is gone") },
    ]);
    aside.remove();
  });

  test("whose last writes are gone is opened, and the check tells it", () => {
    writeFileSync(join(place.directory, "catalog.open"), "");
    openTestCatalog(place.directory).close();
    expect(check().findings).toEqual([{ remedy: "note", fact: expect.stringContaining("the last writes was gone") }]);
  });
});

test("what cannot be opened is not called damaged", () => {
  const sharedMemory = join(place.directory, "catalog.sqlite-shm");
  openTestCatalog(place.directory).close();
  mkdirSync(sharedMemory);
  writeFileSync(`${file()}-wal`, Buffer.alloc(100));
  expect(check().findings.map(({ remedy }) => remedy)).not.toContain("rebuild");
});

test("a write-ahead file that is written now is not called cut off", () => {
  writeFileSync(`${file()}-wal`, Buffer.alloc(10));
  const facts = (isInUse: boolean) =>
    checkCatalog(place.directory, { isDeep: false, isInUse })
      .findings.map(({ fact }) => fact)
      .join(" ");
  expect(facts(false)).toContain("was cut off");
  expect(facts(true)).not.toContain("was cut off");
});

test("a text that is not what was written is never shown", () => {
  spoil("UPDATE texts SET text = 'words of somebody else' WHERE text = 'words 7'");
  const catalog = openTestCatalog(place.directory);
  const id = catalog.findCollection(viewer, "app_code")?.id ?? "";
  expect(thrownBy(() => catalog.search(makeSearch(id, "words 7"))).code).toBe("CATALOG_DAMAGED");
  catalog.close();
});

test.for<readonly [string, () => void]>([
  ["removed", () => rmSync(file())],
  ["removed with its directory", () => rmSync(place.directory, { recursive: true })],
  ["emptied", () => truncateSync(file(), 0)],
  [
    "replaced",
    () => {
      copyFileSync(file(), `${file()}.copy`);
      renameSync(`${file()}.copy`, file());
    },
  ],
  ["deprived of its write-ahead file", () => rmSync(`${file()}-wal`)],
  ["given an emptied write-ahead file", () => truncateSync(`${file()}-wal`, 0)],
])("no write is acknowledged into a catalog that was %s while it is open", ([, spoilFile]) => {
  const catalog = openTestCatalog(place.directory);
  const id = catalog.findCollection(viewer, "app_code")?.id ?? "";
  spoilFile();
  const write = () => catalog.write(makeBatch(id, { documents: [makeDocument("late.ts", ["a late document"])] }));
  expect(thrownBy(write).code).toBe("CATALOG_DAMAGED");
  try {
    catalog.close();
  } catch {
    // SQLite may find by itself that its files are not there.
  }
});
