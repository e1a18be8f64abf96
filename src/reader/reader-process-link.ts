import { fork, type ChildProcess } from "node:child_process";
import type { Unread } from "./document-reader.ts";
import {
  watchedArgument,
  type ReadAnswer,
  type ReaderJob,
  type ReaderResult,
  type ReadMessage,
} from "./process-messages.ts";

interface ProcessOptions {
  readonly entry: string;
  readonly deadlineMs: number;
  readonly maxHeapMb: number;
  readonly env?: NodeJS.ProcessEnv | undefined;
  readonly isWatched?: boolean | undefined;
}

interface ProcessEvents<J> {
  readonly answered: (job: J, result: ReaderResult) => void;
  /** The process is gone; `jobs` were in its hands, and `why` is what to say of the one that killed it. */
  readonly died: (jobs: readonly J[], why: Unread) => void;
}

/**
 * V8 lets the young part of a heap grow to 48 MB and the old one to twice of what is used. Held small, a process needs 150 MB less for
 * the same work, in the same time.
 */
export const smallHeapFlags = ["--max-semi-space-size=4", "--heap-growing-percent=20"];

/** The conversation with one reader process: jobs in hand, and a deadline that each answer moves on. */
export class ReaderProcess<J> {
  readonly #child: ChildProcess;
  readonly #options: ProcessOptions;
  readonly #events: ProcessEvents<J>;
  readonly #jobs = new Map<number, J>();
  #lastId = 0;
  #residentBytes = 0;
  #isSpent = false;
  #deadline: NodeJS.Timeout | null = null;
  #isEnded = false;

  constructor(options: ProcessOptions, events: ProcessEvents<J>) {
    this.#options = options;
    this.#events = events;
    this.#child = fork(options.entry, options.isWatched ? [watchedArgument] : [], {
      execArgv: [`--max-old-space-size=${options.maxHeapMb}`, ...smallHeapFlags, "--no-warnings"],
      serialization: "advanced",
      // A library that prints would print into the protocol.
      stdio: ["ignore", "ignore", "ignore", "ipc"],
      windowsHide: true,
      ...(options.env === undefined ? {} : { env: options.env }),
    });
    this.#child.on("message", (answer: ReadAnswer) => this.#take(answer));
    this.#child.on("error", (error) => this.#die({ kind: "failed", message: error.message }));
    this.#child.on("exit", (code, signal) => this.#die(deathBy(code, signal)));
    this.#release();
  }

  get size(): number {
    return this.#jobs.size;
  }

  /** Whether it should be replaced: its memory has grown beyond the bytes, or a parser in it broke. */
  isSpent(maxResidentBytes: number): boolean {
    return this.#isSpent || this.#residentBytes > maxResidentBytes;
  }

  inHand(): J[] {
    return [...this.#jobs.values()];
  }

  give(job: J, asked: ReaderJob): void {
    const message: ReadMessage = { id: ++this.#lastId, job: asked };
    this.#jobs.set(message.id, job);
    if (this.#jobs.size === 1) this.#hold();
    this.#restartDeadline();
    this.#child.send(message, (error) => {
      if (error !== null) this.#die({ kind: "failed", message: error.message });
    });
  }

  /** Resolves when the process is gone. */
  async end(): Promise<void> {
    this.#isEnded = true;
    if (this.#deadline !== null) clearTimeout(this.#deadline);
    this.#jobs.clear();
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => this.#child.once("exit", () => resolve()));
    this.#child.kill("SIGKILL");
    await gone;
  }

  #take({ id, result, residentBytes, isSpent }: ReadAnswer): void {
    const job = this.#jobs.get(id);
    if (job === undefined || this.#isEnded) return;
    if (residentBytes !== undefined) this.#residentBytes = residentBytes;
    if (isSpent) this.#isSpent = true;
    this.#jobs.delete(id);
    if (this.#jobs.size === 0) this.#release();
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

  /** An idle reader must not keep a program alive that is done. */
  #release(): void {
    this.#child.unref();
    this.#child.channel?.unref();
  }

  #hold(): void {
    this.#child.ref();
    this.#child.channel?.ref();
  }
}

/** V8 aborts a process that runs out of memory; the kernel kills one. */
function deathBy(code: number | null, signal: NodeJS.Signals | null): Unread {
  const isMemory = code === 134 || signal === "SIGABRT" || signal === "SIGKILL" || signal === "SIGTRAP";
  if (isMemory) return { kind: "skipped", reason: "too-complex" };
  return { kind: "failed", message: `The reader ended with ${signal ?? `code ${code}`}.` };
}
