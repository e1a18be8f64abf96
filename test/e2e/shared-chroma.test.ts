import { ChromaClient } from "chromadb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, World, type Agent } from "../fixtures/world.ts";

const files = { "src/pump.ts": "/** Starts the water pump. */\nexport function startPump() {\n  return true;\n}\n" };

/** One home's embedded server is a real ChromaDB for another home that is given its URL. */
describe("a ChromaDB that others use too", { timeout: 120_000 }, () => {
  let server: World;
  let guest: World;
  let agent: Agent;
  let chroma: ChromaClient;

  beforeAll(async () => {
    server = await World.open({ engine: true });
    await server.commons(["hub", "start"]);
    await eventually("ChromaDB is ready", async () => (await server.status()).engine.state === "ready");
    const url = (await server.status()).engine.url ?? "";
    chroma = clientOf(url);
    const theirs = await chroma.createCollection({ name: "their-recipes", embeddingFunction: null });
    await theirs.add({ ids: ["soup"], documents: ["Onion soup."], embeddings: [[1, 2, 3]] });
    const database = { COMMONS_CHROMA_DATABASE: "default_database", COMMONS_MIRROR: "vectors" };
    guest = await World.open({ env: { COMMONS_ENGINE: "true", COMMONS_CHROMA_URL: url, ...database } });
    agent = await guest.agent(await guest.workspace("plant", files));
  }, 180_000);
  afterAll(async () => {
    await guest.close();
    await server.close();
  });

  const mirrored = () =>
    eventually("Chroma holds everything", async () => (await guest.status()).engine.behind === 0, 90_000);

  it("gets vectors and metadata without the text when the setting says so", async () => {
    await agent.call("batch_ingest", { collection: "plant_code" });
    await mirrored();
    const collection = await chroma.getCollection({ name: "plant_code" });
    const records = await collection.get({ include: ["documents", "metadatas", "embeddings"] });
    expect(records.ids).toHaveLength(1);
    expect(records.documents).toEqual([null]);
    expect(records.metadatas[0]).toMatchObject({
      path: "src/pump.ts",
      symbol: "startPump",
      start_line: 1,
      language: "typescript",
    });
    expect(records.embeddings[0]).toHaveLength(128);
  });

  it("keeps the collections of other programs as they are: they are listed, and their names are refused", async () => {
    await eventually("ChromaDB is asked", async () =>
      (await agent.call("list_collections")).includes("their-recipes: 1 record"),
    );
    expect(await agent.callExpectingError("batch_ingest", { collection: "their-recipes" })).toMatch(
      /COLLECTION_FOREIGN/,
    );
    expect(await agent.callExpectingError("unload_collection", { collection: "their-recipes" })).toMatch(
      /COLLECTION_FOREIGN/,
    );
    expect(await (await chroma.getCollection({ name: "their-recipes" })).count()).toBe(1);
  });

  it("loses an unloaded collection, and gets it back when it is restored", async () => {
    await agent.call("unload_collection", { collection: "plant_code" });
    await mirrored();
    const names = async () => (await chroma.listCollections()).map((collection) => collection.name);
    expect(await names()).not.toContain("plant_code");
    expect((await guest.commons(["restore", "plant_code"])).code).toBe(0);
    await mirrored();
    expect(await (await chroma.getCollection({ name: "plant_code" })).count()).toBe(1);
  });

  it("may be away: sessions work on, and it gets everything when it is back", async () => {
    const url = (await server.status()).engine.url ?? "";
    await server.commons(["hub", "stop"]);
    await agent.call("store_context", {
      id: "while-away",
      collection: "plant_notes",
      content: "The valve sticks in winter.",
    });
    expect(await agent.call("search_context", { query: "valve winter", collection: "plant_notes" })).toContain(
      "valve sticks",
    );
    expect((await guest.status()).engine.behind).toBeGreaterThan(0);
    await server.commons(["hub", "start"]);
    await eventually("ChromaDB is back", async () => (await server.status()).engine.state === "ready");
    expect((await server.status()).engine.url).toBe(url);
    await mirrored();
    expect(await (await chroma.getCollection({ name: "plant_notes" })).count()).toBe(1);
  });
});

function clientOf(url: string): ChromaClient {
  const { hostname, port } = new URL(url);
  return new ChromaClient({ host: hostname, port: Number(port), ssl: false });
}
