import { expect, test } from "vitest";
import type { SessionIdentity } from "../protocol/schemas.ts";
import { authorAt, markUse, originOf } from "./caller.ts";
import { SessionRegistry } from "./session-registry.ts";

const session: SessionIdentity = {
  sessionId: "session-1",
  kind: "agent",
  agent: "codex",
  pid: 1,
  version: "0.0.0",
  space: "default",
  workspace: "/home/ann/app",
  branch: "main",
  commit: "aaa",
  activity: null,
};
const repository = { id: "r", name: "app", remote: null, branch: "feature", commit: "bbb", isWorktree: false };

test("a call id of one session is another call's when another session sends it", () => {
  const call = { space: "default", callId: "the same id" };
  const own = originOf({ ...call, session });
  const others = originOf({ ...call, session: { ...session, sessionId: "session-2" } });
  expect(own.callId).not.toBe(others.callId);
  expect(originOf({ ...call, session }).callId).toBe(own.callId);
  expect(originOf({ ...call, session, callId: null }).callId).toBe(null);
  expect(() => originOf({ ...call, session: null })).toThrow("registered session");
});

test("what is read from the session's workspace is signed with the commit that it was read at", () => {
  expect(authorAt(session, { path: "/home/ann/app", repository })).toMatchObject({ branch: "feature", commit: "bbb" });
  expect(authorAt(session, { path: "/home/ann/app", repository: null })).toMatchObject({ branch: null, commit: null });
  expect(authorAt(session, { path: "/home/ann/other", repository })).toMatchObject({ branch: "main", commit: "aaa" });
  expect(authorAt({ ...session, workspace: null }, { path: null, repository: null })).toMatchObject({ branch: "main" });
});

test("only a first use goes to the catalog, and one that cannot be kept there still counts", async () => {
  const registry = new SessionRegistry(() => undefined);
  registry.connected(session, { end: () => undefined });
  const noted: unknown[] = [];
  const writer = {
    noteUse: async (...use: unknown[]) => {
      noted.push(use);
      throw new Error("no room");
    },
  };
  const caller = { session, space: "default", callId: null };
  const collection = { id: "c-1", name: "app" };
  await markUse({ registry, writer }, caller, collection);
  await markUse({ registry, writer }, caller, collection);
  await markUse({ registry, writer }, { ...caller, session: null }, collection);
  expect(noted).toEqual([["session-1", "c-1", { agent: "codex", workspace: "/home/ann/app" }]]);
  expect(registry.usersOf("c-1")).toHaveLength(1);
});
