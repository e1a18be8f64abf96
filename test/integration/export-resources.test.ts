import { mkdirSync, readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { maxResourceBytes } from "../../src/session/export-resources.ts";
import { commonsBin, type Agent, World } from "../fixtures/world.ts";

const eras = ["legacy", "modern"] as const;
let world: World;
let workspace: string;
let agents: Record<(typeof eras)[number], Agent>;

beforeAll(async () => {
  world = await World.open();
  workspace = await world.workspace("app", { "a.md": "# A\n\nThe lighthouse is violet.\n" });
  agents = {
    legacy: await world.agent(workspace, { era: "legacy" }),
    modern: await world.agent(workspace, { era: "modern" }),
  };
  await agents.legacy.call("batch_ingest", { path: "/workspace", collection: "app" });
});
afterAll(() => world.close());

const exportsOf = (space: string, name = "") => join(world.home, "exports", space, name);

/** What a client gets of a resource; the message of the error when it is refused. */
async function read(agent: Agent, uri: string): Promise<string> {
  try {
    const { contents } = await agent.client.readResource({ uri });
    return contents.map((part) => ("blob" in part ? `${part.mimeType} ${part.blob}` : "text")).join();
  } catch (error) {
    return `refused: ${error instanceof Error ? error.message : String(error)}`;
  }
}

describe.each(eras)("in the %s era, an export", (era) => {
  it("is linked in the answer, listed for this session, and loaded byte by byte", async () => {
    const agent = agents[era];
    const name = `${era} a+b%2F.jsonl.gz`;
    const before = (await agent.client.listResources()).resources;
    const { content, isError } = await agent.client.callTool({
      name: "export_collection",
      arguments: { collection: "app", output_path: name },
    });
    expect(isError).toBeFalsy();
    const path = exportsOf("default", name);
    const link = {
      uri: `commons://exports/${encodeURIComponent(name)}`,
      name,
      title: "Export of app",
      mimeType: "application/gzip",
      size: statSync(path).size,
      annotations: { audience: ["user"] },
    };
    expect(content).toEqual([
      { type: "text", text: expect.stringContaining(path) },
      { type: "resource_link", ...link },
    ]);
    const { resources } = await agent.client.listResources();
    expect(resources).toEqual([link, ...before]);
    const loaded = await read(agent, link.uri);
    expect(loaded).toBe(`application/gzip ${readFileSync(path).toString("base64")}`);
    expect(gunzipSync(Buffer.from(loaded.slice(17), "base64")).toString()).toContain("The lighthouse is violet.");
    expect((await agent.client.listResourceTemplates()).resourceTemplates).toEqual([]);
  });

  it("of another session is not listed, and loaded by who knows its name", async () => {
    const other = agents[era === "legacy" ? "modern" : "legacy"];
    const name = `of another, ${era}.jsonl.gz`;
    await other.call("export_collection", { collection: "app", output_path: name });
    const { resources } = await agents[era].client.listResources();
    expect(resources.map((resource) => resource.name)).not.toContain(name);
    expect(await read(agents[era], `commons://exports/${encodeURIComponent(name)}`)).toMatch(/^application\/gzip H4sI/);
  });

  it("is the only thing that can be loaded", async () => {
    const agent = agents[era];
    const outside = join(world.directory, "secret.gz");
    const packed = readFileSync(exportsOf("default", `${era} a+b%2F.jsonl.gz`));
    writeFileSync(outside, packed);
    mkdirSync(exportsOf("other"), { recursive: true });
    writeFileSync(exportsOf("other", "theirs.jsonl.gz"), packed);
    mkdirSync(exportsOf("default", `directory-${era}`));
    symlinkSync(outside, exportsOf("default", `link-${era}.jsonl.gz`));
    writeFileSync(exportsOf("default", `.hidden-${era}`), packed);
    writeFileSync(exportsOf("default", `plain-${era}.txt`), "quokka");
    const names = [
      "missing.jsonl.gz",
      "",
      ".",
      "..",
      "../other/theirs.jsonl.gz",
      "..%2Fother%2Ftheirs.jsonl.gz",
      "%2e%2e%2fother%2ftheirs.jsonl.gz",
      "..%5Cother%5Ctheirs.jsonl.gz",
      encodeURIComponent(outside),
      `directory-${era}`,
      `link-${era}.jsonl.gz`,
      `.hidden-${era}`,
      `plain-${era}.txt`,
      "a%00.jsonl.gz",
      "%E0%A4%A",
      "x".repeat(100_000),
    ];
    const uris = [
      ...names.map((name) => `commons://exports/${name}`),
      `file://${outside}`,
      outside,
      "commons://other/x",
      "commons://exports/theirs.jsonl.gz?space=other",
      "",
    ];
    for (const uri of uris) {
      const answer = await read(agent, uri);
      expect(answer).toMatch(/^refused: /);
      expect(answer).not.toContain(packed.toString("base64").slice(0, 40));
      expect(answer).not.toContain("quokka");
    }
  });

  it("that is too large for the protocol is refused with where it lies", async () => {
    const path = exportsOf("default", `large-${era}.jsonl.gz`);
    writeFileSync(path, Buffer.from([0x1f, 0x8b]));
    truncateSync(path, maxResourceBytes + 600_000);
    const answer = await read(agents[era], `commons://exports/large-${era}.jsonl.gz`);
    expect(answer).toMatch(/has 17 MB; at most 16 MB go through the protocol/);
    expect(answer).toContain(exportsOf("default"));
  });
});

it("a client of a protocol without links gets the text alone", async () => {
  const child = spawn(process.execPath, [commonsBin, "mcp"], { cwd: workspace, env: world.env, stdio: "pipe" });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ask = async (id: number, method: string, params: object): Promise<unknown> => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error("The session ended.");
      // Safe: stdout carries JSON-RPC alone, and the id is looked at.
      const message = JSON.parse(value) as { id?: number; result?: unknown };
      if (message.id === id) return message.result;
    }
  };
  try {
    const clientInfo = { name: "old", version: "1" };
    await ask(1, "initialize", { protocolVersion: "2025-03-26", capabilities: {}, clientInfo });
    child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" })}\n`);
    const answer = await ask(2, "tools/call", { name: "export_collection", arguments: { collection: "app" } });
    expect(answer).toMatchObject({ content: [{ type: "text", text: expect.stringContaining("Exported app") }] });
    expect(JSON.stringify(answer)).not.toContain("resource_link");
  } finally {
    child.kill("SIGKILL");
  }
});
