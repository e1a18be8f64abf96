import { describe, expect, it } from "vitest";
import type { ConfigTable } from "./client-adapter.ts";
import { claudeCode } from "./clients/claude-code.ts";
import { claudeDesktop } from "./clients/claude-desktop.ts";
import { codex } from "./clients/codex.ts";
import { cursor } from "./clients/cursor.ts";
import { decideEntry, type EntryDecision, type EntryWish } from "./entry-decision.ts";

const launch = { command: "/opt/node", args: ["/opt/bin/commons.mjs", "mcp"], env: {} };
const wish: EntryWish = { client: claudeCode, launch, workspace: null, isUnattended: false, isReplacing: false };
const fresh: ConfigTable = { type: "stdio", command: "/opt/node", args: ["/opt/bin/commons.mjs", "mcp"] };

interface Given {
  readonly servers?: ConfigTable;
  readonly recorded?: ConfigTable;
  readonly isStartable?: boolean;
}

function decide(wanted: Partial<EntryWish>, given: Given = {}): EntryDecision {
  const { servers = {}, recorded = null, isStartable = true } = given;
  return decideEntry({ ...wish, ...wanted }, { servers, recorded, isStartable: () => isStartable });
}

describe("the decision on an agent's entry", () => {
  it("is to write one where there is none, and to keep what set-up wrote", () => {
    expect(decide({})).toEqual({ kind: "write", value: fresh, notes: [] });
    expect(decide({}, { servers: { commons: fresh }, recorded: fresh })).toEqual({ kind: "keep", notes: [] });
  });

  it("refuses an entry of our name that starts something else, unless it shall be replaced", () => {
    const servers = { commons: { command: "uvx", args: ["chroma-mcp"] } };
    expect(decide({}, { servers })).toEqual({ kind: "foreign", starts: "uvx chroma-mcp" });
    expect(decide({ isReplacing: true }, { servers })).toMatchObject({ kind: "write", value: fresh });
    expect(decide({}, { servers: { commons: "yes" } })).toMatchObject({ kind: "foreign" });
    expect(decide({}, { servers: { commons: { url: "http://127.0.0.1:1/" } } })).toEqual({
      kind: "foreign",
      starts: "http://127.0.0.1:1/",
    });
  });

  it("writes no second entry beside one of another name that starts this program", () => {
    const servers = { chroma: { command: "commons", args: ["mcp"] } };
    expect(decide({}, { servers })).toEqual({ kind: "otherName", name: "chroma" });
  });

  it("keeps an entry by hand that works as it is, also with other arguments", () => {
    const servers = { commons: { command: "npx", args: ["chroma-commons", "mcp", "--space", "work"] } };
    expect(decide({}, { servers })).toMatchObject({ kind: "keep", notes: [expect.stringContaining("not written by")] });
  });

  it("gives an entry by hand the store that was asked for, and tells another one that it has", () => {
    const servers = {
      commons: { command: "commons", args: ["mcp", "--space", "work"], env: { COMMONS_HOME: "/data" } },
    };
    const noted = { kind: "keep", notes: [expect.any(String), expect.stringContaining("/data")] };
    expect(decide({}, { servers })).toMatchObject(noted);
    expect(decide({ launch: { ...launch, env: { COMMONS_HOME: "/data" } } }, { servers })).toMatchObject(noted);
    expect(decide({ launch: { ...launch, env: { COMMONS_HOME: "/other" } } }, { servers })).toMatchObject({
      kind: "write",
      value: { args: ["/opt/bin/commons.mjs", "mcp", "--space", "work"], env: { COMMONS_HOME: "/other" } },
    });
  });

  it("replaces an entry by hand of this program, too, when it shall be replaced", () => {
    const servers = { commons: { command: "npx", args: ["-y", "chroma-commons", "mcp", "--bogus"] } };
    expect(decide({ isReplacing: true }, { servers })).toMatchObject({ kind: "write", value: fresh });
  });

  it("brings an entry by hand that does not start up to date, with all that the person added", () => {
    const standing = {
      command: "/old/node",
      args: ["/old/commons.mjs", "mcp", "--allow", "/data", "--space=work"],
      env: { COMMONS_LOG: "debug" },
      disabledTools: ["batch_delete"],
    };
    expect(decide({}, { servers: { commons: standing }, isStartable: false })).toEqual({
      kind: "write",
      value: {
        ...standing,
        command: "/opt/node",
        args: ["/opt/bin/commons.mjs", "mcp", "--allow", "/data", "--space=work"],
      },
      notes: [],
    });
  });

  it("moves what set-up wrote to new paths, drops its own variables that are gone, and leaves out what a person took out", () => {
    const recorded: ConfigTable = { ...fresh, command: "/old/node", env: { COMMONS_HOME: "/data" } };
    const { type: _, ...standing } = recorded;
    const decision = decide({}, { servers: { commons: standing }, recorded });
    expect(decision).toEqual({ kind: "write", value: { command: "/opt/node", args: fresh["args"] }, notes: [] });
  });

  it("says that an entry is switched off and leaves it so", () => {
    const servers = { commons: { ...fresh, disabled: true } };
    expect(decide({}, { servers, recorded: fresh })).toEqual({
      kind: "keep",
      notes: ["The entry is switched off, and stays so."],
    });
  });

  it("changes between containers and none when asked, also what was written by hand", () => {
    const docker = { ...launch, args: [...launch.args, "--docker"] };
    expect(decide({ launch: docker }, { servers: { commons: fresh } })).toMatchObject({
      value: { args: ["/opt/bin/commons.mjs", "mcp", "--docker"] },
    });
    const withDocker = { ...fresh, args: docker.args };
    expect(decide({}, { servers: { commons: withDocker }, recorded: withDocker })).toMatchObject({ value: fresh });
    expect(decide({ client: codex, launch: docker })).toMatchObject({ value: { required: true } });
    expect(decide({ client: codex })).not.toMatchObject({ value: { required: true } });
  });

  it("gives a directory to agents that tell none, and remembers it", () => {
    expect(decide({ client: claudeDesktop })).toEqual({ kind: "workspaceNeeded" });
    const served = decide({ client: claudeDesktop, workspace: "/home/ann/notes" });
    expect(served).toMatchObject({ value: { args: [...launch.args, "--workspace", "/home/ann/notes"] } });
    const value = served.kind === "write" ? served.value : {};
    const standing = { servers: { commons: value }, recorded: value };
    expect(decide({ client: claudeDesktop }, standing)).toMatchObject({ kind: "keep" });
    expect(decide({ client: claudeDesktop, workspace: "/home/ann/other" }, standing)).toMatchObject({
      value: { args: [...launch.args, "--workspace", "/home/ann/other"] },
    });
  });

  it("uses an agent's own variable for the directory, and --workspace for no agent that tells it", () => {
    expect(decide({ client: cursor, workspace: "/x" })).toMatchObject({
      value: { args: [...launch.args, "--workspace", "${workspaceFolder}"] },
    });
    expect(decide({ workspace: "/x" })).toMatchObject({ value: fresh });
  });

  it("lets tools run unasked only where a person says so", () => {
    const plain = decide({ client: codex });
    expect(plain.kind === "write" && "default_tools_approval_mode" in plain.value).toBe(false);
    const value = plain.kind === "write" ? plain.value : {};
    expect(decide({ client: codex, isUnattended: true }, { servers: { commons: value } })).toMatchObject({
      kind: "write",
      value: { default_tools_approval_mode: "approve" },
    });
  });
});
