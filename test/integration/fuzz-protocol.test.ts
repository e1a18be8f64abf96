import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { statePaths } from "../../src/config/paths.ts";
import { HubWire } from "../fixtures/fuzz/hub-wire.ts";
import { runProtocolFuzz } from "../fixtures/fuzz/protocol-run.ts";
import { joinHub } from "../fixtures/raw-hub.ts";
import { World } from "../fixtures/world.ts";

const seed = Number(process.env["COMMONS_FUZZ_SEED"] ?? 20_261_123);
let world: World;

beforeEach(async () => {
  world = await World.open();
});
afterEach(async () => {
  await world.close();
});

describe("bad input", () => {
  it(`1,500 drawn messages to hub and sessions harm nothing, seed ${seed}`, async () => {
    const failures = await runProtocolFuzz(world, {
      seed,
      calls: 600,
      connections: 600,
      lines: 300,
      sessions: 2,
      maxGrowthBytes: 500_000_000,
    });
    expect(failures).toEqual([]);
  });

  it("what broke the hub once is refused, and every collection is still listed", async () => {
    await world.commons(["hub", "start"]);
    const session = await joinHub(world.home, { space: "default", agent: "agent" });
    const wire = new HubWire({ socketPath: statePaths(world.home).hubAddress });
    const { sessionId } = session;
    const code = async (operation: string, body: string): Promise<string | undefined> =>
      /"code":"(\w+)"/.exec((await wire.send({ operation, body, sessionId })).body)?.[1];
    for (const body of ["", "{", "[1,]", "{}{}", "[".repeat(100_000)])
      expect(await code("hub.status", body)).toBe("INPUT_INVALID");

    const { collection } = await session.get("collections.ensure", { collection: "sizes", kind: "permanent" });
    const { id: collectionId } = collection as { id: string };
    const source = { key: "k", kind: "workspace", name: "n", machine: "m", path: "/w", repository: null };
    const document = (path: string) => ({
      path,
      stat: { sizeBytes: Number.MAX_SAFE_INTEGER, mtimeMs: 2 ** 60, signature: "1" },
      contentHash: "h",
      fingerprint: "f",
      readAtMs: 1,
      fileType: "text",
      language: null,
      category: "documents",
      metadata: {},
      chunks: [],
    });
    const changes = { documents: [document("a"), document("b")], renames: [], touches: [], removals: [] };
    await session.get("documents.write", { collectionId, source, changes });
    expect((await session.get("collections.list", {}))["collections"]).toMatchObject([
      { name: "sizes", documents: 2, sizeBytes: 2 * Number.MAX_SAFE_INTEGER },
    ]);
    const scope = {
      directory: "",
      recursive: true,
      categories: null,
      extensions: null,
      maxFiles: null,
      includeContent: true,
    };
    for (const mirroredAtMs of [0.5, 2 ** 53 + 2])
      expect(
        await code("scopes.save", JSON.stringify({ collectionId, source, scope, isWatched: false, mirroredAtMs })),
      ).toBe("INPUT_INVALID");
    wire.close();
    session.leave();
  });
});
