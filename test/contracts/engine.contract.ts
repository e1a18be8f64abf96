import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Engine, EngineCollectionRef, EngineRecord } from "../../src/core/ports.ts";
import type { ForeignContent } from "../fixtures/fake-engine.ts";
import { testRecord } from "../fixtures/memory-journal.ts";

/** An engine under test, and what another program sees and does in the same ChromaDB. */
export interface EngineWorld {
  readonly engine: Engine;
  /** A record as another client reads it; null when it is not there. */
  read(ref: EngineCollectionRef, id: string): Promise<Pick<EngineRecord, "document" | "metadata"> | null>;
  /** A record's vector as another client reads it. */
  vector(ref: EngineCollectionRef, id: string): Promise<readonly number[] | null>;
  /** Makes a collection without a stamp. */
  makeForeign(database: string, name: string, content?: ForeignContent): Promise<void>;
  /** Deletes a collection behind the engine's back. */
  lose(ref: EngineCollectionRef): Promise<void>;
  close(): Promise<void>;
}

/** What every engine does, whatever it is made of. */
export function describeEngine(name: string, makeWorld: () => Promise<EngineWorld>): void {
  describe(`engine: ${name}`, () => {
    let world: EngineWorld;
    let next = 0;
    const newRef = (): EngineCollectionRef => ({
      database: "default_database",
      name: `contract-${++next}`,
      stamp: `stamp-${next}`,
    });
    const made = async (...records: EngineRecord[]): Promise<EngineCollectionRef> => {
      const ref = newRef();
      await world.engine.ensureCollection(ref, { commons_owner: "test" });
      if (records.length > 0) await world.engine.upsert(ref, records);
      return ref;
    };
    beforeAll(async () => {
      world = await makeWorld();
    });
    afterAll(() => world.close());

    test("a heartbeat answers with a version", async () => {
      expect(await world.engine.heartbeat()).not.toBe("");
    });

    test("a collection is made once, in a database that is made for it", async () => {
      const ref = { ...newRef(), database: "space-of-contract" };
      expect(await world.engine.ensureCollection(ref, {})).toEqual({ isNew: true });
      expect(await world.engine.ensureCollection(ref, {})).toEqual({ isNew: false });
      expect(await world.engine.count(ref)).toBe(0);
    });

    test("the same collection made by many at one moment is one collection", async () => {
      const ref = newRef();
      const answers = await Promise.all(Array.from({ length: 6 }, () => world.engine.ensureCollection(ref, {})));
      expect(answers.filter(({ isNew }) => isNew)).toHaveLength(1);
    });

    test("records are written, and another client reads their text and metadata", async () => {
      const ref = await made(testRecord("a"), testRecord("b"));
      expect(await world.engine.count(ref)).toBe(2);
      expect(await world.read(ref, "a")).toEqual({ document: "text 1 of a", metadata: { path: "a", version: 1 } });
    });

    test("the same write again changes nothing", async () => {
      const ref = await made(testRecord("a"), testRecord("b"));
      await world.engine.upsert(ref, [testRecord("a"), testRecord("b")]);
      expect(await world.engine.count(ref)).toBe(2);
    });

    test("a record is replaced whole: no old metadata key and no old document stays", async () => {
      const ref = await made({ ...testRecord("a"), metadata: { path: "a", symbol: "old", line: 1 } });
      await world.engine.upsert(ref, [{ ...testRecord("a"), metadata: { path: "a", line: 2 } }]);
      expect(await world.read(ref, "a")).toEqual({ document: "text 1 of a", metadata: { path: "a", line: 2 } });
      await world.engine.upsert(ref, [{ ...testRecord("a"), document: null }]);
      expect(await world.read(ref, "a")).toEqual({ document: null, metadata: { path: "a", version: 1 } });
    });

    test("records with and without documents go in one batch", async () => {
      const ref = await made(testRecord("a"), { ...testRecord("b"), document: null });
      expect(await world.engine.count(ref)).toBe(2);
      expect((await world.read(ref, "b"))?.document).toBeNull();
    });

    test("a full batch is accepted", async () => {
      const records = Array.from({ length: world.engine.maxBatch }, (_, index) => testRecord(`r${index}`));
      const ref = await made(...records);
      expect(await world.engine.count(ref)).toBe(world.engine.maxBatch);
    });

    test("ids are listed in pages, each record once, also while what was listed is deleted", async () => {
      const ref = await made(...Array.from({ length: 25 }, (_, index) => testRecord(`r${index}`)));
      expect(await world.engine.recordIds(ref, { offset: 30, limit: 10 })).toEqual([]);
      const listed: string[] = [];
      for (let kept = 0; ;) {
        const page = await world.engine.recordIds(ref, { offset: kept, limit: 10 });
        if (page.length === 0) break;
        listed.push(...page);
        await world.engine.deleteRecords(ref, page.slice(0, 4));
        kept += page.slice(4).length;
      }
      expect(listed).toHaveLength(25);
      expect(new Set(listed).size).toBe(25);
    });

    test("a record with another vector only is replaced", async () => {
      const ref = await made(testRecord("a"), testRecord("b"));
      await world.engine.upsert(ref, [testRecord("a"), { ...testRecord("b"), embedding: [0, 1, 0, 0] }]);
      const [kept, replaced] = [await world.vector(ref, "a"), await world.vector(ref, "b")];
      expect(kept?.[0]).toBeGreaterThan(0.5);
      expect(replaced?.map(Math.round)).toEqual([0, 1, 0, 0]);
    });

    test("deleting ignores ids that are not there", async () => {
      const ref = await made(testRecord("a"), testRecord("b"));
      await world.engine.deleteRecords(ref, ["a", "never"]);
      await world.engine.deleteRecords(ref, []);
      expect(await world.engine.count(ref)).toBe(1);
      expect(await world.read(ref, "a")).toBeNull();
    });

    test("a collection of another program is refused, listed, and never touched", async () => {
      const ref = newRef();
      await world.makeForeign(ref.database, ref.name);
      const refused = { code: "COLLECTION_FOREIGN" };
      await expect(world.engine.ensureCollection(ref, {})).rejects.toMatchObject(refused);
      await expect(world.engine.upsert(ref, [testRecord("a")])).rejects.toMatchObject(refused);
      await expect(world.engine.deleteRecords(ref, ["a"])).rejects.toMatchObject(refused);
      await expect(world.engine.count(ref)).rejects.toMatchObject(refused);
      await world.engine.dropCollection(ref);
      expect(await world.engine.listForeign(ref.database, new Set([ref.stamp]))).toContainEqual({
        database: ref.database,
        name: ref.name,
        records: 0,
        dimensions: null,
        model: null,
      });
    });

    describe("a collection of another program with records", () => {
      const record = (id: string, document: string | null, metadata: EngineRecord["metadata"] = {}): EngineRecord => ({
        id,
        document,
        metadata,
        embedding: [1, 0, 0],
      });
      const records = [
        record("soup", "Onion soup with thyme.", { course: "first", minutes: 40 }),
        record("tart", "An onion tart.", { course: "main", minutes: 60 }),
        record("cake", "Carrot cake.", { course: "last", minutes: 50 }),
        record("bare", null, { course: "first" }),
      ];
      const ids = (found: readonly { id: string }[]): string[] => found.map(({ id }) => id);
      let ref: EngineCollectionRef;
      beforeAll(async () => {
        ref = newRef();
        await world.makeForeign(ref.database, ref.name, { metadata: { embedding_model: "their-model" }, records });
      });

      test("is listed with the length of its vectors and the model that it names", async () => {
        const listed = await world.engine.listForeign(ref.database, new Set());
        expect(listed.find((collection) => collection.name === ref.name)).toEqual({
          database: ref.database,
          name: ref.name,
          records: 4,
          dimensions: 3,
          model: "their-model",
        });
      });

      test("is searched by words in several spellings, those with all words first, each record once", async () => {
        const query = { words: [["onion", "Onion"], ["tart"]], where: null, limit: 10 };
        const found = await world.engine.searchForeign(ref, query);
        expect(ids(found)[0]).toBe("tart");
        expect(ids(found).toSorted()).toEqual(["soup", "tart"]);
        expect(found[0]).toEqual({
          id: "tart",
          document: "An onion tart.",
          metadata: { course: "main", minutes: 60 },
        });
        expect(await world.engine.searchForeign(ref, { ...query, words: [["ONION"]] })).toEqual([]);
      });

      test("is searched by metadata, with and without words", async () => {
        const where = { course: "first" };
        const any = await world.engine.searchForeign(ref, { words: [], where, limit: 10 });
        expect(ids(any).toSorted()).toEqual(["bare", "soup"]);
        const some = await world.engine.searchForeign(ref, { words: [["onion", "Onion"]], where, limit: 10 });
        expect(ids(some)).toEqual(["soup"]);
      });

      test("gives no more records for a word than were asked for", async () => {
        expect(await world.engine.searchForeign(ref, { words: [["a"]], where: null, limit: 1 })).toHaveLength(1);
      });

      test("is read in pages, records without a text too", async () => {
        const read = [0, 2, 4].map((offset) => world.engine.readForeign(ref, { offset, limit: 2 }));
        const pages = await Promise.all(read);
        expect(pages.map(({ length }) => length)).toEqual([2, 2, 0]);
        expect(ids(pages.flat()).toSorted()).toEqual(["bare", "cake", "soup", "tart"]);
        expect(pages.flat().find(({ id }) => id === "bare")?.document).toBeNull();
      });

      test("that is not there is an error that says so", async () => {
        const gone = { ...ref, name: "no-such-collection" };
        const lost = { code: "COLLECTION_NOT_FOUND" };
        await expect(world.engine.readForeign(gone, { offset: 0, limit: 1 })).rejects.toMatchObject(lost);
        const query = { words: [], where: null, limit: 1 };
        await expect(world.engine.searchForeign(gone, query)).rejects.toMatchObject(lost);
      });
    });

    test("a collection with another stamp is refused, and is not dropped", async () => {
      const ref = await made(testRecord("a"));
      const other = { ...ref, stamp: "of another hub" };
      await expect(world.engine.ensureCollection(other, {})).rejects.toMatchObject({ code: "COLLECTION_FOREIGN" });
      await world.engine.dropCollection(other);
      expect(await world.engine.count(ref)).toBe(1);
      const foreignTo = async (stamp: string) =>
        (await world.engine.listForeign(ref.database, new Set([stamp]))).map((listed) => listed.name);
      expect(await foreignTo(ref.stamp)).not.toContain(ref.name);
      expect(await foreignTo(other.stamp)).toContain(ref.name);
    });

    test("dropping removes the collection; one that is not there is fine", async () => {
      const ref = await made(testRecord("a"));
      await world.engine.dropCollection(ref);
      await world.engine.dropCollection(ref);
      await expect(world.engine.count(ref)).rejects.toMatchObject({ code: "COLLECTION_NOT_FOUND" });
    });

    test("a collection that vanished is an error that says so, and one that was made again is found", async () => {
      const ref = await made(testRecord("a"));
      await world.lose(ref);
      await expect(world.engine.upsert(ref, [testRecord("a")])).rejects.toMatchObject({ code: "COLLECTION_NOT_FOUND" });
      expect(await world.engine.ensureCollection(ref, {})).toEqual({ isNew: true });
      await world.engine.upsert(ref, [testRecord("b")]);
      expect(await world.engine.count(ref)).toBe(1);
    });

    test("vectors of another length are refused as such", async () => {
      const ref = await made(testRecord("a"));
      await expect(world.engine.upsert(ref, [{ ...testRecord("b"), embedding: [1, 2] }])).rejects.toMatchObject({
        code: "INPUT_INVALID",
        details: { isDimensionMismatch: true },
      });
    });

    test("a database that is not there has no foreign collections", async () => {
      expect(await world.engine.listForeign("no-such-database", new Set())).toEqual([]);
    });
  });
}
