import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readClientFiles } from "./client-files.ts";
import { isOurs } from "./clients.ts";
import { parseLooseJson } from "./loose-json.ts";
import { readServerTables } from "./toml-servers.ts";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "commons clients "))));
afterEach(() => rmSync(home, { recursive: true }));

async function read(files: Readonly<Record<string, string>>) {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(home, path)), { recursive: true });
    writeFileSync(join(home, path), text);
  }
  return readClientFiles({ HOME: home }, join(home, "project"));
}

const entry = { command: "/usr/bin/node", args: ["/opt/chroma-commons/bin/commons.mjs", "mcp"] };
const command = JSON.stringify(entry);
const inline = `{ command = "/usr/bin/node", args = ${JSON.stringify(entry.args)} }`;
const expected = { name: "commons", ...entry, toolTimeoutSeconds: null };

describe("configuration files of agents", () => {
  test.each([
    [
      "Codex",
      ".codex/config.toml",
      `[mcp_servers.commons]\ncommand = "/usr/bin/node"\nargs = [\n  "/opt/chroma-commons/bin/commons.mjs", # ours\n  'mcp',\n]\n[mcp_servers.commons.env]\nA = "1"\n`,
    ],
    ["Codex", ".codex/config.toml", `[mcp_servers]\ncommons = ${inline}\n`],
    [
      "Codex",
      ".codex/config.toml",
      `mcp_servers.commons.command = "/usr/bin/node"\nmcp_servers.commons.args = ${JSON.stringify(entry.args)}\n`,
    ],
    ["Claude Code", ".claude.json", `{"projects": {"/home/ann/app": {"mcpServers": {"commons": ${command}}}}}`],
    ["Claude Code", "project/.mcp.json", `{"mcpServers": {"commons": ${command}}}`],
    ["Gemini CLI", ".gemini/settings.json", `{"mcpServers": {"commons": ${command}}}`],
    [
      "opencode",
      ".config/opencode/opencode.json",
      `{"mcp": {"commons": {"command": ${JSON.stringify([entry.command, ...entry.args])}}}}`,
    ],
    ["VS Code", "project/.vscode/mcp.json", `{ // servers\n "servers": {"commons": ${command},}, }`],
    ["Cursor", ".cursor/mcp.json", `{"mcpServers": {"commons": ${command}}}`],
    [
      "Zed",
      ".config/zed/settings.json",
      `{"context_servers": {"commons": {"command": {"path": "/usr/bin/node", "args": ${JSON.stringify(entry.args)}}}}}`,
    ],
  ])("of %s are understood (%s)", async (client, path, text) => {
    const found = await read({ [path]: text });
    expect(found).toEqual([{ client, file: join(home, path), content: { kind: "entries", entries: [expected] } }]);
  });

  test.each([
    [".claude.json", "{"],
    [".cursor/mcp.json", "[1, 2"],
    [".codex/config.toml", "[mcp_servers.commons]\nargs = [\n"],
    [".codex/config.toml", "what is this\n"],
  ])("that are broken are said to be (%s: %j)", async (path, text) => {
    expect(await read({ [path]: text })).toMatchObject([{ content: { kind: "broken" } }]);
  });

  test("that are empty, or hold other things than were thought, have no entries", async () => {
    const found = await read({
      ".claude.json": "",
      ".cursor/mcp.json": "[]",
      ".gemini/settings.json": '{"mcpServers": "x"}',
    });
    expect(found.map(({ content }) => content)).toEqual(found.map(() => ({ kind: "entries", entries: [] })));
  });
});

test.skipIf(process.platform === "win32")(
  "a pipe or an endless device in the place of a file is not read",
  async () => {
    mkdirSync(join(home, ".cursor"));
    execFileSync("mkfifo", [join(home, ".cursor", "mcp.json")]);
    symlinkSync("/dev/zero", join(home, ".claude.json"));
    const content = { kind: "broken", reason: "it is no plain file" };
    expect(await readClientFiles({ HOME: home }, join(home, "project"))).toMatchObject([{ content }, { content }]);
  },
);

test("comments and commas in strings stay", () => {
  expect(parseLooseJson('{"a": "// no, /* comment */ ,]", /* one */ "b": [1, 2, ], }')).toEqual({
    a: "// no, /* comment */ ,]",
    b: [1, 2],
  });
});

test("a table below a server's is none of its own", () => {
  const tables =
    '[mcp_servers."my server"]\ncommand = "x"\ntool_timeout_sec = 30\n[mcp_servers.other.env]\ncommand = "y"\n';
  expect(readServerTables(tables)).toEqual([{ name: "my server", command: "x", args: [], toolTimeoutSeconds: 30 }]);
});

test.each([
  ["/usr/bin/node", ["/opt/x/bin/commons.mjs", "mcp"], true],
  ["npx", ["-y", "chroma-commons", "mcp"], true],
  ["commons", ["mcp"], true],
  ["commons", ["list"], false],
  ["uvx", ["chroma-mcp"], false],
])("%s %j starts this program: %s", (program, args, is) => {
  expect(isOurs({ command: program, args })).toBe(is);
});
