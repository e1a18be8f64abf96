import { afterEach, beforeEach, expect, test } from "vitest";
import type { Catalog, MirrorScope } from "../../src/catalog/api.ts";
import type { EngineCollectionRef, Journal } from "../../src/core/ports.ts";
import { Mirror } from "../../src/engine/mirror.ts";
import { FakeEngine } from "../fixtures/fake-engine.ts";
import { author, makeBatch, makeDirectory, makeDocument, openTestCatalog, removal, viewer } from "./catalog-fixture.ts";

let place: ReturnType<typeof makeDirectory>;
let engine: FakeEngine;
let ref: EngineCollectionRef;

beforeEach(() => {
  place = makeDirectory();
  engine = new FakeEngine();
  ref = under("all", (catalog) => {
    const spec = { ...viewer, name: "app_code", kind: "permanent" as const, author };
    const { collection } = catalog.ensureCollection(spec);
    const documents = ["f1.md", "f7.md", "f8.md"].map((path) => makeDocument(path, [`first words of ${path}`]));
    catalog.write(makeBatch(collection.id, { documents }));
    return { database: collection.space, name: collection.name, stamp: collection.id };
  });
});
afterEach(() => place.remove());

function under<T>(mirror: MirrorScope, work: (catalog: Catalog) => T): T {
  const catalog = openTestCatalog(place.directory, { mirror });
  try {
    return work(catalog);
  } finally {
    catalog.close();
  }
}

/** Opens the catalog with the setting, lets the mirror run to its end, and returns the texts by path that Chroma then has. */
async function mirrored(mirrorScope: MirrorScope): Promise<Record<string, string | null>> {
  const catalog = openTestCatalog(place.directory, { mirror: mirrorScope });
  const journal: Journal = {
    peek: async (limit) => catalog.journalPeek(limit),
    records: async (stamp, recordIds) => catalog.engineRecords(stamp, recordIds),
    unknown: async (stamp, recordIds) => catalog.unknownRecords(stamp, recordIds),
    acknowledge: async (seqs) => catalog.journalAcknowledge(seqs),
    depth: async () => catalog.journalDepth(),
    resync: async (stamp) => catalog.journalResync(stamp),
  };
  const mirror = new Mirror({ journal, engine });
  expect(await mirror.drained(60_000)).toBe(true);
  expect(catalog.journalDepth()).toBe(0);
  await mirror.close();
  catalog.close();
  const records = Object.values(engine.stored(ref) ?? {});
  return Object.fromEntries(records.map(({ metadata, document }) => [String(metadata["path"]), document]));
}

function changeFiles(catalog: Catalog): void {
  const documents = [makeDocument("f7.md", ["second words of f7.md"], { readAtMs: 2_000 })];
  catalog.write(makeBatch(ref.stamp, { documents, removals: ["f8.md"] }));
}

const now = { "f1.md": "first words of f1.md", "f7.md": "second words of f7.md" };

test("what changed while nothing was mirrored is in Chroma when it is mirrored again", async () => {
  await mirrored("all");
  under("none", changeFiles);
  expect(Object.keys(await mirrored("none"))).toContain("f8.md");
  expect(await mirrored("all")).toEqual(now);
});

test("texts leave and come back with the setting", async () => {
  await mirrored("all");
  expect(await mirrored("vectors")).toEqual({ "f1.md": null, "f7.md": null, "f8.md": null });
  under("none", changeFiles);
  expect(await mirrored("all")).toEqual(now);
});

test("a ChromaDB that was away from the catalog for a while is brought up to date when it gets everything again", async () => {
  await mirrored("all");
  under("all", (catalog) => {
    changeFiles(catalog);
    // Another ChromaDB took this.
    catalog.journalAcknowledge(catalog.journalPeek(100).map(({ seq }) => seq));
    catalog.journalResync(null);
  });
  expect(await mirrored("all")).toEqual(now);
});

test("records are known by the catalog alone", async () => {
  await mirrored("all");
  const ids = Object.keys(engine.stored(ref) ?? {});
  under("all", (catalog) => {
    expect(catalog.unknownRecords(ref.stamp, [...ids, "of another client", `${ids[0]}1`])).toEqual([
      "of another client",
      `${ids[0]}1`,
    ]);
    catalog.unloadCollection(ref.stamp, removal);
    expect(catalog.unknownRecords(ref.stamp, ids)).toEqual([]);
  });
});
