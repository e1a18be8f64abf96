import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Caller } from "../../src/hub/caller.ts";
import { CallQueues, settled } from "./call-queues.ts";
import { QueuedEngine } from "./queued-engine.ts";
import { SimulatedHub } from "./simulated-hub.ts";
import { SimulatedSession } from "./simulated-session.ts";
import { makeSimulationTools } from "./simulation-tools.ts";

// Interleavings that the simulation found, each pinned by hand.

const tools = makeSimulationTools();
let directory = "";
let queues = new CallQueues();
let hub: SimulatedHub;
const session = new SimulatedSession(0);
const other = new SimulatedSession(1);
let calls = 0;

beforeEach(() => {
  directory = mkdtempSync(join(tools.directory, "commons-races-"));
  queues = new CallQueues();
  hub = new SimulatedHub({
    ...tools,
    directory,
    queues,
    generation: 1,
    engine: new QueuedEngine(queues),
    doubles: {},
    steadyMs: () => 0,
    beforeCall: () => undefined,
    onDone: () => undefined,
    onRejoinOver: () => undefined,
  });
  for (const { identity, connection } of [session, other])
    if (connection !== null) hub.registry.connected(identity, connection);
});

afterEach(() => {
  hub.kill();
  rmSync(directory, { recursive: true, force: true });
});

function caller(of = session): Caller {
  calls += 1;
  return of.caller(`call-${calls}`);
}

/** Lets the queue do its oldest work, and all that follows from that by itself. */
async function step(queue: "writer" | "reader"): Promise<void> {
  await settled();
  queues.step(`${queue} 1`);
  await settled();
}

/** Lets everything be done that waits. */
async function finished<T>(call: Promise<T>): Promise<T> {
  // Whoever waits for the call hears of its failure.
  call.catch(() => undefined);
  await idle();
  return call;
}

async function idle(): Promise<void> {
  await settled();
  while (queues.waiting().length > 0) {
    for (const queue of queues.waiting()) queues.step(queue);
    await settled();
  }
}

function ensure(collection: string, kind: "permanent" | "temporary" | "any") {
  return hub.handlers["collections.ensure"]({ collection, kind }, caller());
}

test("a collection of either kind is the one that a call beside it has just made", async () => {
  const temporary = ensure("scratch", "temporary");
  const either = ensure("scratch", "any");
  // Both have looked before one is made.
  await step("writer");
  await step("writer");
  const [made, found] = [await finished(temporary), await finished(either)];
  expect(found.collection.id).toBe(made.collection.id);
  expect(found.isNew).toBe(false);
});

test("a name that an import gives to another collection means that one, also for a deletion that is on its way", async () => {
  await finished(ensure("notes", "permanent"));
  const { collection } = await finished(ensure("scratch", "temporary"));
  const files = [{ path: "n1", content: 0, team: "red" }];
  const rest = { isNote: true, renames: [], touches: [], removals: [], ageMs: 0 };
  const action = { kind: "write", collection: "scratch", files, ...rest } as const;
  await session.perform({ action, isCut: false, removals: [] }, (by, call) => finished(hub.answer(call, caller(by))));
  await idle();

  const promotion = { collectionId: collection.id, name: "notes", overwrite: true, force: true };
  const promoted = hub.handlers["collections.promote"](promotion, caller());
  await step("writer");
  const deletion = { collection: "notes", ids: ["n1"], sourceKey: null, isDryRun: false, force: true };
  const deleted = hub.handlers["documents.delete"](deletion, caller(other));
  // It has found the old collection by its name, and waits behind the promotion.
  await step("reader");
  await finished(promoted);
  expect(await finished(deleted)).toMatchObject({ documents: 1, paths: ["n1"] });
});

test("no call says that a collection is there for it before a hub that is started again would know of its use", async () => {
  let answers = 0;
  for (const call of [ensure("scratch", "temporary"), ensure("scratch", "temporary")])
    void call.then(() => (answers += 1));
  // Each looks and makes; the use is kept after that, once for both.
  for (let steps = 0; steps < 4; steps++) await step("writer");
  expect({ answers, uses: hub.catalog.sessionUses().length }).toEqual({ answers: 0, uses: 0 });
  await idle();
  expect({ answers, uses: hub.catalog.sessionUses().length }).toEqual({ answers: 2, uses: 1 });
});

test("an import overwrites the collection that it looked at, not one that another gave the name meanwhile", async () => {
  const imported = (by: SimulatedSession, collectionId: string, force: boolean) =>
    hub.handlers["collections.promote"]({ collectionId, name: "notes", overwrite: true, force }, caller(by));
  const temporary = { collection: "scratch", kind: "temporary" } as const;
  const mine = await finished(hub.handlers["collections.ensure"](temporary, caller()));
  const others = await finished(hub.handlers["collections.ensure"](temporary, caller(other)));
  await idle();

  const first = imported(other, others.collection.id, false);
  const second = imported(session, mine.collection.id, false);
  second.catch(() => undefined);
  // Both have found the name free.
  await step("writer");
  await step("writer");
  expect((await finished(first)).collection.name).toBe("notes");
  await expect(finished(second)).rejects.toMatchObject({ code: "COLLECTION_IN_USE" });
});

test("a collection that an import names anew is not taken away by a call that meant its old name", async () => {
  const { collection } = await finished(ensure("scratch", "temporary"));
  await idle();
  const promotion = { collectionId: collection.id, name: "notes", overwrite: false, force: false };
  const promoted = hub.handlers["collections.promote"](promotion, caller());
  await settled();
  const unloaded = hub.handlers["collections.unload"]({ collection: "scratch", force: false }, caller());
  unloaded.catch(() => undefined);
  // It has found the collection under its old name, and waits behind the promotion.
  await step("reader");
  await finished(promoted);
  await expect(finished(unloaded)).rejects.toMatchObject({ code: "COLLECTION_NOT_FOUND" });
  expect(hub.catalog.listCollections({ space: "default", sessionId: null }).map(({ name }) => name)).toEqual(["notes"]);
});
