import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nothingWritten } from "../../src/core/writes.ts";
import { defaultEmbedderId } from "../../src/embed/registry.ts";
import type { WriteBatch } from "../../src/catalog/api.ts";
import type { AsyncCatalog } from "../../src/catalog/catalog-client.ts";
import type { JournalEntry } from "../../src/core/ports.ts";
import {
  author,
  makeBatch,
  makeChunk,
  makeDirectory,
  makeDocument,
  makeSearch,
  makeSource,
  notes,
  origin,
  removal,
  viewer,
} from "./catalog-fixture.ts";

export interface CatalogVariant {
  open(
    directory: string,
    options?: { mirror?: "all" | "vectors" | "none"; isReadOnly?: boolean },
  ): Promise<AsyncCatalog>;
}

/** What every catalog does, whatever thread it lives in. */
export function describeCatalog(name: string, variant: CatalogVariant): void {
  describe(`catalog ${name}`, () => {
    let place: ReturnType<typeof makeDirectory>;
    let catalog: AsyncCatalog;

    beforeEach(async () => {
      place = makeDirectory();
      catalog = await variant.open(place.directory);
    });
    afterEach(async () => {
      await catalog.close();
      place.remove();
    });

    const ensure = async (
      collectionName = "app_code",
      rest: { sessionId?: string; kind?: "permanent" | "temporary"; space?: string } = {},
    ) => {
      const spec = { ...viewer, name: collectionName, kind: "permanent" as const, author, ...rest };
      return (await catalog.ensureCollection(spec)).collection.id;
    };
    const write = (id: string, changes: Partial<WriteBatch>) => catalog.write(makeBatch(id, changes));
    const find = async (id: string, query: string) =>
      (await catalog.search(makeSearch(id, query))).hits.map(({ path }) => path);
    const reopen = async (mirror: "all" | "vectors" | "none") => {
      await catalog.close();
      catalog = await variant.open(place.directory, { mirror });
    };
    const drain = async (): Promise<JournalEntry[]> => {
      const entries = await catalog.journalPeek(10_000);
      await catalog.journalAcknowledge(entries.map(({ seq }) => seq));
      return entries;
    };
    const syncedIds = (entries: readonly JournalEntry[]) =>
      entries.flatMap((entry) => (entry.op === "sync" ? [entry.recordId] : []));
    const ops = (entries: readonly JournalEntry[]) => entries.map(({ op }) => op);

    describe("collections", () => {
      test("a collection is made once and found again by its name", async () => {
        const first = await catalog.ensureCollection({ ...viewer, name: "app_code", kind: "permanent", author });
        const second = await catalog.ensureCollection({ ...viewer, name: "app_code", kind: "permanent", author });
        expect([first.isNew, second.isNew]).toEqual([true, false]);
        expect(await catalog.findCollection(viewer, "app_code")).toEqual(second.collection);
        expect(first.collection).toMatchObject({
          owner: "codex in /home/ann/app",
          documents: 0,
          chunks: 0,
          embedder: defaultEmbedderId,
        });
      });

      test("sessions of another space do not see a collection", async () => {
        await ensure();
        const other = { space: "team", sessionId: "s1" };
        expect(await catalog.findCollection(other, "app_code")).toBeNull();
        expect(await catalog.listCollections(other)).toEqual([]);
      });

      test("a temporary collection is visible to its own session only", async () => {
        await ensure("scratch", { kind: "temporary" });
        expect((await catalog.listCollections(viewer)).map((item) => item.name)).toEqual(["scratch"]);
        expect(await catalog.listCollections({ ...viewer, sessionId: "s2" })).toEqual([]);
        expect(await catalog.listCollections({ ...viewer, sessionId: null })).toEqual([]);
      });

      test("two sessions have temporary collections of one name, and a third a permanent one", async () => {
        const mine = await ensure("scratch", { kind: "temporary" });
        const theirs = await ensure("scratch", { kind: "temporary", sessionId: "s2" });
        const shared = await ensure("scratch", { sessionId: "s3" });
        expect(new Set([mine, theirs, shared]).size).toBe(3);
        expect((await catalog.findCollection(viewer, "scratch"))?.id).toBe(mine);
        expect((await catalog.findCollection({ ...viewer, sessionId: "s4" }, "scratch"))?.id).toBe(shared);
      });

      test("a name of the other kind is refused to the session that sees it", async () => {
        await ensure("app_code");
        await expect(ensure("app_code", { kind: "temporary" })).rejects.toMatchObject({ code: "COLLECTION_EXISTS" });
      });

      test("temporary collections of ended sessions go with their rows", async () => {
        const mine = await ensure("mine", { kind: "temporary" });
        const theirs = await ensure("theirs", { kind: "temporary", sessionId: "s2" });
        await write(mine, { documents: [makeDocument("a.ts", ["kept words"])] });
        await write(theirs, { documents: [makeDocument("a.ts", ["other words"])] });
        expect(await catalog.dropTemporary(["s1"])).toEqual(["theirs"]);
        expect(await find(mine, "kept")).toEqual(["a.ts"]);
        expect(await catalog.totals()).toMatchObject({ collections: 1, documents: 1, vectors: 1 });
      });

      test("an unknown collection is an error that crosses as it is", async () => {
        await expect(catalog.collectionDetail("nope")).rejects.toMatchObject({
          code: "COLLECTION_NOT_FOUND",
          name: "CommonsError",
        });
      });

      test("the detail counts sources, categories and languages", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["one", "two"])] });
        await write(id, {
          source: notes,
          documents: [makeDocument("n1", ["a note"], { language: null, category: "documents" })],
        });
        const detail = await catalog.collectionDetail(id);
        expect(detail).toMatchObject({
          documents: 2,
          chunks: 3,
          sizeBytes: 200,
          categories: { code: 1, documents: 1 },
          languages: { typescript: 1 },
          health: { journalPending: 4, chunksWithoutVector: 0 },
        });
        expect(detail.sources.map(({ source, chunks }) => [source.key, chunks])).toEqual([
          ["ws-1", 2],
          ["notes", 1],
        ]);
        expect(detail.samples[0]).toMatchObject({ source: "notes", path: "n1", chunks: 1 });
      });

      test("collections of a source are those that hold documents of it", async () => {
        const full = await ensure("full");
        const emptied = await ensure("emptied");
        await ensure("never");
        await write(full, { documents: [makeDocument("a.ts", ["x"])] });
        await write(emptied, { documents: [makeDocument("a.ts", ["x"])] });
        await write(emptied, { removals: ["a.ts"] });
        expect((await catalog.collectionsOfSource(viewer, "ws-1")).map((item) => item.name)).toEqual(["full"]);
      });
    });

    describe("writing", () => {
      test("known files are listed by path, page by page", async () => {
        const id = await ensure();
        await write(id, { documents: ["c.ts", "a.ts", "b.ts"].map((path) => makeDocument(path, ["x"])) });
        const page = (after: string | null) =>
          catalog.knownFiles({ collectionId: id, sourceKey: "ws-1", after, limit: 2 });
        expect((await page(null)).map(({ path }) => path)).toEqual(["a.ts", "b.ts"]);
        expect((await page("b.ts")).map(({ path }) => path)).toEqual(["c.ts"]);
        expect(await page("c.ts")).toEqual([]);
        expect(await catalog.knownPaths({ collectionId: id, sourceKey: "ws-1", paths: ["b.ts", "zz.ts"] })).toEqual([
          {
            path: "b.ts",
            stat: { sizeBytes: 100, mtimeMs: 1_000.5, signature: "1" },
            contentHash: "hash of b.ts",
            fingerprint: expect.stringContaining("fingerprint of b.ts"),
            category: "code",
            givenMetadata: null,
          },
        ]);
      });

      test("a text that stands in several places is embedded once", async () => {
        const first = await ensure("first");
        const second = await ensure("second");
        expect(
          await write(first, { documents: [makeDocument("a.ts", ["same text"]), makeDocument("b.ts", ["same text"])] }),
        ).toMatchObject({
          added: 2,
          chunks: 2,
          embedded: 1,
          reused: 1,
        });
        expect(await write(second, { documents: [makeDocument("a.ts", ["same text"])] })).toMatchObject({
          chunks: 1,
          embedded: 0,
          reused: 1,
        });
        expect(await catalog.totals()).toMatchObject({ documents: 3, chunks: 3, vectors: 1 });
      });

      test("an edit rewrites only the chunks it touches", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["alpha part", "beta part", "gamma part"])] });
        await drain();
        const result = await write(id, {
          documents: [makeDocument("a.ts", ["alpha part", "delta part", "gamma part"])],
        });
        expect(result).toMatchObject({ added: 0, changed: 1, chunks: 1, embedded: 1 });
        expect(syncedIds(await drain())).toHaveLength(2);
        expect(await find(id, "beta")).toEqual([]);
        expect(await find(id, "delta")).toEqual(["a.ts"]);
      });

      test("a chunk that only moved gets its new lines without a new vector", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["alpha part", "beta part"])] });
        const [before] = (await catalog.search(makeSearch(id, "beta"))).hits;
        await drain();
        const moved = [makeChunk("alpha part"), makeChunk("beta part", { startLine: 21, endLine: 30 })];
        expect(await write(id, { documents: [makeDocument("a.ts", moved)] })).toMatchObject({
          changed: 1,
          chunks: 0,
          embedded: 0,
        });
        const [after] = (await catalog.search(makeSearch(id, "beta"))).hits;
        expect(after).toMatchObject({ startLine: 21, endLine: 30, recordId: before?.recordId });
        const synced = syncedIds(await drain());
        expect(synced).toEqual([before?.recordId]);
        expect((await catalog.engineRecords(id, synced))[0]?.metadata).toMatchObject({ start_line: 21, end_line: 30 });
      });

      test("a new name or doc comment of an unchanged text is found", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", [makeChunk("body words", { symbol: "oldName" })])] });
        await write(id, {
          documents: [
            makeDocument("a.ts", [makeChunk("body words", { symbol: "freshTitle", doc: "explains migration" })]),
          ],
        });
        expect(await find(id, "oldName")).toEqual([]);
        expect(await find(id, "migration")).toEqual(["a.ts"]);
      });

      test("equal texts in one document have ordinals, and removing one keeps the other", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["twin text", "twin text"])] });
        const [hit] = (await catalog.search(makeSearch(id, "twin"))).hits;
        expect(hit?.recordId).toMatch(/\.0$/);
        expect(hit?.alsoAt.map(({ path }) => path)).toEqual(["a.ts"]);
        await write(id, { documents: [makeDocument("a.ts", ["twin text"])] });
        expect(await find(id, "twin")).toEqual(["a.ts"]);
        expect((await catalog.collectionDetail(id)).health.chunksWithoutVector).toBe(0);
      });

      test("two sources with the same paths keep their documents apart", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("src/a.ts", ["left side"])] });
        await write(id, { source: makeSource("ws-2", "other"), documents: [makeDocument("src/a.ts", ["right side"])] });
        const { hits } = await catalog.search(makeSearch(id, "side"));
        expect(hits.map(({ sourceKey, text }) => `${sourceKey} ${text}`).toSorted()).toEqual([
          "ws-1 left side",
          "ws-2 right side",
        ]);
        await write(id, { removals: ["src/a.ts"] });
        expect((await catalog.search(makeSearch(id, "side"))).hits.map(({ sourceKey }) => sourceKey)).toEqual(["ws-2"]);
      });

      test("a renamed file keeps its vectors, and no chunk under its old path", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("old/name.ts", ["some words"])] });
        await drain();
        const stat = { sizeBytes: 100, mtimeMs: 2_000, signature: "2" };
        const result = await write(id, {
          renames: [{ from: "old/name.ts", to: "fresh/title.ts", stat, readAtMs: 2_000 }],
        });
        expect(result).toMatchObject({ renamed: 1, chunks: 0, embedded: 0 });
        expect(await find(id, "name")).toEqual([]);
        expect(await find(id, "title")).toEqual(["fresh/title.ts"]);
        const synced = syncedIds(await drain());
        expect(synced.map((recordId) => recordId.replace(/#.*/, ""))).toEqual([
          "ws-1/old/name.ts",
          "ws-1/fresh/title.ts",
        ]);
        expect((await catalog.engineRecords(id, synced)).map((record) => record.metadata["path"])).toEqual([
          "fresh/title.ts",
        ]);
        const [known] = await catalog.knownPaths({ collectionId: id, sourceKey: "ws-1", paths: ["fresh/title.ts"] });
        expect(known?.stat).toEqual(stat);
      });

      test("two files that swap their names both arrive", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["first words"]), makeDocument("b.ts", ["second words"])] });
        const stat = { sizeBytes: 1, mtimeMs: 2_000, signature: "2" };
        const renames = [
          { from: "a.ts", to: "b.ts", stat, readAtMs: 2_000 },
          { from: "b.ts", to: "a.ts", stat, readAtMs: 2_000 },
        ];
        expect(await write(id, { renames })).toMatchObject({ renamed: 2, removed: 0 });
        expect([await find(id, "first"), await find(id, "second")]).toEqual([["b.ts"], ["a.ts"]]);
      });

      test("a rename onto a stored file replaces it, and its old path may be taken at once", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["first words"]), makeDocument("b.ts", ["second words"])] });
        const stat = { sizeBytes: 1, mtimeMs: 2_000, signature: "2" };
        await write(id, {
          renames: [{ from: "a.ts", to: "b.ts", stat, readAtMs: 2_000 }],
          documents: [makeDocument("a.ts", ["third words"], { readAtMs: 2_000 })],
        });
        expect([await find(id, "first"), await find(id, "second"), await find(id, "third")]).toEqual([
          ["b.ts"],
          [],
          ["a.ts"],
        ]);
        expect(await catalog.totals()).toMatchObject({ documents: 2, chunks: 2, vectors: 2 });
      });

      test("an older reading never replaces a newer one", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["newer words"], { readAtMs: 2_000 })] });
        const stat = { sizeBytes: 9, mtimeMs: 9, signature: "9" };
        expect(
          await write(id, { documents: [makeDocument("a.ts", ["older words"], { readAtMs: 1_999 })] }),
        ).toMatchObject({
          added: 0,
          changed: 0,
          superseded: 1,
          chunks: 0,
        });
        await write(id, { touches: [{ path: "a.ts", stat, readAtMs: 1_999 }] });
        const [known] = await catalog.knownPaths({ collectionId: id, sourceKey: "ws-1", paths: ["a.ts"] });
        expect(known?.stat.signature).toBe("1");
        expect(await write(id, { renames: [{ from: "a.ts", to: "b.ts", stat, readAtMs: 1_999 }] })).toMatchObject({
          superseded: 1,
          renamed: 0,
        });
        expect((await catalog.search(makeSearch(id, "words"))).hits.map(({ text }) => text)).toEqual(["newer words"]);
        expect(
          await write(id, { documents: [makeDocument("a.ts", ["equal words"], { readAtMs: 2_000 })] }),
        ).toMatchObject({ changed: 1 });
      });

      test("of notes the last that arrives counts, whatever the clock of who wrote it says", async () => {
        const id = await ensure();
        const note = (text: string, readAtMs: number) =>
          write(id, { source: notes, documents: [makeDocument("n-1", [text], { readAtMs })] });
        await note("first words", Date.now());
        expect(await note("second words", 1_000)).toMatchObject({ changed: 1, superseded: 0 });
        expect((await catalog.search(makeSearch(id, "words"))).hits.map(({ text }) => text)).toEqual(["second words"]);
      });

      test("what several sessions bring at once counts as unchanged for all but the first", async () => {
        const id = await ensure();
        const document = makeDocument("a.ts", ["x words"], { readAtMs: 2_000 });
        expect(await write(id, { documents: [document] })).toMatchObject({ added: 1, unchanged: 0 });
        await drain();
        for (const readAtMs of [1_999, 2_000, 2_001]) {
          const stat = { ...document.stat, signature: `at ${readAtMs}` };
          const again = await write(id, { documents: [{ ...document, readAtMs, stat }] });
          expect(again).toEqual({ ...nothingWritten, unchanged: 1, revision: expect.anything() });
        }
        expect(await catalog.journalDepth()).toBe(0);
        const [known] = await catalog.knownPaths({ collectionId: id, sourceKey: "ws-1", paths: ["a.ts"] });
        expect(known?.stat.signature).toBe("at 2001");
        const withFact = { ...document, metadata: { topic: "auth" }, readAtMs: 2_002 };
        expect(await write(id, { documents: [withFact] })).toMatchObject({ changed: 1, unchanged: 0 });
      });

      test("a rename that another session did before counts as unchanged", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["x words"])] });
        const stat = { sizeBytes: 100, mtimeMs: 2_000, signature: "2" };
        const rename = { from: "a.ts", to: "b.ts", stat, readAtMs: 2_000 };
        expect(await write(id, { renames: [rename] })).toEqual({
          ...nothingWritten,
          renamed: 1,
          revision: expect.anything(),
        });
        expect(await write(id, { renames: [rename] })).toEqual({
          ...nothingWritten,
          unchanged: 1,
          revision: expect.anything(),
        });
      });

      test("a touch updates the stat and owes Chroma nothing", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["x words"])] });
        await drain();
        const stat = { sizeBytes: 100, mtimeMs: 5_000, signature: "5" };
        await write(id, { touches: [{ path: "a.ts", stat, readAtMs: 5_000 }] });
        const [known] = await catalog.knownPaths({ collectionId: id, sourceKey: "ws-1", paths: ["a.ts"] });
        expect(known?.stat).toEqual(stat);
        expect(await catalog.journalDepth()).toBe(0);
      });

      test("a path that stands twice in a batch changes nothing", async () => {
        const id = await ensure();
        const documents = [makeDocument("a.ts", ["one"]), makeDocument("b.ts", ["two"])];
        await expect(write(id, { documents, removals: ["b.ts"] })).rejects.toMatchObject({ code: "INPUT_INVALID" });
        expect(await catalog.totals()).toMatchObject({ documents: 0, chunks: 0, vectors: 0 });
      });

      test("half a surrogate pair is stored as the replacement character", async () => {
        const id = await ensure();
        await write(id, {
          documents: [makeDocument("a.ts", [makeChunk("broken \ud83d words", { symbol: "x\udc00" })])],
        });
        const [hit] = (await catalog.search(makeSearch(id, "broken"))).hits;
        expect([hit?.text, hit?.symbol]).toEqual(["broken \ufffd words", "x\ufffd"]);
      });

      test("texts and vectors that nothing uses are gone", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["one", "shared"]), makeDocument("b.ts", ["shared"])] });
        await write(id, { removals: ["a.ts"] });
        expect(await catalog.totals()).toMatchObject({ documents: 1, chunks: 1, vectors: 1 });
        await write(id, { removals: ["b.ts", "unknown.ts"] });
        expect(await catalog.totals()).toMatchObject({ documents: 0, chunks: 0, vectors: 0 });
      });
    });

    describe("deleting", () => {
      test("ids name notes, paths and records, and unknown ones are told", async () => {
        const id = await ensure();
        await write(id, {
          documents: [
            makeDocument("a.ts", ["one", "two"]),
            makeDocument("b.ts", ["three"]),
            makeDocument("c.ts", ["four"]),
          ],
        });
        const [hit] = (await catalog.search(makeSearch(id, "three"))).hits;
        const ids = ["a.ts", hit?.recordId ?? "", "zz.ts"];
        const selection = { collectionId: id, ids, sourceKey: "ws-1" };
        const expected = { documents: 2, chunks: 3, paths: ["a.ts", "b.ts"], unknownIds: ["zz.ts"], ambiguousIds: [] };
        expect(await catalog.deleteDocuments(selection, { ...removal, isDryRun: true })).toMatchObject(expected);
        expect(await catalog.totals()).toMatchObject({ documents: 3 });
        await drain();
        expect(await catalog.deleteDocuments(selection, { ...removal, isDryRun: false })).toMatchObject(expected);
        expect(await catalog.totals()).toMatchObject({ documents: 1, chunks: 1, vectors: 4 });
        await catalog.purgeUnloaded({ keptMs: 0, maxDocuments: 10 });
        expect(await catalog.totals()).toMatchObject({ documents: 1, chunks: 1, vectors: 1 });
        expect(await find(id, "one two three four")).toEqual(["c.ts"]);
        expect(syncedIds(await drain())).toHaveLength(3);
      });

      test("where selects by metadata", async () => {
        const id = await ensure();
        await write(id, {
          documents: [makeDocument("a.ts", ["one"], { metadata: { topic: "auth" } }), makeDocument("b.ts", ["two"])],
        });
        const result = await catalog.deleteDocuments(
          { collectionId: id, where: { topic: "auth" }, sourceKey: null },
          { ...removal, isDryRun: false },
        );
        expect(result.paths).toEqual(["a.ts"]);
      });

      test("a deletion without a selection is refused", async () => {
        const id = await ensure();
        const selection = { collectionId: id, sourceKey: null };
        await expect(catalog.deleteDocuments(selection, { ...removal, isDryRun: false })).rejects.toMatchObject({
          code: "INPUT_INVALID",
        });
      });
    });

    describe("unloading", () => {
      test("an unloaded collection is gone for everyone and can be restored whole", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["lasting words"])] });
        await drain();
        expect(await catalog.unloadCollection(id, removal)).toMatchObject({ documents: 1, chunks: 1 });
        expect(await catalog.listCollections(viewer)).toEqual([]);
        await expect(find(id, "lasting")).rejects.toMatchObject({ code: "COLLECTION_NOT_FOUND" });
        expect(ops(await drain())).toEqual(["drop"]);
        const restored = await catalog.restoreCollection(viewer, "app_code", origin);
        expect(restored).toMatchObject({ collectionId: id, documents: 1, chunks: 1 });
        expect(await find(id, "lasting")).toEqual(["a.ts"]);
        expect(ops(await drain())).toEqual(["ensure", "sync"]);
      });

      test("the name may be used again, which blocks the restoring", async () => {
        const old = await ensure();
        await catalog.unloadCollection(old, removal);
        const fresh = await ensure();
        expect(fresh).not.toBe(old);
        await expect(catalog.restoreCollection(viewer, "app_code", origin)).rejects.toMatchObject({
          code: "COLLECTION_EXISTS",
        });
        await catalog.unloadCollection(fresh, removal);
        expect((await catalog.restoreCollection(viewer, "app_code", origin)).collectionId).toBe(fresh);
      });

      test("a purge goes in bounded steps and leaves nothing of the collection", async () => {
        const id = await ensure();
        const kept = await ensure("kept");
        await write(id, {
          documents: ["a.ts", "b.ts", "c.ts"].map((path) => makeDocument(path, [`words of ${path}`, "shared"])),
        });
        await write(kept, { documents: [makeDocument("a.ts", ["shared"])] });
        await catalog.unloadCollection(id, removal);
        const step = () => catalog.purgeUnloaded({ keptMs: 0, maxDocuments: 2 });
        expect(await catalog.purgeUnloaded({ keptMs: 60_000, maxDocuments: 2 })).toEqual({ hasMore: false });
        expect(await step()).toEqual({ hasMore: true });
        await expect(catalog.restoreCollection(viewer, "app_code", origin)).rejects.toMatchObject({
          code: "COLLECTION_NOT_FOUND",
        });
        expect(await step()).toEqual({ hasMore: false });
        expect(await catalog.totals()).toMatchObject({ collections: 1, documents: 1, chunks: 1, vectors: 1 });
        expect(ops(await catalog.journalPeek(10))).toContain("drop");
        expect(await find(kept, "shared")).toEqual(["a.ts"]);
      });

      test("a temporary collection goes at once and cannot be restored", async () => {
        const id = await ensure("scratch", { kind: "temporary" });
        await write(id, { documents: [makeDocument("a.ts", ["words"])] });
        await catalog.unloadCollection(id, removal);
        expect(await catalog.totals()).toMatchObject({ collections: 0, vectors: 0 });
        await expect(catalog.restoreCollection(viewer, "scratch", origin)).rejects.toMatchObject({
          code: "COLLECTION_NOT_FOUND",
        });
      });
    });

    describe("journal", () => {
      test("a new collection is owed first, then its records", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["one", "two"])] });
        const entries = await catalog.journalPeek(10);
        expect(ops(entries)).toEqual(["ensure", "sync", "sync"]);
        expect(entries[0]?.collection).toEqual({ database: "default", name: "app_code", stamp: id });
        expect(await catalog.journalPeek(1)).toEqual(entries.slice(0, 1));
      });

      test("a record that changes again while pending stands in it once", async () => {
        const id = await ensure();
        for (const tag of [1, 2, 3])
          await write(id, { documents: [makeDocument("a.ts", ["one"], { metadata: { tag } })] });
        expect(ops(await catalog.journalPeek(10))).toEqual(["ensure", "sync"]);
      });

      test("acknowledging what was peeked does not swallow a later change", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["one"], { metadata: { tag: 1 } })] });
        const peeked = await catalog.journalPeek(10);
        await write(id, { documents: [makeDocument("a.ts", ["one"], { metadata: { tag: 2 } })] });
        await catalog.journalAcknowledge(peeked.map(({ seq }) => seq));
        expect(syncedIds(await catalog.journalPeek(10))).toEqual(syncedIds(peeked));
        expect(await catalog.journalDepth()).toBe(1);
      });

      test("temporary collections are never journaled", async () => {
        const id = await ensure("scratch", { kind: "temporary" });
        await write(id, { documents: [makeDocument("a.ts", ["one"])] });
        await catalog.unloadCollection(id, removal);
        expect(await catalog.journalDepth()).toBe(0);
      });

      test("unloading forgets what else was pending", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["one"])] });
        await catalog.unloadCollection(id, removal);
        expect(ops(await catalog.journalPeek(10))).toEqual(["drop"]);
      });

      test("a resync owes everything again, and the removal of what is unloaded comes first", async () => {
        const gone = await ensure();
        await catalog.unloadCollection(gone, removal);
        const live = await ensure();
        await write(live, { documents: [makeDocument("a.ts", ["one"])] });
        await drain();
        await catalog.journalResync(null);
        const entries = await drain();
        expect(entries.map(({ op, collection }) => [op, collection.stamp])).toEqual([
          ["drop", gone],
          ["ensure", live],
          ["sync", live],
        ]);
        await catalog.journalResync(live);
        expect(ops(await drain())).toEqual(["ensure", "sync"]);
      });

      test("a record carries text, vector and flat metadata without absent values", async () => {
        const id = await ensure();
        const chunk = makeChunk("function text", { symbol: "load", kind: "function", startLine: 3, endLine: 7 });
        await write(id, {
          documents: [makeDocument("src/a.ts", [chunk], { language: null, metadata: { topic: "io", path: "mine" } })],
        });
        const ids = syncedIds(await catalog.journalPeek(10));
        const [record, ...others] = await catalog.engineRecords(id, [
          ...ids,
          "ws-1/src/a.ts#0000000000000000.0",
          "nonsense",
        ]);
        expect(others).toEqual([]);
        expect(record?.document).toBe("function text");
        expect(Math.hypot(...(record?.embedding ?? []))).toBeCloseTo(1, 1);
        const { content_hash: hash, indexed_at: indexedAt, ...metadata } = record?.metadata ?? {};
        expect(record?.id).toBe(`ws-1/src/a.ts#${String(hash).slice(0, 16)}.0`);
        expect(new Date(String(indexedAt)).toISOString()).toBe(indexedAt);
        expect(metadata).toEqual({
          source: "app",
          source_key: "ws-1",
          source_path: "/home/ann/app",
          path: "src/a.ts",
          start_line: 3,
          end_line: 7,
          symbol: "load",
          kind: "function",
          category: "code",
          agent: "codex",
          branch: "main",
          commit: "c0ffee",
          topic: "io",
        });
      });

      test("another mirror setting owes everything again, and none clears the journal", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["one"])] });
        await drain();
        await reopen("vectors");
        const ids = syncedIds(await drain());
        expect(ids).toHaveLength(1);
        expect((await catalog.engineRecords(id, ids))[0]?.document).toBeNull();
        await write(id, { documents: [makeDocument("b.ts", ["two"])] });
        await reopen("none");
        expect(await catalog.journalDepth()).toBe(0);
        await write(id, { documents: [makeDocument("c.ts", ["three"])] });
        expect(await catalog.journalDepth()).toBe(0);
        await reopen("all");
        expect(ops(await drain())).toEqual(["ensure", "sync", "sync", "sync"]);
      });
    });

    describe("opening", () => {
      test("what was written is there after closing and opening again", async () => {
        const id = await ensure();
        await write(id, { documents: [makeDocument("a.ts", ["lasting words"])] });
        await catalog.setMeta("engine", "chroma at 8003");
        await reopen("all");
        expect(await find(id, "lasting")).toEqual(["a.ts"]);
        expect(await catalog.getMeta("engine")).toBe("chroma at 8003");
        expect(await catalog.getMeta("absent")).toBeNull();
      });

      test("a read-only catalog sees what the writer commits and refuses to write", async () => {
        const reader = await variant.open(place.directory, { isReadOnly: true });
        try {
          const id = await ensure();
          await write(id, { documents: [makeDocument("a.ts", ["fresh words"])] });
          expect((await reader.search(makeSearch(id, "fresh"))).hits.map(({ path }) => path)).toEqual(["a.ts"]);
          expect((await reader.listCollections(viewer)).map(({ documents }) => documents)).toEqual([1]);
          await expect(reader.write(makeBatch(id, {}))).rejects.toMatchObject({ code: "INTERNAL" });
          await catalog.unloadCollection(id, removal);
          await expect(reader.search(makeSearch(id, "fresh"))).rejects.toMatchObject({ code: "COLLECTION_NOT_FOUND" });
        } finally {
          await reader.close();
        }
      });
    });
  });
}
