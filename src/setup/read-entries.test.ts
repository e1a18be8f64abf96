import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { readClientFiles } from "./read-entries.ts";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "commons clients "))));
afterEach(() => rmSync(home, { recursive: true }));

function write(path: string, text: string): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

async function read(files: Readonly<Record<string, string>> = {}) {
  for (const [path, text] of Object.entries(files)) write(path, text);
  const found = await readClientFiles({ env: { HOME: home }, platform: "linux", cwd: join(home, "project") });
  return found.map(({ client, file, scope, content }) => ({ client: client.title, file, scope, content }));
}

const entry = { command: "/usr/bin/node", args: ["/opt/chroma-commons/bin/commons.mjs", "mcp"] };
const command = JSON.stringify(entry);
const list = JSON.stringify(entry.args);
const inline = `{ command = "/usr/bin/node", args = ${list} }`;
const expected = { name: "commons", ...entry, env: {}, url: null, isEnabled: true, toolTimeoutSeconds: null };

describe("configuration files of agents", () => {
  test.each([
    [
      "Codex",
      ".codex/config.toml",
      ["mcp_servers"],
      `[mcp_servers.commons]\ncommand = "/usr/bin/node"\nargs = [\n  "/opt/chroma-commons/bin/commons.mjs", # ours\n  'mcp',\n]\n[mcp_servers.other.env]\nA = "1"\n`,
    ],
    ["Codex", ".codex/config.toml", ["mcp_servers"], `[mcp_servers]\ncommons = ${inline}\n`],
    [
      "Codex",
      ".codex/config.toml",
      ["mcp_servers"],
      `mcp_servers.commons.command = "/usr/bin/node"\nmcp_servers.commons.args = ${list}\n`,
    ],
    [
      "Claude Code",
      ".claude.json",
      ["projects", "/home/ann/app", "mcpServers"],
      `{"projects": {"/home/ann/app": {"mcpServers": {"commons": ${command}}}, "/x": 1}}`,
    ],
    ["Claude Code", "project/.mcp.json", ["mcpServers"], `{"mcpServers": {"commons": ${command}}}`],
    ["Gemini CLI", ".gemini/settings.json", ["mcpServers"], `{"mcpServers": {"commons": ${command}}}`],
    [
      "opencode",
      ".config/opencode/opencode.jsonc",
      ["mcp"],
      `{"mcp": {"commons": {"command": ${JSON.stringify([entry.command, ...entry.args])}}}}`,
    ],
    ["VS Code", "project/.vscode/mcp.json", ["servers"], `{ // servers\n "servers": {"commons": ${command},}, }`],
    ["Cursor", ".cursor/mcp.json", ["mcpServers"], `{"mcpServers": {"commons": ${command}}}`],
    ["Amp", ".config/amp/settings.json", ["amp.mcpServers"], `{"amp.mcpServers": {"commons": ${command}}}`],
    [
      "Zed",
      ".config/zed/settings.json",
      ["context_servers"],
      `{"context_servers": {"commons": {"command": {"path": "/usr/bin/node", "args": ${list}}}}}`,
    ],
  ])("of %s are understood (%s)", async (client, path, keys, text) => {
    const found = await read({ [path]: text });
    expect(found).toMatchObject([{ client, file: join(home, path), content: { kind: "entries" } }]);
    expect(found[0]).toHaveProperty("content.entries.0.entry", expected);
    expect(found[0]).toHaveProperty("content.entries.0.keys", [...keys, "commons"]);
    expect(found[0]).toHaveProperty("content.entries.length", 1);
  });

  test("tell time limits in seconds, variables, addresses and what is switched off", async () => {
    const found = await read({
      ".codex/config.toml":
        '[mcp_servers."my server"]\ncommand = "x"\ntool_timeout_sec = 30\nenabled = false\n[mcp_servers."my server".env]\nA = "1"\n',
      ".gemini/settings.json": '{"mcpServers": {"far": {"httpUrl": "https://x.example/mcp", "timeout": 5000}}}',
    });
    const entries = found.flatMap(({ content }) => (content.kind === "entries" ? content.entries : []));
    expect(entries.map((each) => each.entry)).toEqual([
      {
        name: "my server",
        command: "x",
        args: [],
        env: { A: "1" },
        url: null,
        isEnabled: false,
        toolTimeoutSeconds: 30,
      },
      {
        name: "far",
        command: null,
        args: [],
        env: {},
        url: "https://x.example/mcp",
        isEnabled: true,
        toolTimeoutSeconds: 5,
      },
    ]);
  });

  test("of the user and of the project are told apart, each once", async () => {
    const text = `{"mcpServers": {"commons": ${command}}}`;
    const found = await read({ ".cursor/mcp.json": text, "project/.cursor/mcp.json": text });
    expect(found.map(({ client, scope }) => [client, scope])).toEqual([
      ["Cursor", "user"],
      ["Cursor", "project"],
    ]);
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
      ".gemini/settings.json": '{"mcpServers": "x", "__proto__": {"mcpServers": {}}}',
      ".codex/config.toml": "# nothing yet\n",
    });
    expect(found.map(({ content }) => content)).toEqual(found.map(() => ({ kind: "entries", entries: [] })));
  });

  test("without an end, or larger than any configuration, are not read", async () => {
    truncateSync(write(".cursor/mcp.json", ""), 20_000_001);
    mkdirSync(join(home, ".gemini", "settings.json"), { recursive: true });
    expect((await read()).map(({ content }) => content)).toEqual([
      { kind: "broken", reason: "it is a directory" },
      { kind: "broken", reason: "it has more than 20 MB" },
    ]);
  });
});

test.skipIf(process.platform === "win32")(
  "a pipe or an endless device in the place of a file is not read",
  async () => {
    mkdirSync(join(home, ".cursor"));
    execFileSync("mkfifo", [join(home, ".cursor", "mcp.json")]);
    symlinkSync("/dev/zero", join(home, ".claude.json"));
    const content = { kind: "broken", reason: "it is no plain file" };
    expect(await read()).toMatchObject([{ content }, { content }]);
  },
);
