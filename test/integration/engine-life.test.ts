import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  readSync,
  rmSync,
  truncateSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ChromaClient } from "chromadb";
import { afterEach, expect, test } from "vitest";
import { ChromaEngine } from "../../src/engine/chroma-engine.ts";
import { ExternalEngine } from "../../src/engine/external-engine.ts";
import type { EngineStatus } from "../../src/engine/engine-status.ts";
import { Mirror } from "../../src/engine/mirror.ts";
import { readyUrl, startEngine, type RunningEngine } from "../fixtures/engine-world.ts";
import { MemoryJournal, testRecord } from "../fixtures/memory-journal.ts";

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

function start(...options: Parameters<typeof startEngine>): RunningEngine {
  const running = startEngine(...options);
  cleanups.push(() => running.close());
  return running;
}

const chroma = (url: string): ChromaEngine => {
  const engine = new ChromaEngine({ url, tenant: "default_tenant", headers: {} });
  cleanups.push(() => engine.close());
  return engine;
};
const ref = { database: "default_database", name: "shared", stamp: "stamp-shared" };

/** Resolves when no process of that id is left. */
async function gone(pid: number): Promise<void> {
  while (isAlive(pid)) await new Promise((resolve) => setTimeout(resolve, 20));
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // A zombie is gone: its parent is about to collect it.
  return process.platform !== "linux" || !readFileSync(`/proc/${pid}/stat`, "utf8").includes(") Z ");
}

test("what we write is there for curl and for a plain chromadb client: heartbeat, collection, text, metadata, vectors", async () => {
  const url = await readyUrl(start());
  const heartbeat: unknown = await (await fetch(`${url}/api/v2/heartbeat`)).json();
  expect(heartbeat).toHaveProperty("nanosecond heartbeat");
  const engine = chroma(url);
  await engine.ensureCollection(ref, { commons_owner: "test" });
  await engine.upsert(ref, [{ ...testRecord("a"), document: "lone \ud800 surrogate" }, testRecord("b")]);

  const client = new ChromaClient({ host: "127.0.0.1", port: Number(new URL(url).port) });
  const listed = await client.listCollections();
  expect(listed.map((collection) => [collection.name, collection.metadata])).toEqual([
    ["shared", { commons_id: "stamp-shared", commons_owner: "test" }],
  ]);
  const found = await client.getCollection({ name: "shared" });
  const got = await found.get({ include: ["documents", "metadatas", "embeddings"] });
  expect(got.ids).toEqual(["a", "b"]);
  expect(got.documents).toEqual(["lone \ufffd surrogate", "text 1 of b"]);
  expect(got.metadatas[1]).toEqual({ path: "b", version: 1 });
  expect(got.embeddings[1]).toEqual([1, 0.5, 0.25, 1]);
  const nearest = await found.query({ queryEmbeddings: [[1, 0.5, 0.25, 1]], nResults: 1 });
  expect(nearest.distances[0]?.[0]).toBeCloseTo(0, 5);
});

test("ChromaDB killed with -9 is started again on its data, and the mirror goes on", async () => {
  const running = start();
  const url = await readyUrl(running);
  const journal = new MemoryJournal();
  const mirror = new Mirror({
    journal,
    engine: chroma(url),
    timing: { firstDelayMs: 20, maxDelayMs: 100, conflictRetryMs: 60_000 },
  });
  cleanups.push(() => mirror.close());
  journal.create(ref);
  journal.put(ref, testRecord("before"));
  expect(await mirror.drained(90_000)).toBe(true);

  const { pid, dataId } = running.engine.status();
  process.kill(pid ?? 0, "SIGKILL");
  await running.until(({ state }) => state === "restarting");
  journal.put(ref, testRecord("after"));
  mirror.kick();
  const again = await running.until(({ state }) => state === "ready");
  expect(again).toMatchObject({ url, dataId });
  expect(again.pid).not.toBe(pid);
  expect(await mirror.drained(90_000)).toBe(true);
  expect(await chroma(url).count(ref)).toBe(2);
});

test("a second engine on the same data is refused while the first lives, and takes over when it is gone", async () => {
  const first = start();
  await readyUrl(first);
  const second = start({ directory: first.directory });
  const refused = await second.until(({ state, detail }) => state === "restarting" && detail !== null);
  expect(refused.detail).toContain("Another process runs ChromaDB");
  await first.close({ keepDirectory: true });
  expect((await second.until(({ state }) => state === "ready")).dataId).toBe(first.engine.status().dataId);
});

test("a taken port is passed over, even when a ChromaDB answers there", async () => {
  const first = start();
  const firstUrl = await readyUrl(first);
  const second = start({ preferredPort: Number(new URL(firstUrl).port) });
  const secondUrl = await readyUrl(second);
  expect(Number(new URL(secondUrl).port)).toBeGreaterThan(Number(new URL(firstUrl).port));
  expect(second.engine.status().dataId).not.toBe(first.engine.status().dataId);
});

test("closing leaves no process, and the data opens again with the same id and in WAL mode", async () => {
  const running = start();
  await readyUrl(running);
  const { pid, dataId } = running.engine.status();
  await running.close({ keepDirectory: true });
  await gone(pid ?? 0);
  expect(running.engine.status().state).toBe("stopped");

  const header = Buffer.alloc(20);
  const file = openSync(join(running.directory, "data", "chroma.sqlite3"), "r");
  readSync(file, header, 0, 20, 0);
  closeSync(file);
  // Bytes 18 and 19 of an SQLite file: 2 means WAL.
  expect([header[18], header[19]]).toEqual([2, 2]);

  const again = start({ directory: running.directory });
  expect((await again.until(({ state }) => state === "ready")).dataId).toBe(dataId);
});

test("damaged data is moved aside, and new data is begun", async () => {
  const running = start();
  await readyUrl(running);
  const { dataId } = running.engine.status();
  await running.close({ keepDirectory: true });
  const file = join(running.directory, "data", "chroma.sqlite3");
  // A write-ahead log that was left there would repair the page.
  for (const suffix of ["-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
  const database = openSync(file, "r+");
  writeSync(database, Buffer.alloc(4_096, 0xaa), 0, 4_096, 0);
  closeSync(database);

  const again = start({ directory: running.directory });
  const ready = await again.until(({ state }) => state === "ready" || state === "failed");
  expect(ready.state).toBe("ready");
  expect(ready.dataId).not.toBe(dataId);
  expect(ready.detail).toContain("data-damaged-");
});

test("a collection whose vector files are torn, so that ChromaDB crashes on it, is filled again from the catalog", async () => {
  const running = start();
  const url = await readyUrl(running);
  const journal = new MemoryJournal();
  const mirror = new Mirror({
    journal,
    engine: chroma(url),
    timing: { firstDelayMs: 100, maxDelayMs: 300, conflictRetryMs: 60_000 },
  });
  cleanups.push(() => mirror.close());
  journal.create(ref);
  journal.put(ref, ...Array.from({ length: 1_500 }, (_, index) => testRecord(`r${index}`, index)));
  expect(await mirror.drained(90_000)).toBe(true);
  await running.close({ keepDirectory: true });

  const data = join(running.directory, "data");
  const vectors = readdirSync(data, { recursive: true, encoding: "utf8" }).filter((name) =>
    name.endsWith("data_level0.bin"),
  );
  expect(vectors).toHaveLength(1);
  for (const name of vectors) truncateSync(join(data, name), 1_000);
  await readyUrl(start({ directory: running.directory, preferredPort: Number(new URL(url).port) }));
  journal.put(ref, ...Array.from({ length: 1_200 }, (_, index) => testRecord(`n${index}`, index)));
  expect(await mirror.drained(90_000)).toBe(true);

  const client = new ChromaClient({ host: "127.0.0.1", port: Number(new URL(url).port) });
  const collection = await client.getCollection({ name: ref.name });
  expect(await collection.count()).toBe(2_700);
  expect((await collection.query({ queryEmbeddings: [[7, 0.5, 0.25, 1]], nResults: 1 })).ids[0]).toHaveLength(1);
}, 200_000);

test("a killed hub takes its ChromaDB along", async () => {
  const directory = mkdtempSync(join(tmpdir(), "commons-engine-"));
  cleanups.push(() => rmSync(directory, { recursive: true, force: true }));
  const program = `const { startEngine } = await import(process.argv[1]);
    startEngine({ directory: process.argv[2] }).until(({ state }) => state === "ready").then(({ pid }) => console.log(pid));`;
  const fixture = fileURLToPath(new URL("../fixtures/engine-world.ts", import.meta.url));
  const hub = spawn(process.execPath, ["--input-type=module", "-e", program, fixture, directory], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const said: unknown[] = await once(hub.stdout, "data");
  const pid = Number(String(said[0]));
  expect(isAlive(pid)).toBe(true);
  hub.kill("SIGKILL");
  await gone(pid);
  expect(isAlive(pid)).toBe(false);
});

test("an external ChromaDB is followed: ready, unreachable, ready again", async () => {
  let isUp = true;
  const server = createServer((request, response) => {
    const isAllowed = request.headers["x-chroma-token"] === "key" && request.url === "/team/api/v2/heartbeat";
    response.statusCode = isUp && isAllowed ? 200 : 503;
    response.end(JSON.stringify({ "nanosecond heartbeat": 1 }));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    server.close();
    server.closeAllConnections();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const seen: EngineStatus["state"][] = [];
  const settled = new Promise<void>((resolve) => {
    const external = new ExternalEngine({
      url: `http://127.0.0.1:${port}/team/`,
      headers: { "x-chroma-token": "key" },
      timing: { firstDelayMs: 5, maxDelayMs: 20, checkEveryMs: 5 },
      onState: ({ state }) => {
        seen.push(state);
        isUp = state !== "ready";
        if (seen.filter((each) => each === "ready").length === 2) resolve();
      },
    });
    cleanups.push(() => external.close());
    external.start();
  });
  await settled;
  expect(seen).toEqual(["ready", "unreachable", "ready"]);
});
