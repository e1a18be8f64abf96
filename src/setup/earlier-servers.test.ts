import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import type { EarlierEntry } from "./earlier-entry.ts";
import { isEarlierCommand, isEarlierContainer } from "./earlier-kind.ts";
import { earlierEntries } from "./earlier-servers.ts";
import { readClientFiles } from "./read-entries.ts";

let home: string;
beforeEach(() => (home = mkdtempSync(join(tmpdir(), "commons earlier "))));
afterEach(() => rmSync(home, { recursive: true }));

async function found(path: string, text: string, env: NodeJS.ProcessEnv = {}): Promise<EarlierEntry[]> {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  const search = { env: { HOME: home, ...env }, platform: "linux" as const, cwd: join(home, "project") };
  return earlierEntries(await readClientFiles(search), search);
}

/** As the set-up scripts of the context server wrote it, in each of their versions. */
function codexEntry(command: string, args: readonly string[], further = ""): Promise<EarlierEntry[]> {
  const text = `[mcp_servers.chromadb_context_vespo]\ncommand = ${JSON.stringify(command)}\nargs = ${JSON.stringify(args)}\nenv_vars = ["PWD"]\nstartup_timeout_sec = 45\ntool_timeout_sec = 180\nenabled = true\n${further}`;
  return found(".codex/config.toml", text);
}

const words = (text: string) => text.split(" ");
const network = ["--network", "chroma-net"];
const addresses = ["-e", "CHROMA_URL=http://chromadb-vespo:8000", "-e", "CHROMADB_URL=http://chromadb-vespo:8000"];
const image = "chroma-mcp-vespo-patched:latest";
const inContainer = { kind: "container", container: "chromadb-vespo", port: 8_000, network: "chroma-net" };

const ids = ([entry]: readonly EarlierEntry[]) => entry?.problems.map(({ id }) => id);

describe("an entry of the context server", () => {
  it("with a fixed name behind a wrapper is told with all that is wrong, and with its database's container", async () => {
    const entries = await codexEntry("/Users/ann/.codex/docker-wrapper.sh", [
      ...words("run --rm -i --name chromadb-mcp-server"),
      ...network,
      ...addresses,
      ...words("-v PLACEHOLDER:/workspace:ro"),
      image,
    ]);
    expect(entries).toMatchObject([
      {
        client: "codex",
        title: "Codex",
        scope: "user",
        file: join(home, ".codex", "config.toml"),
        format: "toml",
        keys: ["mcp_servers", "chromadb_context_vespo"],
        kind: "context-server",
        data: inContainer,
      },
    ]);
    expect(ids(entries)).toEqual(["fixed-name", "wrapper", "no-init", "data-in-container", "short-timeout"]);
    const texts = entries[0]?.problems.map(({ text }) => text) ?? [];
    expect(texts[0]).toContain("one session at a time");
    for (const text of texts) expect(text).toMatch(/^(?:It|Its|Each|Some|Codex) .*\.$/);
  });

  it("of the later version has no fixed name, on Windows too", async () => {
    const args = ["run", "--rm", "-i", ...network, ...addresses, "-v", "PLACEHOLDER:/workspace:ro", image];
    expect(ids(await codexEntry("/home/ann/.codex/docker-wrapper.sh", args))).not.toContain("fixed-name");
    const script = "C:\\Users\\ann\\.codex\\docker-wrapper.ps1";
    const onWindows = await codexEntry("powershell.exe", [
      "-NoProfile",
      "-ExecutionPolicy",
      "Bypass",
      "-File",
      script,
      ...args,
    ]);
    expect(onWindows).toMatchObject([{ kind: "context-server", data: inContainer }]);
    expect(ids(onWindows)).toContain("wrapper");
    expect(onWindows[0]?.problems.find(({ id }) => id === "wrapper")?.text).toContain(script);
  });

  it("of the last version has its address in a file, and a wrapper that Node runs", async () => {
    const entries = await codexEntry("node", [
      "C:\\Users\\ann\\.codex\\docker-wrapper.js",
      ...words("run --rm -i --network chroma-net --env-file C:\\Users\\ann\\.codex\\chromamcp-vespo.env"),
      ...words("-v PLACEHOLDER:/workspace:ro ghcr.io/sanarp98/chromamcp-vespo:latest"),
    ]);
    expect(entries).toMatchObject([{ kind: "context-server", data: inContainer }]);
    expect(ids(entries)).toEqual(["wrapper", "no-init", "short-timeout"]);
  });

  it("with one directory for all sessions, mounted so that it may be written, says so", async () => {
    const entries = await codexEntry("docker", [
      ...words("run -i --init -e CHROMADB_URL=http://host.docker.internal:8001 -e OPENAI_API_KEY=sk-x"),
      ...words("-v C:\\Users\\ann\\app:/workspace ghcr.io/sanarp98/chromamcp-vespo:latest"),
    ]);
    expect(ids(entries)).toEqual([
      "fixed-workspace",
      "writable-workspace",
      "no-rm",
      "password-in-entry",
      "short-timeout",
    ]);
    expect(entries[0]?.problems[0]?.text).toContain("C:\\Users\\ann\\app");
    expect(JSON.stringify(entries[0]?.problems)).not.toContain("sk-x");
    expect(entries[0]?.data).toEqual({
      kind: "url",
      url: "http://localhost:8001",
      tenant: null,
      database: null,
      headers: {},
    });
  });

  it("that runs without a container names its address, or keeps its own database", async () => {
    const direct = (env: object) =>
      found(
        ".config/Claude/claude_desktop_config.json",
        JSON.stringify({ mcpServers: { "chromadb-vespo": { command: "bun", args: ["run", "/x/index.js"], env } } }),
      );
    expect((await direct({ CHROMA_URL: "http://localhost:8003" }))[0]?.data).toMatchObject({
      kind: "url",
      url: "http://localhost:8003",
    });
    expect((await direct({}))[0]?.data).toEqual({ kind: "lancedb", directory: join(home, ".vespo", "lancedb") });
    expect((await direct({ CHROMA_URL: "no address" }))[0]?.data).toMatchObject({ kind: "lancedb" });
  });

  it("that is switched off is told to be", async () => {
    const [entry] = await found(
      ".codex/config.toml",
      '[mcp_servers.chromadb_context]\ncommand = "docker"\nargs = ["run", "--rm", "-i", "chroma-mcp-server:latest"]\nenabled = false\n',
    );
    expect(entry).toMatchObject({ kind: "context-server", data: { kind: "unknown" }, entry: { isEnabled: false } });
  });
});

describe("an entry of the official chroma-mcp", () => {
  const official = (command: string, args: readonly string[], env: object = {}) =>
    found(".cursor/mcp.json", JSON.stringify({ mcpServers: { chroma: { command, args, env } } }));

  test.each([
    ["uvx", ["chroma-mcp"], {}, { kind: "none" }, ["nothing-kept"]],
    ["pipx", ["run", "chroma-mcp==0.2.6"], {}, { kind: "none" }, ["nothing-kept"]],
    [
      "/home/ann/.local/bin/chroma-mcp",
      ["--client-type", "persistent", "--data-dir", "/data/chroma"],
      {},
      { kind: "directory", directory: "/data/chroma" },
      ["shared-directory"],
    ],
    [
      "uvx",
      ["chroma-mcp@latest"],
      { CHROMA_CLIENT_TYPE: "persistent", CHROMA_DATA_DIR: "/data" },
      { kind: "directory", directory: "/data" },
      ["shared-directory"],
    ],
    [
      "uvx",
      ["chroma-mcp", "--client-type=persistent", "--data-dir=./db"],
      {},
      { kind: "unknown" },
      ["shared-directory"],
    ],
    [
      "uvx",
      ["chroma-mcp", "--client-type", "http", "--host", "db.example", "--port", "8443"],
      {},
      { kind: "url", url: "https://db.example:8443", tenant: null, database: null, headers: {} },
      ["kept-elsewhere"],
    ],
    [
      "uvx",
      ["chroma-mcp", "--client-type", "http", "--host", "localhost", "--ssl", "false", "--database", "work"],
      {},
      { kind: "url", url: "http://localhost:8000", tenant: null, database: "work", headers: {} },
      ["kept-elsewhere"],
    ],
    [
      "uvx",
      ["chroma-mcp", "--client-type", "cloud", "--tenant", "t", "--database", "d", "--api-key", "k"],
      {},
      { kind: "cloud", tenant: "t", database: "d" },
      ["kept-elsewhere", "password-in-entry"],
    ],
    [
      "docker",
      [
        ...words("run --rm -i --name chroma -v chroma-data:/data mcp/chroma"),
        ...words("chroma-mcp --client-type persistent --data-dir /data"),
      ],
      {},
      { kind: "volume", volume: "chroma-data" },
      ["fixed-name", "shared-directory"],
    ],
    [
      "podman",
      [
        ...words("run --mount type=bind,source=/home/ann/db,target=/data -e CHROMA_CLIENT_TYPE=persistent"),
        ...words("-e CHROMA_DATA_DIR=/data/one docker.io/mcp/chroma:latest"),
      ],
      {},
      { kind: "directory", directory: "/home/ann/db/one" },
      ["shared-directory"],
    ],
  ])("%s %j %j keeps its texts in %j", async (command, args, env, data, problems) => {
    const entries = await official(command, args, env);
    expect(entries).toMatchObject([{ kind: "chroma-mcp", client: "cursor", keys: ["mcpServers", "chroma"], data }]);
    expect(ids(entries)).toEqual(problems);
  });

  it("with a user and a password authenticates as it did, without showing them", async () => {
    const [entry] = await official("uvx", [
      ...words("chroma-mcp --client-type http --host db --ssl no"),
      ...words("--custom-auth-credentials ann:hush"),
    ]);
    expect(entry?.data).toMatchObject({ headers: { Authorization: "Basic YW5uOmh1c2g=" } });
    expect(JSON.stringify(entry?.problems)).not.toContain("hush");
  });
});

test.each([
  ["our own entry", { command: "node", args: ["/x/chroma-commons/bin/commons.mjs", "mcp", "--docker"] }],
  ["another program's wrapper", { command: "/opt/tool/docker-wrapper.sh", args: ["run", "--rm", "tool/image"] }],
  ["another program's container", { command: "docker", args: ["run", "--rm", "-i", "--name", "db", "mcp/postgres"] }],
  ["a docker command without an image", { command: "docker", args: ["run", "--rm"] }],
  ["a server that is reached by its address", { url: "https://x.example/mcp" }],
])("%s is none of the earlier servers'", async (_what, entry) => {
  expect(await found(".cursor/mcp.json", JSON.stringify({ mcpServers: { tool: entry } }))).toEqual([]);
});

test.each([
  [{ command: "npx", args: ["-y", "@modelcontextprotocol/server-filesystem", "/home/me/src/chroma-mcp"] }],
  [{ command: "uvx", args: ["mcp-server-git", "--repository", "/home/me/chroma-mcp-vespo-notes"] }],
  [{ command: "uvx", args: ["--from", "acme-tools", "chroma-mcp-search"] }],
  [{ command: "python", args: ["-m", "notes", "--about", "chroma-mcp"] }],
  [{ command: "npx", args: ["@acme/chroma-mcp"] }],
  [{ command: "node", args: ["/home/me/chroma-mcp"] }],
  [{ command: "rm", args: ["-rf", "chroma_mcp.server"] }],
  [{ command: "bash", args: ["-c", "cd /src/chroma-mcp && node notes.js chroma-mcp"] }],
  [{ command: "docker", args: ["run", "--rm", "-v", "/x:/chroma-mcp", "acme/chroma-mcp", "chroma-mcp.txt"] }],
  [{ command: "docker", args: ["exec", "-i", "mine", "cat", "chromadb-mcp-server"] }],
  [{ command: "node", args: ["/home/me/chromadb_context_vespo/notes/tool.js"] }],
])("%j is another program, whatever words stand in it", async (entry) => {
  expect(await found(".cursor/mcp.json", JSON.stringify({ mcpServers: { tool: entry } }))).toEqual([]);
});

test("a name alone is only a hint", async () => {
  const entry = { command: "node", args: ["/opt/mything/mcp"] };
  const entries = await found(".cursor/mcp.json", JSON.stringify({ mcpServers: { chromadb_vespo: entry } }));
  expect(entries).toMatchObject([{ shownBy: "name" }]);
});

test.each([
  [
    { command: "bash", args: ["-lc", "cd /x && docker run --rm -i --name box chroma-mcp-vespo-patched"] },
    ["fixed-name", "no-workspace", "no-init"],
  ],
  [
    { command: "docker", args: ["exec", "-i", "chromadb-mcp-server", "node", "index.js"] },
    ["shared-container", "no-init"],
  ],
  [{ command: "node", args: ["/home/me/chromadb_context_vespo/dist/index.js"] }, ["no-container"]],
  [
    { command: "cmd", args: ["/c", "docker", "run", "-itv/x:/workspace:ro", "--rm", "--init", "chromamcp-vespo"] },
    ["fixed-workspace"],
  ],
])("%j is the context server, by any way of starting it", async (entry, problems) => {
  const entries = await found(".cursor/mcp.json", JSON.stringify({ mcpServers: { tool: entry } }));
  expect(entries).toMatchObject([{ kind: "context-server", shownBy: "program" }]);
  expect(ids(entries)).toEqual(problems);
});

test.each([
  ["uv", ["--directory", "/src", "run", "chroma-mcp"]],
  ["uv", ["tool", "run", "chroma-mcp@latest"]],
  ["uvx", ["--from", "git+https://github.com/chroma-core/chroma-mcp", "chroma-mcp"]],
  ["python3.12", ["-m", "chroma_mcp.server"]],
  ["cmd", ["/c", "uvx", "--python", "3.12", "chroma-mcp[all]==0.2"]],
  ["docker", ["run", "-i", "ghcr.io/astral-sh/uv:latest", "uvx", "chroma-mcp"]],
])("%s %j is the official chroma-mcp", async (command, args) => {
  const entries = await found(".cursor/mcp.json", JSON.stringify({ mcpServers: { c: { command, args } } }));
  expect(entries).toMatchObject([{ kind: "chroma-mcp" }]);
});

test("values that are written together with their options are read", async () => {
  const args = [...words("run -v=/srv/db:/data -eCHROMA_CLIENT_TYPE=persistent -e=CHROMA_DATA_DIR=/data mcp/chroma")];
  const entries = await found(".cursor/mcp.json", JSON.stringify({ mcpServers: { c: { command: "docker", args } } }));
  expect(entries[0]?.data).toEqual({ kind: "directory", directory: "/srv/db" });
});

describe("a file of variables that an entry names", () => {
  const named = (file: string, path = ".cursor/mcp.json") =>
    found(path, JSON.stringify({ mcpServers: { c: { command: "uvx", args: ["chroma-mcp", "--dotenv-path", file] } } }));

  it("says where the texts are", async () => {
    const file = join(home, "chroma.env");
    writeFileSync(file, "CHROMA_CLIENT_TYPE=persistent\nCHROMA_DATA_DIR='/srv/db'\n");
    expect((await named(file))[0]?.data).toEqual({ kind: "directory", directory: "/srv/db" });
  });

  it("that cannot be read leaves it unknown, not in memory", async () => {
    for (const file of [join(home, "none.env"), "relative.env", home])
      expect(await named(file)).toMatchObject([{ data: { kind: "unknown" }, problems: [] }]);
  });

  it("of a project's file is not read, and no variable of this person goes there", async () => {
    const file = join(home, "chroma.env");
    writeFileSync(file, "CHROMA_CLIENT_TYPE=persistent\nCHROMA_DATA_DIR=/srv/db\n");
    expect((await named(file, "project/.mcp.json"))[0]?.data).toEqual({ kind: "unknown" });
    const args = words("chroma-mcp --client-type http --host db.example");
    const env = { CHROMA_CUSTOM_AUTH_CREDENTIALS: "ann:hush" };
    const text = JSON.stringify({ mcpServers: { c: { command: "uvx", args } } });
    expect((await found("project/.mcp.json", text, env))[0]?.data).toMatchObject({ kind: "url", headers: {} });
  });
});

test("an address keeps its path and its password", async () => {
  const entry = {
    command: "docker",
    args: ["run", "-e", "CHROMA_URL=https://me:pw@db.example/base/", "chromamcp-vespo"],
  };
  const entries = await found(".cursor/mcp.json", JSON.stringify({ mcpServers: { c: entry } }));
  expect(entries[0]?.data).toMatchObject({ url: "https://me:pw@db.example/base" });
});

test("processes and containers are known by what they start, not by their arguments", () => {
  expect(isEarlierCommand(["/usr/bin/python3", "/home/ann/.local/bin/chroma-mcp"])).toBe(true);
  expect(isEarlierCommand(["/bin/sh", "/home/ann/.codex/docker-wrapper.sh", "run", "x"])).toBe(true);
  expect(isEarlierCommand(["vim", "/home/ann/chroma-mcp"])).toBe(false);
  expect(isEarlierContainer("chromadb-vespo", "chromadb/chroma:latest")).toBe(true);
  expect(isEarlierContainer("keen_mill", "ghcr.io/sanarp98/chromamcp-vespo:latest")).toBe(true);
  expect(isEarlierContainer("chroma", "chromadb/chroma:latest")).toBe(false);
});
