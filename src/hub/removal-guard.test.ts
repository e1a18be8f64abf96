import { beforeEach, describe, expect, it } from "vitest";
import { CommonsError } from "../core/errors.ts";
import type { SessionIdentity } from "../protocol/schemas.ts";
import { requireUnused } from "./removal-guard.ts";
import { SessionRegistry } from "./session-registry.ts";
import { WorkRegistry } from "./work-registry.ts";

const app = { id: "c-app", name: "app" };
let registry: SessionRegistry;
let works: WorkRegistry;

beforeEach(() => {
  registry = new SessionRegistry(() => undefined);
  works = new WorkRegistry();
});

function session(sessionId: string, facts: Partial<SessionIdentity> = {}): SessionIdentity {
  const identity: SessionIdentity = {
    sessionId,
    kind: "agent",
    agent: sessionId,
    pid: 1,
    version: "0.0.0",
    space: "default",
    workspace: `/home/ann/${sessionId}`,
    branch: null,
    commit: null,
    activity: null,
    ...facts,
  };
  registry.connected(identity, { end: () => undefined });
  return identity;
}

const callerOf = (identity: SessionIdentity | null) => ({ session: identity, space: "default", callId: null });

function refusal(remover: SessionIdentity | null): CommonsError {
  try {
    requireUnused({ registry, works }, callerOf(remover), { collection: app, force: false });
  } catch (error) {
    if (error instanceof CommonsError) return error;
    throw error;
  }
  throw new Error("It was not refused.");
}

describe("a removal", () => {
  it("is free while only the remover itself uses the collection", () => {
    const remover = session("codex");
    registry.uses("codex", app);
    session("claude");
    registry.uses("claude", { id: "c-other", name: "other" });
    const verdict = requireUnused({ registry, works }, callerOf(remover), { collection: app, force: true });
    expect(verdict).toEqual({ isForced: false });
  });

  it("is refused while another session uses the collection, with its name, workspace and the time of its last call", () => {
    const remover = session("codex");
    session("claude");
    registry.uses("claude", app);
    const error = refusal(remover);
    expect(error.code).toBe("COLLECTION_IN_USE");
    expect(error.message).toBe('"app" is in use by claude in /home/ann/claude (last call just now).');
    expect(error.hint).toMatch(/^Wait until they are done; .*force/);
    expect(error.details?.["usedBy"]).toMatchObject([{ sessionId: "claude", doing: "last call just now" }]);
  });

  it("says of each session what it does: its ingest or watch of this collection first, then what it says itself", () => {
    session("claude", { activity: "reading 12 of 40 into other" });
    session("gemini", { workspace: null, activity: "reading 3 of 4 into app" });
    const claim = { key: "k", runId: "run-1", kind: "watch" as const, title: "src into app" };
    works.claim(claim, { sessionId: "claude", agent: "claude", workspace: "/w", space: "default" }, app.id);
    for (const agent of ["claude", "gemini"]) registry.uses(agent, app);
    expect(refusal(session("codex")).message).toBe(
      '"app" is in use by claude in /home/ann/claude (watch of src into app), gemini in no workspace (reading 3 of 4 into app).',
    );
  });

  it("is refused while a session of the hub that died has yet to come back, which may be gone", () => {
    const earlier = { sessionId: "old", agent: "claude", workspace: "/w", collectionId: app.id, collection: "app" };
    registry.awaitSessions([earlier]);
    const error = refusal(session("codex"));
    expect(error.message).toContain("claude in /w (not back yet since the hub was started again)");
    expect(error.hint).toMatch(/may be gone: repeat in some seconds/);
  });

  it("names five sessions and counts the others, but tells programs all", () => {
    for (let index = 0; index < 8; index++) {
      session(`agent-${index}`);
      registry.uses(`agent-${index}`, app);
    }
    const error = refusal(null);
    expect(error.message).toMatch(/agent-4 in .* and 3 more\.$/);
    expect(error.message).not.toContain("agent-5");
    expect(error.details?.["usedBy"]).toHaveLength(8);
  });

  it("that is forced overrules them, and says so", () => {
    session("claude");
    registry.uses("claude", app);
    const verdict = requireUnused({ registry, works }, callerOf(session("codex")), { collection: app, force: true });
    expect(verdict).toEqual({ isForced: true });
  });
});
