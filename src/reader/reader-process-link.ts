import { fork, type ChildProcess } from "node:child_process";
import type { Unread } from "./document-reader.ts";
import {
  watchedArgument,
  type NumberedJob,
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

export interface DoneJob<J> {
  readonly job: J;
  readonly result: ReaderResult;
}

interface ProcessEvents<J> {
  /** `notBegun`: what the process had and will not do. */
  readonly answered: (done: readonly DoneJob<J>[], notBegun: readonly J[]) => void;
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
  #unsent: NumberedJob[] = [];
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
    this.#rest();
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

  /** Takes a job in hand; `send` hands over what was taken. */
  take(job: J, asked: ReaderJob): void {
    const id = ++this.#lastId;
    this.#jobs.set(id, job);
    this.#unsent.push({ id, job: asked });
  }

  send(): void {
    if (this.#unsent.length === 0) return;
    const message: ReadMessage = { jobs: this.#unsent };
    this.#unsent = [];
    this.#hold();
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

  #take({ results, residentBytes, spent }: ReadAnswer): void {
    if (this.#isEnded) return;
    if (residentBytes !== undefined) this.#residentBytes = residentBytes;
    if (spent !== undefined) this.#isSpent = true;
    const done: DoneJob<J>[] = [];
    for (const { id, result } of results) for (const job of this.#release(id)) done.push({ job, result });
    const notBegun = (spent?.notBegun ?? []).flatMap((id) => this.#release(id));
    if (this.#jobs.size === 0) this.#rest();
    this.#restartDeadline();
    this.#events.answered(done, notBegun);
  }

  #release(id: number): J[] {
    const job = this.#jobs.get(id);
    this.#jobs.delete(id);
    return job === undefined ? [] : [job];
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
  #rest(): void {
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
