import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { describeTools } from "../../src/session/tool-call.ts";
import { commonsBin, World } from "../fixtures/world.ts";

const eras = ["legacy", "modern"] as const;
let world: World;
let workspace: string;
const children: ChildProcess[] = [];

beforeEach(async () => {
  world = await World.open();
  workspace = await world.workspace("app", { "a.md": "# A\n\nThe lighthouse is violet.\n" });
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await world.close();
});

interface Message {
  readonly jsonrpc?: string;
  readonly id?: number | string | null;
  readonly method?: string;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly code: number; readonly message: string };
}

/** A session behind its bare pipes: what a client library would hide can be sent and seen. */
class RawSession {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  readonly ended: Promise<unknown>;
  #arrived = Promise.withResolvers<void>();

  constructor(cwd: string, args: readonly string[] = []) {
    this.child = spawn(process.execPath, [commonsBin, "mcp", ...args], { cwd, env: world.env, stdio: "pipe" });
    children.push(this.child);
    this.ended = once(this.child, "exit");
    this.child.stdin?.on("error", () => undefined);
    this.child.stderr?.resume();
    if (this.child.stdout === null) throw new Error("The session has no stdout.");
    createInterface({ input: this.child.stdout }).on("line", (line) => {
      this.lines.push(line);
      this.#arrived.resolve();
      this.#arrived = Promise.withResolvers();
    });
  }

  write(text: string): void {
    this.child.stdin?.write(text);
  }

  send(message: object): void {
    this.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  }

  get messages(): Message[] {
    // Safe: every line of stdout must be a JSON-RPC message, and a test says so.
    return this.lines.map((line) => JSON.parse(line) as Message);
  }

  /** The first message that fits, past or future. */
  async message(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const arrived = this.#arrived.promise;
      const found = this.messages.find(fits);
      if (found !== undefined) return found;
      await arrived;
    }
  }

  answer(id: number | string | null): Promise<Message> {
    return this.message((message) => message.id === id && message.method === undefined);
  }

  async initialize(): Promise<Message> {
    const clientInfo = { name: "raw", version: "1" };
    this.send({ id: 0, method: "initialize", params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo } });
    return this.answer(0);
  }
}

describe("both eras of the protocol", () => {
  it.each(eras)("in the %s era, the tools are listed as the registry describes them", async (era) => {
    const agent = await world.agent(workspace, { era });
    const { tools } = await agent.client.listTools();
    expect(tools).toEqual(JSON.parse(JSON.stringify(describeTools())));
  });

  it.each(eras)(
    "in the %s era, the client's root is the workspace and not the directory of the process",
    async (era) => {
      const elsewhere = await world.workspace("else where", { "b.md": "# B\n" });
      const agent = await world.agent(elsewhere, { era, roots: [workspace] });
      expect(await agent.call("get_environment")).toContain(`workspace: ${workspace} (from the MCP root)`);
    },
  );

  it.each(eras)("in the %s era, without roots the directory of the process is the workspace", async (era) => {
    const agent = await world.agent(workspace, { era });
    expect(await agent.call("get_environment")).toContain(`workspace: ${workspace} (from the current directory)`);
  });

  it.each(eras)("in the %s era, --workspace wins over roots and directory", async (era) => {
    const elsewhere = await world.workspace("elsewhere", { "b.md": "# B\n" });
    const agent = await world.agent(elsewhere, { era, roots: [elsewhere], args: ["--workspace", workspace] });
    expect(await agent.call("get_environment")).toContain(`workspace: ${workspace} (from the --workspace)`);
  });

  it.each(eras)("in the %s era, others see the client's name", async (era) => {
    const agent = await world.agent(workspace, { era, name: "codex" });
    expect(await agent.call("list_sessions")).toContain("- codex 1.0.0 [this session]");
  });

  it.each(eras)("in the %s era, a call's answer is found by another session's search", async (era) => {
    const agent = await world.agent(workspace, { era });
    await agent.call("batch_ingest", { collection: "shared" });
    const other = await world.agent(await world.workspace("other", { "b.md": "# B\n" }), { era });
    expect(await other.call("search_context", { query: "violet lighthouse", collection: "shared" })).toContain("a.md");
  });
});

describe("a session at its start", () => {
  it("answers initialize with no hub running, and starts none by it", async () => {
    const session = new RawSession(workspace);
    const { result } = await session.initialize();
    expect(result).toMatchObject({ protocolVersion: "2025-06-18", serverInfo: { name: "commons" } });
    session.child.stdin?.end();
    await session.ended;
    expect(existsSync(join(world.home, "hub"))).toBe(false);
  });

  it("lists its tools with no hub running, and starts none by it", async () => {
    const session = new RawSession(workspace);
    await session.initialize();
    session.send({ id: 1, method: "tools/list" });
    expect((await session.answer(1)).result?.["tools"]).toHaveLength(describeTools().length);
    session.child.stdin?.end();
    await session.ended;
    expect(existsSync(join(world.home, "hub"))).toBe(false);
  });

  it.each(["/", "the home directory"])(
    "refuses %s as a workspace, and still searches what others stored",
    async (place) => {
      const other = await world.agent(workspace);
      await other.call("batch_ingest", { collection: "shared" });
      const agent = await world.agent(place === "/" ? "/" : (world.env["HOME"] ?? ""));
      expect(await agent.callExpectingError("batch_ingest")).toMatch(/^WORKSPACE_REFUSED: .+\nNext: .+/s);
      expect(await agent.call("search_context", { query: "violet lighthouse", collection: "*" })).toContain("a.md");
    },
  );
});

describe("what is no protocol", () => {
  it("stdout carries JSON-RPC messages and nothing else", async () => {
    const session = new RawSession(workspace);
    await session.initialize();
    session.send({ method: "notifications/initialized" });
    session.send({ id: 1, method: "tools/call", params: { name: "batch_ingest", arguments: {} } });
    session.send({ id: 2, method: "tools/call", params: { name: "get_environment", arguments: {} } });
    await Promise.all([session.answer(1), session.answer(2)]);
    session.child.stdin?.end();
    await session.ended;
    for (const line of session.lines) expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
    expect(session.lines).toHaveLength(3);
  });

  it("a line that is no JSON gets a parse error, and the next line is served", async () => {
    const session = new RawSession(workspace);
    await session.initialize();
    session.write('{"jsonrpc":"2.0","id":1,\n');
    session.send({ id: 2, method: "ping" });
    expect((await session.answer(null)).error?.code).toBe(-32_700);
    expect((await session.answer(2)).result).toEqual({});
  });

  it("a line of 10 MB gets an error with its id, and the next line is served", async () => {
    const session = new RawSession(workspace);
    await session.initialize();
    const content = "x".repeat(10 * 1024 * 1024);
    session.send({ id: 7, method: "tools/call", params: { name: "store_context", arguments: { content } } });
    session.send({ id: 8, method: "ping" });
    expect((await session.answer(7)).error?.message).toContain("longer than 8 MiB");
    expect((await session.answer(8)).result).toEqual({});
  });

  it("an unknown tool is answered with the nearest name", async () => {
    const agent = await world.agent(workspace);
    expect(await agent.callExpectingError("search_contexts")).toContain("Did you mean search_context");
  });

  it("arguments of wrong types are answered with their names and what is allowed", async () => {
    const agent = await world.agent(workspace);
    const text = await agent.callExpectingError("search_context", { query: 5, limits: 3 });
    expect(text).toMatch(/^INPUT_INVALID: search_context: .*query: .*string/);
    expect(text).toContain("limits");
    expect(text).toContain("Parameters: query, collection, limit");
  });
});

const endings = ["the end of its input", "SIGTERM", "SIGINT", "SIGHUP"] as const;

function end(session: RawSession, how: (typeof endings)[number]): Promise<unknown> {
  if (how === "the end of its input") session.child.stdin?.end();
  else session.child.kill(how);
  return session.ended;
}

// The time limit is the test's: Vitest ends one that waits longer.
describe("the end of a session", { timeout: 180_000 }, () => {
  it.each(endings)("an idle session is gone after %s", async (how) => {
    const session = new RawSession(workspace);
    await session.initialize();
    await end(session, how);
    expect([session.child.exitCode, session.child.signalCode]).toEqual([0, null]);
  });

  it.each(endings)("a session that ingests many files is gone after %s", async (how) => {
    const files = Array.from({ length: 1_500 }, (_, index): [string, string] => [
      `many/${index}.md`,
      `# File ${index}\n\n${"word ".repeat(200)}\n`,
    ]);
    await world.workspace("app", Object.fromEntries(files));
    const session = new RawSession(workspace);
    await session.initialize();
    const params = { name: "batch_ingest", arguments: { collection: "many" }, _meta: { progressToken: "p" } };
    session.send({ id: 1, method: "tools/call", params });
    await session.message((message) => message.method === "notifications/progress");
    await end(session, how);
    expect([session.child.exitCode, session.child.signalCode]).toEqual([0, null]);
    expect(session.messages.map((message) => message.id)).not.toContain(1);
    expect(await readdir(join(workspace, "many"))).toHaveLength(1_500);
  });
});
