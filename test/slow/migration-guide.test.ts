import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { codex } from "../fixtures/agents/codex.ts";
import { Desk } from "../fixtures/agents/desk.ts";
import { areInstalled } from "../fixtures/agents/install.ts";
import { packageRoot, runToEnd } from "../fixtures/world.ts";

const isReady = await areInstalled([codex]);

/** What the earlier set-up wrote: a container with a fixed name, so that a second session fails. */
const earlierEntry = `
# Patched vespo92 ChromaDB MCP server (single source of truth)
[mcp_servers.chromadb_context_vespo]
command = "/home/somebody/.codex/docker-wrapper.sh"
args = [
  "run", "--rm", "-i",
  "--name", "chromadb-mcp-server",
  "--network", "chroma-net",
  "-e", "CHROMA_URL=http://chromadb-vespo:8000",
  "-v", "PLACEHOLDER:/workspace:ro",
  "chroma-mcp-vespo-patched:latest"
]
env_vars = ["PWD"]
startup_timeout_sec = 45
tool_timeout_sec = 180
enabled = true
`;

const exported = {
  name: "earlier_notes",
  exported_at: "2026-01-13T21:45:18.000Z",
  count: 1,
  documents: [{ id: "doc_1", content: "The mill wheel turns only in spring", metadata: {} }],
};

describe.skipIf(!isReady)("the migration guide, with the real Codex CLI", { timeout: 180_000 }, () => {
  let desk: Desk;
  let guide: string;
  let config: string;

  beforeAll(async () => {
    guide = await readFile(join(packageRoot, "docs", "migration.md"), "utf8");
    desk = await Desk.open([codex]);
    config = join(desk.userHome, ".codex", "config.toml");
    const { code, stderr } = await desk.commons(["uninstall", "--yes"]);
    if (code !== 0) throw new Error(stderr);
    await writeFile(config, (await readFile(config, "utf8")) + earlierEntry);
    await writeFile(join(desk.directory, "earlier.json"), JSON.stringify(exported));
  });
  afterAll(() => desk?.close());

  /** The commands below a heading of the guide, without their comments. */
  const commandsOf = (heading: string): string[] => {
    const section = guide.slice(guide.indexOf(`### ${heading}`)).split("\n###", 1)[0] ?? "";
    const block = /```bash\n([^`]+)```/.exec(section)?.[1] ?? "";
    return block.split("\n").flatMap((line) => line.replace(/(?:^|\s+)#.*$/, "").trim() || []);
  };
  const runCodex = (args: readonly string[]) =>
    runToEnd(join(desk.directory, "bin", "codex"), args, {
      cwd: desk.directory,
      env: { ...desk.env, MOCK_KEY: "scripted" },
    });

  it("begins where the earlier server stands with its fixed name", async () => {
    const { code, stdout } = await runCodex(["mcp", "get", "chromadb_context_vespo"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining("--name chromadb-mcp-server") });
  });

  it("sets up again by its second step, without asking for what it cannot reach", async () => {
    expect(commandsOf("2. Set up again")).toEqual(["commons migrate"]);
    const { stdout } = await desk.commons([
      "migrate",
      "--yes",
      "--approve",
      "--from",
      "earlier.json",
      "--without-collections",
    ]);
    expect(stdout).toContain("one session at a time");
    expect(stdout).toContain("earlier_notes: 1 record, 1 text stored.");
    expect(stdout).toContain("starts in a bare environment");
    expect(stdout).toContain("the agent knows the entry");
  });

  it("shows an entry without a fixed name by its third, and none of the earlier server", async () => {
    const [command = ""] = commandsOf("3. Verify the configuration");
    expect(command).toBe("codex mcp get commons");
    const { code, stdout } = await runCodex(command.split(" ").slice(1));
    expect(code).toBe(0);
    expect(stdout).toContain("commons.mjs mcp");
    expect(stdout).not.toContain("--name");
    expect((await runCodex(["mcp", "get", "chromadb_context_vespo"])).code).not.toBe(0);
    expect(await readFile(config, "utf8")).toContain("# The person's own settings.");
  });

  it("runs two sessions at once by its fifth, which share what was brought over", async () => {
    expect(commandsOf("5. Test two sessions")).toEqual([
      "cd /path/to/project1",
      "codex",
      "cd /path/to/project2",
      "codex",
    ]);
    const [project1, project2] = [
      await desk.workspace("project1", {
        "src/wheel.ts": "/** Turns the wheel of the mill. */\nexport const turn = () => 1;\n",
      }),
      await desk.workspace("project2", { "README.md": "# Project 2\n" }),
    ];
    const [first, second] = await Promise.all([
      desk.start(codex, {
        workspace: project1,
        says: ["Batch ingest /workspace into collection project1_code"],
        script: {
          conversation: "first",
          steps: [{ tool: "batch_ingest", args: { path: "/workspace", collection: "project1_code" } }],
          endAfter: "both are there",
        },
      }),
      desk.start(codex, {
        workspace: project2,
        says: ["List collections"],
        script: {
          conversation: "second",
          steps: [
            { tool: "list_sessions" },
            { tool: "list_collections", after: "both are there" },
            { tool: "search_context", args: { query: "mill wheel", collection: "*" } },
          ],
        },
      }),
    ]);
    await desk.model.output("first", 0);
    await desk.model.output("second", 0);
    desk.model.open("both are there");
    expect((await first.outputs)[0]).toContain("1 added");
    const [, listed = "", found = ""] = await second.outputs;
    expect(listed).toContain("project1_code");
    expect(listed).toContain("earlier_notes");
    expect(found).toContain("The mill wheel turns only in spring");
    await desk.settled();
  });
});
