import { copyFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  notes,
  openTestCatalog,
  viewer,
} from "../../../test/contracts/catalog-fixture.ts";
import { catalogFileName } from "../../catalog/connection.ts";
import { beginRebuild } from "../../catalog/rebuild/rebuild.ts";
import type { EngineRecord } from "../../core/ports.ts";
import { createEmbedder, defaultEmbedderId } from "../../embed/registry.ts";
import type { StampedCollection } from "../../engine/stamped-collections.ts";
import { createTokenizer } from "../../search/tokenizer.ts";
import { refillFromChroma, stillLost } from "./refill-from-chroma.ts";

let place: ReturnType<typeof makeDirectory>;
let damaged: ReturnType<typeof makeDirectory>;
beforeEach(() => {
  place = makeDirectory();
  damaged = makeDirectory();
});
afterEach(() => {
  place.remove();
  damaged.remove();
});

const passages = 200;
const text = (index: number) => `passage ${index} of the long note with more words`;

/**
 * A note of 200 passages, closed cleanly; then a small write, the hub dies, and the file is emptied: what is left of the note stands in the
 * write-ahead file, in pages of which nobody can tell whether they were freed. Returns what Chroma has.
 */
function damage(): { readonly collection: StampedCollection; readonly records: readonly EngineRecord[] } {
  const note = makeDocument(
    "long",
    Array.from({ length: passages }, (_, index) => text(index)),
    { fileType: "note", fingerprint: "long" },
  );
  const whole = openTestCatalog(place.directory);
  const { collection } = whole.ensureCollection({ ...viewer, name: "kept", kind: "permanent", author });
  whole.write(makeBatch(collection.id, { source: notes, documents: [note] }));
  whole.close();
  const catalog = openTestCatalog(place.directory);
  const short = makeDocument("short", ["another note"], { fileType: "note" });
  catalog.write(makeBatch(collection.id, { source: notes, documents: [short] }));
  const { recordIds } = catalog.recordPage({ stamp: collection.id, after: 0, limit: 1_000 });
  const records = catalog.engineRecords(collection.id, recordIds);
  for (const name of readdirSync(place.directory))
    copyFileSync(join(place.directory, name), join(damaged.directory, name));
  writeFileSync(join(damaged.directory, catalogFileName), "");
  catalog.close();
  const stamped = { id: "1", database: "default", name: "kept", stamp: collection.id, owner: "codex", createdAtMs: 1 };
  return { collection: { ...stamped, embedder: null }, records };
}

/** What Chroma answers when it has these records. */
function readerOf(records: readonly EngineRecord[]) {
  return {
    recordIds: async (_: StampedCollection, { offset, limit }: { offset: number; limit: number }) =>
      records.slice(offset, offset + limit).map(({ id }) => id),
    records: async (_: StampedCollection, ids: readonly string[]) => {
      const found = records.filter(({ id }) => ids.includes(id));
      return {
        ids: found.map(({ id }) => id),
        embeddings: found.map(({ embedding }) => [...embedding]),
        documents: found.map(({ document }) => document),
        metadatas: found.map(({ metadata }) => metadata),
      };
    },
  };
}

async function rebuild(collection: StampedCollection, records: readonly EngineRecord[]) {
  const embedder = createEmbedder(defaultEmbedderId, createTokenizer().parts);
  const workDirectory = join(damaged.directory, "new");
  const begun = beginRebuild({ damagedDirectory: damaged.directory, workDirectory, embedder });
  const { embedder: _, id: __, ...known } = collection;
  const others = begun.rowStamps.has(collection.stamp) ? [] : [{ ...known, space: "default", embedder: null }];
  const refilled = begun.refill({ known: new Map(), others });
  const catalog = openTestCatalog(workDirectory);
  const noteStates = refilled.noteStates;
  const { brought } = await refillFromChroma({
    catalog,
    reader: readerOf(records),
    collections: [collection],
    owed: { records: new Map(), dropped: new Set() },
    machine: "host",
    sources: new Map(),
    notes: noteStates,
  });
  const { chunks } = catalog.collectionDetail(collection.stamp);
  catalog.close();
  const lost = stillLost(refilled.lost, brought).map(({ path, isInPart }) => ({ path, isInPart }));
  return { chunks, fromFile: noteStates.find(({ path }) => path === "long")?.passages ?? 0, lost };
}

describe("a note of which the file has a few passages and ChromaDB has all", () => {
  test("comes back whole", async () => {
    const { collection, records } = damage();
    const { chunks, fromFile, lost } = await rebuild(collection, records);
    expect(fromFile).toBeGreaterThan(0);
    expect(fromFile).toBeLessThan(passages);
    expect([chunks, lost]).toEqual([passages + 1, []]);
  });

  test("keeps the fuller of two parts, and is named as lost in part", async () => {
    const { collection, records } = damage();
    const most = await rebuild(collection, records.slice(0, 150));
    expect(most.chunks).toBe(151);
    expect(most.lost).toEqual([{ path: "long", isInPart: true }]);
    const least = await rebuild(collection, records.slice(0, 1));
    expect(least.chunks).toBe(least.fromFile + 1);
    expect(least.lost).toEqual([{ path: "long", isInPart: true }]);
  });
});
