import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { HubClient } from "../../src/client/hub-client.ts";
import { homePaths } from "../../src/config/load-settings.ts";
import type { SessionIdentity } from "../../src/protocol/schemas.ts";
import { noteDocument, notesSource } from "../../src/session/notes.ts";
import { testProgram } from "../fixtures/built-program.ts";
import { LossyDoor } from "../fixtures/lossy-door.ts";
import { eventually, isRunning } from "../fixtures/world.ts";

let directory: string;
let env: Record<string, string>;
let clients: HubClient[];
let door: LossyDoor | null;
let space: string;

// One hub for all; each test has a space of its own.
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "commons removal "));
  env = {
    PATH: process.env["PATH"] ?? "",
    HOME: directory,
    COMMONS_HOME: join(directory, "home"),
    COMMONS_ENGINE: "false",
  };
});
beforeEach(({ task }) => {
  clients = [];
  door = null;
  space = task.id;
});
afterEach(async () => {
  for (const each of clients) each.close();
  await door?.close();
});
afterAll(async () => {
  await killHub();
  await rm(directory, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
});

function client(
  agent: string,
  options: { readonly address?: string; readonly kind?: SessionIdentity["kind"] } = {},
): HubClient {
  const paths = homePaths(env);
  const identity: SessionIdentity = {
    sessionId: `session of ${agent} ${space}`,
    kind: options.kind ?? "agent",
    agent,
    pid: process.pid,
    version: "0.0.0",
    space,
    workspace: `/home/ann/${agent}`,
    branch: "main",
    commit: "0123456789abcdef",
    activity: null,
  };
  const made = new HubClient({
    paths: { ...paths, hubAddress: options.address ?? paths.hubAddress },
    program: testProgram(),
    env,
    identity: () => identity,
    space,
  });
  clients.push(made);
  return made;
}

/** A client behind a door that can lose answers. */
async function lossyClient(agent: string): Promise<HubClient> {
  // The door leads to a hub that runs.
  await client(`${agent} before`).call("hub.status", {});
  const address = join(directory, `door ${space}`);
  door = await LossyDoor.open(address, homePaths(env).hubAddress);
  return client(agent, { address });
}

async function killHub(): Promise<void> {
  const looker = new HubClient({
    paths: homePaths(env),
    program: testProgram(),
    env,
    identity: null,
    space,
  });
  const hello = await looker.greet();
  looker.close();
  if (hello === null) return;
  process.kill(hello.pid, "SIGKILL");
  await eventually("the hub is dead", async () => !(await isRunning(hello.pid)));
}

async function storeNotes(hub: HubClient, collection: string, ...ids: string[]): Promise<string> {
  const ensured = await hub.call("collections.ensure", { collection, kind: "permanent" });
  await writeNotes(hub, ensured.collection.id, ids);
  return ensured.collection.id;
}

async function writeNotes(hub: HubClient, collectionId: string, ids: readonly string[]): Promise<void> {
  const notes = await Promise.all(
    ids.map((id) => noteDocument({ id, content: `The text of ${id}.`, metadata: { id } })),
  );
  const documents = notes.map(({ document: { chunks, ...document } }) => ({
    ...document,
    chunks: JSON.parse(chunks.json) as unknown,
  }));
  const changes = { documents, renames: [], touches: [], removals: [] };
  const place = { collectionId, source: notesSource };
  await hub.callWithJson("documents.write", JSON.stringify({ ...place, changes }));
}

const actions = async (hub: HubClient) => (await hub.call("receipts.list", { limit: 100 })).map(({ action }) => action);
const documentsOf = async (hub: HubClient, collection: string) =>
  (await hub.call("collections.get", { collection })).documents;

describe("a removal whose answer is lost", () => {
  it("is done once: the repeated call gets the first one's answer, whatever has the name by now", async () => {
    const owner = await lossyClient("owner");
    const other = client("other");
    await storeNotes(owner, "plans", "a", "b", "c");

    const lostDelete = door?.loseAnswerOf("documents.delete", () =>
      storeNotes(other, "plans", "c").then(() => undefined),
    );
    const deleted = await owner.call("documents.delete", { collection: "plans", ids: ["c"], isDryRun: false });
    await lostDelete;
    expect(deleted).toMatchObject({ documents: 1, paths: ["c"], receipt: expect.any(Number) });
    expect(await documentsOf(other, "plans")).toBe(3);

    const lostRestore = door?.loseAnswerOf("collections.restore");
    const restored = await owner.call("collections.restore", { receipt: deleted.receipt ?? 0 });
    await lostRestore;
    expect(restored).toMatchObject({ collection: "plans", documents: 0, superseded: 1 });

    const lostUnload = door?.loseAnswerOf("collections.unload", () =>
      storeNotes(other, "plans", "new").then(() => undefined),
    );
    const unloaded = await owner.call("collections.unload", { collection: "plans", force: true });
    await lostUnload;
    expect(unloaded).toMatchObject({ collection: "plans", kind: "permanent", documents: 3 });
    expect(await documentsOf(other, "plans")).toBe(1);
    expect((await actions(other)).filter((action) => action !== "write")).toEqual(["unload", "restore", "delete"]);
  });

  it("is done once also when the hub was killed after it", async () => {
    const owner = await lossyClient("owner");
    await storeNotes(owner, "plans", "a", "b");
    const lost = door?.loseAnswerOf("collections.unload", killHub);
    const unloaded = await owner.call("collections.unload", { collection: "plans", force: false });
    await lost;
    expect(unloaded).toMatchObject({ collection: "plans", documents: 2, receipt: expect.any(Number) });
    await owner.call("collections.restore", { receipt: unloaded.receipt });
    expect(await documentsOf(owner, "plans")).toBe(2);
    expect(await actions(owner)).toEqual(["restore", "unload", "write"]);
  });

  it("is a promotion, too: the temporary collection takes its name once", async () => {
    const owner = await lossyClient("owner");
    await storeNotes(owner, "plans", "old");
    const { collection } = await owner.call("collections.ensure", { collection: "import-1", kind: "temporary" });
    await writeNotes(owner, collection.id, ["new-1", "new-2"]);
    const lost = door?.loseAnswerOf("collections.promote");
    const promotion = { collectionId: collection.id, name: "plans", overwrite: true };
    const promoted = await owner.call("collections.promote", promotion);
    await lost;
    expect(promoted).toMatchObject({ collection: { name: "plans", kind: "permanent" }, replaced: { documents: 1 } });
    expect(await documentsOf(client("other"), "plans")).toBe(2);
    expect(await actions(owner)).toEqual(expect.arrayContaining(["promote", "unload"]));
  });
});

describe("the guard", () => {
  it("refuses to delete, to unload and to replace what another live session uses, but not to look", async () => {
    const user = client("user");
    const remover = client("remover");
    await storeNotes(user, "plans", "a", "b");
    const refused = {
      code: "COLLECTION_IN_USE",
      message: expect.stringContaining("user in /home/ann/user (last call "),
    };
    const deletion = { collection: "plans", ids: ["a"] };
    await expect(remover.call("documents.delete", { ...deletion, isDryRun: false })).rejects.toMatchObject(refused);
    await expect(remover.call("collections.unload", { collection: "plans", force: false })).rejects.toMatchObject(
      refused,
    );
    const { collection } = await remover.call("collections.ensure", { collection: "import-1", kind: "temporary" });
    const promotion = { collectionId: collection.id, name: "plans" };
    await expect(remover.call("collections.promote", { ...promotion, overwrite: true })).rejects.toMatchObject(refused);
    await expect(remover.call("collections.promote", { ...promotion, overwrite: false })).rejects.toMatchObject({
      code: "COLLECTION_EXISTS",
    });
    expect((await remover.call("documents.delete", { ...deletion, isDryRun: true })).documents).toBe(1);
    expect(await documentsOf(user, "plans")).toBe(2);
  });

  it("yields to force, and the receipt says so", async () => {
    const user = client("user");
    const remover = client("remover");
    await storeNotes(user, "plans", "a", "b");
    const forced = await remover.call("documents.delete", {
      collection: "plans",
      ids: ["a"],
      isDryRun: false,
      force: true,
    });
    const [receipt] = await user.call("receipts.list", { collection: "plans", action: "delete", limit: 10 });
    expect(receipt).toMatchObject({
      id: forced.receipt,
      isForced: true,
      removed: 1,
      author: { agent: "remover", workspace: "/home/ann/remover", branch: "main", commit: "0123456789abcdef" },
    });
    // Nobody else is there any more: nothing is forced.
    user.close();
    await eventually("the user left", async () => (await remover.call("sessions.list", {})).length === 1);
    await remover.call("documents.delete", { collection: "plans", ids: ["b"], isDryRun: false, force: true });
    expect((await remover.call("receipts.list", { action: "delete", limit: 1 }))[0]).toMatchObject({ isForced: false });
  });

  it("still holds after the hub was killed: for sessions that come back, and for those that may", async () => {
    const user = client("user");
    const gone = client("gone");
    await storeNotes(user, "plans", "a");
    await gone.call("collections.get", { collection: "plans" });
    await killHub();
    gone.close();
    const remover = client("remover");
    const unload = () => remover.call("collections.unload", { collection: "plans", force: false });
    await expect(unload()).rejects.toMatchObject({
      code: "COLLECTION_IN_USE",
      message: expect.stringContaining("gone in /home/ann/gone (not back yet since the hub was started again)"),
      hint: expect.stringContaining("may be gone"),
    });
    await user.call("hub.status", {});
    await expect(unload()).rejects.toMatchObject({
      message: expect.stringContaining("user in /home/ann/user (last call "),
    });
  });

  it("counts whoever ingests into a collection by its name, before anything is written", async () => {
    const user = client("user");
    const maker = client("maker");
    await storeNotes(maker, "plans", "a");
    maker.close();
    const claim = { key: "ingest x", runId: "run-of-user", kind: "ingest" as const, title: "src into plans" };
    await user.call("work.claim", { ...claim, collection: "plans" });
    await eventually("the maker left", async () => (await user.call("sessions.list", {})).length === 1);
    await expect(
      client("remover").call("collections.unload", { collection: "plans", force: false }),
    ).rejects.toMatchObject({ message: expect.stringContaining("user in /home/ann/user (ingest of src into plans)") });
  });
});

describe("a hub that was started again", () => {
  it("keeps the temporary collections of sessions that have yet to come back when another session leaves", async () => {
    const owner = client("owner");
    await owner.call("collections.ensure", { collection: "for-now", kind: "temporary" });
    await killHub();
    const passing = client("passing", { kind: "cli" });
    await passing.call("collections.ensure", { collection: "for-now", kind: "temporary" });
    passing.close();
    // The owner has not noticed yet: with this call it comes back.
    const { collections } = await owner.call("collections.list", {});
    expect(collections.map(({ name, ownerSession }) => [name, ownerSession])).toEqual([
      ["for-now", `session of owner ${space}`],
    ]);
  });
});

describe("a promoted collection", () => {
  it("is everybody's: another session writes to it by its id, which it could not before", async () => {
    const owner = client("owner");
    const other = client("other");
    const { collection } = await owner.call("collections.ensure", { collection: "import-1", kind: "temporary" });
    await expect(writeNotes(other, collection.id, ["b"])).rejects.toMatchObject({ code: "COLLECTION_NOT_FOUND" });
    await writeNotes(owner, collection.id, ["a"]);
    await owner.call("collections.promote", { collectionId: collection.id, name: "plans", overwrite: false });
    await writeNotes(other, collection.id, ["b"]);
    expect(await documentsOf(other, "plans")).toBe(2);
    await expect(
      owner.call("collections.promote", { collectionId: collection.id, name: "more", overwrite: false }),
    ).rejects.toMatchObject({ code: "COLLECTION_NOT_FOUND" });
  });
});
