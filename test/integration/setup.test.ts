import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AgentHome } from "../fixtures/agent-home.ts";

interface AgentOutput {
  readonly client: string;
  readonly outcome: string;
  readonly diff: string;
  readonly backup: string | null;
  readonly notes: readonly string[];
  readonly error: { readonly code: string; readonly message: string; readonly hint: string } | null;
  readonly check: { readonly kind: string; readonly tools: number } | null;
  readonly ownCheck: { readonly isThere: boolean; readonly output: string } | null;
}

interface SetupOutput {
  readonly agents: readonly AgentOutput[];
  readonly instructions: readonly { readonly file: string; readonly outcome: string }[];
}

interface UninstallOutput {
  readonly files: readonly { readonly file: string; readonly state: string; readonly outcome: string }[];
  readonly data: { readonly kept: readonly string[]; readonly strange: readonly string[]; readonly isGone: boolean };
}

let person: AgentHome;
beforeEach(() => (person = new AgentHome()));
afterEach(() => person.close());

const codexText = '# mine\nmodel = "x" # fast\n\n[mcp_servers.other]\ncommand = "foo"\n';
const geminiText = '{\n\t// dark at night\n\t"theme": "dark",\n}';

const byClient = (agents: readonly AgentOutput[]) => Object.fromEntries(agents.map((agent) => [agent.client, agent]));

describe("commons setup and uninstall", () => {
  it("set up the agents that are there, once, prove it, and give every byte back", async () => {
    person.write(".codex/config.toml", codexText);
    person.write(".gemini/settings.json", geminiText);
    person.command(
      "codex",
      `grep -q '^.mcp_servers.commons.' "$HOME/.codex/config.toml" && echo '{"name": "commons"}'`,
    );
    person.command("gemini", String.raw`printf '\033[31mno such server\033[0m\n'; exit 1`);
    const before = person.snapshot();

    const first = await person.json<SetupOutput>("setup", "--yes", "--instructions");
    const { codex, "gemini-cli": gemini, ...others } = byClient(first.output.agents);
    // What Gemini says of it is no proof.
    expect([first.code, first.stderr, Object.keys(others)]).toEqual([1, "", []]);
    for (const agent of [codex, gemini]) {
      expect(agent).toMatchObject({ outcome: "changed", error: null, check: { kind: "ok" } });
      expect(agent?.check?.tools).toBeGreaterThan(10);
    }
    expect(codex?.ownCheck).toMatchObject({ isThere: true });
    expect(gemini?.ownCheck).toMatchObject({ isThere: false, output: "no such server" });
    expect(readFileSync(codex?.backup ?? "", "utf8")).toBe(codexText);
    expect(person.read(".codex/config.toml").startsWith(codexText)).toBe(true);
    expect(person.read(".gemini/settings.json")).toContain("// dark at night");
    expect(first.output.instructions.map(({ outcome }) => outcome)).toEqual(["changed", "changed"]);

    const written = person.snapshot();
    const second = await person.json<SetupOutput>("setup", "--yes", "--instructions");
    expect(second.output.agents.map(({ outcome, check }) => [outcome, check?.kind])).toEqual([
      ["unchanged", "ok"],
      ["unchanged", "ok"],
    ]);
    expect(person.snapshot()).toEqual(written);

    const back = await person.json<UninstallOutput>("uninstall", "--yes");
    expect(back.output.files.map(({ state, outcome }) => [state, outcome])).toEqual(
      Array.from({ length: 4 }, () => ["asWritten", "removed"]),
    );
    expect(person.snapshot()).toEqual(before);
  });

  it("change nothing where nobody can agree, show what they would, and say how", async () => {
    person.write(".codex/config.toml", codexText);
    const before = person.snapshot();
    const setup = await person.run("setup");
    expect([setup.code, setup.stderr]).toEqual([2, expect.stringContaining("Repeat with --yes")]);
    expect(setup.stdout).toContain("\n+[mcp_servers.commons]\n");
    const { code } = await person.run("setup", "--dry-run");
    expect(code).toBe(0);
    expect(person.snapshot()).toEqual(before);
    expect(existsSync(join(person.state, "setup.json"))).toBe(false);
  });

  it("tell what was written when somebody interrupts the proof", async () => {
    person.write(".gemini/settings.json", geminiText);
    person.command("gemini", "kill -INT $PPID; exec sleep 20");
    const { code, stdout, stderr } = await person.run("setup", "--yes");
    expect([code, stderr]).toEqual([130, expect.stringContaining("Cancelled")]);
    expect(stdout).toContain(`written; the file as it was: ${join(person.state, "backups")}`);
    expect(stdout).toContain("1 agent (Gemini CLI) written.\nWhat is written stays.");
    expect(person.read(".gemini/settings.json")).toContain("commons.mjs");
  });

  it("skip agents that need a directory unless somebody names them", async () => {
    person.write(".codex/config.toml", codexText);
    person.write(".junie/mcp/mcp.json", "{}");
    const { code, output } = await person.json<SetupOutput>("setup", "--dry-run");
    expect([code, output.agents.map(({ outcome }) => outcome)]).toEqual([0, ["pending", "skipped"]]);
    expect((await person.run("setup", "--dry-run", "--client", "junie")).code).toBe(2);
  });

  it("say which agents there are where none was found, and the nearest name of an unknown one", async () => {
    const none = await person.run("setup", "--yes");
    expect([none.code, none.stderr]).toEqual([3, expect.stringContaining("--client: codex, claude-code")]);
    const unknown = await person.run("setup", "--yes", "--client", "claude-cod");
    expect([unknown.code, unknown.stderr]).toEqual([3, expect.stringContaining("Did you mean claude-code")]);
    expect(Object.keys(person.snapshot())).toEqual(["my project"]);
  });

  it("leave files alone that are broken, foreign, read-only or dangling links, and go on with the others", async () => {
    person.write(".codex/config.toml", "[mcp_servers.commons\n");
    person.write(".claude.json", '{"mcpServers": {"commons": {"command": "uvx", "args": ["chroma-mcp"]}}}');
    person.write(".gemini/settings.json", geminiText);
    chmodSync(person.path(".gemini/settings.json"), 0o444);
    mkdirSync(person.path(".cursor"));
    symlinkSync(person.path("gone/mcp.json"), person.path(".cursor/mcp.json"));
    mkdirSync(person.path(".config/opencode"), { recursive: true });
    const before = person.snapshot();

    const { code, output } = await person.json<SetupOutput>("setup", "--yes");
    const { opencode, ...agents } = byClient(output.agents);
    expect(code).toBe(4);
    expect(opencode).toMatchObject({ outcome: "changed", check: { kind: "ok" } });
    expect(Object.values(agents).map(({ client, outcome, error }) => [client, outcome, error?.code])).toEqual([
      ["codex", "failed", "CLIENT_FILE_UNUSABLE"],
      ["claude-code", "failed", "CLIENT_ENTRY_FOREIGN"],
      ["gemini-cli", "failed", "CLIENT_FILE_UNUSABLE"],
      ["cursor", "failed", "CLIENT_FILE_UNUSABLE"],
    ]);
    for (const { error } of Object.values(agents)) expect(error?.hint ?? "").not.toBe("");
    const { ".config/opencode/opencode.json": made, ...rest } = person.snapshot();
    expect(made).toContain("commons.mjs");
    expect(rest).toEqual(before);
  });

  it("name entries that nobody recorded, keep them and those that start something else, and remove what a person changed only when told", async () => {
    const node = process.execPath;
    person.write(".claude.json", `{"mcpServers": {"mine": {"command": "${node}", "args": ["commons.mjs", "mcp"]}}}`);
    person.write(".codex/config.toml", codexText);
    person.write(".gemini/settings.json", "{}\n");
    await person.run("setup", "--yes", "--client", "codex,gemini-cli");
    person.write(
      ".codex/config.toml",
      person.read(".codex/config.toml").replace("tool_timeout_sec = 300", "tool_timeout_sec = 9"),
    );
    person.write(".gemini/settings.json", '{"mcpServers": {"commons": {"command": "other"}}}');
    const foreign = person.read(".gemini/settings.json");

    const look = await person.run("uninstall");
    expect([look.code, look.stderr]).toEqual([2, expect.stringContaining("Nothing was removed")]);
    expect(look.stdout).toContain("It was changed since setup wrote it");
    const { output } = await person.json<UninstallOutput>("uninstall", "--yes");
    expect(output.files.map(({ state, outcome }) => [state, outcome])).toEqual([
      ["changedSince", "removed"],
      ["foreign", "left"],
      ["unrecorded", "left"],
    ]);
    expect(person.read(".codex/config.toml")).toBe(codexText);
    expect(person.read(".gemini/settings.json")).toBe(foreign);
    expect(JSON.parse(person.read(".claude.json"))).toHaveProperty("mcpServers.mine");
    await person.run("uninstall", "--yes", "--unrecorded");
    expect(JSON.parse(person.read(".claude.json"))).toEqual({ mcpServers: {} });
  });

  it("put back what stood there: a person's own entry that was mended, another server's that was replaced, a blank file", async () => {
    const own = { command: "/gone/node", args: ["/gone/commons.mjs", "mcp"], env: { MINE: "1" }, timeout: 7 };
    person.write(".gemini/settings.json", JSON.stringify({ mcpServers: { commons: own } }));
    person.write(".cursor/mcp.json", '{"mcpServers": {"commons": {"command": "uvx" /* theirs */}}}');
    person.write(".config/opencode/opencode.json", "{\n}");
    const before = person.snapshot();
    const clients = ["--client", "gemini-cli,cursor,opencode"];
    const { output } = await person.json<SetupOutput>("setup", "--yes", "--replace", ...clients);
    expect(output.agents.map(({ outcome }) => outcome)).toEqual(["changed", "changed", "changed"]);
    const look = await person.run("uninstall", "--yes");
    expect(look.stdout).toContain("What stood there before setup comes back.");
    expect(person.snapshot()).toEqual(before);
  });

  it("delete the data only when told, with the hub stopped, and neither exports, strangers nor what links lead to", async () => {
    await person.run("ingest", "--collection", "notes");
    const elsewhere = join(person.directory, "elsewhere");
    mkdirSync(elsewhere);
    writeFileSync(join(elsewhere, "precious.txt"), "x");
    symlinkSync(elsewhere, join(person.state, "models"));
    mkdirSync(join(person.state, "exports"), { recursive: true });
    writeFileSync(join(person.state, "exports", "kept.jsonl"), "{}");
    writeFileSync(join(person.state, "my notes.txt"), "x");

    expect((await person.run("uninstall", "--yes", "--data", "--client", "codex")).code).toBe(2);
    expect(existsSync(join(person.state, "catalog"))).toBe(true);
    const { code, output } = await person.json<UninstallOutput>("uninstall", "--yes", "--data");
    expect([code, output.data.kept, output.data.strange]).toEqual([0, ["exports"], ["my notes.txt"]]);
    expect(readdirSync(person.state).toSorted()).toEqual(["exports", "my notes.txt"]);
    expect(readdirSync(elsewhere)).toEqual(["precious.txt"]);
  });
});
