import { readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChromaClient } from "chromadb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { World, eventually } from "../fixtures/world.ts";

interface DoctorJson {
  readonly findings: readonly { area: string; level: string; fact: string }[];
  readonly repairs: readonly { title: string; lines: string[]; error: string | null }[];
}

let world: World;
let workspace: string;
beforeEach(async () => {
  world = await World.open({ engine: true });
  workspace = await world.workspace("shop", {
    "tea.ts": "export function brewTea(minutes: number) {\n  return minutes * 3;\n}\n",
    "milk.md": "# Milk\n\nMilk is warmed before it is poured.\n",
  });
  const agent = await world.agent(workspace);
  await agent.call("batch_ingest", { path: ".", collection: "shop" });
  for (const id of ["cups", "pots"])
    await agent.call("store_context", {
      content: `The ${id} stand on the upper shelf.`,
      collection: "shop",
      id,
      metadata: { shelf: 3 },
    });
  await agent.close();
  await caughtUp();
}, 60_000);
afterEach(() => world.close());

const caughtUp = () =>
  eventually(
    "ChromaDB has everything",
    async () => {
      const { engine } = await world.status();
      return engine.state === "ready" && engine.behind === 0;
    },
    60_000,
  );

async function doctor(...args: string[]): Promise<DoctorJson & { problems: string[] }> {
  const { stdout, stderr } = await world.commons(["doctor", "--json", ...args], { cwd: workspace });
  if (stdout === "") throw new Error(stderr);
  // Safe: the shape that the command promises; a test that reads a missing field fails.
  const report = JSON.parse(stdout) as DoctorJson;
  const problems = report.findings.filter(({ level }) => level === "error" || level === "warning");
  return { ...report, problems: problems.map(({ area, fact }) => `${area}: ${fact}`) };
}

async function chroma() {
  const { engine } = await world.status();
  const { hostname, port } = new URL(engine.url ?? "");
  const client = new ChromaClient({ host: hostname, port: Number(port) });
  return client.getCollection({
    name: "shop",
    embeddingFunction: { generate: () => Promise.reject(new Error("unused")) },
  });
}

describe("a catalog of which nothing can be read", () => {
  test("is rebuilt from ChromaDB: notes come back with their text and facts, files with the next ingest", async () => {
    await world.commons(["hub", "stop"]);
    for (const name of readdirSync(join(world.home, "catalog")).filter((each) => each.startsWith("catalog.sqlite")))
      writeFileSync(join(world.home, "catalog", name), "this is no database ".repeat(3_000));
    const { repairs, problems } = await doctor("--fix", "--yes");
    expect(repairs.map(({ error, title }) => [error, title.slice(0, 12)])).toEqual([[null, "Stop the hub"]]);
    expect(repairs[0]?.lines.slice(0, 2)).toEqual([
      "Brought back: 1 collection, 2 documents, 2 notes.",
      "Of these ChromaDB gave 2 documents and 2 notes; the rest was read from the damaged file.",
    ]);
    expect(problems).toEqual([]);
    const agent = await world.agent(workspace);
    expect(await agent.call("batch_ingest", { path: ".", collection: "shop" })).toMatch(/2 (?:files )?changed/);
    expect(await agent.call("search_context", { query: "cups on the shelf", collection: "shop" })).toContain(
      "The cups stand on the upper shelf.",
    );
    expect(await agent.call("search_context", { query: "brewTea", collection: "shop" })).toContain("tea.ts");
    await agent.close();
    expect((await doctor("--deep")).problems).toEqual([]);
  }, 120_000);

  test("is left as it is while ChromaDB cannot be asked, unless it is done without", async () => {
    await world.commons(["hub", "stop"]);
    for (const name of readdirSync(join(world.home, "catalog")).filter((each) => each.startsWith("catalog.sqlite")))
      writeFileSync(join(world.home, "catalog", name), "this is no database ".repeat(3_000));
    const away = { COMMONS_CHROMA_URL: "http://127.0.0.1:9" };
    const { stdout } = await world.commons(["doctor", "--fix", "--yes"], { cwd: workspace, env: away });
    expect(stdout).toContain("That failed: ChromaDB cannot be asked");
    expect(readdirSync(world.home).filter((name) => name.startsWith("catalog.damaged"))).toEqual([]);
  }, 60_000);
});

describe("records that another program changed in ChromaDB", () => {
  test("are found row by row by a deep check, and written again by --fix", async () => {
    const collection = await chroma();
    const { ids } = await collection.get({ include: [] });
    const vector = Array.from({ length: 128 }, () => 0.1);
    const [first = "", second = ""] = ids.toSorted();
    await collection.delete({ ids: [first] });
    await collection.update({ ids: [second], documents: ["somebody else's text"], embeddings: [vector] });
    await collection.add({
      ids: ["stranger"],
      documents: ["not ours"],
      embeddings: [vector],
    });
    const { problems } = await doctor("--deep");
    expect(problems).toEqual([
      'catalog against ChromaDB: ChromaDB lacks 1 record, has 1 with other text, metadata or vectors, has 1 that the catalog does not have of "shop".',
    ]);
    await doctor("--deep", "--fix");
    await caughtUp();
    expect((await doctor("--deep")).problems).toEqual([]);
    expect((await (await chroma()).get({ include: [] })).ids.toSorted()).toEqual(ids.toSorted());
  }, 120_000);
});
