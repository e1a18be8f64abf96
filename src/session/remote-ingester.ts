import { fork, type ChildProcess } from "node:child_process";
import { CommonsError } from "../core/errors.ts";
import { IdleTime } from "../reader/idle-time.ts";
import { endGroup, hasProcessGroups } from "../reader/process-group.ts";
import { smallHeapFlags } from "../reader/reader-process-link.ts";
import type { Ingester, IngesterMethod, IngesterOptions } from "./ingester.ts";
import type { IngesterIdentity, IngesterReply, IngesterRequest } from "./ingester-messages.ts";

export interface RemoteIngesterOptions {
  /** File of the process's entry. */
  readonly entry: string;
  readonly env: NodeJS.ProcessEnv;
  readonly identity: () => Promise<IngesterIdentity>;
  /** The process died in the middle of its work: what it held in the hub is nobody's. */
  readonly onDeath: () => void;
  /** How long the process waits for more work at least; longer where it is needed again and again. */
  readonly idleMs?: number;
}

interface Call {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: CommonsError) => void;
  readonly options: IngesterOptions;
}

// A second death in the same call is no accident.
const maxAttempts = 2;

/** An ingester in a process that starts with the first call and ends when idle, so that its memory goes back to the system. */
export class RemoteIngester implements Ingester {
  readonly #options: RemoteIngesterOptions;
  readonly #calls = new Map<number, Call>();
  #child: Promise<ChildProcess> | null = null;
  /** The running one, once it is started. */
  #current: ChildProcess | null = null;
  readonly #idleTime: IdleTime;
  #idle: NodeJS.Timeout | null = null;
  #lastId = 0;
  #isClosed = false;

  constructor(options: RemoteIngesterOptions) {
    this.#options = options;
    this.#idleTime = new IdleTime({ leastMs: options.idleMs ?? 20_000 });
  }

  readonly ingest: Ingester["ingest"] = (input, options) => this.#call("ingest", [input], options);
  readonly mirror: Ingester["mirror"] = (scope, options) => this.#call("mirror", [scope], options);
  readonly paths: Ingester["paths"] = (request, options) => this.#call("paths", [request], options);
  readonly refresh: Ingester["refresh"] = (stored, budgetMs) => this.#call("refresh", [stored, budgetMs], {});
  readonly scan: Ingester["scan"] = (input, options) => this.#call("scan", [input], options);
  readonly similar: Ingester["similar"] = (input, options) => this.#call("similar", [input], options);

  readonly photos: Ingester["photos"] = (input, options) => this.#call("photos", [input], options);
  readonly duplicates: Ingester["duplicates"] = (input, options) => this.#call("duplicates", [input], options);
  readonly compare: Ingester["compare"] = (input, options) => this.#call("compare", [input], options);
  readonly repeats: Ingester["repeats"] = (input, options) => this.#call("repeats", [input], options);

  close(): void {
    this.#isClosed = true;
    this.#end(new CommonsError("CANCELLED", "The session ended."));
  }

  async #call<R>(method: IngesterMethod, input: readonly unknown[], options: IngesterOptions): Promise<R> {
    for (let attempt = 1; ; attempt++) {
      try {
        // Safe: the process answers each method with the result of its type.
        return (await this.#ask(method, input, options)) as R;
      } catch (error) {
        const isDeath = error instanceof CommonsError && error.code === "INGESTER_DIED";
        if (!isDeath || attempt === maxAttempts || options.signal?.aborted) throw error;
      }
    }
  }

  async #ask(method: IngesterMethod, input: readonly unknown[], options: IngesterOptions): Promise<unknown> {
    if (this.#isClosed) throw new CommonsError("CANCELLED", "The session ended.");
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    const id = ++this.#lastId;
    const answered = new Promise((resolve, reject) => this.#calls.set(id, { resolve, reject, options }));
    const cancel = () => void this.#send({ kind: "cancel", id });
    options.signal?.addEventListener("abort", cancel, { once: true });
    try {
      await this.#send({ kind: "call", id, method, input });
      if (options.signal?.aborted) cancel();
      return await answered;
    } finally {
      options.signal?.removeEventListener("abort", cancel);
      this.#calls.delete(id);
      if (this.#calls.size === 0) this.#endWhenIdle();
    }
  }

  async #send(request: IngesterRequest): Promise<void> {
    this.#child ??= this.#start().catch((error: unknown) => {
      this.#child = null;
      throw error;
    });
    const child = await this.#child;
    child.send(request, () => undefined);
  }

  async #start(): Promise<ChildProcess> {
    const { entry, env, identity } = this.#options;
    const open: IngesterRequest = { kind: "open", identity: await identity() };
    const child = fork(entry, [], {
      execArgv: [...smallHeapFlags, "--no-warnings"],
      serialization: "advanced",
      // What a library prints must not get into the protocol.
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      windowsHide: true,
      env,
      // It leads a process group, which its readers belong to: they end with it.
      detached: hasProcessGroups,
    });
    child.on("message", (reply: IngesterReply) => this.#take(reply));
    child.on("error", () => this.#lost(child));
    child.on("exit", () => this.#lost(child));
    this.#current = child;
    this.#idleTime.started(Date.now());
    child.send(open, () => undefined);
    return child;
  }

  #take(reply: IngesterReply): void {
    const call = this.#calls.get(reply.id);
    if (call === undefined) return;
    if (reply.kind === "progress") call.options.onProgress?.(reply.progress);
    else if (reply.kind === "result") call.resolve(reply.value);
    else call.reject(CommonsError.fromWire(reply.error));
  }

  #lost(child: ChildProcess): void {
    if (this.#current !== child) return;
    this.#current = null;
    this.#child = null;
    // Its readers may hang in a file. A group that has members keeps its number.
    if (child.pid !== undefined) endGroup(child.pid);
    const dropped = [...this.#calls.values()];
    this.#calls.clear();
    if (dropped.length > 0) this.#options.onDeath();
    for (const { reject } of dropped) reject(died());
  }

  #endWhenIdle(): void {
    this.#idle = setTimeout(() => this.#end(died()), this.#idleTime.resting(Date.now()));
    this.#idle.unref();
  }

  #end(reason: CommonsError): void {
    const child = this.#current;
    this.#child = null;
    this.#current = null;
    // Its own readers end with the channel.
    if (child?.connected) child.disconnect();
    for (const { reject } of this.#calls.values()) reject(reason);
    this.#calls.clear();
  }
}

function died(): CommonsError {
  return new CommonsError("INGESTER_DIED", "The process that reads this session's files ended unexpectedly.", {
    hint: "Call again; what was stored stays, and the ingest goes on from there.",
  });
}
