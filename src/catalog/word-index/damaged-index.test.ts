import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { makeDirectory } from "../../../test/contracts/catalog-fixture.ts";
import { thrownBy } from "../../../test/fixtures/thrown-by.ts";
import { CommonsError } from "../../core/errors.ts";
import { type Connection, openConnection } from "../connection.ts";
import { wordIndexSchema } from "./schema.ts";
import { createWordIndex } from "./word-index.ts";

const collectionId = 1;
const passages = 24;

let place: ReturnType<typeof makeDirectory>;
let connection: Connection;
beforeEach(() => {
  place = makeDirectory();
  connection = openConnection({ directory: place.directory, isReadOnly: false });
  connection.exec("PRAGMA synchronous = OFF");
  connection.write(() => connection.exec(wordIndexSchema));
  connection.write(() => {
    const batch = createWordIndex(connection).batch(collectionId);
    for (let chunkId = 1; chunkId <= passages; chunkId++) {
      const ids = { chunkId, documentId: 9, textId: chunkId * 1_000 };
      batch.insert({
        ...ids,
        path: "src",
        name: `name${chunkId}`,
        signature: "",
        doc: "",
        body: `all w${chunkId % 7} é中`,
      });
    }
    batch.finish();
  });
});
afterEach(() => {
  connection.close();
  place.remove();
});

/** Everything that reads: terms, lists, columns, and a merge, which is undone. */
function readAll(): void {
  const index = createWordIndex(connection);
  connection.read(() => {
    for (const segment of index.snapshot(collectionId).segments) {
      for (const { term } of segment.terms()) segment.postings(term);
      for (const term of ["all", "name7", "src", "w3", "é中", "zzz", ""]) segment.postings(term);
    }
  });
  const undone = new Error("undone");
  try {
    connection.write(() => {
      const batch = index.batch(collectionId);
      for (let chunkId = 1; chunkId <= passages; chunkId += 2) batch.remove(chunkId);
      batch.remove(2);
      batch.finish();
      throw undone;
    });
  } catch (error) {
    if (error !== undone) throw error;
  }
}

/** True when what was damaged was noticed; anything but CATALOG_DAMAGED fails. */
function isNoticed(): boolean {
  try {
    readAll();
    return false;
  } catch (error) {
    if (error instanceof CommonsError && error.code === "CATALOG_DAMAGED") return true;
    throw error;
  }
}

function replaceBlob(table: string, column: string, data: Uint8Array): void {
  connection.write(() => void connection.prepare(`UPDATE ${table} SET ${column} = ?`).run(data));
}

function blobOf(table: string, column: string): Uint8Array {
  const row = connection.prepare<{ data: Uint8Array }>(`SELECT ${column} AS data FROM ${table}`).get();
  return row?.data ?? new Uint8Array();
}

describe("a damaged index", () => {
  test("is whole before it is damaged", () => {
    expect(isNoticed()).toBe(false);
  });

  test.each(["chunk_ids", "document_ids", "text_ids", "lengths"])("a column that was cut is noticed: %s", (column) => {
    const data = blobOf("word_segments", column);
    replaceBlob("word_segments", column, data.slice(0, -1));
    expect(isNoticed()).toBe(true);
    replaceBlob("word_segments", column, new Uint8Array());
    expect(isNoticed()).toBe(true);
    replaceBlob("word_segments", column, new Uint8Array(1_000).fill(0xff));
    expect(isNoticed()).toBe(true);
  });

  test("a page that is cut anywhere, gone or empty is noticed", () => {
    const page = blobOf("word_pages", "data");
    for (let length = 0; length < page.length; length++) {
      replaceBlob("word_pages", "data", page.slice(0, length));
      expect(isNoticed()).toBe(true);
    }
    connection.write(() => connection.exec("DELETE FROM word_pages"));
    expect(isNoticed()).toBe(true);
  });

  test("any changed byte of a page is either noticed or harmless", () => {
    const page = blobOf("word_pages", "data");
    let noticed = 0;
    for (let at = 0; at < page.length; at++) {
      for (const value of [0x00, 0x80, 0xff]) {
        const damaged = page.slice();
        damaged[at] = value;
        replaceBlob("word_pages", "data", damaged);
        if (isNoticed()) noticed++;
      }
    }
    expect(noticed).toBeGreaterThan(page.length / 4);
  });

  test("words of pages that cannot be read are noticed, and so are marks of another length", () => {
    const marks = connection.prepare("INSERT INTO word_dead (segment_id, revision, slots, bits) VALUES (1, 1, 1, ?)");
    connection.write(() => void marks.run(Uint8Array.of(1)));
    expect(isNoticed()).toBe(true);
    connection.write(() => connection.exec("DELETE FROM word_dead"));
    for (const terms of ["[", "{}", "[1]", "[]", "null"]) {
      connection.write(() => void connection.prepare("UPDATE word_segments SET first_terms = ?").run(terms));
      expect(isNoticed()).toBe(true);
    }
    expect(thrownBy(readAll).hint).toContain("commons doctor --fix");
  });

  test("a number of slots that is not that of the columns is noticed without taking memory for it", () => {
    for (const slots of [0, passages - 1, passages + 1, 4_000_000_000]) {
      connection.write(() => connection.exec(`UPDATE word_segments SET slots = ${slots}`));
      expect(isNoticed()).toBe(true);
    }
  });
});
