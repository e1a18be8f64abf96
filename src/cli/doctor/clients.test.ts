import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readClientFiles } from "../../setup/read-entries.ts";
import { clientFindings } from "./clients.ts";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "commons agents "))));
afterEach(() => rmSync(home, { recursive: true }));

function file(path: string, text = ""): string {
  const whole = join(home, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, text);
  return whole;
}

async function facts(path = ""): Promise<string[]> {
  const env = { HOME: home, PATH: path };
  const files = await readClientFiles({ env, platform: process.platform, cwd: join(home, "project") });
  return clientFindings(files, env).map(({ level, fact }) => `${level}: ${fact.replaceAll(home, "~")}`);
}

const servers = (entries: object) => JSON.stringify({ mcpServers: entries });

describe("the agents' check", () => {
  it("has nothing to say of entries that start what is there", async () => {
    const script = file("chroma-commons/bin/commons.mjs");
    const entry = { command: process.execPath, args: [script, "mcp"] };
    file(".cursor/mcp.json", servers({ commons: entry, other: { command: "absent" } }));
    file(
      ".config/Claude/claude_desktop_config.json",
      servers({ commons: { ...entry, args: [...entry.args, "--workspace", home] } }),
    );
    expect(await facts()).toEqual([]);
  });

  it("tells an entry that leads to another store than this command has", async () => {
    const script = file("chroma-commons/bin/commons.mjs");
    const env = { COMMONS_HOME: join(home, "other") };
    file(".cursor/mcp.json", servers({ commons: { command: process.execPath, args: [script, "mcp"], env } }));
    expect(await facts()).toEqual([
      'warning: The entry "commons" in Cursor\'s ~/.cursor/mcp.json uses the store in ~/other; this command uses ~/.chroma-commons.',
    ]);
  });

  it("says that no agent is there, or none is set up", async () => {
    expect(await facts()).toEqual(["note: No agent's configuration was found."]);
    file(".cursor/mcp.json", "{}");
    expect(await facts()).toEqual(["note: No agent is set up to use this program."]);
  });

  it("tells a Node, a checkout and a directory that are gone, and a command without its place", async () => {
    const at = 'The entry "commons" in';
    file(
      ".cursor/mcp.json",
      servers({ commons: { command: join(home, "node"), args: [join(home, "commons.mjs"), "mcp"] } }),
    );
    const command = file("bin/commons", "#!/bin/sh\n");
    chmodSync(command, 0o755);
    file(
      ".codeium/windsurf/mcp_config.json",
      servers({ commons: { command: "commons", args: ["mcp", "--workspace", join(home, "gone")] } }),
    );
    expect(await facts(join(home, "bin"))).toEqual([
      `error: ${at} Cursor's ~/.cursor/mcp.json starts ~/node, which is not there.`,
      `error: ${at} Cursor's ~/.cursor/mcp.json starts ~/commons.mjs, which is not there.`,
      `note: ${at} Windsurf's ~/.codeium/windsurf/mcp_config.json names commons without its place; agents may start with another PATH.`,
      `error: ${at} Windsurf's ~/.codeium/windsurf/mcp_config.json serves ~/gone, which is not there.`,
    ]);
  });

  it("tells a form that the agent does not read, containers without an engine, a missing directory and short limits", async () => {
    const entry = { command: process.execPath, args: ["commons", "mcp"] };
    file(".config/opencode/opencode.json", JSON.stringify({ mcp: { commons: entry } }));
    file(".cursor/mcp.json", servers({ commons: { ...entry, args: ["commons", "mcp", "--docker"] } }));
    file(".codeium/windsurf/mcp_config.json", servers({ commons: entry }));
    file(".qwen/settings.json", servers({ commons: { ...entry, timeout: 5_000 }, off: { ...entry, enabled: false } }));
    const said = await facts();
    expect(said.map((fact) => fact.split(":")[0])).toEqual(["error", "error", "note", "note", "warning"]);
    expect(said).toEqual([
      expect.stringContaining("has a form that opencode does not read."),
      expect.stringContaining("neither docker nor podman is on PATH."),
      expect.stringContaining("gives a tool 5 s"),
      expect.stringContaining('"off" in Qwen Code'),
      expect.stringContaining("names no directory, and Windsurf tells its servers none."),
    ]);
  });

  it("counts entries as repeated only where they hold in one directory", async () => {
    const script = file("chroma-commons/bin/commons.mjs");
    const commons = { command: process.execPath, args: [script, "mcp"] };
    const projects = { "/a": { mcpServers: { commons } }, "/b": { mcpServers: { commons } } };
    file(".claude.json", JSON.stringify({ mcpServers: { commons }, projects }));
    expect(await facts()).toEqual([]);
    file(".claude.json", servers({ commons, "chroma-commons": commons }));
    expect(await facts()).toEqual([
      "warning: Claude Code's ~/.claude.json starts this program 2 times (commons, chroma-commons).",
    ]);
  });

  it("tells broken files, and an entry of our name that starts something else", async () => {
    file(".cursor/mcp.json", "{");
    file(".gemini/settings.json", servers({ commons: { command: "other" } }));
    expect(await facts()).toEqual([
      'note: Gemini CLI\'s ~/.gemini/settings.json has an entry "commons" that starts something else (other).',
      expect.stringMatching(/^error: Cursor's ~\/\.cursor\/mcp\.json cannot be read: .*\.$/),
      "note: No agent is set up to use this program.",
    ]);
  });
});
