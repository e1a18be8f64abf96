import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { currentProgram } from "../../src/config/program.ts";
import type { ForeignRecord } from "../../src/core/ports.ts";
import { importCollection } from "../../src/session/import-run.ts";
import { migrateCollection, type MigrationRequest } from "../../src/session/migration.ts";
import { migrationLines } from "../../src/session/migration-text.ts";
import { importLines } from "../../src/session/portable-text.ts";
import { Session } from "../../src/session/session.ts";
import { callTool } from "../../src/session/tool-call.ts";
import { answerText } from "../fixtures/answer-text.ts";
import { CommandLine } from "../fixtures/command-line.ts";
import { scriptedChroma } from "../fixtures/scripted-chroma.ts";

const line = new CommandLine();
const codexConfig = join(line.home, ".codex", "config.toml");
let session: Session;

beforeAll(() => {
  mkdirSync(line.workspace, { recursive: true });
  const env = { PATH: process.env["PATH"], HOME: line.home, COMMONS_HOME: line.state, COMMONS_ENGINE: "false" };
  const place = { cwd: line.workspace, workspaceFlag: line.workspace, allow: [] };
  session = new Session({ kind: "cli", agent: "test", program: currentProgram(), env, ...place });
});
afterAll(async () => {
  session.close();
  await line.close();
});

const names = async () => (await session.call("collections.list", {})).collections.map(({ name }) => name);
const record = (id: string, document: string | null, metadata = {}): ForeignRecord => ({ id, document, metadata });

async function* pagesOf(records: readonly ForeignRecord[]) {
  for (let from = 0; from < records.length; from += 2)
    yield { records: records.slice(from, from + 2), tooLarge: 0, withoutId: 0 };
}

const migrate = (records: readonly ForeignRecord[], rest: Partial<MigrationRequest> = {}) =>
  migrateCollection(session, {
    to: "old_notes",
    identity: "uuid-1",
    from: "old_notes",
    pages: pagesOf(records),
    count: () => Promise.resolve(new Set(records.map(({ id }) => id)).size),
    isMirror: true,
    overwrite: false,
    force: false,
    signal: new AbortController().signal,
    onProgress: () => {},
    ...rest,
  });

const secret = `ghp_${"k3Jx9Qm2Vb7Rt5Yw1Zc8Ld4Np6Hs0Fg2Au9E".slice(0, 36)}`;
const first = [
  record("a", "How a visitor signs in with a password", {
    file_path: "/workspace/login.md",
    path: "kept under another name",
  }),
  record("b", "The invoice is made at night"),
  record("c", null),
  record("a", "the same id again"),
  record("d", `A key: ${secret}`),
];

describe("a collection of an earlier server", () => {
  it("is there as a whole, with ids and facts, without secrets, and everything left out is counted", async () => {
    const report = await migrate(first);
    expect(report).toMatchObject({
      outcome: "created",
      records: 4,
      added: 3,
      withoutText: 1,
      repeated: 1,
      secrets: 1,
      frozenCopies: 1,
      isComplete: true,
    });
    const found = await line.json<{ hits: { text: string; path: string; metadata: Record<string, unknown> }[] }>(
      "search",
      "visitor password",
      "--collection",
      "old_notes",
    );
    expect(found.hits[0]).toMatchObject({ path: "a", text: "How a visitor signs in with a password" });
    const { stdout } = await line.run("search", "key", "--collection", "old_notes");
    expect(stdout).not.toContain(secret);
  });

  it("changes nothing when it is brought over again, and follows what changed there", async () => {
    expect(await migrate(first)).toMatchObject({ outcome: "updated", added: 0, changed: 0, removed: 0, unchanged: 3 });
    const next = [record("a", "How a visitor signs in with a passkey"), record("e", "A new note")];
    const updated = await migrate(next);
    expect(updated).toMatchObject({ outcome: "updated", added: 1, changed: 1, removed: 2 });
    // What was read may have been an older copy.
    const [receipt = 0] = updated.removalReceipts;
    expect(migrationLines(updated)).toEqual([expect.stringContaining(`commons restore --receipt ${receipt}`)]);
    expect(await session.call("collections.restore", { receipt })).toMatchObject({ documents: 2 });
    expect(await migrate(next)).toMatchObject({ added: 0, changed: 0, removed: 2 });
    // Another one of the same name is not the same collection.
    await expect(migrate(next, { identity: "uuid-2" })).rejects.toMatchObject({
      code: "COLLECTION_EXISTS",
      hint: expect.stringContaining("--prefix"),
    });
  });

  it("that is empty comes over as often as one likes, and is filled when it has records", async () => {
    const outcomes = [];
    for (const records of [[], [], [record("x", "The first one")]])
      outcomes.push((await migrate(records, { to: "empty", identity: "uuid-empty" })).outcome);
    expect(outcomes).toEqual(["created", "updated", "updated"]);
  });

  it("that another run brings at the same time is told from one that is in the way", async () => {
    async function* overtaken(identity: string, to: string) {
      yield* pagesOf(first);
      await migrate(first, { to, identity });
    }
    await expect(migrate(first, { to: "raced", identity: "r", pages: overtaken("r", "raced") })).rejects.toMatchObject({
      code: "COLLECTION_EXISTS",
      message: expect.stringContaining("Another run brought"),
    });
    await expect(
      migrate(first, { to: "blocked", identity: "r", pages: overtaken("q", "blocked") }),
    ).rejects.toMatchObject({ code: "COLLECTION_EXISTS", hint: expect.stringContaining("--as") });
  });

  it("takes nothing away when fewer were read than there are", async () => {
    const report = await migrate([record("e", "A new note")], { count: () => Promise.resolve(2) });
    expect(report).toMatchObject({ isComplete: false, removed: 0 });
    // Two files of one name may be of two servers.
    expect(await migrate([record("f", "Of a file")], { isMirror: false })).toMatchObject({ added: 1, removed: 0 });
  });

  it("leaves nothing when it is cancelled or its reading fails", async () => {
    const before = await names();
    const cancel = new AbortController();
    const cancelled = migrate(first, {
      to: "half",
      identity: "h",
      signal: cancel.signal,
      onProgress: () => cancel.abort(),
    });
    await expect(cancelled).rejects.toMatchObject({ code: "CANCELLED" });
    async function* breaking() {
      yield* pagesOf(first);
      throw new Error("damaged");
    }
    await expect(migrate(first, { to: "half", identity: "h", pages: breaking() })).rejects.toThrow("damaged");
    expect(await names()).toEqual(before);
  });
});

describe("the JSON of the earlier server", () => {
  const exported = {
    name: "json_notes",
    exported_at: "2026-01-13T21:45:18.000Z",
    count: 1,
    documents: [{ id: "n1", content: "The mill grinds slowly", metadata: { a: 1 } }],
  };

  it("is taken by import_collection and by commons import, which refuse a name that is taken", async () => {
    writeFileSync(join(line.workspace, "notes.json"), JSON.stringify(exported, null, 2));
    const context = { session, signal: new AbortController().signal, progress: () => {} };
    const answer = await callTool("import_collection", { input_path: "notes.json" }, context);
    const text = answerText(answer);
    expect({ isError: answer.isError === true, text }).toEqual({
      isError: false,
      text: expect.stringContaining("Imported json_notes: 1 document"),
    });
    expect(text).toContain("at 2026-01-13 21:45 UTC");
    const again = await line.run("import", "notes.json");
    expect(again).toMatchObject({ code: 4, stderr: expect.stringContaining('collection "json_notes"') });
    writeFileSync(join(line.workspace, "unnamed.json"), "[]");
    const unnamed = await callTool("import_collection", { input_path: "unnamed.json" }, context);
    expect(answerText(unnamed)).toMatch(/does not say what its collection is called.*parameter collection/s);
    const untold = await line.run("import", "unnamed.json");
    expect(untold.stderr).toContain("commons import unnamed.json --as NAME");
    const cut = await callTool("import_collection", { input_path: "notes.json", collection: "json_copy" }, context);
    expect(cut.isError).toBeUndefined();
  });

  it("is taken compressed too, and makes no collection where nothing of it is of use", async () => {
    const file = (text: string | Buffer) => Readable.from([Buffer.from(text)], { objectMode: false });
    const importing = (name: string | null, text: string | Buffer) =>
      importCollection(session, {
        file: file(text),
        name,
        nameHint: "Name it.",
        overwrite: false,
        force: false,
        signal: new AbortController().signal,
        onProgress: () => {},
      });
    const given = { name: "said", count: 99, documents: [{ id: "a", document: "A text.", embedding: [0.1, 0.2] }] };
    const said = await importing("said", JSON.stringify(given));
    expect(said.earlier).toMatchObject({ announced: 99, found: 1, hasVectors: true });
    expect(importLines(said).join("\n")).toMatch(
      /says that it has 99 records, and holds 1: some may be missing[^]*vectors were not taken/,
    );
    const { name: _name, ...rest } = given;
    expect(await importing(null, JSON.stringify({ ...rest, count: 1, name: "late_name" }))).toMatchObject({
      collection: "late_name",
      earlier: { announced: 1, found: 1 },
    });
    await expect(
      importing("large", JSON.stringify([{ id: "x", document: "y".repeat(9_000_000) }])),
    ).rejects.toMatchObject({ hint: expect.stringContaining("larger than 8,000,000 characters") });
    expect(await importing("packed", gzipSync(JSON.stringify(exported)))).toMatchObject({ documents: 1 });
    await expect(importing("vectors", '[{"id": "a", "document": null}]')).rejects.toMatchObject({
      code: "EXPORT_UNUSABLE",
      message: "Of 1 record in the file none can be taken.",
    });
    expect(await names()).not.toContain("vectors");
  });

  it("that is damaged is refused as any import is", async () => {
    const file = Readable.from([Buffer.from(JSON.stringify(exported).slice(0, -5))], { objectMode: false });
    const importing = importCollection(session, {
      file,
      name: "cut",
      nameHint: "Name it.",
      overwrite: false,
      force: false,
      signal: new AbortController().signal,
      onProgress: () => {},
    });
    await expect(importing).rejects.toMatchObject({ code: "EXPORT_UNUSABLE" });
    expect(await names()).not.toContain("cut");
  });
});

const earlierEntry = `# mine
model = "m"

[mcp_servers.chromadb_context_vespo]
command = "docker"
args = ["run", "--rm", "-i", "--name", "chromadb-mcp-server", "-e", "CHROMA_URL=http://host.docker.internal:PORT", "chroma-mcp-vespo-patched:latest"]
env_vars = ["PWD"]

[mcp_servers.chroma]
command = "uvx"
args = ["chroma-mcp", "--client-type", "http", "--host", "127.0.0.1", "--port", "PORT", "--ssl", "false"]

# [mcp_servers.chromadb_vespo]
# command = "old"

[mcp_servers.other] # stays
command = "x"
`;

describe("commons migrate", () => {
  it("brings over what the entries tell of, puts our entry in their place, and does nothing the second time", async () => {
    const server = await scriptedChroma({
      app_code: [{ id: "r1", document: "ranking of hits", metadata: null }],
      old_notes: [],
    });
    mkdirSync(join(line.home, ".codex"), { recursive: true });
    const config = earlierEntry.replaceAll("PORT", new URL(server.url).port);
    writeFileSync(codexConfig, config);

    const looked = await line.run("migrate", "--dry-run");
    expect(looked).toMatchObject({ code: 0, stdout: expect.stringContaining("one session at a time") });
    expect(readFileSync(codexConfig, "utf8")).toBe(config);
    expect(await names()).not.toContain("app_code");

    const unasked = await line.run("migrate", "--collection", "app_code");
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining("--yes") });
    expect(readFileSync(codexConfig, "utf8")).toBe(config);

    const done = await line.json<{ places: { collections: object[] }[]; agents: { outcome: string }[] }>(
      "migrate",
      "--yes",
      "--collection",
      "app_code",
    );
    expect(done.places[0]?.collections).toMatchObject([
      { name: "app_code", outcome: "created", added: 1 },
      { name: "old_notes", outcome: "left" },
    ]);
    // The other entry leads to the same server by another name.
    expect(done.places[1]?.collections[0]).toMatchObject({ outcome: "left", reason: "the same was listed before" });
    expect(done.agents).toMatchObject([{ client: "codex", outcome: "changed", check: { kind: "ok" } }]);
    const written = readFileSync(codexConfig, "utf8");
    expect(written).toContain("[mcp_servers.commons]");
    expect(written).not.toMatch(/--name|^\[mcp_servers\.chromadb_context_vespo/m);
    expect(written).toContain('# mine\nmodel = "m"');
    expect(written).toContain('# [mcp_servers.chromadb_vespo]\n# command = "old"\n\n[mcp_servers.other] # stays');

    const again = await line.json<{ entries: object[]; places: { collections: object[] }[] }>(
      "migrate",
      "--yes",
      "--from",
      server.url,
      "--collection",
      "app_code",
    );
    expect(again.entries).toEqual([]);
    expect(again.places[0]?.collections[0]).toMatchObject({ outcome: "updated", unchanged: 1, changed: 0 });
    expect(readFileSync(codexConfig, "utf8")).toBe(written);
    await server.close();
  });

  it("says the next step for a place that cannot be read, and goes on with the others", async () => {
    writeFileSync(join(line.workspace, "bare.json"), JSON.stringify([{ id: 1, document: "one" }]));
    const { code, stdout } = await line.run(
      "migrate",
      "--yes",
      "--from",
      "http://127.0.0.1:9",
      "--from",
      "bare.json",
      "--from",
      "notes.json",
      "--prefix",
      "p_",
    );
    expect(code).toBe(4);
    expect(stdout).toMatch(/No ChromaDB answers at http:\/\/127\.0\.0\.1:9/);
    expect(stdout).toContain("--as NAME");
    expect(stdout).toContain("p_json_notes: 1 record, 1 text stored.");
    // Names such as "code" stand in many files: another file is never written over what is there, its own run again is.
    const other = { name: "json_notes", documents: [{ id: "n1", content: "Of another project" }] };
    writeFileSync(join(line.workspace, "other.json"), JSON.stringify(other));
    const files = ["--from", "other.json", "--from", "notes.json", "--prefix", "p_"];
    const second = await line.run("migrate", "--yes", ...files);
    expect(second).toMatchObject({ code: 4, stdout: expect.stringContaining("Another collection of this run") });
    expect(second.stdout).toContain('There is a permanent collection "p_json_notes", which is not from there.');
    writeFileSync(join(line.workspace, "copy.json.gz"), gzipSync(readFileSync(join(line.workspace, "notes.json"))));
    const same = await line.run("migrate", "--yes", "--from", "copy.json.gz", "--prefix", "p_");
    expect(same).toMatchObject({ code: 0, stdout: expect.stringContaining("nothing changed, 1 text up to date") });
    // Nobody reads what it says: it goes on to its end.
    const unread = await line.shell("commons migrate --yes --from notes.json --prefix unread_ | true");
    expect(unread.code).toBe(0);
    expect(await names()).toContain("unread_json_notes");
    const missing = await line.run("migrate", "--from", "nowhere");
    expect(missing).toMatchObject({ code: 3, stderr: expect.stringContaining("volume:NAME") });
  });

  it("neither contacts what a project's file names nor tells it a credential, but for a person who names it", async () => {
    const server = await scriptedChroma({ team_notes: [{ id: "r1", document: "of a team", metadata: null }] });
    const file = join(line.workspace, ".mcp.json");
    const args = ["chroma-mcp", "--client-type", "http", "--host", "127.0.0.1", "--port", new URL(server.url).port];
    const text = JSON.stringify({ mcpServers: { chroma: { command: "uvx", args: [...args, "--ssl", "false"] } } });
    writeFileSync(file, text);
    const env = { CHROMA_CUSTOM_AUTH_CREDENTIALS: "ann:hush" };
    const header = ["--header", "Authorization: Bearer hush"];
    const { code, stdout } = await line.runWith({ env }, "migrate", "--yes", ...header);
    expect({ code, asked: server.asked }).toEqual({ code: 0, asked: [] });
    expect(stdout).toContain(`stays in ${file}`);
    expect(stdout).toContain(`commons migrate --from ${server.url}`);
    await line.runWith({ env }, "migrate", "--dry-run", ...header);
    expect(server.asked).toEqual([]);
    expect(readFileSync(file, "utf8")).toBe(text);

    const named = await line.json<{ kept: object[] }>("migrate", "--yes", "--from", server.url);
    expect(named.kept).toEqual([]);
    expect(readFileSync(file, "utf8")).not.toContain("chroma-mcp");
    rmSync(file);
    await server.close();
  });

  it("keeps an entry whose collections are not here, says what goes on, and names what it passed over", async () => {
    const config = `[mcp_servers.chroma]
command = "uvx"
args = ["chroma-mcp", "--client-type", "http", "--host", "127.0.0.1", "--port", "9", "--ssl", "no", "--tenant", "t", "--database", "work", "--custom-auth-credentials", "a:hush"]

[mcp_servers.old]
command = "uvx"
args = ["chroma-mcp"]
enabled = false
`;
    writeFileSync(codexConfig, config);
    const broken = join(line.home, ".gemini", "settings.json");
    mkdirSync(join(line.home, ".gemini"), { recursive: true });
    writeFileSync(broken, '{"mcpServers": [');
    const kept = await line.run("migrate", "--yes");
    expect(kept.code).toBe(4);
    expect(kept.stdout).toContain(
      'commons migrate --from http://127.0.0.1:9 --tenant t --database work --header "authorization: VALUE"',
    );
    expect(kept.stdout).toContain(`Codex's "old" in ${codexConfig} is switched off`);
    expect(kept.stdout).toContain(`${broken} was not looked at`);
    expect(kept.stdout).not.toMatch(/docker rm|volume rm|hush/);
    expect(readFileSync(codexConfig, "utf8")).toBe(config);

    const desktop = join(line.home, ".config", "Claude", "claude_desktop_config.json");
    mkdirSync(join(line.home, ".config", "Claude"), { recursive: true });
    writeFileSync(desktop, JSON.stringify({ mcpServers: { chroma: { command: "uvx", args: ["chroma-mcp"] } } }));
    const undirected = await line.run("migrate", "--yes", "--without-collections");
    expect(undirected).toMatchObject({ code: 2, stdout: expect.stringContaining("commons migrate --workspace DIR") });
    expect(await line.run("migrate", "--yes", "--workspace", line.workspace)).toMatchObject({ code: 0 });
    expect(readFileSync(desktop, "utf8")).toMatch(/"commons".*--workspace/s);
    expect(readFileSync(codexConfig, "utf8")).toContain("[mcp_servers.commons]");
    expect(readFileSync(codexConfig, "utf8")).not.toContain("[mcp_servers.chroma]");
  });

  it("refuses a name that is nowhere", async () => {
    const server = await scriptedChroma({ notes: [] });
    expect(await line.run("migrate", "--yes", "--from", server.url, "--collection", "nosuch")).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('No collection "nosuch"'),
    });
    await server.close();
  });
});
