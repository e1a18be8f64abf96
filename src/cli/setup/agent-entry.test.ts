import { describe, expect, it } from "vitest";
import { currentProgram } from "../../config/program.ts";
import { agentEntry, agentEntryLines, shellWord } from "./agent-entry.ts";

describe("the entry for an agent's configuration", () => {
  it("names this Node and the launcher by absolute paths", () => {
    const entry = agentEntry(currentProgram(), { HOME: "/home/ann" });
    expect(entry.command).toBe(process.execPath);
    expect(entry.args[0]).toMatch(/^\/.*\/bin\/commons\.mjs$/);
    expect(entry.args[0]).not.toContain("..");
    expect(entry.args[1]).toBe("mcp");
  });

  it("survives paths with spaces and quotes in TOML and in a shell", () => {
    const lines = agentEntryLines({
      command: '/opt/my "node"/node',
      args: ["/home/ann's files/bin/commons.mjs", "mcp"],
      env: {},
    });
    expect(lines).toContain(String.raw`  command = "/opt/my \"node\"/node"`);
    expect(lines).toContain(
      String.raw`  claude mcp add --scope user commons -- '/opt/my "node"/node' '/home/ann'\''s files/bin/commons.mjs' mcp`,
    );
    expect(lines.join("\n")).not.toContain("env");
    expect(shellWord("/usr/bin/node")).toBe("/usr/bin/node");
  });

  it("leads to the store that the person has named", () => {
    const entry = agentEntry(currentProgram(), { HOME: "/home/ann", COMMONS_HOME: "/data/my store" });
    expect(entry.env).toEqual({ COMMONS_HOME: "/data/my store" });
    const text = agentEntryLines(entry).join("\n");
    expect(text).toContain('  env = { COMMONS_HOME = "/data/my store" }\n');
    expect(text).toContain("claude mcp add --env 'COMMONS_HOME=/data/my store' --scope user commons -- ");
    expect(text).toContain('"env":{"COMMONS_HOME":"/data/my store"}');
  });
});
