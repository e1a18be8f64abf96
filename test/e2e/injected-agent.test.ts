import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { World, type Agent } from "../fixtures/world.ts";

describe("an agent that does what a text told it", { timeout: 180_000 }, () => {
  let world: World;
  let agent: Agent;

  beforeAll(async () => {
    world = await World.open();
    const workspace = await world.workspace("app", {
      "a.md": "# Herons\n\nThe heron stands still.\n",
      "b.md": "# Storks\n\nThe stork clatters.\n",
    });
    agent = await world.agent(workspace);
    await agent.call("batch_ingest", { collection: "birds" });
  });
  afterAll(() => world.close());

  it("has no tool that takes a command, an address, a model, a key or a setting", async () => {
    const { tools } = await agent.client.listTools();
    const parameters = tools.flatMap(({ inputSchema }) => Object.keys(inputSchema.properties ?? {}));
    expect(parameters.length).toBeGreaterThan(30);
    expect(
      parameters.filter((name) =>
        /(^|_)(command|shell|url|host|port|model|embedder|token|key|secret|setting|space)($|_)/.test(name),
      ),
    ).toEqual([]);
  });

  it("has three tools that destroy, which clients can ask the person about", async () => {
    const { tools } = await agent.client.listTools();
    const destructive = tools.filter(({ annotations }) => annotations?.destructiveHint === true);
    expect(destructive.map(({ name }) => name).toSorted()).toEqual([
      "batch_delete",
      "import_collection",
      "unload_collection",
    ]);
  });

  it("destroys nothing that the person cannot see in the log and bring back", async () => {
    await agent.call("batch_delete", { collection: "birds", where: { path: "a.md" }, force: true });
    await agent.call("unload_collection", { collection: "birds", force: true });
    const log = await world.commons(["log", "--json"]);
    expect(log.stdout).toMatch(/unload/);
    expect(log.stdout).toMatch(/delete/);
    expect((await world.commons(["restore", "birds"])).code).toBe(0);
    // Safe: the fields are those that the command promises.
    const { receipts } = JSON.parse((await world.commons(["log", "--json"])).stdout) as {
      receipts: { id: number; action: string }[];
    };
    const deletion = receipts.find(({ action }) => action === "delete");
    expect((await world.commons(["restore", "--receipt", String(deletion?.id)])).code).toBe(0);
    const found = await agent.call("search_context", { query: "heron stands still", collection: "birds" });
    expect(found).toContain("a.md");
  });

  it("exports into the exports directory and nowhere else", async () => {
    const before = await readdir(world.directory, { recursive: true });
    for (const output_path of ["../birds.jsonl", "/tmp/birds", ".ssh/authorized_keys", "sub/birds", "..", "~/birds"])
      expect(await agent.callExpectingError("export_collection", { collection: "birds", output_path })).toMatch(
        /INPUT_INVALID|PATH_/,
      );
    const answer = await agent.call("export_collection", { collection: "birds", output_path: "birds-copy" });
    expect(answer).toContain("birds-copy");
    const added = (await readdir(world.directory, { recursive: true })).filter((path) => !before.includes(path));
    const files = added.filter((path) => path.includes("birds"));
    expect(files.length).toBeGreaterThan(0);
    for (const path of files) expect(path).toMatch(/^commons\/exports\//);
  });
});

describe("agents of two spaces", { timeout: 180_000 }, () => {
  it("see, change and notice nothing of one another, by any tool", async () => {
    const world = await World.open();
    try {
      const workspace = await world.workspace("app", { "a.md": "# Herons\n\nThe quokkaword heron.\n" });
      const [ann, ben] = await Promise.all([
        world.agent(workspace, { name: "quokka-ann", env: { COMMONS_SPACE: "quokka-space" } }),
        world.agent(workspace, { name: "ben", env: { COMMONS_SPACE: "other-space" } }),
      ]);
      await ann.call("batch_ingest", { collection: "birds" });
      await ann.call("store_context", { collection: "birds", id: "note-1", content: "quokkaword of ann" });
      await ann.call("watch_folder", { collection: "birds" });
      for (const tool of ["list_collections", "list_sessions", "list_watchers", "get_environment"])
        expect(await ben.call(tool)).not.toMatch(/quokka|birds/);
      const asked: [string, Record<string, unknown>][] = [
        ["get_collection_info", { collection: "birds" }],
        ["search_context", { query: "heron", collection: "birds" }],
        ["find_similar_patterns", { code: "The quokkaword heron.", collection: "birds" }],
        ["find_collection_duplicates", { collection: "birds" }],
        ["unload_collection", { collection: "birds", force: true }],
        ["batch_delete", { collection: "birds", ids: ["note-1"], force: true }],
        ["export_collection", { collection: "birds" }],
      ];
      for (const [tool, args] of asked) {
        const told = await ben.callExpectingError(tool, args);
        expect(told).toMatch(/COLLECTION_NOT_FOUND/);
        expect(told).not.toMatch(/quokka-|ann/);
      }
      const before = await ann.call("search_context", { query: "quokkaword", collection: "birds" });
      await ben.call("store_context", { collection: "birds", id: "note-1", content: "of ben" });
      await ben.call("batch_delete", { collection: "birds", ids: ["note-1"] });
      await ben.call("unload_collection", { collection: "birds" });
      expect(await ann.call("search_context", { query: "quokkaword", collection: "birds" })).toBe(before);
      expect(before).toContain("quokkaword of ann");
    } finally {
      await world.close();
    }
  });
});
