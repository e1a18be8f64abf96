import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chownSync, readdirSync } from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { engineOrSkip } from "../fixtures/containers/engine-or-skip.ts";
import { baseImage, buildProgramImages, makeBaseImage } from "../fixtures/containers/offline-images.ts";
import { clientPid, containerOf, sessionContainers, tryToWrite } from "../fixtures/containers/session-container.ts";
import { processesOf } from "../fixtures/home-processes.ts";
import { PipedAgent } from "../fixtures/piped-agent.ts";
import { commonsBin, eventually, isRunning, runToEnd, World } from "../fixtures/world.ts";

const found = await engineOrSkip("sessions in containers");
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});
afterAll(() => found?.close());

/** Long after the session that the issue allows: the daemon removes a container within a second, on a busy machine within some. */
const goneMs = 15_000;

describe.skipIf(found === null)("a session in a container", { timeout: 120_000 }, () => {
  // Safe: without an engine nothing of this block runs.
  const engine = found!;

  let restoreImages: (() => Promise<void>) | null = null;
  beforeAll(async () => {
    makeBaseImage(engine);
    restoreImages = await buildProgramImages(engine);
  });
  afterAll(async () => restoreImages?.());

  async function open(options: { engine?: boolean } = {}): Promise<World> {
    const world = await World.open({ ...options, env: engine.env });
    cleanups.push(() => world.close());
    return world;
  }

  function sessionIn(world: World, workspace: string, name = "agent"): PipedAgent {
    const agent = new PipedAgent(world, { name, workspace, args: ["--docker"] });
    cleanups.push(() => end(agent));
    return agent;
  }

  async function end(agent: PipedAgent): Promise<void> {
    agent.closeInput();
    if (agent.child.exitCode === null && agent.child.signalCode === null) await once(agent.child, "exit");
  }

  const volumes = () => engine.must(["volume", "ls", "--quiet"]);

  test("is one of five in five directories that share one ChromaDB, and nothing is left of any, however it ends", async () => {
    const world = await open({ engine: true });
    const volumesBefore = await volumes();
    const animals = ["otter", "badger", "heron", "marten", "lynx"];
    // Two directories of one name, each with a file of one name.
    const names = ["one/app", "two/app", "photos", "code", "comparison"];
    const roots = await Promise.all(
      names.map((name, n) =>
        world.workspace(name, { "notes.md": `# Sighting\nThe ${animals[n]} crossed the river.\n` }),
      ),
    );
    const agents = roots.map((root, n) => sessionIn(world, root, `agent-${n}`));
    expect(new Set(await Promise.all(agents.map((agent) => agent.begin()))).size).toBe(1);
    const containers = await Promise.all(agents.map(({ sessionPid }) => containerOf(engine, sessionPid)));

    expect(new Set(containers.map(({ Name }) => Name)).size).toBe(5);
    for (const [n, { Id, Name, HostConfig, Mounts, Config }] of containers.entries()) {
      // As Docker makes them up: an adjective and a scientist.
      expect(Name).toMatch(/^\/[a-z]+_[a-z]+\d?$/);
      expect(HostConfig).toMatchObject({ NetworkMode: "none", ReadonlyRootfs: true, AutoRemove: true, Init: true });
      expect(HostConfig).toMatchObject({ CapDrop: ["ALL"], SecurityOpt: ["no-new-privileges"] });
      expect(Config.User).toBe(`${process.getuid?.()}:${process.getgid?.()}`);
      const ofWorkspace = Mounts.filter(({ Source }) => Source === roots[n]);
      expect(ofWorkspace.map(({ Destination }) => Destination)).toContain("/workspace");
      expect(ofWorkspace.map(({ RW }) => RW)).not.toContain(true);
      expect(await tryToWrite(engine, Id, "/workspace/written")).toBe("EROFS");
      expect(await tryToWrite(engine, Id, "/opt/commons/written")).toBe("EROFS");
      expect(readdirSync(roots[n] ?? "")).toEqual(["notes.md"]);
    }

    await Promise.all(agents.map((agent) => agent.call("batch_ingest", { collection: "shared" })));
    for (const [n, animal] of animals.entries()) {
      const other = agents[(n + 1) % agents.length];
      expect(await other?.call("search_context", { query: animal, collection: "shared" })).toContain(
        `The ${animal} crossed`,
      );
    }
    expect(await agents[0]?.call("list_collections")).toMatch(/shared: 5 documents/);
    expect(await agents[1]?.call("get_environment")).toContain(`workspace: ${roots[1]}`);
    await eventually("ChromaDB has it all", async () => (await world.status()).engine.behind === 0, 90_000);

    const wrappers = agents.map(({ sessionPid }) => sessionPid ?? 0);
    const clients = await Promise.all(wrappers.map(clientPid));
    agents[0]?.closeInput();
    agents[1]?.signalSession("SIGTERM");
    process.kill(clients[2] ?? 0, "SIGKILL");
    agents[3]?.signalSession("SIGKILL");
    await engine.must(["kill", containers[4]?.Id ?? ""]);
    await eventually("no container is left", async () => (await sessionContainers(engine, world)).length === 0, goneMs);
    for (const pid of [...wrappers, ...clients])
      await eventually(`process ${pid} is gone`, async () => !(await isRunning(pid)), goneMs);
    await eventually("no session is left", async () => (await world.status()).sessions.length === 0, goneMs);
    expect(await volumes()).toBe(volumesBefore);
  });

  test("answers its next call after the hub on the host was killed", async () => {
    const world = await open();
    const root = await world.workspace("app", { "a.md": "# Lamp\nThe lamp burns whale oil.\n" });
    const agent = sessionIn(world, root);
    await agent.begin();
    await agent.call("batch_ingest", { collection: "shared" });
    for (let kill = 0; kill < 2; kill++) {
      const hub = processesOf(world.home).find(({ role }) => role === "hub");
      process.kill(hub?.pid ?? 0, "SIGKILL");
      expect(await agent.call("search_context", { query: "whale oil", collection: "shared" })).toContain("whale oil");
      expect((await world.status()).hub?.pid).not.toBe(hub?.pid);
    }
  });

  test.skipIf(process.getuid?.() !== 0)("runs as the person who starts it, who is not root", async ({ skip }) => {
    const person = 4321;
    const world = await open();
    if (engine.daemon !== null) {
      chownSync(engine.daemon.directory, person, 0);
      chownSync(engine.daemon.socket, person, 0);
    }
    const run = (...words: readonly string[]) =>
      runToEnd("setpriv", [`--reuid=${person}`, `--regid=${person}`, "--clear-groups", ...words], {
        cwd: "/",
        env: world.env,
      });
    const asPerson = (...args: readonly string[]) => run(process.execPath, commonsBin, ...args);
    const isAllowed = [await asPerson("--version"), await run("docker", "info")].every(({ code }) => code === 0);
    if (!isAllowed) {
      console.warn("SKIPPED: a session of a plain person: only root may read this checkout, or use the engine.");
      skip();
    }
    const root = await world.workspace("app", { "a.md": "# Lamp\nThe lamp burns whale oil.\n" });
    const giveTo = (owner: number) => void execFileSync("chown", ["-R", `${owner}:${owner}`, world.directory]);
    giveTo(person);
    cleanups.push(() => giveTo(0));
    cleanups.push(async () => expect((await asPerson("hub", "stop")).code).toBe(0));
    const agent = new PipedAgent(world, { name: "person", workspace: root, args: ["--docker"], userId: person });
    cleanups.push(() => end(agent));
    await agent.begin();
    const { Id, Config } = await containerOf(engine, agent.sessionPid);
    expect(Config.User).toBe(`${person}:${person}`);
    expect(await engine.must(["exec", Id, "node", "-p", "process.getuid()"])).toBe(String(person));
    expect(await agent.call("batch_ingest", { collection: "shared" })).toContain("1 added");
  });

  if (found !== null && engine.daemon === null)
    console.warn("SKIPPED: a crash of the engine, which is not the tests' own");
  test.skipIf(found?.daemon === null)(
    "that a crash of the engine left is swept by commons doctor --fix, and no other container",
    async () => {
      const daemon = engine.daemon;
      if (daemon === null) throw new Error("The engine is not the tests' own.");
      const world = await open();
      const root = await world.workspace("app", { "a.md": "# Lamp\nThe lamp burns whale oil.\n" });
      const agent = sessionIn(world, root);
      await agent.begin();
      const { Config } = await containerOf(engine, agent.sessionPid);
      const idle = ["--network", "none", baseImage, "node", "-e", "setInterval(() => {}, 1000)"];
      const make = async (how: readonly string[], labels: Readonly<Record<string, string>>) => {
        const flags = Object.entries(labels).flatMap(([name, value]) => ["--label", `${name}=${value}`]);
        const id = await engine.must([...how, ...flags, ...idle]);
        cleanups.push(async () => void (await engine.docker(["rm", "--force", id])));
        return id;
      };
      const running = ["run", "--detach", "--init", "--restart", "always"];
      // As an engine leaves them that forgets what it was to remove: one that never ran, one that runs.
      const left = [await make(["create"], Config.Labels), await make(running, Config.Labels)];
      const stranger = await make(running, {});
      const otherHome = { "io.chroma-commons.home": "0000000000000000", "io.chroma-commons.pid": "999999999" };
      const neighbour = await make(["create"], { ...Config.Labels, ...otherHome });
      const living = await world.commons(["doctor", "--json"]);
      expect(living.stdout).not.toContain(left[0]?.slice(0, 12));

      const ended = once(agent.child, "exit");
      let written = "";
      agent.child.stdout?.on("data", (part: Buffer) => (written += part.toString("utf8")));
      await daemon.crash();
      await ended;
      // What the session has answered is not answered a second time.
      expect(written).toBe("");
      await daemon.restart();

      const told = await world.commons(["doctor"]);
      expect(told.stdout).toMatch(/2 .*container/i);
      const fixed = await world.commons(["doctor", "--fix"]);
      expect(fixed.stdout).toMatch(/container/i);
      const remaining = await engine.must(["ps", "--all", "--quiet", "--no-trunc"]);
      expect(remaining.split("\n").toSorted()).toEqual([stranger, neighbour].toSorted());
      expect((await world.commons(["doctor"])).stdout).not.toMatch(/2 .*container/i);
    },
  );

  test("that is ended while it starts leaves no container", async () => {
    const world = await open();
    const root = await world.workspace("app", {});
    const starting = {
      client: async (agent: PipedAgent) => {
        await eventually("its client runs", () => clientPid(agent.sessionPid).then(Boolean, () => false));
      },
      container: async () => {
        await eventually("its container is made", async () => (await sessionContainers(engine, world)).length > 0);
      },
    };
    for (const until of Object.values(starting)) {
      const agent = sessionIn(world, root);
      void agent.begin().catch(() => undefined);
      const ended = once(agent.child, "exit");
      await until(agent);
      agent.signalSession("SIGTERM");
      await ended;
      expect(await sessionContainers(engine, world)).toEqual([]);
    }
  });

  test("that cannot start says why in its answer to initialize, and leaves nothing", async () => {
    const world = await open();
    const root = await world.workspace("app", {});
    const refused = async (args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      const agent = new PipedAgent(world, { name: "agent", workspace: root, args: ["--docker", ...args], env });
      cleanups.push(() => end(agent));
      return agent.beginningFailure();
    };
    expect(await refused(["--image", "chroma-commons-session:none"])).toMatch(/image .* commons image build/s);
    expect(await refused([], { DOCKER_HOST: `unix://${join(world.directory, "none.sock")}` })).toMatch(
      /docker .*not run/s,
    );
    expect(await refused([], { DOCKER_HOST: "", DOCKER_CONTEXT: "nope" })).toMatch(/environment .* DOCKER_CONTEXT/s);
    expect(await refused(["--hub", "volume:commons-nope"])).toMatch(/no volume .*commons-nope/s);
    expect(await volumes()).not.toContain("commons-nope");
    expect(await sessionContainers(engine, world)).toEqual([]);
  });

  test("that cannot reach a hub's port says why before it starts", async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    cleanups.push(() => void taken.close());
    await once(taken, "listening");
    // Safe: it listens on a port, not on a socket of the file system.
    const { port } = taken.address() as AddressInfo;
    const expected = { "": /no TCP port.*hub\.tcpPort 8765/s, "0": /127\.0\.0\.1.*--hub socket/s, [port]: /taken/ };
    for (const [tcpPort, words] of Object.entries(expected)) {
      const world = await open();
      const root = await world.workspace("app", {});
      const env = tcpPort === "" ? {} : { COMMONS_HUB_TCP_PORT: tcpPort };
      const agent = new PipedAgent(world, { name: "agent", workspace: root, args: ["--docker", "--hub", "tcp"], env });
      cleanups.push(() => end(agent));
      expect(await agent.beginningFailure()).toMatch(words);
    }
  });
});
