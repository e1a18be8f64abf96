import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HubClient } from "../../src/client/hub-client.ts";
import { homePaths } from "../../src/config/load-settings.ts";
import { linkSocket, makeDoor } from "../../src/container/hub-door.ts";
import { HubKeeper } from "../../src/container/hub-keeper.ts";
import { testIdentity, testProgram } from "../fixtures/built-program.ts";
import { eventually, isRunning } from "../fixtures/world.ts";

// Windows has named pipes, which no container mounts.
describe.skipIf(process.platform === "win32")("sessions that have a hub's socket and nothing else of it", () => {
  let directory: string;
  let env: NodeJS.ProcessEnv;
  let keeper: HubKeeper;
  let clients: HubClient[];
  const problems: unknown[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "hub-socket-"));
    await mkdir(join(directory, "run"), { mode: 0o700 });
    env = {
      PATH: process.env["PATH"],
      HOME: directory,
      COMMONS_HOME: join(directory, "home"),
      COMMONS_ENGINE: "false",
      COMMONS_HUB_LISTEN: join(directory, "run", "hub.sock"),
    };
    const paths = homePaths(env);
    makeDoor(paths);
    const onHub = () => linkSocket(paths);
    keeper = new HubKeeper({ paths, program: testProgram(), env, onHub, onProblem: (each) => problems.push(each) });
    clients = [join(directory, "home", "hub", "door", "hub.sock"), join(directory, "run", "hub.sock")].map(
      (socket, index) => clientOf(socket, `session ${index}`),
    );
  });
  afterAll(async () => {
    await keeper.close();
    const pid = await clients[0]?.greet().then((hello) => hello?.pid ?? null);
    for (const client of clients) client.close();
    if (pid) {
      process.kill(pid, "SIGTERM");
      await eventually("the hub ends", async () => !(await isRunning(pid)));
    }
    await rm(directory, { recursive: true, force: true });
  });

  /** As in a container: another home, in which no hub can be started. */
  function clientOf(socket: string, agent: string): HubClient {
    const elsewhere = { HOME: directory, COMMONS_HOME: join(directory, "elsewhere") };
    return new HubClient({
      paths: homePaths(elsewhere),
      program: testProgram(),
      env: elsewhere,
      identity: () => testIdentity(agent),
      remote: { socket },
      space: "default",
    });
  }

  const hubPids = () => Promise.all(clients.map(async (client) => (await client.call("hub.status", {})).hub.pid));

  it("reach the one hub by both sockets, and the next one after it was killed", async () => {
    const [pid = 0, same] = await hubPids();
    expect(same).toBe(pid);
    process.kill(pid, "SIGKILL");
    const [next, too] = await hubPids();
    expect(next).not.toBe(pid);
    expect(too).toBe(next);
    expect(await readdir(join(directory, "run"))).toEqual(["hub.sock"]);
    expect(await readdir(directory)).not.toContain("elsewhere");
    expect(problems).toEqual([]);
  });
});
