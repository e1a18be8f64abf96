import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { clientOf, testIdentity } from "../fixtures/built-program.ts";
import { CatalogAudit } from "../fixtures/catalog-audit.ts";
import { crashText } from "../fixtures/crash-ledger.ts";
import { makeOlderCatalog, ownWord } from "../fixtures/older-catalog.ts";
import { noSmallDisk, SmallDisk } from "../fixtures/small-disk.ts";
import { eventually, World, type Agent } from "../fixtures/world.ts";

if (noSmallDisk !== null) console.warn(`full-disk.test.ts: ${noSmallDisk}`);

const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});

/** A world with a small disk at a path below its home; the disk goes when the hub is gone. */
async function worldOnDisk(options: { engine: boolean; path: string; sizeMb: number }) {
  const world = await World.open({ engine: options.engine });
  const disk = new SmallDisk(join(world.home, options.path), options.sizeMb);
  cleanups.push(async () => {
    disk.makeRoom();
    await world.commons(["hub", "stop"]);
    disk.unmount();
    await world.close();
  });
  return { world, disk };
}

const filesOf = (name: string, count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${name}${n}.md`, crashText(`${name}${n}`, n, 3)]));

async function storedDocuments(agent: Agent): Promise<string> {
  return /kept: ([\d,]+) documents/.exec(await agent.call("list_collections"))?.[1] ?? "none";
}

describe.skipIf(noSmallDisk !== null)("a full disk", { timeout: 120_000 }, () => {
  test("refuses writes clearly, loses nothing, stops neither searches nor the hub, and all goes on with room", async () => {
    const { world, disk } = await worldOnDisk({ engine: false, path: "", sizeMb: 24 });
    const root = await world.workspace("app", filesOf("first", 60));
    const agent = await world.agent(root);
    await agent.call("batch_ingest", { collection: "kept" });
    await agent.call("store_context", {
      collection: "kept",
      id: "word-given",
      content: "The acknowledged lighthouse.",
    });
    const pid = (await world.status()).hub?.pid;
    disk.fill(150_000);
    await world.workspace("app", filesOf("second", 400));
    for (let attempt = 0; attempt < 3; attempt++) {
      const refusal = await agent.callExpectingError("batch_ingest", { collection: "kept" });
      expect(refusal).toMatch(/DISK_FULL: .*no room.*\nNext: Free some space/s);
    }
    disk.fill();
    // A small one may still fit where the write-ahead file has been emptied.
    const large = { collection: "kept", content: crashText("large", 1, 3_000) };
    expect(await agent.callExpectingError("store_context", large)).toContain("DISK_FULL");
    const found = await agent.call("search_context", { query: "acknowledged lighthouse", collection: "kept" });
    expect(found).toContain("word-given");
    const config = await world.commons(["config", "set", "hub.idleMinutes", "7"]);
    expect(config.stderr).toMatch(/no room on the disk/);
    const exported = await world.commons(["export", "kept"]);
    expect(exported.code).toBe(5);
    expect(exported.stderr).toMatch(/no room/);
    expect((await world.status()).hub?.pid).toBe(pid);
    expect((await world.hubLog()).length).toBeLessThan(50_000);

    disk.makeRoom();
    expect(await agent.call("batch_ingest", { collection: "kept" })).toContain("460 files up to date");
    expect(await storedDocuments(agent)).toBe("461");
    expect((await world.commons(["export", "kept"])).code).toBe(0);
    const audit = new CatalogAudit(join(world.home, "catalog"));
    expect(audit.problems()).toEqual([]);
    audit.close();
    const later = await world.agent(root, { name: "later" });
    await later.call("list_collections");
    expect(await world.hubLog()).toContain('"agent":"later');
  });

  test("that is there at the hub's start is said, and the start succeeds with room", async () => {
    const { world, disk } = await worldOnDisk({ engine: false, path: "", sizeMb: 16 });
    const agent = await world.agent(await world.workspace("app", filesOf("first", 20)));
    await agent.call("batch_ingest", { collection: "kept" });
    process.kill((await world.status()).hub?.pid ?? 0, "SIGKILL");
    disk.fill();
    const refusal = await agent.callExpectingError("search_context", { query: "amber", collection: "kept" });
    expect(refusal).toMatch(/DISK_FULL: The hub cannot start: there is no room/);
    disk.makeRoom();
    expect(await agent.call("search_context", { query: "amber", collection: "kept" })).toContain("first");
    expect(await storedDocuments(agent)).toBe("20");
  });

  test("in the middle of a migration leaves the old catalog as it was, to be migrated with room", async () => {
    const { world, disk } = await worldOnDisk({ engine: false, path: "", sizeMb: 24 });
    makeOlderCatalog(join(world.home, "catalog"), { collections: 2, documents: 600 });
    disk.fill(400_000);
    const client = clientOf(world, { identity: testIdentity("after") });
    cleanups.push(() => client.close());
    const question = { collections: "*" as const, limit: 1, mode: "keyword" as const, filters: {} };
    await expect(client.call("search", { ...question, query: ownWord(1, 5) })).rejects.toMatchObject({
      code: "DISK_FULL",
    });
    disk.makeRoom();
    const { hits } = await client.call("search", { ...question, query: ownWord(1, 5) });
    expect(hits.map(({ path }) => path)).toEqual(["src/file-5.ts"]);
    expect((await client.call("hub.status", {})).totals).toMatchObject({ documents: 1_200, vectors: 1_200 });
  });

  test("of ChromaDB alone lets sessions work on, and status says why ChromaDB is behind", async () => {
    const { world } = await worldOnDisk({ engine: true, path: "engine/data", sizeMb: 32 });
    mkdirSync(join(world.home, "engine"), { recursive: true });
    const agent = await world.agent(await world.workspace("app", filesOf("first", 20)));
    await agent.call("batch_ingest", { collection: "kept" });
    expect(await agent.call("search_context", { query: "amber", collection: "kept" })).toContain("first");
    await eventually(
      "status tells of the disk",
      async () => /nearly full/.test((await world.commons(["status"])).stdout),
      30_000,
    );
    expect((await world.status()).engine.behind).toBeGreaterThan(0);
  });
});
