import { afterEach, beforeEach, expect, test } from "vitest";
import { FakeEngine } from "../../test/fixtures/fake-engine.ts";
import { MemoryJournal, testRecord } from "../../test/fixtures/memory-journal.ts";
import { Mirror } from "./mirror.ts";

const code = { database: "default", name: "code", stamp: "stamp-code" };
const notes = { database: "default", name: "notes", stamp: "stamp-notes" };
const timing = { firstDelayMs: 1, maxDelayMs: 4, conflictRetryMs: 1_000_000 };

let journal: MemoryJournal;
let engine: FakeEngine;
let mirror: Mirror;

beforeEach(() => {
  journal = new MemoryJournal();
  engine = new FakeEngine();
  mirror = new Mirror({ journal, engine, timing });
});
afterEach(async () => {
  await mirror.close();
});

const many = (count: number): ReturnType<typeof testRecord>[] =>
  Array.from({ length: count }, (_, index) => testRecord(`r${index}`));

/** Forgets what Chroma is owed, as the catalog does while nothing is mirrored. */
async function forgetJournal(): Promise<void> {
  const entries = await journal.peek(1_000_000);
  await journal.acknowledge(entries.map(({ seq }) => seq));
}

test("a resync removes from Chroma what the catalog no longer has, and what others put there", async () => {
  journal.create(code);
  journal.put(code, ...many(3));
  await mirror.drained(5_000);
  journal.remove(code, "r1");
  journal.put(code, testRecord("r2", 2));
  await forgetJournal();
  await engine.upsert(
    code,
    Array.from({ length: 500 }, (_, index) => testRecord(`stranger${index}`)),
  );
  await engine.deleteRecords(code, ["r0"]);
  await journal.resync(null);
  expect(await mirror.drained(5_000)).toBe(true);
  expect(engine.stored(code)).toEqual({ r0: testRecord("r0"), r2: testRecord("r2", 2) });
  expect(engine.calls).not.toContain("dropCollection");
});

test("strangers are found on every page of a large collection", async () => {
  journal.create(code);
  const records = many(4_500);
  journal.put(code, ...records);
  await mirror.drained(5_000);
  const gone = records.filter((_, index) => index % 3 === 0).map(({ id }) => id);
  for (const id of gone) journal.remove(code, id);
  await forgetJournal();
  await journal.resync(null);
  expect(await mirror.drained(5_000)).toBe(true);
  expect(Object.keys(engine.stored(code) ?? {})).toHaveLength(3_000);
});

test("a comparison that a pause cut off is done again", async () => {
  journal.create(code);
  journal.put(code, testRecord("a"));
  await mirror.drained(5_000);
  await engine.upsert(code, [testRecord("stranger")]);
  engine.beforeCall = (name) => {
    if (name === "ensureCollection") mirror.pause();
  };
  await journal.resync(null);
  expect(await mirror.drained(50)).toBe(false);
  expect(await journal.depth()).toBe(2);
  engine.beforeCall = () => undefined;
  const drained = mirror.drained(5_000);
  mirror.resume();
  expect(await drained).toBe(true);
  expect(engine.stored(code)).toEqual({ a: testRecord("a") });
});

test("a refused record counts once for its collection, until it changes or goes", async () => {
  journal.create(code);
  journal.create(notes);
  engine.poison.add("bad").add("worse");
  journal.put(code, testRecord("bad"), testRecord("worse"), testRecord("good"));
  await mirror.drained(5_000);
  journal.put(code, testRecord("bad", 2));
  await mirror.drained(5_000);
  expect(mirror.collection(code.stamp)).toEqual({ refusedRecords: 2, leftOut: null });
  expect(mirror.collection(notes.stamp)).toEqual({ refusedRecords: 0, leftOut: null });
  engine.poison.clear();
  journal.put(code, testRecord("bad", 3));
  journal.remove(code, "worse");
  await mirror.drained(5_000);
  expect(mirror.collection(code.stamp).refusedRecords).toBe(0);
  expect(mirror.status().refused).toEqual({ count: 0, latest: [] });
});

test("a collection that is left out says why", async () => {
  engine.makeForeign("default", "code");
  journal.create(code);
  await mirror.drained(5_000);
  expect(mirror.collection(code.stamp).leftOut).toContain("another program");
});
