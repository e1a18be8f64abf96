import {
  chmodSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  statSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { World, type Outcome } from "../fixtures/world.ts";

interface DoctorJson {
  readonly findings: readonly { area: string; level: string; fact: string; isRepairable: boolean }[];
  readonly repairs: readonly { title: string; lines: string[]; error: string | null }[];
}

let world: World;
let workspace: string;
let user: string;
beforeEach(async () => {
  world = await World.open();
  workspace = await world.workspace("web app", { "a.md": "# Tea\n\nA text about tea.\n" });
  user = world.env["HOME"] ?? "";
});
afterEach(() => world.close());

const commons = (...args: string[]) => world.commons(args, { cwd: workspace });

const doctor = async (...args: string[]) => {
  const { code, stdout, stderr } = await commons("doctor", "--json", ...args);
  expect(stderr).toBe("");
  // Safe: the shape that the command promises; a test that reads a missing field fails.
  const report = JSON.parse(stdout) as DoctorJson;
  const facts = report.findings
    .filter(({ level }) => level !== "ok")
    .map(({ area, level, fact }) => `${level} ${area}: ${fact}`);
  return { code, report, facts };
};

const catalogFile = () => join(world.home, "catalog", "catalog.sqlite");

function zero(bytes: number): void {
  const file = openSync(catalogFile(), "r+");
  writeSync(file, Buffer.alloc(bytes), 0, bytes, 0);
  closeSync(file);
}

function expectFailure({ code, stderr }: Outcome, pattern: RegExp): void {
  expect({ code, stderr }).toEqual({ code: 5, stderr: expect.stringMatching(pattern) });
}

describe("commons doctor", () => {
  it("finds what is broken around the hub, mends the safe things only, and starts no hub", async () => {
    await commons("ingest");
    await commons("hub", "stop");
    const config = join(user, ".codex", "config.toml");
    mkdirSync(join(user, ".codex"));
    writeFileSync(
      config,
      '[mcp_servers.commons]\ncommand = "/absent/node"\nargs = ["/absent/commons.mjs", "mcp"]\n\n[mcp_servers.chromadb_context_vespo]\ncommand = "docker-wrapper"\n',
    );
    writeFileSync(join(user, ".claude.json"), '{"mcpServers": ');
    writeFileSync(join(world.home, "config.json"), JSON.stringify({ "hub.idleMinutes": "long", unheard: 1 }), {
      mode: 0o600,
    });
    chmodSync(world.home, 0o755);
    chmodSync(join(world.home, "hub", "hub.log"), 0o644);
    utimesSync(join(world.home, "hub", "hub.log"), new Date(), new Date(Date.now() + 86_400_000));
    const server = createServer().listen(join(world.home, "hub", "hub.sock"));
    await new Promise((resolve) => server.once("listening", resolve));
    chmodSync(join(world.home, "hub", "hub.sock"), 0o600);
    const database = new DatabaseSync(catalogFile());
    database.exec("UPDATE collection_sources SET documents = 9; DELETE FROM word_segments");
    database.close();
    // A server that ends without its socket's removal leaves what a killed hub leaves.
    await leaveSocket(server, join(world.home, "hub", "hub.sock"));

    const before = await doctor();
    expect(before.code).toBe(1);
    const broken = [
      /^error settings: .*hub\.idleMinutes/,
      /^error settings: .*unheard/,
      /^error permissions: Others may read or write 2 files/,
      /^warning clock: .*hub\.log/,
      /^warning hub: .*hub\.sock was left by a hub that died/,
      /^warning catalog: The counters of 1 source are wrong/,
      /^warning catalog: The word index of .* is damaged/,
      /^error agents: The entry "commons" in Codex's .* starts \/absent\/node, which is not there/,
      /^error agents: .*\/absent\/commons\.mjs, which is not there/,
      /^error agents: Claude Code's .*\.claude\.json cannot be read/,
      /^note earlier servers: Codex's .* "chromadb_context_vespo"/,
    ];
    for (const pattern of broken) expect(before.facts).toContainEqual(expect.stringMatching(pattern));

    const after = await doctor("--fix", "--yes");
    expect(after.report.repairs.map(({ error }) => error)).toEqual([null, null, null]);
    const mended = [2, 4, 5, 6];
    for (const [index, pattern] of broken.entries())
      expect(after.facts.some((fact) => pattern.test(fact))).toBe(!mended.includes(index));
    expect(statSync(world.home).mode & 0o777).toBe(0o700);
    expect(existsSync(join(world.home, "hub", "hub.sock"))).toBe(false);
    expect(statSync(config).size).toBeGreaterThan(100);
  });

  it("brings a damaged catalog back after asking, keeps the damaged one, and every command says so before", async () => {
    await commons("ingest", "--collection", "drinks");
    await commons("hub", "stop");
    // Whatever stands in the write-ahead file goes into the database first.
    new DatabaseSync(catalogFile()).close();
    zero(4_096);
    expectFailure(
      await commons("list"),
      /^error: The catalog's database file is damaged: .*\nnext: .*commons doctor --fix\n$/,
    );
    const before = await doctor("--fix");
    expect([before.code, before.report.repairs]).toEqual([1, []]);
    expect(before.facts).toContainEqual(
      expect.stringMatching(/^error catalog: The catalog's database file is damaged/),
    );
    const after = await doctor("--fix", "--yes");
    expect(after.report.repairs).toMatchObject([
      {
        error: null,
        lines: expect.arrayContaining([expect.stringMatching(/^Brought back: 1 collection, 1 document/)]),
      },
    ]);
    expect(after.facts.filter((fact) => fact.startsWith("error"))).toEqual([]);
    expect(readdirSync(world.home).filter((name) => name.startsWith("catalog"))).toEqual([
      "catalog",
      expect.stringMatching(/^catalog\.damaged-\d{8}T\d{6}Z$/),
    ]);
    const { stdout } = await commons("search", "tea", "--collection", "drinks");
    expect(stdout).toContain("a.md");
  });
});

/** Ends the server, and puts back the name of its socket. */
async function leaveSocket(server: ReturnType<typeof createServer>, path: string): Promise<void> {
  const { renameSync } = await import("node:fs");
  renameSync(path, `${path}.kept`);
  await new Promise((resolve) => server.close(resolve));
  renameSync(`${path}.kept`, path);
}
