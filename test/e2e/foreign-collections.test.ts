import { ChromaClient, type Collection } from "chromadb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { eventually, World, type Agent } from "../fixtures/world.ts";

const files = { "kitchen/soup.md": "# Soup\n\nThe onion soup of the house takes an hour.\n" };
const recipes = [
  { id: "soup", text: "Onion soup with thyme and white wine.", facts: { course: "first", source: "soups.md" } },
  { id: "tart", text: "Onion tart: bake it for an hour.", facts: { course: "main", minutes: 60 } },
  { id: "cake", text: "Carrot cake with nuts.", facts: { course: "last" } },
];

interface FoundPlace {
  readonly collection: string;
  readonly path: string;
}

interface FoundHit extends FoundPlace {
  readonly score: number;
  readonly text: string;
  readonly alsoAt: readonly FoundPlace[];
}

/** What is in the collection, as its own program sees it. */
async function contentOf(collection: Collection) {
  const { ids, documents, metadatas, embeddings } = await collection.get({
    include: ["documents", "metadatas", "embeddings"],
  });
  const vectors = embeddings.map((vector) => vector.map((value) => Math.round(value * 1_000) / 1_000));
  return ids.map((id, at) => [id, documents[at], metadatas[at], vectors[at]]);
}

describe("a collection that another program made in ChromaDB", { timeout: 120_000 }, () => {
  let world: World;
  let agent: Agent;
  let chroma: ChromaClient;
  let theirs: Collection;

  beforeAll(async () => {
    world = await World.open({ engine: true });
    agent = await world.agent(await world.workspace("kitchen", files));
    await agent.call("batch_ingest", { collection: "house" });
    await eventually("ChromaDB is ready", async () => (await world.status()).engine.state === "ready");
    const { hostname, port } = new URL((await world.status()).engine.url ?? "");
    chroma = new ChromaClient({ host: hostname, port: Number(port), ssl: false });
    theirs = await chroma.createCollection({
      name: "recipes",
      embeddingFunction: null,
      metadata: { embedding_model: "their-model" },
    });
    await theirs.add({
      ids: recipes.map(({ id }) => id),
      documents: recipes.map(({ text }) => text),
      metadatas: recipes.map(({ facts }) => facts),
      embeddings: recipes.map((_, index) => [1, index, 2]),
    });
    await theirs.add({ ids: ["bare"], embeddings: [[1, 2, 3]] });
  }, 90_000);
  afterAll(() => world.close());

  const searchEverywhere = async (query: string): Promise<readonly FoundHit[]> => {
    const { stdout } = await world.commons(["search", query, "--collection", "*", "--json"]);
    // Safe: the fields are those that the command promises; a test that reads a missing one fails.
    return (JSON.parse(stdout) as { hits: FoundHit[] }).hits;
  };

  it("is not looked at for duplicates, and that is said", async () => {
    expect(await agent.call("find_collection_duplicates", { collection: "*" })).toContain(
      "Not looked at: recipes, made by",
    );
    const named = await agent.callExpectingError("find_collection_duplicates", { collection: "recipes" });
    expect(named).toMatch(/^COLLECTION_FOREIGN/);
  });

  it("is described with what Chroma knows of it", async () => {
    const info = await agent.call("get_collection_info", { collection: "recipes" });
    expect(info).toContain("recipes: 4 records; made in ChromaDB by another program; 3 dimensions; model their-model");
    expect(info).toContain("commons adopt recipes");
    expect((await world.commons(["info", "recipes"])).stdout).toContain("recipes: 4 records");
    expect(JSON.parse((await world.commons(["info", "recipes", "--json"])).stdout)).toMatchObject({
      kind: "foreign",
      records: 4,
    });
  });

  it("is searched by its name, and says whose it is", async () => {
    const answer = await agent.call("search_context", { query: "onion soup with wine", collection: "recipes" });
    expect(answer).toContain("Onion soup with thyme");
    expect(answer).toContain("soups.md#soup");
    expect(answer).toContain("another program's");
    expect(answer).toContain("ChromaDB");
  });

  it("is searched together with our own, scores on one footing", async () => {
    const hits = await searchEverywhere("onion soup");
    const found = hits.map(({ collection, path }) => `${collection} ${path}`);
    expect(found).toContain("house kitchen/soup.md");
    expect(found).toContain("recipes soups.md#soup");
    for (const { score } of hits) expect(score > 0 && score <= 1).toBe(true);
  });

  it("is filtered by its own metadata and by its text", async () => {
    const search = (where: unknown) => agent.call("search_context", { query: "onion", collection: "recipes", where });
    expect(await search({ course: "main" })).toContain("Onion tart");
    expect(await search({ course: "main" })).not.toContain("thyme");
    expect(await search({ minutes: { $gte: 30 } })).toContain("Onion tart");
    expect(await search({ "#document": { $contains: "thyme" } })).not.toContain("Onion tart");
    // Chroma orders numbers only: it refuses this one, and we decide.
    expect(await search({ $and: [{ course: { $gt: "l" } }, { course: { $in: ["main", "last"] } }] })).toContain("tart");
  });

  it("is copied by commons adopt, and left as it was", async () => {
    const before = await contentOf(theirs);
    const first = await world.commons(["adopt", "recipes", "--json"]);
    expect(JSON.parse(first.stdout)).toMatchObject({
      from: "recipes",
      to: "recipes-adopted",
      added: 3,
      withoutText: 1,
      isComplete: true,
    });
    const answer = await agent.call("search_context", { query: "onion soup", collection: "recipes-adopted" });
    expect(answer).toContain("Onion soup with thyme");
    const filtered = await agent.call("search_context", {
      query: "onion",
      collection: "recipes-adopted",
      where: { $and: [{ course: "first" }, { original_source: "soups.md" }] },
    });
    expect(filtered).toContain("thyme");
    expect(await contentOf(theirs)).toEqual(before);
  });

  it("is copied again at no cost, and what changed since is brought up to date", async () => {
    const again = await world.commons(["adopt", "recipes", "--json"]);
    expect(JSON.parse(again.stdout)).toMatchObject({ added: 0, changed: 0, unchanged: 3, removed: 0 });
    await theirs.update({ ids: ["tart"], documents: ["Leek tart."], embeddings: [[3, 2, 1]] });
    await theirs.delete({ ids: ["cake"] });
    const later = await world.commons(["adopt", "recipes"]);
    expect(later.stdout).toContain("0 added, 1 changed, 1 unchanged, 1 removed");
    expect(await agent.call("search_context", { query: "tart", collection: "recipes-adopted" })).toContain("Leek tart");
  });

  it("and its copy show a text that stands in both once", async () => {
    const same = (await searchEverywhere("onion soup thyme")).filter(({ text }) => text.includes("thyme"));
    expect(same).toHaveLength(1);
    const places = same.flatMap((hit) => [hit, ...hit.alsoAt]).map(({ collection }) => collection);
    expect(places.toSorted()).toEqual(["recipes", "recipes-adopted"]);
  });

  it("keeps its name: nothing is copied over it", async () => {
    const { code, stderr } = await world.commons(["adopt", "recipes", "--as", "recipes"]);
    expect(code).toBe(4);
    expect(stderr).toContain("made in ChromaDB by another program");
    expect(await theirs.count()).toBe(3);
  });

  it("that took the name of one that was removed keeps it: nothing is restored over it", async () => {
    await agent.call("store_context", { content: "Flour is in the pantry.", collection: "pantry" });
    const removed = await agent.call("unload_collection", { collection: "pantry" });
    const receipt = /--receipt (\d+)/.exec(removed)?.[1] ?? "0";
    const namesInChroma = async () => (await chroma.listCollections()).map(({ name }) => name);
    await eventually("ChromaDB has none of the name", async () => !(await namesInChroma()).includes("pantry"));
    await chroma.createCollection({ name: "pantry", embeddingFunction: null });
    for (const wanted of [["pantry"], ["--receipt", receipt]]) {
      const { code, stderr } = await world.commons(["restore", ...wanted]);
      expect(code).toBe(4);
      expect(stderr).toContain("made in ChromaDB by another program");
    }
    await chroma.deleteCollection({ name: "pantry" });
    expect((await world.commons(["restore", "--receipt", receipt])).code).toBe(0);
  });

  it("that is not there cannot be copied", async () => {
    const { code, stderr } = await world.commons(["adopt", "no-such"]);
    expect(code).toBe(3);
    expect(stderr).toContain("There are: recipes.");
  });
});
