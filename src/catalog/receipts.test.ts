import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  author,
  makeBatch,
  makeDirectory,
  makeDocument,
  makeSource,
  notes,
  origin,
  removal,
  viewer,
} from "../../test/contracts/catalog-fixture.ts";
import type { ReceiptQuery } from "../core/receipts.ts";
import { openClockedCatalog, type ClockedCatalog } from "../../test/fixtures/clocked-catalog.ts";
import type { WriteBatch } from "./api.ts";

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
let place: ReturnType<typeof makeDirectory>;
let world: ClockedCatalog;
let id: string;

beforeEach(() => {
  place = makeDirectory();
  world = openClockedCatalog(place.directory);
  id = ensure("app_code");
});
afterEach(() => {
  world.catalog.close();
  place.remove();
});

function ensure(name: string, kind: "permanent" | "temporary" = "permanent", sessionId = "s1"): string {
  return world.catalog.ensureCollection({ ...viewer, sessionId, name, kind, author }).collection.id;
}

let written = 0;
function write(rest: Partial<WriteBatch> & { to?: string } = {}): void {
  written += 1;
  const documents = [makeDocument(`${written}.ts`, [`words ${written}`], { readAtMs: world.time.wallMs })];
  world.catalog.write(makeBatch(rest.to ?? id, { documents, ...rest }));
}

function remove({ isDryRun = false } = {}): void {
  const selection = { collectionId: id, ids: [`${written}.ts`], sourceKey: "ws-1" };
  world.catalog.deleteDocuments(selection, { ...removal, isDryRun });
}

const list = (query: Partial<ReceiptQuery> = {}, by: { space: string; sessionId: string | null } = viewer) =>
  world.catalog.receipts(by, { limit: 100, ...query });
const lines = () => list().map(({ action, added }) => `${action} ${added}`);

describe("the receipt of writes", () => {
  test("grows while one author goes on writing from one source", () => {
    for (let part = 0; part < 3; part += 1) {
      write();
      world.pass(9 * minute);
    }
    const startedAtMs = world.startMs;
    expect(list()).toMatchObject([
      { action: "write", added: 3, chunks: 3, author, startedAtMs, atMs: startedAtMs + 18 * minute, isForced: false },
    ]);
  });

  test("counts what was changed, renamed and removed", () => {
    write({ documents: ["a.ts", "b.ts", "c.ts"].map((path) => makeDocument(path, [path, "two"])) });
    const stat = { sizeBytes: 1, mtimeMs: 1, signature: "2" };
    const documents = [makeDocument("a.ts", ["a.ts", "other"], { readAtMs: 2_000 })];
    const renames = [{ from: "b.ts", to: "d.ts", stat, readAtMs: 2_000 }];
    write({ documents, renames, removals: ["c.ts", "not there"] });
    expect(list()).toMatchObject([{ added: 3, changed: 1, renamed: 1, removed: 1, chunks: 7 }]);
  });

  test.each([
    ["a pause of more than ten minutes", () => world.pass(11 * minute)],
    ["a jump of the clock", () => world.jump(-hour)],
  ])("ends with %s", (_name, meanwhile) => {
    write();
    meanwhile();
    write();
    expect(lines()).toEqual(["write 1", "write 1"]);
  });

  test("goes on after a deletion that was only tried", () => {
    write();
    remove({ isDryRun: true });
    write();
    expect(lines()).toEqual(["write 2"]);
  });

  test("ends with a removal, another source, another commit", () => {
    write();
    remove();
    write();
    write({ source: notes, documents: [makeDocument("note-1", ["a note"])] });
    write({ author: { ...author, commit: "beef" } });
    expect(lines()).toEqual(["write 1", "write 1", "write 1", "delete 0", "write 1"]);
    expect(list({ limit: 2 })[0]).toMatchObject({ author: { commit: "beef" }, source: { key: "ws-1" } });
  });

  test("of two sessions that write in turn are two", () => {
    for (let turn = 0; turn < 3; turn += 1) {
      write();
      write({ author: { ...author, sessionId: "s2", agent: "claude" }, source: makeSource("ws-2") });
    }
    expect(lines()).toEqual(["write 3", "write 3"]);
  });

  test("is not left by a batch that changes nothing", () => {
    const documents = [makeDocument("a.ts", ["one"])];
    write({ documents });
    write({ documents });
    write({
      documents: [],
      touches: [{ path: "a.ts", stat: { sizeBytes: 1, mtimeMs: 1, signature: "9" }, readAtMs: 5_000 }],
    });
    write({ documents: [], removals: ["never.ts"] });
    expect(lines()).toEqual(["write 1"]);
  });

  test("says of a document that had to make room that it was removed", () => {
    write({
      documents: [
        makeDocument("old.ts", ["one"], { readAtMs: 1_000 }),
        makeDocument("new.ts", ["two"], { readAtMs: 9_000 }),
      ],
    });
    const stat = { sizeBytes: 1, mtimeMs: 1, signature: "2" };
    write({ documents: [], renames: [{ from: "old.ts", to: "new.ts", stat, readAtMs: 2_000 }] });
    expect(list()).toMatchObject([{ added: 2, removed: 1, renamed: 0 }]);
  });
});

describe("the list of receipts", () => {
  test("is by number, newest first, whatever the clock says", () => {
    write();
    world.jump(-365 * day);
    world.catalog.unloadCollection(id, removal);
    world.jump(700 * day);
    world.catalog.restoreCollection(viewer, "app_code", origin);
    const found = list();
    expect(found.map(({ action }) => action)).toEqual(["restore", "unload", "write"]);
    expect(found.map(({ id: number }) => number)).toEqual([3, 2, 1]);
    expect(list({ beforeId: 3, limit: 1 }).map(({ action }) => action)).toEqual(["unload"]);
  });

  test("can be of one collection, one action, a time, or of what can be undone", () => {
    const other = ensure("other");
    write();
    write({ to: other });
    world.pass(hour);
    world.catalog.unloadCollection(other, { ...removal, isForced: true });
    expect(list({ collection: "other" }).map(({ action }) => action)).toEqual(["unload", "write"]);
    expect(list({ action: "write" }).map(({ collection }) => collection)).toEqual(["other", "app_code"]);
    expect(list({ sinceMs: world.startMs + 1 })).toHaveLength(1);
    const [unload] = list({ isRestorable: true });
    expect(unload).toMatchObject({ action: "unload", collection: "other", collectionId: other, isForced: true });
    expect(unload?.restorableUntilMs).toBe(world.time.wallMs + 7 * day);
    expect(list({ isRestorable: true, collection: "app_code" })).toEqual([]);
    world.catalog.unloadCollection(ensure("empty"), { ...removal, isForced: true });
    expect(list({ isRestorable: true }).map(({ collection }) => collection)).toEqual(["other"]);
  });

  test("shows a temporary collection's to its own session only, for as long as that lives", () => {
    const scratch = ensure("scratch", "temporary");
    write({ to: scratch });
    expect(list()).toMatchObject([{ collection: "scratch", kind: "temporary" }]);
    expect(list({}, { ...viewer, sessionId: "s2" })).toEqual([]);
    expect(list({}, { ...viewer, sessionId: null })).toEqual([]);
    world.catalog.unloadCollection(scratch, removal);
    expect(lines()).toEqual(["unload 0", "write 1"]);
    world.catalog.dropTemporary([]);
    expect(list()).toEqual([]);
  });

  test("is of the viewer's space", () => {
    write();
    expect(list({}, { space: "other", sessionId: "s1" })).toEqual([]);
  });
});

describe("old receipts", () => {
  test("go after 90 days with the authors that nothing else names; those that can still be undone stay", () => {
    write();
    remove();
    // Nothing is purged meanwhile but receipts: what is removed stays restorable for ever here.
    const passDays = (days: number) => {
      for (let passed = 0; passed < days; passed += 1) {
        world.pass(day);
        world.catalog.purgeUnloaded({ keptMs: 1_000 * day, maxDocuments: 10 });
      }
    };
    passDays(89);
    expect(list()).toHaveLength(2);
    passDays(2);
    expect(list().map(({ action }) => action)).toEqual(["delete"]);
    world.catalog.purgeUnloaded({ keptMs: 0, maxDocuments: 10 });
    expect(list()).toEqual([]);
  });

  test("survive a clock that jumps a year ahead", () => {
    write();
    world.jump(365 * day);
    world.catalog.purgeUnloaded({ keptMs: 7 * day, maxDocuments: 10 });
    expect(list()).toHaveLength(1);
  });

  test("survive that the clock was years behind when they were written", () => {
    world.jump(-700 * day);
    write();
    world.jump(700 * day);
    world.catalog.purgeUnloaded({ keptMs: 7 * day, maxDocuments: 10 });
    expect(list()).toHaveLength(1);
  });

  test("lose what a call was answered after three days, and not by a clock that jumps a year ahead", () => {
    const call = { ...origin, callId: "call-1" };
    world.catalog.unloadCollection(id, { origin: call, isForced: false });
    world.jump(365 * day);
    world.catalog.purgeUnloaded({ keptMs: 7 * day, maxDocuments: 10 });
    expect(world.catalog.answerTo("call-1")).not.toBeNull();
    world.pass(49 * hour);
    world.catalog.purgeUnloaded({ keptMs: 7 * day, maxDocuments: 10 });
    expect(world.catalog.answerTo("call-1")).toBeNull();
    expect(list()).toHaveLength(1);
  });
});
