import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";

export interface Memory {
  readonly rssMb: number;
  /** Resident memory with every shared page divided by its number of users. */
  readonly pssMb: number;
}

export interface ProcessOptions {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const settledAfterMs = 500;
const settleTimeoutMs = 15_000;

/** A Node that talks lines of JSON on its standard streams, with the moment of its first answer. */
export class MeasuredProcess {
  readonly #child: ChildProcess;
  readonly #startedAtMs = performance.now();
  readonly #waiting = new Map<number, (answer: Record<string, unknown>) => void>();
  readonly #ended: Promise<unknown>;
  #stderr = "";

  constructor({ args, cwd, env }: ProcessOptions) {
    this.#child = spawn(process.execPath, [...args], { cwd, env, stdio: "pipe" });
    this.#ended = once(this.#child, "exit");
    const { stdin, stdout, stderr } = this.#child;
    if (stdin === null || stdout === null || stderr === null) throw new Error("The process has no pipes.");
    stdin.on("error", () => undefined);
    stderr.setEncoding("utf8").on("data", (text: string) => (this.#stderr += text));
    createInterface({ input: stdout }).on("line", (line) => {
      // Safe: both programs answer with JSON objects.
      const answer = JSON.parse(line) as Record<string, unknown>;
      this.#waiting.get(Number(answer["id"]))?.(answer);
    });
  }

  get stderr(): string {
    return this.#stderr;
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  notify(method: string): void {
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", method })}\n`);
  }

  /** The answer's result, and the time since the process was spawned. Throws an error answer, or when the process ends before. */
  async ask(id: number, method: string, params: object = {}): Promise<{ result: Record<string, unknown>; ms: number }> {
    const { promise, resolve } = Promise.withResolvers<Record<string, unknown>>();
    this.#waiting.set(id, resolve);
    this.#child.stdin?.write(`${JSON.stringify({ jsonrpc: "2.0", id, method, params })}\n`);
    const answer = await Promise.race([promise, this.#ended.then(() => null)]);
    const ms = performance.now() - this.#startedAtMs;
    if (answer === null) throw new Error(`A process ended before its answer to ${method}. ${this.#stderr}`);
    const { result, error } = answer;
    if (typeof result !== "object" || result === null) throw new Error(`${method}: ${JSON.stringify(error)}`);
    // Safe: an object, and read as one of unknown values.
    return { result: result as Record<string, unknown>, ms };
  }

  /** Memory once it has stopped changing by more than 0.1 MB within half a second. */
  async settledMemory(): Promise<Memory> {
    const deadline = performance.now() + settleTimeoutMs;
    let last = this.memory();
    for (;;) {
      await delay(settledAfterMs);
      const now = this.memory();
      if (Math.abs(now.rssMb - last.rssMb) < 0.1 || performance.now() > deadline) return now;
      last = now;
    }
  }

  memory(): Memory {
    const rollup = readFileSync(`/proc/${this.#child.pid}/smaps_rollup`, "utf8");
    const megabytes = (name: string) => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(rollup)?.[1]) / 1_024;
    return { rssMb: megabytes("Rss"), pssMb: megabytes("Pss") };
  }

  /** Closes its input, as agents do, and waits for its end. */
  async end(): Promise<void> {
    this.#child.stdin?.end();
    await this.#ended;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.#ended;
  }
}
