import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { chmod, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { createServer, request } from "node:http";
import { createServer as createSocketServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { HubClient } from "../../src/client/hub-client.ts";
import { remoteHub, type RemoteHub } from "../../src/client/remote-hub.ts";
import { readHubToken, rotateHubToken } from "../../src/config/hub-token.ts";
import { homePaths } from "../../src/config/load-settings.ts";
import type { SessionIdentity } from "../../src/protocol/schemas.ts";
import { testIdentity, testProgram } from "../fixtures/built-program.ts";
import { seenProcesses } from "../fixtures/processes.ts";
import { eventually, isRunning } from "../fixtures/world.ts";

describe("a hub with TCP", { timeout: 180_000 }, () => {
  let directory: string;
  let clients: HubClient[];

  // Most tests are content with the hub that runs already: each start of one takes half a second.
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), "tcp door "));
    clients = [];
  });
  afterEach(() => {
    for (const one of clients.splice(0)) one.close();
  });
  afterAll(async () => {
    await endHub();
    for (const one of clients.splice(0)) one.close();
    await rm(directory, { recursive: true, force: true });
  });

  async function endHub(): Promise<void> {
    const hello = await local().greet();
    if (hello === null) return;
    process.kill(hello.pid, "SIGTERM");
    await eventually("the hub ends", async () => !(await isRunning(hello.pid)));
  }

  const env = (home: string, more: Record<string, string> = {}) => ({
    PATH: process.env["PATH"],
    HOME: directory,
    COMMONS_HOME: join(directory, home),
    COMMONS_ENGINE: "false",
    ...more,
  });
  const paths = () => homePaths(env("home"));

  function made(options: { env: NodeJS.ProcessEnv; identity?: SessionIdentity; remote?: RemoteHub }): HubClient {
    const { identity } = options;
    const one = new HubClient({
      paths: homePaths(options.env),
      program: testProgram(),
      env: options.env,
      identity: identity === undefined ? null : () => identity,
      space: "default",
      remote: options.remote ?? null,
    });
    clients.push(one);
    return one;
  }

  function local(more: Record<string, string> = { COMMONS_HUB_TCP_PORT: "0" }): HubClient {
    return made({ env: env("home", more) });
  }

  /** A session of another home that only knows URL and token, as in a container. */
  function far(url: string, token: string, who?: string): HubClient {
    const given = env("elsewhere", { COMMONS_HUB_URL: url, COMMONS_HUB_TOKEN: token });
    const remote = remoteHub(given, { "hub.url": url, "hub.plainHost": undefined });
    if (remote === null) throw new Error("There is no remote hub.");
    return made({ env: given, remote, ...(who === undefined ? {} : { identity: testIdentity(who) }) });
  }

  async function opened(): Promise<{ url: string; token: string; pid: number }> {
    const { hub } = await local().call("hub.status", {});
    if (hub.tcp?.state !== "open") throw new Error(`TCP is not open: ${JSON.stringify(hub.tcp)}`);
    return { url: hub.tcp.url, token: readHubToken(paths().hubToken) ?? "", pid: hub.pid };
  }

  it("is had only where it is asked for", async () => {
    const { hub } = await local({}).call("hub.status", {});
    expect(hub.tcp).toBeNull();
    expect([existsSync(paths().hubTcp), existsSync(paths().hubToken)]).toEqual([false, false]);
    await endHub();
  });

  it("serves a session that has its URL and token and nothing else, says where it is to its user alone, and forgets it at its end", async () => {
    const { url, token, pid } = await opened();
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(JSON.parse(readFileSync(paths().hubTcp, "utf8"))).toMatchObject({ url, address: "127.0.0.1", pid });
    expect(statSync(paths().hubTcp).mode & 0o777).toBe(0o600);
    expect(statSync(paths().hubAddress).mode & 0o777).toBe(0o600);
    expect(statSync(join(paths().home, "hub")).mode & 0o777).toBe(0o700);
    const session = far(url, token, "far-agent");
    await session.call("collections.ensure", { collection: "for-now", kind: "temporary" });
    expect((await local().call("sessions.list", {})).map(({ agent }) => agent)).toEqual(["far-agent"]);
    expect(existsSync(join(directory, "elsewhere"))).toBe(false);
    session.close();
    await eventually("its session is gone", async () => (await local().call("sessions.list", {})).length === 0);
    await endHub();
    expect(existsSync(paths().hubTcp)).toBe(false);
  });

  it("goes on for a session when the hub is started again behind it", async () => {
    const port = await freePort();
    const fixed = { COMMONS_HUB_TCP_PORT: String(port) };
    const { hub } = await local(fixed).call("hub.status", {});
    const session = far(`http://127.0.0.1:${port}`, readHubToken(paths().hubToken) ?? "", "far-agent");
    await session.call("sessions.list", {});
    process.kill(hub.pid, "SIGKILL");
    await eventually("it is dead", async () => !(await isRunning(hub.pid)));
    const [again] = await Promise.all([session.call("hub.status", {}), local(fixed).call("hub.status", {})]);
    expect(again.hub.pid).not.toBe(hub.pid);
  });

  it("refuses a rotated token at once, hangs up on who came with it, and tells the session what to do", async () => {
    const { url, token } = await opened();
    const session = far(url, token, "far-agent");
    await session.call("sessions.list", {});
    const { hungUp } = await local().call("hub.rotateToken", {});
    expect(hungUp).toBeGreaterThan(0);
    const next = readHubToken(paths().hubToken) ?? "";
    expect(next).not.toBe(token);
    await expect(session.call("sessions.list", {})).rejects.toMatchObject({
      code: "TOKEN_REFUSED",
      hint: expect.stringContaining("commons hub token"),
    });
    await eventually("its session is gone", async () => (await local().call("sessions.list", {})).length === 0);
    expect(await far(url, next).call("sessions.list", {})).toEqual([]);
  });

  it("refuses over TCP what only the unix socket may call, and the token shows in no log, file name, status or process list", async () => {
    const { url, token, pid } = await opened();
    await expect(far(url, token).call("hub.stop", { reason: "far" })).rejects.toMatchObject({
      code: "REQUEST_REFUSED",
    });
    await expect(far(url, token).call("hub.rotateToken", {})).rejects.toMatchObject({ code: "REQUEST_REFUSED" });
    expect(await isRunning(pid)).toBe(true);
    await expect(far(url, "wrong-and-secret").call("sessions.list", {})).rejects.toMatchObject({
      code: "TOKEN_REFUSED",
    });
    await plain(`${url}/v1/hello?token=${token}`);
    const shown = [
      await readFile(paths().hubLog, "utf8"),
      readFileSync(paths().hubTcp, "utf8"),
      JSON.stringify(await local().call("hub.status", {})),
      (await readdir(directory, { recursive: true })).join("\n"),
      (await seenProcesses()).map(({ commandLine }) => commandLine).join("\n"),
    ].join("\n");
    expect(shown).not.toContain(token);
    expect(shown).not.toContain("wrong-and-secret");
  });

  it("whose port is taken, or whose token others may read, serves the unix socket and says what keeps TCP closed", async () => {
    await endHub();
    const taken = createSocketServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => taken.once("listening", resolve));
    // Safe: it listens on a port.
    const { port } = taken.address() as AddressInfo;
    try {
      const { hub } = await local({ COMMONS_HUB_TCP_PORT: String(port) }).call("hub.status", {});
      expect(hub.tcp).toMatchObject({ state: "closed", problem: expect.stringContaining(`Port ${port}`) });
      await endHub();
    } finally {
      await new Promise((resolve) => taken.close(resolve));
    }
    rotateHubToken(paths().hubToken);
    await chmod(paths().hubToken, 0o644);
    const { hub } = await local().call("hub.status", {});
    expect(hub.tcp).toMatchObject({ state: "closed", problem: expect.stringContaining("commons hub token --rotate") });
    // Rotating mends it without a restart.
    await local().call("hub.rotateToken", {});
    expect((await local().call("hub.status", {})).hub.tcp).toMatchObject({ state: "open" });
  });

  it("is out of reach for another user of the machine, as are its socket, catalog, log and token", async ({ skip }) => {
    if (process.getuid?.() !== 0) skip("This test starts a process of another user, which needs root.");
    const { token } = await opened();
    // Only the home itself stands in the way, as in a home directory that others may look into.
    await Promise.all([directory, paths().home].map((one) => chmod(one, 0o755)));
    const targets = [
      paths().hubAddress,
      join(paths().catalogDirectory, "catalog.sqlite"),
      paths().hubLog,
      paths().hubToken,
      paths().hubTcp,
    ];
    for (const target of targets) expect(existsSync(target)).toBe(true);
    const attempt = () => {
      const { stdout } = spawnSync(process.execPath, ["-e", intruder, JSON.stringify(targets)], {
        uid: 65_534,
        gid: 65_534,
        cwd: "/",
        encoding: "utf8",
        env: {},
      });
      const outcomes: unknown = JSON.parse(stdout);
      expect(outcomes).toEqual(targets.map(() => "EACCES"));
    };
    attempt();
    // Even where somebody opened the directories, the files and the socket are closed by their own modes.
    await chmod(join(paths().home, "hub"), 0o755);
    await chmod(paths().catalogDirectory, 0o755);
    attempt();
    expect(token).toHaveLength(43);
  });

  describe("seen from a session", () => {
    const other = (answer: { status: number; headers?: Record<string, string>; body?: string }) => {
      const seen: string[] = [];
      const server = createServer((incoming, outgoing) => {
        seen.push(incoming.url ?? "");
        outgoing.writeHead(answer.status, answer.headers ?? {}).end(answer.body ?? "");
      });
      return new Promise<{ url: string; seen: string[]; close: () => void }>((resolve) => {
        server.listen(0, "127.0.0.1", () => {
          // Safe: it listens on a port.
          const { port } = server.address() as AddressInfo;
          resolve({ url: `http://127.0.0.1:${port}`, seen, close: () => server.close() });
        });
      });
    };

    it("is said to be missing where nobody listens", async () => {
      const url = `http://127.0.0.1:${await freePort()}`;
      // As the first call does, but that has some seconds of patience with a hub that is being replaced.
      await expect(far(url, "token").greet()).rejects.toMatchObject({
        code: "HUB_UNREACHABLE",
        message: `No hub answers at ${url} (ECONNREFUSED).`,
      });
      expect(existsSync(join(directory, "elsewhere"))).toBe(false);
    });

    it("is not looked for where another server answers or redirects to", async () => {
      const target = await other({ status: 200, body: "{}" });
      const redirecting = await other({ status: 307, headers: { location: `${target.url}/v1/hello` } });
      try {
        await expect(far(redirecting.url, "token").call("sessions.list", {})).rejects.toMatchObject({
          code: "HUB_UNREACHABLE",
          message: expect.stringContaining("never followed"),
        });
        expect(target.seen).toEqual([]);
        await expect(far(target.url, "token").call("sessions.list", {})).rejects.toMatchObject({
          code: "HUB_UNREACHABLE",
          message: expect.stringContaining("is no hub"),
        });
      } finally {
        target.close();
        redirecting.close();
      }
    });

    it("of another protocol is named with what to update", async () => {
      const hello = { program: "chroma-commons", protocol: 999, version: "9.0.0" };
      const newer = await other({ status: 200, body: JSON.stringify(hello) });
      try {
        await expect(far(newer.url, "token").call("sessions.list", {})).rejects.toMatchObject({
          code: "HUB_INCOMPATIBLE",
        });
      } finally {
        newer.close();
      }
    });
  });

  function plain(url: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const outgoing = request(url, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      });
      outgoing.on("error", reject);
      outgoing.end();
    });
  }
});

/** Tries each path as what it is, and prints a JSON list of how the system refused it; "open" where it did not. */
const intruder = `
  const { readFileSync } = require("node:fs");
  const { createConnection } = require("node:net");
  const outcome = (path) => new Promise((resolve) => {
    if (!path.endsWith(".sock")) {
      try { readFileSync(path); resolve("open"); } catch (error) { resolve(error.code); }
      return;
    }
    const socket = createConnection(path);
    socket.on("connect", () => { resolve("open"); socket.destroy(); });
    socket.on("error", (error) => resolve(error.code));
  });
  Promise.all(JSON.parse(process.argv[1]).map(outcome)).then((all) => console.log(JSON.stringify(all)));
`;

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createSocketServer().listen(0, "127.0.0.1", () => {
      // Safe: it listens on a port.
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
