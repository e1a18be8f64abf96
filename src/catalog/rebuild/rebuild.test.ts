import {
  closeSync,
  copyFileSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSearch,
  notes,
  openTestCatalog,
  viewer,
} from "../../../test/contracts/catalog-fixture.ts";
import { createEmbedder, defaultEmbedderId } from "../../embed/registry.ts";
import { createTokenizer } from "../../search/tokenizer.ts";
import { catalogFileName } from "../connection.ts";
import { beginRebuild } from "./rebuild.ts";

let place: ReturnType<typeof makeDirectory>;
beforeEach(() => {
  place = makeDirectory();
});
afterEach(() => {
  place.remove();
});

const spec = { ...viewer, name: "app_code", kind: "permanent" as const, author };
const file = () => join(place.directory, catalogFileName);
const documents = 60;
const embedder = createEmbedder(defaultEmbedderId, createTokenizer().parts);

/** One word for the tokeniser: numbers would be words of their own. */
const word = (begin: string, index: number) =>
  begin + Array.from(String(index), (digit) => "bcdfgkmpqz"[Number(digit)]).join("");

/** A catalog of 60 files and 20 notes, one of them long, closed cleanly or left with its write-ahead file. */
function fill(isClean = true): void {
  const catalog = openTestCatalog(place.directory);
  const { collection } = catalog.ensureCollection(spec);
  const files = Array.from({ length: documents }, (_, index) =>
    makeDocument(`src/file-${index}.ts`, [
      `words of file${index} ${"and more of them ".repeat(30)}`,
      word("second", index),
    ]),
  );
  catalog.write(makeBatch(collection.id, { documents: files }));
  const stored = Array.from({ length: 20 }, (_, index) =>
    makeDocument(`note-${index}`, [`${word("note", index)} ${index === 7 ? "long ".repeat(4_000) : ""}`], {
      fileType: "note",
    }),
  );
  catalog.write(makeBatch(collection.id, { source: notes, documents: stored }));
  if (isClean) return catalog.close();
  const copies = readdirSync(place.directory).map((name) => join(place.directory, name));
  for (const each of copies) copyFileSync(each, `${each}.kept`);
  catalog.close();
  for (const each of copies) copyFileSync(`${each}.kept`, each);
  for (const each of copies) rmSync(`${each}.kept`);
}

function rebuild() {
  const workDirectory = join(place.directory, "new");
  const begun = beginRebuild({ damagedDirectory: place.directory, workDirectory, embedder });
  const result = begun.refill({ known: new Map(), others: [] });
  return { facts: begun.facts, result, catalog: openTestCatalog(workDirectory) };
}

function overwrite(at: number, bytes: Buffer): void {
  const open = openSync(file(), "r+");
  writeSync(open, bytes, 0, bytes.length, at);
  closeSync(open);
}

/** What is there, and what a search finds first. */
function stateOf({ catalog, result }: ReturnType<typeof rebuild>) {
  const found = catalog.findCollection(viewer, "app_code");
  const id = found?.id ?? "";
  const first = (query: string) => catalog.search(makeSearch(id, query)).hits[0]?.path;
  const state = {
    result,
    documents: found?.documents,
    chunks: found?.chunks,
    file: first(word("second", 33)),
    note: first(word("note", 7)),
    withoutVector: catalog.collectionDetail(id).health.chunksWithoutVector,
  };
  catalog.close();
  return state;
}

const everything = {
  result: {
    collections: 1,
    documents,
    notes: 20,
    receipts: expect.any(Number),
    nameless: [],
    lost: [],
    noteStates: expect.any(Array),
  },
  documents: 80,
  chunks: 140,
  file: "src/file-33.ts",
  note: "note-7",
  withoutVector: 0,
};

describe("a rebuild", () => {
  test("of a whole file brings everything back, and the next ingest reads the files again", () => {
    fill();
    const made = rebuild();
    const id = made.catalog.findCollection(viewer, "app_code")?.id ?? "";
    const [first] = made.catalog.knownFiles({ collectionId: id, sourceKey: "ws-1", after: null, limit: 1 });
    expect(first?.fingerprint).toMatch(/^rebuilt fingerprint of/);
    expect(stateOf(made)).toEqual(everything);
  });

  test("reads what stands in the write-ahead file only", () => {
    fill(false);
    expect(statSync(`${file()}-wal`).size).toBeGreaterThan(100_000);
    expect(stateOf(rebuild())).toEqual(everything);
  });

  test("needs neither the header nor the first page", () => {
    fill();
    overwrite(0, Buffer.alloc(4_096));
    expect(stateOf(rebuild())).toEqual(everything);
  });

  test("brings back what stands before the place where the file was cut off, and names the rest", () => {
    fill();
    truncateSync(file(), Math.floor(statSync(file()).size / 8_192) * 4_096);
    const { result, facts, catalog } = rebuild();
    expect(facts.missingPages).toBeGreaterThan(0);
    expect(result.documents + result.notes + result.lost.length).toBeLessThanOrEqual(80);
    catalog.close();
  });

  test("of a file of garbage makes an empty catalog and says that nothing was found", () => {
    writeFileSync(file(), "no database at all ".repeat(5_000));
    const { result, catalog } = rebuild();
    expect(result).toMatchObject({ collections: 0, documents: 0, notes: 0 });
    catalog.close();
  });

  test("does not bring back what was deleted", () => {
    fill();
    const catalog = openTestCatalog(place.directory);
    const id = catalog.findCollection(viewer, "app_code")?.id ?? "";
    const removals = Array.from({ length: 50 }, (_, index) => `src/file-${index}.ts`);
    catalog.write(makeBatch(id, { removals }));
    catalog.close();
    const made = rebuild();
    expect(made.result).toMatchObject({ documents: 10, notes: 20 });
    made.catalog.close();
  });
});
