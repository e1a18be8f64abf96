import { once } from "node:events";
import { afterEach, describe, expect, test } from "vitest";
import { baseImage, makeBaseImage } from "../fixtures/containers/offline-images.ts";
import { PodmanStore, whyNoPodman } from "../fixtures/containers/podman-store.ts";
import { clientPid } from "../fixtures/containers/session-container.ts";
import { PipedAgent } from "../fixtures/piped-agent.ts";
import { eventually, isRunning, World } from "../fixtures/world.ts";

const reason = whyNoPodman();
if (reason !== null) {
  if (process.env["CI"] && process.getuid?.() === 0) throw new Error(`The tests with Podman cannot run: ${reason}.`);
  console.warn(`SKIPPED: sessions in containers of Podman: ${reason}`);
}
const cleanups: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
});
const goneMs = 20_000;

describe.skipIf(reason !== null)("with Podman", { timeout: 180_000 }, () => {
  test("sessions have containers of their own, share one hub, and leave nothing, however they end", async () => {
    const store = new PodmanStore();
    cleanups.push(() => store.close());
    makeBaseImage(store, "podman");
    const world = await World.open({ env: store.env });
    cleanups.push(() => world.close());
    const built = await world.commons(["image", "build", "--runtime", "podman", "--base", `localhost/${baseImage}`]);
    expect(built).toMatchObject({ code: 0 });

    const animals = ["otter", "badger", "heron", "marten"];
    const agents = await Promise.all(
      animals.map(async (animal) => {
        const workspace = await world.workspace(`${animal}/app`, { "notes.md": `The ${animal} crossed the river.\n` });
        const args = ["--docker", "--runtime", "podman"];
        const agent = new PipedAgent(world, { name: animal, workspace, args });
        cleanups.push(async () => {
          agent.closeInput();
          if (agent.child.exitCode === null && agent.child.signalCode === null) await once(agent.child, "exit");
        });
        await agent.begin();
        return agent;
      }),
    );
    const ids = (await store.must("ps", "--quiet", "--no-trunc")).split("\n");
    expect(ids).toHaveLength(4);
    for (const id of ids) {
      const program = `try { require("fs").writeFileSync("/workspace/new", "") } catch (error) { console.log(error.code) }`;
      expect(await store.must("exec", id, "node", "-e", program)).toBe("EROFS");
      expect(await store.must("inspect", "--format", "{{.HostConfig.NetworkMode}}", id)).toBe("none");
    }
    await Promise.all(agents.map((agent) => agent.call("batch_ingest", { collection: "shared" })));
    for (const [n, animal] of animals.entries()) {
      const other = agents[(n + 1) % agents.length];
      expect(await other?.call("search_context", { query: animal, collection: "shared" })).toContain(`The ${animal}`);
    }

    const wrappers = agents.map(({ sessionPid }) => sessionPid ?? 0);
    const clients = await Promise.all(wrappers.map(clientPid));
    agents[0]?.closeInput();
    agents[1]?.signalSession("SIGTERM");
    process.kill(clients[2] ?? 0, "SIGKILL");
    agents[3]?.signalSession("SIGKILL");
    for (const pid of [...wrappers, ...clients])
      await eventually(`process ${pid} is gone`, async () => !(await isRunning(pid)), goneMs);
    await eventually("no container is left", async () => (await store.must("ps", "--all", "--quiet")) === "", goneMs);
    await eventually("no session is left", async () => (await world.status()).sessions.length === 0, goneMs);
  });
});
