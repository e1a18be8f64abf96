import { join } from "node:path";
import { type Agent, runToEnd, World } from "../../test/fixtures/world.ts";
import type { HubStatus } from "../../src/protocol/views.ts";

const callTimeoutMs = 1_800_000;

export interface Call {
  readonly text: string;
  readonly ms: number;
}

/** A home of its own with its hub running, and real sessions of it. */
export class BenchWorld {
  readonly directory: string;
  readonly #world: World;

  private constructor(world: World) {
    this.#world = world;
    this.directory = world.directory;
  }

  /** Resolves when the hub runs and its ChromaDB, if it has one, is ready. */
  static async open(options: { readonly engine: boolean }): Promise<BenchWorld> {
    // A call waits for its ingest to end, however long that takes.
    const world = await World.open({ ...options, env: { COMMONS_ANSWER_SECONDS: "3600" } });
    const bench = new BenchWorld(world);
    await bench.commons(["hub", "start"]);
    while (options.engine && (await bench.status()).engine.state !== "ready") await sleep(100);
    return bench;
  }

  session(workspace: string): Promise<Agent> {
    return this.#world.agent(workspace, { name: "bench" });
  }

  async commons(args: readonly string[], cwd = this.directory): Promise<Call> {
    const startMs = performance.now();
    const { code, stdout, stderr } = await this.#world.commons(args, { cwd });
    const ms = performance.now() - startMs;
    if (code !== 0) throw new Error(`commons ${args.join(" ")} ended with ${code}: ${stderr}`);
    return { text: stdout, ms };
  }

  async status(): Promise<HubStatus> {
    const { text } = await this.commons(["status", "--json"]);
    // Safe: the hub runs, so the command prints its status.
    return JSON.parse(text) as HubStatus;
  }

  /** Waits until ChromaDB has everything; answers how long it took. */
  async caughtUpMs(): Promise<number> {
    const startMs = performance.now();
    while ((await this.status()).engine.behind > 0) await sleep(250);
    return performance.now() - startMs;
  }

  path(...names: string[]): string {
    return join(this.directory, "work", ...names);
  }

  close(): Promise<void> {
    return this.#world.close();
  }
}

/** A tool call and the time from the request to the answer. Throws when the answer is an error. */
export async function callTool(agent: Agent, name: string, args: Record<string, unknown>): Promise<Call> {
  const startMs = performance.now();
  const result = await agent.client.callTool({ name, arguments: args }, { timeout: callTimeoutMs });
  const ms = performance.now() - startMs;
  const text = result.content.map((part) => (part.type === "text" ? part.text : "")).join("\n");
  if (result.isError === true) throw new Error(`${name}: ${text}`);
  return { text, ms };
}

export function ingest(agent: Agent, collection: string): Promise<Call> {
  return callTool(agent, "batch_ingest", { path: ".", collection });
}

/** Makes a repository of a directory, with everything in one commit. */
export async function commitAll(directory: string): Promise<void> {
  await git(directory, "init", "--quiet");
  await git(directory, "add", "--all");
  await git(directory, "commit", "--quiet", "--message", "corpus");
}

export async function git(directory: string, ...args: string[]): Promise<Call> {
  const identity = ["-c", "user.name=bench", "-c", "user.email=bench@localhost", "-c", "gc.auto=0"];
  const startMs = performance.now();
  const { code, stdout, stderr } = await runToEnd("git", [...identity, ...args], { cwd: directory, env: process.env });
  const ms = performance.now() - startMs;
  if (code !== 0) throw new Error(`git ${args.join(" ")} failed: ${stderr}`);
  return { text: stdout, ms };
}

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
