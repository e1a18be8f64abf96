import { Worker } from "node:worker_threads";
import { systemErrorCode } from "../core/errors.ts";
import type { ReadRequest, ReadResult, Unread } from "./document-reader.ts";
import type { ReadAnswer, ReadMessage } from "./thread-messages.ts";

interface ThreadOptions {
  readonly threadPath: string | URL;
  readonly deadlineMs: number;
  readonly maxHeapMb: number;
}

interface ThreadEvents<J> {
  readonly answered: (job: J, result: ReadResult) => void;
  /** The thread is gone; `jobs` were in its hands, and `why` is what to say of the one that killed it. */
  readonly died: (jobs: readonly J[], why: Unread) => void;
}

/** The conversation with one reader thread: jobs in hand, and a deadline that each answer moves on. */
export class ReaderThread<J> {
  readonly #worker: Worker;
  readonly #options: ThreadOptions;
  readonly #events: ThreadEvents<J>;
  readonly #jobs = new Map<number, J>();
  #lastId = 0;
  #deadline: NodeJS.Timeout | null = null;
  #isEnded = false;

  constructor(options: ThreadOptions, events: ThreadEvents<J>) {
    this.#options = options;
    this.#events = events;
    this.#worker = new Worker(options.threadPath, {
      resourceLimits: { maxOldGenerationSizeMb: options.maxHeapMb },
      // A library that prints would print into the protocol.
      stdout: true,
      stderr: true,
    });
    this.#worker.on("message", (answer: ReadAnswer) => this.#take(answer));
    this.#worker.stdout.resume();
    this.#worker.stderr.resume();
    this.#worker.on("error", (error) => this.#die(deathBy(error)));
    this.#worker.on("exit", (code) => this.#die({ kind: "failed", message: `The reader ended with code ${code}.` }));
    // A thread alone must not keep a session alive whose agent is gone.
    this.#worker.unref();
  }

  get size(): number {
    return this.#jobs.size;
  }

  inHand(): J[] {
    return [...this.#jobs.values()];
  }

  give(job: J, request: ReadRequest): void {
    const message: ReadMessage = { id: ++this.#lastId, request };
    this.#jobs.set(message.id, job);
    if (this.#jobs.size === 1) this.#worker.ref();
    this.#restartDeadline();
    this.#worker.postMessage(message);
  }

  async end(): Promise<void> {
    this.#isEnded = true;
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#jobs.clear();
    await this.#worker.terminate();
  }

  #take({ id, result }: ReadAnswer): void {
    const job = this.#jobs.get(id);
    if (job === undefined || this.#isEnded) return;
    this.#jobs.delete(id);
    if (this.#jobs.size === 0) this.#worker.unref();
    this.#restartDeadline();
    this.#events.answered(job, result);
  }

  #restartDeadline(): void {
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#deadline = null;
    const { deadlineMs } = this.#options;
    if (this.#jobs.size > 0)
      this.#deadline = setTimeout(() => this.#die({ kind: "skipped", reason: "timed-out" }), deadlineMs);
  }

  #die(why: Unread): void {
    if (this.#isEnded) return;
    const jobs = this.inHand();
    void this.end();
    this.#events.died(jobs, why);
  }
}

function deathBy(error: unknown): Unread {
  if (systemErrorCode(error) === "ERR_WORKER_OUT_OF_MEMORY") return { kind: "skipped", reason: "too-complex" };
  return { kind: "failed", message: error instanceof Error ? error.message : String(error) };
}
