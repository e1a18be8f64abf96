import { fork, type ChildProcess } from "node:child_process";
import { constants, setPriority } from "node:os";
import { CommonsError } from "../../core/errors.ts";
import { untilDoneOrAborted } from "./abortable.ts";
import { refused, unavailable } from "./embedding-failure.ts";
import { onnxReplySchema, type OnnxHostArguments, type OnnxRequest } from "./onnx-messages.ts";

export interface OnnxProcessOptions {
  readonly id: string;
  /** File of the process's entry. */
  readonly entry: string;
  /** Asked before each start: files may have to be fetched. */
  readonly prepare: () => Promise<OnnxHostArguments>;
  readonly startTimeoutMs: number;
  readonly idleMs: number;
}

interface Waiting {
  readonly resolve: (vectors: Float32Array[]) => void;
  readonly reject: (error: unknown) => void;
}

interface Running {
  readonly child: ChildProcess;
  readonly ready: Promise<void>;
}

/** The process of one model: starts with the first call, ends when idle. One batch is in it at a time; who is in a hurry goes first. */
export class OnnxProcess {
  readonly #options: OnnxProcessOptions;
  readonly #queue: (() => Promise<void>)[] = [];
  #isBusy = false;
  #running: Promise<Running> | null = null;
  #child: ChildProcess | null = null;
  #waiting: (Waiting & { readonly id: number }) | null = null;
  #lastId = 0;
  #idle: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(options: OnnxProcessOptions) {
    this.#options = options;
  }

  /** Vectors of the texts, in order. An abort ends the wait, not the work. */
  embed(
    texts: readonly string[],
    call: { readonly signal: AbortSignal; readonly isHurried: boolean },
  ): Promise<unknown> {
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array[]>();
    const task = async (): Promise<void> => {
      if (call.signal.aborted) return reject(new CommonsError("CANCELLED", "The embedding was cancelled."));
      await this.#ask(texts).then(resolve, reject);
    };
    if (call.isHurried) this.#queue.unshift(task);
    else this.#queue.push(task);
    void this.#work();
    return untilDoneOrAborted(promise, call.signal);
  }

  close(): void {
    this.#isClosed = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#child?.kill("SIGKILL");
  }

  async #work(): Promise<void> {
    if (this.#isBusy) return;
    this.#isBusy = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
    for (let task = this.#queue.shift(); task !== undefined; task = this.#queue.shift()) await task();
    this.#isBusy = false;
    this.#idle = setTimeout(() => this.#rest(), this.#options.idleMs).unref();
  }

  /** The process ends itself when its channel closes. */
  #rest(): void {
    if (this.#child?.connected === true) this.#child.disconnect();
    this.#running = null;
  }

  async #ask(texts: readonly string[]): Promise<Float32Array[]> {
    if (this.#isClosed) throw new CommonsError("CANCELLED", "The hub is stopping.");
    this.#running ??= this.#start().catch((error: unknown) => {
      this.#running = null;
      throw error;
    });
    const { child, ready } = await this.#running;
    await ready;
    const { promise, resolve, reject } = Promise.withResolvers<Float32Array[]>();
    const request: OnnxRequest = { id: ++this.#lastId, texts: [...texts] };
    this.#waiting = { id: request.id, resolve, reject };
    child.send(
      request,
      (error) => error !== null && reject(unavailable(`The process of ${this.#options.id} is gone.`)),
    );
    return promise.finally(() => (this.#waiting = null));
  }

  async #start(): Promise<Running> {
    const { entry, id, startTimeoutMs } = this.#options;
    const host = await this.#options.prepare();
    if (this.#isClosed) throw new CommonsError("CANCELLED", "The hub is stopping.");
    const child = fork(entry, [JSON.stringify(host)], {
      execArgv: ["--disable-warning=ExperimentalWarning"],
      // Keys of the user are not its business.
      env: {},
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
      windowsHide: true,
    });
    this.#child = child;
    if (child.pid !== undefined) yieldToSessions(child.pid);
    const opened = Promise.withResolvers<void>();
    let lastWords = "";
    child.stderr?.on("data", (part: Buffer) => (lastWords = (lastWords + part.toString("utf8")).slice(-300)));
    child.on("message", (message) => this.#take(message, opened));
    const timer = setTimeout(() => child.kill("SIGKILL"), startTimeoutMs);
    const onEnd = (reason: string): void => {
      clearTimeout(timer);
      const said = lastWords.trim() === "" ? "" : ` ${lastWords.trim().split("\n").at(-1) ?? ""}`;
      const failure = unavailable(`The process of ${id} ended with ${reason}.${said}`, { mayRetry: true });
      opened.reject(failure);
      this.#waiting?.reject(failure);
      if (this.#child === child) this.#running = null;
    };
    child.once("error", (error) => onEnd(error.message));
    child.once("exit", (code, signal) => onEnd(signal ?? `code ${code ?? "unknown"}`));
    opened.promise.then(() => clearTimeout(timer)).catch(() => (this.#running = null));
    return { child, ready: opened.promise };
  }

  #take(message: unknown, opened: PromiseWithResolvers<void>): void {
    const reply = onnxReplySchema.parse(message);
    if (reply.kind === "ready") opened.resolve();
    else if (reply.kind === "refused")
      opened.reject(
        refused(`The model ${this.#options.id} cannot be loaded: ${reply.message}`, { hint: "Choose another model." }),
      );
    else if (this.#waiting?.id === reply.id) {
      if (reply.kind === "failed")
        this.#waiting.reject(refused(`The model ${this.#options.id} failed: ${reply.message}`, { isAboutText: true }));
      else this.#waiting.resolve(rowsOf(reply.values, reply.count));
    }
  }
}

function rowsOf(values: Float32Array, count: number): Float32Array[] {
  const length = count === 0 ? 0 : values.length / count;
  return Array.from({ length: count }, (_, row) => values.subarray(row * length, (row + 1) * length));
}

/** Vectors are made in the background: sessions, which people wait for, come first on the processor. */
function yieldToSessions(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // The process has just died, or the system does not let us: then it has the usual share.
  }
}
