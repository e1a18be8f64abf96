import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import type { ReadResult } from "./document-reader.ts";
import { ReaderPool } from "./reader-pool.ts";

const pools: ReaderPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.close();
});

// A busy machine starts a process in half a second: the deadline of a hanging one must be well above.
function openPool({ processes = 1, deadlineMs = 3_000 } = {}): ReaderPool {
  const entry = fileURLToPath(new URL("../../test/fixtures/faulty-reader-process.ts", import.meta.url));
  const pool = new ReaderPool({ entry, processes, deadlineMs, maxHeapMb: 32 });
  pools.push(pool);
  return pool;
}

function readAll(pool: ReaderPool, paths: readonly string[]): Promise<ReadResult[]> {
  const limits = { maxFileBytes: 1, maxDocumentBytes: 1 };
  return Promise.all(
    paths.map((path) => pool.read({ root: "/", path, includeContent: true, limits, storedFingerprints: [] })),
  );
}

const read = (path: string): ReadResult => ({ kind: "failed", message: `read ${path}` });

test("a file that hangs is skipped as timed out, and the files around it are read", async () => {
  expect(await readAll(openPool(), ["a", "hang", "b", "c", "d"])).toEqual([
    read("a"),
    { kind: "skipped", reason: "timed-out" },
    read("b"),
    read("c"),
    read("d"),
  ]);
});

test("a file that fills the memory is skipped as too complex, and the files around it are read", async () => {
  expect(await readAll(openPool({ processes: 2, deadlineMs: 25_000 }), ["a", "b", "bloat", "c", "d", "e"])).toEqual([
    read("a"),
    read("b"),
    { kind: "skipped", reason: "too-complex" },
    read("c"),
    read("d"),
    read("e"),
  ]);
});

test("a reader that breaks by itself says so of one file, and reads the others", async () => {
  const results = await readAll(openPool(), ["crash", "a", "b"]);
  expect(results).toEqual([{ kind: "failed", message: "The reader ended with code 1." }, read("a"), read("b")]);
});

test("several bad files in one run are each named", async () => {
  const results = await readAll(openPool(), ["hang1", "crash", "ok"]);
  expect(results.map((result) => (result.kind === "skipped" ? result.reason : result.kind))).toEqual([
    "timed-out",
    "failed",
    "failed",
  ]);
  expect(results[2]).toEqual(read("ok"));
});

test("a process that says it is spent gets no further file", async () => {
  const pool = openPool();
  const [first, spent] = await readAll(pool, ["pid", "spend"]);
  const [next] = await readAll(pool, ["pid"]);
  expect(spent).toEqual(read("spend"));
  expect(first?.kind === "failed" && first.message).toMatch(/^\d+$/);
  expect(next).not.toEqual(first);
});

test("what a spent process had in hand and did not begin is read by the next one", async () => {
  const paths = ["spend", ...Array.from({ length: 24 }, (_, index) => (index === 15 ? "spend" : `file ${index}`))];
  expect(await readAll(openPool(), paths)).toEqual(paths.map(read));
});

test("closing ends what is under way, also what would never end", async () => {
  const pool = openPool();
  const reading = readAll(pool, ["hang", "a"]);
  const closing = pool.close();
  await expect(reading).rejects.toMatchObject({ code: "CANCELLED" });
  await closing;
  await expect(readAll(pool, ["a"])).rejects.toMatchObject({ code: "CANCELLED" });
});
