import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { claudeCode } from "../../setup/clients/claude-code.ts";
import { openSetupFiles } from "./setup-files.ts";
import { setUpAgents, type AgentResult, type SetupRun } from "./setup-run.ts";

let home: string;
let file: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "setup-run-"));
  file = join(home, ".claude.json");
  writeFileSync(file, '{"theme": "dark"}\n');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

/** Sets one agent up while `meanwhile` happens between the question and the change. */
async function setUpWhile(meanwhile: () => void): Promise<AgentResult | undefined> {
  const env = { HOME: home, PATH: "/usr/bin:/bin" };
  const run: SetupRun = {
    scope: "user",
    launch: { command: process.execPath, args: ["/opt/bin/commons.mjs", "mcp"], env: {} },
    isUnattended: false,
    isReplacing: false,
    isEachNamed: true,
    surroundings: { env, platform: "linux", home, cwd: home },
    files: openSetupFiles(env),
    checker: { check: () => Promise.resolve({ kind: "ok", ms: 1, tools: 19, version: "1" }) },
    signal: new AbortController().signal,
    agree: () => {
      meanwhile();
      return Promise.resolve("yes");
    },
    workspace: null,
    askWorkspace: () => Promise.resolve(null),
    onPlan: () => undefined,
    onOutcome: () => undefined,
    onWait: () => undefined,
    onResult: () => undefined,
  };
  const results = await setUpAgents([{ client: claudeCode, signs: [] }], run);
  return results[0];
}

describe("setting an agent up", () => {
  it("writes the same entry into a file that the agent itself wrote meanwhile", async () => {
    const result = await setUpWhile(() => writeFileSync(file, '{"theme": "light"}\n'));
    expect(result).toMatchObject({ outcome: "changed", error: null });
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ theme: "light", mcpServers: { commons: {} } });
  });

  it("has nothing left to do where another set-up wrote the same meanwhile", async () => {
    const args = ["/opt/bin/commons.mjs", "mcp"];
    const commons = { type: "stdio", command: process.execPath, args };
    const result = await setUpWhile(() => writeFileSync(file, JSON.stringify({ mcpServers: { commons } })));
    expect(result).toMatchObject({ outcome: "unchanged", error: null, check: { kind: "ok" } });
  });

  it("writes nothing that was not agreed to where a foreign entry came meanwhile", async () => {
    const foreign = JSON.stringify({ mcpServers: { commons: { command: "uvx", args: ["chroma-mcp"] } } });
    const result = await setUpWhile(() => writeFileSync(file, foreign));
    expect(result).toMatchObject({ outcome: "failed", error: { code: "CLIENT_FILE_UNUSABLE" } });
    expect(readFileSync(file, "utf8")).toBe(foreign);
  });
});
