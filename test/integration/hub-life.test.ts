import { access, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { HubClient } from "../../src/client/hub-client.ts";
import { homePaths } from "../../src/config/load-settings.ts";
import type { Program } from "../../src/config/program.ts";
import type { SessionIdentity } from "../../src/protocol/schemas.ts";
import { CatalogAudit } from "../fixtures/catalog-audit.ts";
import { testIdentity, testProgram } from "../fixtures/built-program.ts";
import { eventually, isRunning } from "../fixtures/world.ts";

describe("the hub", { timeout: 180_000 }, () => {
  let directory: string;
  let clients: HubClient[];

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), "hub life "));
    clients = [];
  });
  afterEach(async () => {
    const hello = await client().greet();
    if (hello !== null) {
      process.kill(hello.pid, "SIGTERM");
      await eventually("the hub ends", async () => !(await isRunning(hello.pid)));
    }
    for (const one of clients) one.close();
    await rm(directory, { recursive: true, force: true });
  });

  function client(
    options: { identity?: SessionIdentity; program?: Program; env?: Record<string, string>; home?: string } = {},
  ): HubClient {
    const env = {
      PATH: process.env["PATH"],
      HOME: directory,
      COMMONS_HOME: options.home ?? join(directory, "home"),
      COMMONS_ENGINE: "false",
      ...options.env,
    };
    const who = options.identity;
    const made = new HubClient({
      paths: homePaths(env),
      program: options.program ?? testProgram(),
      env,
      identity: who === undefined ? null : () => who,
      space: "default",
    });
    clients.push(made);
    return made;
  }

  it("is one process for fifty clients that start it at once", async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => client().call("hub.status", {})));
    expect(new Set(answers.map((answer) => answer.hub.pid)).size).toBe(1);
  });

  it("whose catalog is removed ends by itself, and the next call says what is wrong", async () => {
    const caller = client({ identity: identity("keeper") });
    await caller.call("collections.ensure", { collection: "kept-notes", kind: "permanent" });
    const { hub } = await caller.call("hub.status", {});
    await rm(join(directory, "home", "catalog"), { recursive: true });
    await eventually("the hub ends", async () => !(await isRunning(hub.pid)));
    await expect(caller.call("hub.status", {})).rejects.toMatchObject({
      code: "CATALOG_DAMAGED",
      hint: expect.stringContaining("commons doctor --fix"),
    });
  });

  it("that was killed is started again by the next call, which succeeds, and nothing acknowledged is lost", async () => {
    const caller = client({ identity: identity("survivor") });
    await caller.call("collections.ensure", { collection: "kept-notes", kind: "permanent" });
    const { hub } = await caller.call("hub.status", {});
    process.kill(hub.pid, "SIGKILL");
    await eventually("the hub is dead", async () => !(await isRunning(hub.pid)));
    const after = await caller.call("hub.status", {});
    expect(after.hub.pid).not.toBe(hub.pid);
    expect(after.collections.map((collection) => collection.name)).toEqual(["kept-notes"]);
    expect(after.sessions.map((session) => session.agent)).toEqual(["survivor"]);
  });

  it("forgets a session when its connection closes, and its temporary collections go with it", async () => {
    const leaving = client({ identity: identity("leaving") });
    await leaving.call("collections.ensure", { collection: "for-now", kind: "temporary" });
    await leaving.call("collections.ensure", { collection: "for-ever", kind: "permanent" });
    const watcher = client();
    // The hub names a temporary collection to its own session only.
    const names = () => {
      const audit = new CatalogAudit(join(directory, "home", "catalog"));
      try {
        return audit.collections().map(({ name }) => name);
      } finally {
        audit.close();
      }
    };
    expect(names()).toEqual(["for-now", "for-ever"]);
    leaving.close();
    await eventually("only the permanent one is left", () => names().join() === "for-ever");
    expect((await watcher.call("sessions.list", {})).length).toBe(0);
  });

  it("keeps the temporary collections of a session that joins again after the hub died", async () => {
    const staying = client({ identity: identity("staying") });
    await staying.call("collections.ensure", { collection: "for-now", kind: "temporary" });
    const { hub } = await staying.call("hub.status", {});
    process.kill(hub.pid, "SIGKILL");
    await eventually("the hub is dead", async () => !(await isRunning(hub.pid)));
    // Another session starts the next hub; the idle one joins it by itself.
    const other = client({ identity: identity("other") });
    await eventually("both are there", async () => (await other.call("sessions.list", {})).length === 2);
    expect((await staying.call("collections.list", {})).collections.map((collection) => collection.name)).toEqual([
      "for-now",
    ]);
    expect((await other.call("collections.list", {})).collections).toEqual([]);
  });

  it("ends by itself when nobody needs it, and not before", async () => {
    const caller = client({ env: { COMMONS_HUB_IDLE_MINUTES: "0.02" }, identity: identity("user") });
    const { hub } = await caller.call("hub.status", {});
    await new Promise((resolve) => setTimeout(resolve, 2_000));
    expect(await isRunning(hub.pid)).toBe(true);
    caller.close();
    await eventually("it is idle", async () => !(await isRunning(hub.pid)));
  });

  it("is replaced by a newer build between two calls of a live session", async () => {
    const old = client({ identity: identity("old"), program: { ...testProgram(), version: "0.0.1", build: 0 } });
    const before = await old.call("hub.status", {});
    const newer = client({ program: { ...testProgram(), version: "9.0.0", build: 1 } });
    expect((await newer.call("hub.status", {})).hub.pid).not.toBe(before.hub.pid);
    await eventually("the old process ends", async () => !(await isRunning(before.hub.pid)));
    expect((await old.call("hub.status", {})).hub.pid).not.toBe(before.hub.pid);
  });

  it("is replaced while another session works without a pause, and no call of either fails", async () => {
    const busy = client({ identity: identity("busy") });
    const before = await busy.call("hub.status", {});
    const done = new AbortController();
    const work = async () => {
      let calls = 0;
      for (; !done.signal.aborted; calls++)
        await busy.call("collections.ensure", { collection: `work-${calls % 5}`, kind: "permanent" });
      return calls;
    };
    const working = Promise.all([work(), work(), work()]);
    const newer = client({ program: { ...testProgram(), version: "9.0.0", build: 1 } });
    expect((await newer.call("hub.status", {})).hub.pid).not.toBe(before.hub.pid);
    done.abort();
    for (const calls of await working) expect(calls).toBeGreaterThan(0);
  });

  it("that speaks a newer protocol is told apart from one that is down, with what to update", async () => {
    const paths = homePaths({ COMMONS_HOME: join(directory, "home") });
    await mkdir(dirname(paths.hubAddress), { recursive: true });
    const newer = createHttpServer((_request, answer) =>
      answer.end(JSON.stringify({ protocol: 99, version: "9.9.9" })),
    );
    await new Promise<void>((resolve) => newer.listen(paths.hubAddress, resolve));
    const error = await client()
      .call("hub.status", {})
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: "HUB_INCOMPATIBLE", hint: expect.stringContaining("Update") });
    newer.closeAllConnections();
    await new Promise((resolve) => newer.close(resolve));
  });

  it("takes the place of a socket file that a dead hub left", async () => {
    const paths = homePaths({ COMMONS_HOME: join(directory, "home") });
    await mkdir(dirname(paths.hubAddress), { recursive: true });
    const stale = createServer();
    await new Promise<void>((resolve) => stale.listen(paths.hubAddress, resolve));
    stale.close();
    await writeFile(paths.hubAddress, "").catch(() => undefined);
    expect((await client().call("hub.status", {})).hub.pid).toBeGreaterThan(0);
  });

  it("is found again after its socket file was removed, and ends when its whole home is", async () => {
    const caller = client();
    const { hub } = await caller.call("hub.status", {});
    await rm(homePaths({ COMMONS_HOME: join(directory, "home") }).hubAddress);
    expect((await client().call("hub.status", {})).hub.pid).toBe(hub.pid);
    await rm(join(directory, "home"), { recursive: true });
    await eventually("it ends", async () => !(await isRunning(hub.pid)));
  });

  it("works from a home whose path is too long for a socket", async () => {
    const home = join(directory, "a-very-long-directory-name-".repeat(5));
    const caller = client({ home });
    const { hub } = await caller.call("hub.status", {});
    expect(hub.home).toBe(home);
    await access(join(home, "catalog", "catalog.sqlite"));
    await caller.call("hub.stop", { reason: "test" });
    await eventually("it ends", async () => !(await isRunning(hub.pid)));
  });

  it("refuses to unload a collection that another live session uses, names that session, and obeys force", async () => {
    const owner = client({ identity: identity("owner") });
    const other = client({ identity: identity("other") });
    await owner.call("collections.ensure", { collection: "in-use", kind: "permanent" });
    await expect(other.call("collections.unload", { collection: "in-use", force: false })).rejects.toMatchObject({
      code: "COLLECTION_IN_USE",
      message: expect.stringContaining("owner"),
    });
    await other.call("collections.unload", { collection: "in-use", force: true });
    expect((await owner.call("collections.list", {})).collections).toEqual([]);
    await other.call("collections.restore", { collection: "in-use" });
    expect((await owner.call("collections.list", {})).collections.map((collection) => collection.name)).toEqual([
      "in-use",
    ]);
  });

  it("keeps the collections of one space from the sessions of another", async () => {
    const here = client({ identity: identity("here") });
    await here.call("collections.ensure", { collection: "private-plans", kind: "permanent" });
    const env = {
      COMMONS_HOME: join(directory, "home"),
      HOME: directory,
      PATH: process.env["PATH"],
      COMMONS_ENGINE: "false",
    };
    const stranger = { ...identity("there"), space: "elsewhere" };
    const there = new HubClient({
      paths: homePaths(env),
      program: testProgram(),
      env,
      identity: () => stranger,
      space: "elsewhere",
    });
    clients.push(there);
    expect((await there.call("collections.list", {})).collections).toEqual([]);
    expect(await there.call("sessions.list", {})).toHaveLength(1);
    await expect(there.call("collections.get", { collection: "private-plans" })).rejects.toMatchObject({
      code: "COLLECTION_NOT_FOUND",
    });
    const { id } = (await here.call("collections.list", {})).collections[0] ?? { id: "" };
    await expect(
      there.call("documents.known", { collectionId: id, sourceKey: "x", after: null, limit: 1 }),
    ).rejects.toMatchObject({ code: "COLLECTION_NOT_FOUND" });
  });
});

function identity(agent: string): SessionIdentity {
  return { ...testIdentity(agent), sessionId: `${agent}-${Math.random().toString(36).slice(2)}-session` };
}
