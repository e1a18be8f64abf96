import { expect, test } from "vitest";
import type { SessionIdentity } from "../protocol/schemas.ts";
import { SessionRegistry, type EarlierUse } from "./session-registry.ts";

const connection = { end: () => undefined };
const app = { id: "c-app", name: "app" };

function identity(sessionId: string): SessionIdentity {
  return {
    sessionId,
    kind: "cli",
    agent: `agent of ${sessionId}`,
    pid: 1,
    version: "0.0.0",
    space: "default",
    workspace: `/home/ann/${sessionId}`,
    branch: null,
    commit: null,
    activity: null,
  };
}

function earlierUse(sessionId: string, collection = app): EarlierUse {
  return { sessionId, agent: "earlier", workspace: null, collectionId: collection.id, collection: collection.name };
}

const users = (registry: SessionRegistry) => registry.usersOf(app.id).map(({ sessionId }) => sessionId);

test("the first use of a collection by a session is told apart from the next ones", () => {
  const registry = new SessionRegistry(() => undefined);
  registry.connected(identity("a"), connection);
  expect(registry.uses("a", app)).toBe(true);
  expect(registry.uses("a", app)).toBe(false);
  expect(registry.uses("nobody", app)).toBe(false);
  expect(users(registry)).toEqual(["a"]);
});

test("a collection that has another name now is shown under it, and was used before", () => {
  const registry = new SessionRegistry(() => undefined);
  registry.connected(identity("a"), connection);
  registry.uses("a", app);
  expect(registry.uses("a", { ...app, name: "shop" })).toBe(false);
  expect(registry.list(null)[0]?.collections).toEqual(["shop"]);
});

test("a session of an earlier hub counts as live until it is given up, and its uses with it", () => {
  const registry = new SessionRegistry(() => undefined);
  registry.awaitSessions([earlierUse("a"), earlierUse("a", { id: "c-2", name: "other" }), earlierUse("b")]);
  expect(registry.usersOf(app.id)).toEqual([
    { sessionId: "a", agent: "earlier", workspace: null, activity: null, lastCallAtMs: null },
    { sessionId: "b", agent: "earlier", workspace: null, activity: null, lastCallAtMs: null },
  ]);
  expect(registry.liveIds()).toEqual(["a", "b"]);
  expect(registry.list(null)).toEqual([]);
  registry.giveUpAwaited();
  expect(users(registry)).toEqual([]);
  expect(registry.liveIds()).toEqual([]);
});

test("a session that comes back to a new hub still uses what it used, also when the others are given up", () => {
  const registry = new SessionRegistry(() => undefined);
  registry.awaitSessions([earlierUse("a"), earlierUse("b")]);
  registry.connected(identity("a"), connection);
  expect(registry.usersOf(app.id)).toMatchObject([
    { sessionId: "a", agent: "agent of a", lastCallAtMs: expect.any(Number) },
    { sessionId: "b" },
  ]);
  registry.giveUpAwaited();
  expect(users(registry)).toEqual(["a"]);
  expect(registry.list(null)[0]?.collections).toEqual(["app"]);
  expect(registry.uses("a", app)).toBe(false);
});

test("what is known of an earlier hub changes nothing about a session that is here already", () => {
  const registry = new SessionRegistry(() => undefined);
  registry.connected(identity("a"), connection);
  registry.awaitSessions([earlierUse("a")]);
  expect(registry.liveIds()).toEqual(["a"]);
  expect(users(registry)).toEqual([]);
});

test("nobody uses a collection that is gone, nor does a session that has left", async () => {
  const { promise: gone, resolve } = Promise.withResolvers<string>();
  const registry = new SessionRegistry(resolve);
  registry.connected(identity("a"), connection);
  registry.connected(identity("b"), connection);
  registry.awaitSessions([earlierUse("c")]);
  for (const session of ["a", "b"]) registry.uses(session, app);
  registry.disconnected("a", connection);
  expect(await gone).toBe("a");
  expect(users(registry)).toEqual(["b", "c"]);
  registry.forgetCollection(app.id);
  expect(users(registry)).toEqual([]);
});
