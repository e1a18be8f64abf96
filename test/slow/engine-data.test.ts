import { createHash } from "node:crypto";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { ChromaClient } from "chromadb";
import { afterEach, expect, test } from "vitest";
import { CatalogAudit } from "../fixtures/catalog-audit.ts";
import { chromaProblems } from "../fixtures/chroma-audit.ts";
import { crashText } from "../fixtures/crash-ledger.ts";
import { EmbeddingServer } from "../fixtures/embedding-server.ts";
import { eventually, World, type Agent, type WorldStatus } from "../fixtures/world.ts";

let world: World;
let agent: Agent;
afterEach(() => world.close());

async function open(env: Record<string, string> = {}): Promise<void> {
  world = await World.open({ engine: true, env });
  const files = Array.from({ length: 40 }, (_, n): [string, string] => [`f${n}.md`, crashText(`f${n}`, n, 2)]);
  agent = await world.agent(await world.workspace("app", Object.fromEntries(files)));
  await agent.call("batch_ingest", { collection: "kept" });
  await eventually("every text has its vector", () => missingVectors() === 0);
  await mirrored();
}

function missingVectors(): number {
  const database = new DatabaseSync(join(world.home, "catalog", "catalog.sqlite"), { readOnly: true });
  const missing = database
    .prepare("SELECT count(*) AS n FROM texts WHERE id NOT IN (SELECT text_id FROM vectors)")
    .get();
  database.close();
  return Number(missing?.["n"]);
}

async function mirrored(): Promise<WorldStatus["engine"]> {
  await eventually(
    "Chroma has all",
    async () => {
      const { engine } = await world.status();
      return engine.state === "ready" && engine.behind === 0;
    },
    60_000,
  );
  return (await world.status()).engine;
}

/** Of every vector in the catalog: none was made again when it stays the same. */
function vectorsDigest(): string {
  const database = new DatabaseSync(join(world.home, "catalog", "catalog.sqlite"), { readOnly: true });
  const digest = createHash("sha256");
  const rows = database.prepare("SELECT text_id, model, scale, data FROM vectors ORDER BY text_id, model");
  for (const row of rows.iterate()) digest.update(JSON.stringify(row));
  database.close();
  return digest.digest("hex");
}

async function expectEqual(): Promise<void> {
  const { url } = await mirrored();
  const audit = new CatalogAudit(join(world.home, "catalog"));
  try {
    expect(await chromaProblems(url ?? "", audit.engineRecords())).toEqual([]);
    expect(audit.problems()).toEqual([]);
  } finally {
    audit.close();
  }
}

const data = () => join(world.home, "engine", "data");
const search = () => agent.call("search_context", { query: "amber basin", collection: "kept" });

test("data that is removed while nothing runs is made again from the catalog, without new vectors", async () => {
  await open();
  const before = vectorsDigest();
  await world.commons(["hub", "stop"]);
  rmSync(data(), { recursive: true });
  expect(await search()).toContain("f");
  await expectEqual();
  expect(vectorsDigest()).toBe(before);
});

test("data that is made again asks an embedding server for nothing", async () => {
  const server = await EmbeddingServer.open();
  try {
    await open({ COMMONS_OPENAI_URL: `${server.url}/v1`, COMMONS_EMBEDDER: "openai:test" });
    const [asked, before] = [server.seen.length, vectorsDigest()];
    expect(asked).toBeGreaterThan(0);
    await world.commons(["hub", "stop"]);
    rmSync(data(), { recursive: true });
    await agent.call("list_collections");
    await expectEqual();
    expect(vectorsDigest()).toBe(before);
    expect(server.seen.length).toBe(asked);
  } finally {
    await server.stop();
  }
});

test("a database that is overwritten while nothing runs is moved aside and made again; status says where it is", async () => {
  await open();
  const before = vectorsDigest();
  await world.commons(["hub", "stop"]);
  for (const suffix of ["-wal", "-shm"]) rmSync(join(data(), `chroma.sqlite3${suffix}`), { force: true });
  writeFileSync(join(data(), "chroma.sqlite3"), "garbage ".repeat(10_000));
  expect(await search()).toContain("f");
  await expectEqual();
  expect(vectorsDigest()).toBe(before);
  expect((await world.commons(["status"])).stdout.replaceAll(/\s+/g, " ")).toContain("data-damaged-");
  expect(readdirSync(join(world.home, "engine")).some((name) => name.startsWith("data-damaged-"))).toBe(true);
});

test.for(["removed", "overwritten"])(
  "data that is %s under a running ChromaDB is made again, and searches go on",
  async (how) => {
    await open();
    const before = vectorsDigest();
    if (how === "removed") rmSync(data(), { recursive: true });
    else {
      for (const suffix of ["-wal", "-shm"]) rmSync(join(data(), `chroma.sqlite3${suffix}`), { force: true });
      writeFileSync(join(data(), "chroma.sqlite3"), "garbage ".repeat(10_000));
    }
    expect(await search()).toContain("f");
    await agent.call("store_context", { collection: "kept", id: "later", content: "The later lighthouse." });
    expect(await agent.call("search_context", { query: "later lighthouse", collection: "kept" })).toContain("later");
    await expectEqual();
    const { engine } = await world.status();
    expect(engine.state).toBe("ready");
    expect(vectorsDigest()).not.toBe(before);
  },
);

test("what another client removes or alters in Chroma is found and mended by the doctor", async () => {
  await open();
  const url = new URL((await mirrored()).url ?? "");
  const chroma = new ChromaClient({ host: url.hostname, port: Number(url.port), ssl: false });
  const kept = await chroma.getCollection({ name: "kept" });
  const { ids } = await kept.get({ limit: 2 });
  await kept.delete({ ids: ids.slice(0, 1) });
  await kept.update({ ids: ids.slice(1, 2), metadatas: [{ path: "altered" }] });
  // Nothing tells the hub: until somebody looks, status says that Chroma has all.
  expect((await world.status()).engine.behind).toBe(0);
  const found = await world.commons(["doctor", "--deep"]);
  expect(found.stdout.replaceAll(/\s+/g, " ")).toContain(
    "ChromaDB lacks 1 record, has 1 with other text, metadata or vectors",
  );
  expect((await world.commons(["doctor", "--deep", "--fix", "--yes"])).code).toBe(0);
  await expectEqual();
});
