import { once } from "node:events";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { ComposedHub, findCompose } from "../fixtures/containers/composed-hub.ts";
import { engineOrSkip } from "../fixtures/containers/engine-or-skip.ts";
import { buildProgramImages, makeBaseImage, makeChromaImage } from "../fixtures/containers/offline-images.ts";
import { containerOf, inspect } from "../fixtures/containers/session-container.ts";
import { PipedAgent } from "../fixtures/piped-agent.ts";
import { eventually, World } from "../fixtures/world.ts";

const engine = await engineOrSkip("the hub and ChromaDB by compose");
const command = engine === null ? null : await findCompose(engine);
if (engine !== null && command === null) {
  if (process.env["CI"] && process.getuid?.() === 0) throw new Error("The tests of compose.yaml need compose.");
  console.warn("SKIPPED: the hub and ChromaDB by compose: there is neither docker compose nor docker-compose");
}
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});
afterAll(() => engine?.close());

describe.skipIf(command === null)("the hub of compose.yaml", { timeout: 240_000 }, () => {
  // Safe: without an engine and compose nothing of this block runs.
  const docker = engine!;
  let restoreImages: (() => Promise<void>) | null = null;
  beforeAll(async () => {
    makeBaseImage(docker);
    await makeChromaImage(docker);
    restoreImages = await buildProgramImages(docker);
  });
  afterAll(async () => restoreImages?.());

  test("serves sessions in containers through its volume, whatever becomes of ChromaDB and of itself", async () => {
    const volumesBefore = await docker.must(["volume", "ls", "--quiet"]);
    const world = await World.open({ env: docker.env });
    cleanups.push(() => world.close());
    const stack = new ComposedHub(docker, command ?? []);
    cleanups.push(() => stack.close());

    const sessionIn = async (name: string, animal: string) => {
      const workspace = await world.workspace(name, { "notes.md": `# Sighting\nThe ${animal} crossed the river.\n` });
      const agent = new PipedAgent(world, { name, workspace, args: ["--docker", "--hub", `volume:${stack.name}-run`] });
      cleanups.push(async () => {
        agent.closeInput();
        if (agent.child.exitCode === null) await once(agent.child, "exit");
      });
      await agent.begin();
      return agent;
    };
    const found = (agent: PipedAgent, animal: string) =>
      agent.call("search_context", { query: animal, collection: "shared" });

    // ChromaDB is not there yet.
    await stack.compose("up", "-d", "--no-deps", "hub");
    await stack.untilHealthy("hub");
    const otter = await sessionIn("one/app", "otter");
    await otter.call("batch_ingest", { collection: "shared" });
    expect(await found(otter, "otter")).toContain("The otter crossed");
    expect(await stack.behind()).toBeGreaterThan(0);

    await stack.compose("up", "-d");
    await eventually("ChromaDB has it all", async () => (await stack.behind()) === 0, 60_000);
    await stack.untilHealthy("chromadb");
    const badger = await sessionIn("two/app", "badger");
    await badger.call("batch_ingest", { collection: "shared" });
    expect(await found(otter, "badger")).toContain("The badger crossed");
    expect(await found(badger, "otter")).toContain("The otter crossed");
    expect(await stack.commons("list")).toMatch(/^shared +2 /m);

    const session = await containerOf(docker, otter.sessionPid);
    expect(session.HostConfig.NetworkMode).toBe("none");
    for (const service of ["hub", "chromadb"]) {
      const { HostConfig, NetworkSettings } = await inspect(docker, await stack.container(service));
      expect(HostConfig).toMatchObject({ PortBindings: {}, CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges:true"] });
      expect(HostConfig.RestartPolicy.Name).toBe("unless-stopped");
      expect(Object.keys(NetworkSettings.Networks)).toEqual([stack.name]);
    }
    expect((await inspect(docker, await stack.container("hub"))).HostConfig).toMatchObject({
      ReadonlyRootfs: true,
      Init: true,
    });
    expect(await docker.must(["network", "inspect", "--format", "{{.Internal}}", stack.name])).toBe("true");

    await docker.must(["restart", "--time", "2", await stack.container("chromadb")]);
    await otter.call("store_context", { collection: "shared", content: "The heron flew over.", id: "heron" });
    await eventually("ChromaDB has the rest after its restart", async () => (await stack.behind()) === 0, 60_000);

    await docker.must(["kill", await stack.container("hub")]);
    await stack.compose("up", "-d");
    expect(await found(otter, "heron")).toContain("The heron flew over");
    expect(await found(badger, "badger")).toContain("The badger crossed");

    await stack.compose("down", "--timeout", "5");
    await stack.compose("up", "-d");
    expect(await found(badger, "otter")).toContain("The otter crossed");

    for (const cleanup of cleanups.splice(1).toReversed()) await cleanup();
    expect(await docker.must(["volume", "ls", "--quiet"])).toBe(volumesBefore);
    const left = ["ps", "--all", "--quiet", "--filter", `label=com.docker.compose.project=${stack.name}`];
    expect(await docker.must(left)).toBe("");
  });
});
