import { afterEach, beforeEach, expect, test } from "vitest";
import { CommonsError } from "../core/errors.ts";
import { FakeEngine } from "../../test/fixtures/fake-engine.ts";
import { MemoryJournal, testRecord } from "../../test/fixtures/memory-journal.ts";
import type { MirrorOptions } from "./mirror-options.ts";
import { Mirror } from "./mirror.ts";
import type { MirrorStatus } from "./mirror-status.ts";

const code = { database: "default", name: "code", stamp: "stamp-code" };
const notes = { database: "default", name: "notes", stamp: "stamp-notes" };
const timing = { firstDelayMs: 1, maxDelayMs: 4, conflictRetryMs: 1_000_000 };

let journal: MemoryJournal;
let engine: FakeEngine;
let mirror: Mirror;
const states: MirrorStatus[] = [];

function startMirror(options: Partial<MirrorOptions> = {}): Mirror {
  mirror = new Mirror({ journal, engine, timing, onState: (status) => states.push(status), ...options });
  return mirror;
}

beforeEach(() => {
  journal = new MemoryJournal();
  engine = new FakeEngine();
  states.length = 0;
});
afterEach(async () => {
  await mirror.close();
});

const unavailable = (details = {}): CommonsError => new CommonsError("ENGINE_UNAVAILABLE", "Gone.", { details });
const many = (count: number): ReturnType<typeof testRecord>[] =>
  Array.from({ length: count }, (_, index) => testRecord(`r${index}`));

test("what the catalog holds is what Chroma holds when the journal is empty", async () => {
  journal.create(code);
  journal.put(code, testRecord("a"), testRecord("b"), testRecord("c"));
  journal.put(code, testRecord("a", 2));
  journal.remove(code, "b");
  expect(await startMirror().drained(60_000)).toBe(true);
  expect(engine.stored(code)).toEqual({ a: testRecord("a", 2), c: testRecord("c") });
  expect(engine.metadataOf(code)).toEqual({ commons_embedder: "test" });
  expect(await journal.depth()).toBe(0);
  expect(mirror.status()).toMatchObject({ state: "idle", behind: 0, lastError: null, conflicts: [] });
});

test("many records go in few batches", async () => {
  journal.create(code);
  journal.put(code, ...many(1_200));
  await startMirror().drained(60_000);
  expect(Object.keys(engine.stored(code) ?? {})).toHaveLength(1_200);
  expect(engine.calls.filter((call) => call === "upsert")).toHaveLength(3);
});

test("a step whose answer was lost is done again and changes nothing", async () => {
  journal.create(code);
  journal.put(code, testRecord("a"));
  let lost = 0;
  engine.afterCall = (name) => {
    if (name !== "heartbeat" && lost++ < 2) throw unavailable();
  };
  expect(await startMirror().drained(60_000)).toBe(true);
  expect(engine.stored(code)).toEqual({ a: testRecord("a") });
  expect(await journal.depth()).toBe(0);
});

test("a mirror that died between upsert and acknowledgement is continued by the next one", async () => {
  journal.create(code);
  journal.put(code, testRecord("a"), testRecord("b"));
  const acknowledge = journal.acknowledge.bind(journal);
  journal.acknowledge = () => Promise.reject(new Error("killed"));
  expect(await startMirror().drained(30)).toBe(false);
  await mirror.close();
  expect(await journal.depth()).toBe(3);
  journal.acknowledge = acknowledge;
  journal.remove(code, "b");
  expect(await startMirror().drained(60_000)).toBe(true);
  expect(engine.stored(code)).toEqual({ a: testRecord("a") });
});

test("an outage loses nothing: the mirror waits, says so, and goes on", async () => {
  journal.create(code);
  journal.put(code, testRecord("a"));
  let failures = 0;
  engine.beforeCall = () => {
    if (failures++ < 6) throw unavailable();
  };
  expect(await startMirror().drained(60_000)).toBe(true);
  expect(
    states.some((status) => status.state === "waiting" && status.lastError === "Gone." && status.behind === 2),
  ).toBe(true);
  expect(engine.stored(code)).toEqual({ a: testRecord("a") });
  expect(mirror.status().lastError).toBeNull();
});

test("a paused mirror does nothing, and goes on when resumed", async () => {
  journal.create(code);
  startMirror().pause();
  expect(await mirror.drained(20)).toBe(false);
  expect(engine.calls).toEqual([]);
  expect(mirror.status().state).toBe("paused");
  const drained = mirror.drained(60_000);
  mirror.resume();
  expect(await drained).toBe(true);
  expect(engine.stored(code)).toEqual({});
});

test("resume ends a long wait after a failure", async () => {
  journal.create(code);
  engine.beforeCall = () => {
    throw unavailable();
  };
  const waiting = new Promise<void>((resolve) => {
    startMirror({
      timing: { ...timing, firstDelayMs: 600_000, maxDelayMs: 600_000 },
      onState: ({ state }) => state === "waiting" && resolve(),
    });
  });
  mirror.kick();
  await waiting;
  engine.beforeCall = () => undefined;
  const drained = mirror.drained(60_000);
  mirror.resume();
  expect(await drained).toBe(true);
});

test("a name that belongs to another program is left alone and reported; other collections go on", async () => {
  engine.makeForeign("default", "code");
  journal.create(code);
  journal.create(notes);
  journal.put(code, testRecord("a"));
  journal.put(notes, testRecord("n"));
  expect(await startMirror().drained(60_000)).toBe(true);
  expect(engine.stored(notes)).toEqual({ n: testRecord("n") });
  expect(await engine.listForeign("default", new Set([code.stamp, notes.stamp]))).toEqual([
    { database: "default", name: "code", records: 0, dimensions: null, model: null },
  ]);
  expect(mirror.status().conflicts).toMatchObject([{ database: "default", collection: "code" }]);
  expect(mirror.status().behind).toBe(0);
  expect(await journal.depth()).toBe(1);
});

test("a conflict that is over is filled from the catalog, also by a mirror that was started later", async () => {
  engine.makeForeign("default", "code");
  journal.create(code);
  journal.put(code, testRecord("a"));
  await startMirror().drained(60_000);
  engine.lose("default", "code");
  const drained = mirror.drained(60_000);
  mirror.resume();
  await drained;
  expect(engine.stored(code)).toEqual({ a: testRecord("a") });
  expect(mirror.status().conflicts).toEqual([]);

  engine.makeForeign("default", "notes");
  journal.create(notes);
  journal.put(notes, testRecord("n"));
  await mirror.drained(60_000);
  journal.put(notes, testRecord("m"), testRecord("n", 2));
  await mirror.drained(60_000);
  await mirror.close();
  engine.lose("default", "notes");
  expect(await startMirror().drained(60_000)).toBe(true);
  expect(engine.stored(notes)).toEqual({ n: testRecord("n", 2), m: testRecord("m") });
});

test("unloading a collection in conflict ends the conflict and touches nothing of the other program", async () => {
  engine.makeForeign("default", "code");
  journal.create(code);
  await startMirror().drained(60_000);
  journal.unload(code);
  await mirror.drained(60_000);
  expect(mirror.status().conflicts).toEqual([]);
  expect(await engine.listForeign("default", new Set([code.stamp, notes.stamp]))).toHaveLength(1);
  expect(await journal.depth()).toBe(0);
});

test("a record that Chroma refuses is reported and does not keep the others out", async () => {
  journal.create(code);
  journal.put(code, ...many(40));
  await startMirror().drained(60_000);
  engine.poison.add("r17");
  journal.put(code, ...many(40).map(({ id }) => testRecord(id, 2)));
  expect(await mirror.drained(60_000)).toBe(true);
  const stored = engine.stored(code) ?? {};
  expect(Object.keys(stored)).toHaveLength(39);
  expect(stored["r17"]).toBeUndefined();
  expect(stored["r39"]).toEqual(testRecord("r39", 2));
  expect(mirror.status().refused).toMatchObject({ count: 1, latest: [{ collection: "code", recordId: "r17" }] });
  expect(await journal.depth()).toBe(0);
});

test("a collection that Chroma lost is filled again from the catalog", async () => {
  journal.create(code);
  journal.put(code, testRecord("a"), testRecord("b"));
  await startMirror().drained(60_000);
  engine.lose("default", "code");
  journal.put(code, testRecord("c"));
  expect(await mirror.drained(60_000)).toBe(true);
  expect(Object.keys(engine.stored(code) ?? {}).toSorted()).toEqual(["a", "b", "c"]);
});

test("a name that is unloaded and made again holds only what is new", async () => {
  journal.create(code);
  journal.put(code, testRecord("old"));
  await startMirror().drained(60_000);
  const again = { ...code, stamp: "stamp-code-2" };
  journal.unload(code);
  journal.create(again);
  journal.put(again, testRecord("new"));
  await mirror.drained(60_000);
  expect(engine.stored(code)).toBeNull();
  expect(engine.stored(again)).toEqual({ new: testRecord("new") });
});

test("a collection that fails again and again while Chroma is well is rebuilt", async () => {
  journal.create(code);
  journal.put(code, testRecord("a"), testRecord("b"));
  await startMirror().drained(60_000);
  let isTorn = true;
  engine.beforeCall = (name) => {
    if (name === "dropCollection") isTorn = false;
    if (name === "upsert" && isTorn) throw unavailable();
  };
  journal.put(code, testRecord("c"));
  expect(await mirror.drained(60_000)).toBe(true);
  expect(engine.calls).toContain("dropCollection");
  expect(Object.keys(engine.stored(code) ?? {}).toSorted()).toEqual(["a", "b", "c"]);
});

test("an outage in the middle of a step rebuilds nothing, however long", async () => {
  journal.create(code);
  journal.put(code, testRecord("a"));
  await startMirror().drained(60_000);
  let failures = 0;
  engine.beforeCall = (name) => {
    if (failures === 0 && name !== "upsert") return;
    if (failures++ < 12) throw unavailable();
  };
  journal.put(code, testRecord("b"));
  expect(await mirror.drained(60_000)).toBe(true);
  expect(failures).toBeGreaterThan(12);
  expect(engine.calls).not.toContain("dropCollection");
});

test("time-outs rebuild nothing: the engine is reported as stuck", async () => {
  journal.create(code);
  await startMirror({ onStuck: () => (engine.beforeCall = () => undefined) }).drained(60_000);
  engine.beforeCall = (name) => {
    if (name === "upsert") throw unavailable({ isTimeout: true });
  };
  journal.put(code, testRecord("a"));
  expect(await mirror.drained(60_000)).toBe(true);
  expect(engine.calls).not.toContain("dropCollection");
  expect(engine.stored(code)).toEqual({ a: testRecord("a") });
});

test("vectors of another length rebuild the collection", async () => {
  journal.create(code);
  journal.put(code, testRecord("a"), testRecord("b"));
  await startMirror().drained(60_000);
  const longer = (id: string) => ({ ...testRecord(id), embedding: [1, 2, 3, 4, 5] });
  journal.put(code, longer("a"), longer("b"));
  expect(await mirror.drained(60_000)).toBe(true);
  expect(engine.stored(code)).toEqual({ a: longer("a"), b: longer("b") });
});

test("nothing is written while the disk has no room", async () => {
  journal.create(code);
  let hasRoom = false;
  startMirror({ hasRoom: () => Promise.resolve(hasRoom) });
  expect(await mirror.drained(20)).toBe(false);
  expect(engine.calls).toEqual([]);
  expect(mirror.status().lastError).toContain("disk");
  hasRoom = true;
  expect(await mirror.drained(60_000)).toBe(true);
});

test("a batch that a server took whose data is gone is not acknowledged, and goes to the one that comes next", async () => {
  journal.create(code);
  journal.put(code, testRecord("a"));
  let isThere = false;
  startMirror({ holdsData: () => isThere });
  expect(await mirror.drained(50)).toBe(false);
  expect(await journal.depth()).toBeGreaterThan(0);
  expect(mirror.status().lastError).toBe("ChromaDB lost its data while it ran.");
  isThere = true;
  expect(await mirror.drained(60_000)).toBe(true);
  expect(engine.stored(code)).toEqual({ a: testRecord("a") });
});
