import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ClientAdapter } from "../../setup/client-adapter.ts";
import { claudeCode } from "../../setup/clients/claude-code.ts";
import { codex } from "../../setup/clients/codex.ts";
import { readPlainFile, resolveLinks } from "../../setup/plain-file.ts";
import type { EntryWish } from "../../setup/entry-decision.ts";
import { planAgent, type AgentPlan } from "./agent-plan.ts";

const launch = { command: process.execPath, args: ["/opt/bin/commons.mjs", "mcp"], env: {} };

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "agent-plan-"))));
afterEach(() => rmSync(home, { recursive: true, force: true }));

function planOf(client: ClientAdapter, wish: Partial<EntryWish> = {}): Promise<AgentPlan> {
  return planAgent({
    scope: "user",
    wish: { client, launch, workspace: null, isUnattended: false, isReplacing: false, ...wish },
    record: { version: 1, entries: [], blocks: [] },
    surroundings: { env: {}, platform: "linux", home, cwd: home },
    read: async (file) => {
      const found = await readPlainFile(file);
      return found === null
        ? { text: null, realFile: await resolveLinks(file) }
        : { text: found.text, realFile: found.file };
    },
  });
}

function write(file: string, text: string): void {
  mkdirSync(dirname(join(home, file)), { recursive: true });
  writeFileSync(join(home, file), text);
}

describe("the plan for an agent", () => {
  it("fails with the next step, and throws nothing, where a file stands in the way of its directory", async () => {
    write(".codex", "");
    expect(await planOf(codex)).toMatchObject({
      kind: "failed",
      error: { code: "CLIENT_FILE_UNUSABLE", hint: expect.stringContaining("move it away") },
    });
  });

  it("fails with the next step where its directory is a link to itself", async () => {
    symlinkSync(".codex", join(home, ".codex"));
    expect(await planOf(codex)).toMatchObject({ kind: "failed", error: { code: "CLIENT_FILE_UNUSABLE" } });
  });

  it("tells of an entry of our name for one directory, which counts there", async () => {
    const local = { mcpServers: { commons: { command: "uvx", args: ["chroma-mcp"] } } };
    write(".claude.json", JSON.stringify({ projects: { "/srv/one": local } }));
    expect(await planOf(claudeCode)).toMatchObject({
      kind: "change",
      notes: [expect.stringContaining("projects /srv/one")],
    });
  });

  it("fails for that agent alone where a defect shows", async () => {
    write(".claude.json", `{"mcpServers": {"commons": ${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}}}`);
    expect(await planOf(claudeCode)).toMatchObject({ kind: "failed" });
  });
});
