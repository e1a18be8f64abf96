import { timed } from "../search/percentiles.ts";
import type { Random } from "../../test/fixtures/random.ts";
import type { Agent, World } from "../../test/fixtures/world.ts";
import type { Ledger } from "./ledger.ts";
import { markerWord, type SoakWorkspace } from "./soak-workspace.ts";

export type SoakCall = "search" | "ingest" | "store" | "similar" | "look" | "quick-load" | "delete";

/** Shares of the load, in hundredths: agents mostly ask, now and then bring their edits, seldom the rest. */
export const mix: Readonly<Record<SoakCall, number>> = {
  search: 60,
  ingest: 15,
  store: 10,
  look: 7,
  similar: 3,
  "quick-load": 3,
  delete: 2,
};

export interface SoakRecord {
  /** Milliseconds of each answered call, measured at the client. */
  readonly times: Map<SoakCall, number[]>;
  readonly errors: { readonly call: SoakCall; readonly text: string }[];
}

export interface SoakSessionOptions {
  readonly world: World;
  readonly name: string;
  readonly workspace: SoakWorkspace;
  /** Shared with some other sessions. */
  readonly collection: string;
  readonly questions: readonly string[];
  readonly ledger: Ledger;
  readonly record: SoakRecord;
  readonly random: Random;
  readonly thinkMs: number;
}

/** One agent: a real session process, and what its person makes it do. */
export class SoakSession {
  readonly #options: SoakSessionOptions;
  readonly #agent: Agent;
  readonly #notes: string[] = [];
  #noteCount = 0;
  #isEnding = false;

  private constructor(options: SoakSessionOptions, agent: Agent) {
    this.#options = options;
    this.#agent = agent;
  }

  /** Starts the process and ingests the whole workspace. */
  static async open(options: SoakSessionOptions): Promise<SoakSession> {
    const { workspace, ledger, name, collection } = options;
    const agent = await options.world.agent(workspace.root, { name });
    const session = new SoakSession(options, agent);
    const files = Array.from({ length: workspace.size }, (_, index) => workspace.edit(index));
    for (const { path, marker } of files) ledger.begin(`${name}/${path}`, collection, marker);
    if (await session.#call("ingest", "batch_ingest", { collection }))
      for (const { path } of files) ledger.acknowledge(`${name}/${path}`);
    return session;
  }

  get pid(): number {
    return this.#agent.pid;
  }

  /** Goes on until `end`. */
  async work(): Promise<void> {
    const { random, thinkMs } = this.#options;
    while (!this.#isEnding) {
      const pause = -Math.log(1 - random(1_000_000) / 1_000_000) * thinkMs;
      await new Promise((resolve) => setTimeout(resolve, pause));
      if (!this.#isEnding) await this.#step(this.#choose());
    }
  }

  /** Ends the process in one of the ways that agents end theirs. */
  async end(way: "close" | "SIGTERM" | "SIGKILL"): Promise<void> {
    this.#isEnding = true;
    if (way !== "close") process.kill(this.#agent.pid, way);
    await this.#agent.close();
  }

  #choose(): SoakCall {
    let left = this.#options.random(100);
    for (const [call, share] of Object.entries(mix)) {
      left -= share;
      // Safe: the keys of `mix` are its type's.
      if (left < 0) return call as SoakCall;
    }
    return "search";
  }

  async #step(call: SoakCall): Promise<void> {
    const { random, questions, collection, workspace } = this.#options;
    const question = questions[random(questions.length)] ?? "";
    const everywhere = random(5) === 0 ? "*" : collection;
    switch (call) {
      case "search":
        return void (await this.#call(call, "search_context", { query: question, collection: everywhere }));
      case "similar":
        return void (await this.#call(call, "find_similar_patterns", {
          collection: everywhere,
          path: `part${random(4)}`,
        }));
      case "look":
        return void (await this.#call(call, ["list_collections", "list_sessions", "get_environment"][random(3)] ?? ""));
      case "quick-load": {
        const name = `quick-${this.#options.name}`;
        const isLoaded = await this.#call(call, "quick_load", { path: `part${random(4)}`, collection: name });
        if (isLoaded && !this.#isEnding) await this.#call(call, "unload_collection", { collection: name });
        return;
      }
      case "ingest":
        return this.#edit(1 + random(Math.min(4, workspace.size)));
      case "store":
        return this.#store();
      case "delete":
        return this.#delete();
    }
  }

  async #edit(count: number): Promise<void> {
    const { workspace, ledger, name, collection, random } = this.#options;
    const edited = new Map(
      Array.from({ length: count }, () => workspace.edit(workspace.pick(random))).map(({ path, marker }) => [
        path,
        marker,
      ]),
    );
    for (const [path, marker] of edited) ledger.begin(`${name}/${path}`, collection, marker);
    if (await this.#call("ingest", "batch_ingest", { collection }))
      for (const path of edited.keys()) ledger.acknowledge(`${name}/${path}`);
  }

  async #store(): Promise<void> {
    const { ledger, name, collection, random, questions } = this.#options;
    // Half of them are replaced ones.
    const isNew = this.#notes.length === 0 || random(2) === 0;
    const id = isNew ? `note-${name}-${this.#noteCount++}` : (this.#notes[random(this.#notes.length)] ?? "");
    const marker = markerWord(`${id}/${random(1_000_000_000)}`);
    ledger.begin(id, collection, marker);
    const content = `${questions[random(questions.length)] ?? ""}\n\nDecided by ${name}: ${marker}`;
    if (!(await this.#call("store", "store_context", { id, collection, content }))) return;
    ledger.acknowledge(id);
    if (isNew) this.#notes.push(id);
  }

  async #delete(): Promise<void> {
    const { ledger, collection } = this.#options;
    const id = this.#notes.pop();
    if (id === undefined) return;
    ledger.begin(id, collection, null);
    // Others work in the same collection: an own note may go all the same.
    if (await this.#call("delete", "batch_delete", { collection, ids: [id], force: true })) ledger.acknowledge(id);
  }

  /** Whether it was answered without an error. */
  async #call(call: SoakCall, tool: string, args: Record<string, unknown> = {}): Promise<boolean> {
    const { record } = this.#options;
    try {
      const { ms } = await timed(() => this.#agent.call(tool, args));
      const times = record.times.get(call) ?? [];
      times.push(ms);
      record.times.set(call, times);
      return true;
    } catch (error) {
      // A call in flight of a session that is ended is nobody's any more.
      if (!this.#isEnding) record.errors.push({ call, text: `${tool}: ${String(error).slice(0, 300)}` });
      return false;
    }
  }
}
