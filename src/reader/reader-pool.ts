import { CommonsError } from "../core/errors.ts";
import type { ReadRequest, ReadResult, Unread } from "./document-reader.ts";
import type { FileReader, FileTaskName, FileTasks } from "./file-tasks.ts";
import { IdleTime } from "./idle-time.ts";
import type { ReaderJob, ReaderResult } from "./process-messages.ts";
import { ReaderProcess, type DoneJob } from "./reader-process-link.ts";

export interface ReaderPoolOptions {
  /** File of the process's entry: reader-process.ts, or its bundle. */
  readonly entry: string;
  readonly processes: number;
  /** Its environment; absent: the caller's. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** The caller leads a process group that ends with it, in whatever way it ends. */
  readonly isWatched?: boolean | undefined;
  /** A process that gives no result for this long is ended, and the file that held it up is skipped. */
  readonly deadlineMs?: number;
  /** Without a request for this long, the processes end and their memory is free; longer where they are needed again and again. */
  readonly idleMs?: number;
  /** V8 heap of a process; a file that needs more is skipped. */
  readonly maxHeapMb?: number;
  /** Resident memory of a process above which it is replaced between two files. */
  readonly maxResidentMb?: number;
}

interface Job {
  readonly asked: ReaderJob;
  readonly resolve: (result: ReaderResult) => void;
  readonly reject: (error: CommonsError) => void;
  /** It was in hand when a process died: it is read alone, so that the next death names the one to blame. */
  isSuspect: boolean;
}

// Handed over some at a time, for a message costs as much as a small file; more would only blur which file broke a process.
const readsPerProcess = 16;

/**
 * Reads in processes of its own, started with the first request and ended when idle. A file that hangs, crashes or bloats a
 * process costs that process: the files in hand with it are read again, one by one, and the guilty one is skipped as
 * "timed-out" or "too-complex".
 */
export class ReaderPool implements FileReader {
  readonly #options: Required<Omit<ReaderPoolOptions, "env" | "isWatched">> &
    Pick<ReaderPoolOptions, "env" | "isWatched">;
  readonly #waiting: Job[] = [];
  readonly #suspects: Job[] = [];
  #processes: ReaderProcess<Job>[] = [];
  readonly #idleTime: IdleTime;
  #idle: NodeJS.Timeout | null = null;
  #isClosed = false;
  #mustRenew = false;

  constructor(options: ReaderPoolOptions) {
    this.#options = { deadlineMs: 20_000, idleMs: 10_000, maxHeapMb: 384, maxResidentMb: 215, ...options };
    this.#idleTime = new IdleTime({ leastMs: this.#options.idleMs });
  }

  read(request: ReadRequest): Promise<ReadResult> {
    // Safe: a process answers each task with the result of its type.
    return this.#ask({ task: "document", request }) as Promise<ReadResult>;
  }

  run<N extends FileTaskName>(task: N, request: FileTasks[N]["request"]): Promise<FileTasks[N]["result"] | Unread> {
    // Safe: as above; and the request is of the task's type.
    return this.#ask({ task, request } as ReaderJob) as Promise<FileTasks[N]["result"] | Unread>;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
    const dropped = [...this.#waiting.splice(0), ...this.#suspects.splice(0)];
    const processes = this.#processes;
    this.#processes = [];
    for (const process of processes) dropped.push(...process.inHand());
    for (const job of dropped) job.reject(closed());
    await Promise.all(processes.map((process) => process.end()));
  }

  #ask(asked: ReaderJob): Promise<ReaderResult> {
    if (this.#isClosed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ asked, resolve, reject, isSuspect: false });
      this.#hand();
    });
  }

  /** Gives jobs to processes that have room; suspects go one at a time to a process that has nothing else. */
  #hand(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    while (!this.#isClosed && (this.#suspects.length > 0 || this.#waiting.length > 0)) {
      if (this.#mustRenew && !this.#renew()) break;
      const isSuspect = this.#suspects.length > 0;
      const process = this.#processFor(isSuspect);
      if (process === null) break;
      const job = (isSuspect ? this.#suspects : this.#waiting).shift();
      if (job !== undefined) process.take(job, job.asked);
    }
    for (const process of this.#processes) process.send();
    if (this.#processes.every((process) => process.size === 0)) this.#endWhenIdle();
  }

  #processFor(isSuspect: boolean): ReaderProcess<Job> | null {
    const free = this.#processes
      .filter(
        (process) => process.size < (isSuspect ? 1 : readsPerProcess) && !process.inHand().some((job) => job.isSuspect),
      )
      .toSorted((a, b) => a.size - b.size)[0];
    if (free !== undefined && (free.size === 0 || isSuspect)) return free;
    if (this.#processes.length >= this.#options.processes) return free ?? null;
    const process: ReaderProcess<Job> = new ReaderProcess<Job>(this.#options, {
      answered: (done, notBegun) => this.#answered(done, notBegun),
      died: (jobs, why) => this.#died(process, jobs, why),
    });
    if (this.#processes.length === 0) this.#idleTime.started(Date.now());
    this.#processes.push(process);
    return process;
  }

  #answered(done: readonly DoneJob<Job>[], notBegun: readonly Job[]): void {
    for (const { job, result } of done) job.resolve(result);
    this.#waiting.unshift(...notBegun);
    if (this.#processes.some((each) => each.isSpent(this.#options.maxResidentMb * 1e6))) this.#mustRenew = true;
    this.#hand();
  }

  #died(process: ReaderProcess<Job>, jobs: readonly Job[], why: Unread): void {
    this.#processes = this.#processes.filter((each) => each !== process);
    const [only] = jobs;
    if (jobs.length === 1 && only !== undefined) only.resolve(why);
    else for (const job of jobs) this.#suspects.push(Object.assign(job, { isSuspect: true }));
    this.#hand();
  }

  /** Ends the processes once they have nothing in hand; whether that is done. WebAssembly never gives its memory back otherwise. */
  #renew(): boolean {
    if (this.#processes.some((process) => process.size > 0)) return false;
    for (const process of this.#processes) void process.end();
    this.#processes = [];
    this.#mustRenew = false;
    return true;
  }

  #endWhenIdle(): void {
    this.#idle = setTimeout(() => this.#renew(), this.#idleTime.resting(Date.now()));
    this.#idle.unref();
  }
}

function closed(): CommonsError {
  return new CommonsError("CANCELLED", "The session ended while it read files.");
}
