import { CommonsError } from "../core/errors.ts";
import type { DocumentReader, ReadRequest, ReadResult, Unread } from "./document-reader.ts";
import { ReaderThread } from "./reader-thread-link.ts";

export interface ReaderPoolOptions {
  /** File of the thread's entry: reader-thread.ts, or its bundle. */
  readonly threadPath: string | URL;
  readonly threads: number;
  /** A thread that gives no result for this long is ended, and the file that held it up is skipped. */
  readonly deadlineMs?: number;
  /** Without a request for this long, the threads end and their memory is free. */
  readonly idleMs?: number;
  /** V8 heap of a thread; a file that needs more is skipped. */
  readonly maxHeapMb?: number;
  /** Resident memory of the process above which threads are replaced between two files. */
  readonly maxResidentMb?: number;
}

interface Job {
  readonly request: ReadRequest;
  readonly resolve: (result: ReadResult) => void;
  readonly reject: (error: CommonsError) => void;
  /** It was in hand when a thread died: it is read alone, so that the next death names the one to blame. */
  isSuspect: boolean;
}

// While one file waits for the disk the next is parsed; more would only blur which file broke a thread.
const readsPerThread = 3;
const residentCheckEvery = 50;

/**
 * Reads in threads of its own, started with the first request and ended when idle. A file that hangs, crashes or bloats a
 * thread costs that thread: the files in hand with it are read again, one by one, and the guilty one is skipped as
 * "timed-out" or "too-complex".
 */
export class ReaderPool implements DocumentReader {
  readonly #options: Required<ReaderPoolOptions>;
  readonly #waiting: Job[] = [];
  readonly #suspects: Job[] = [];
  #threads: ReaderThread<Job>[] = [];
  #idle: NodeJS.Timeout | null = null;
  #isClosed = false;
  #answers = 0;
  #mustRenew = false;

  constructor(options: ReaderPoolOptions) {
    this.#options = { deadlineMs: 20_000, idleMs: 5_000, maxHeapMb: 384, maxResidentMb: 300, ...options };
  }

  read(request: ReadRequest): Promise<ReadResult> {
    if (this.#isClosed) return Promise.reject(closed());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ request, resolve, reject, isSuspect: false });
      this.#hand();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    if (this.#idle !== null) clearTimeout(this.#idle);
    const dropped = [...this.#waiting.splice(0), ...this.#suspects.splice(0)];
    const threads = this.#threads;
    this.#threads = [];
    for (const thread of threads) dropped.push(...thread.inHand());
    for (const job of dropped) job.reject(closed());
    await Promise.all(threads.map((thread) => thread.end()));
  }

  /** Gives jobs to threads that have room; suspects go one at a time to a thread that has nothing else. */
  #hand(): void {
    if (this.#idle !== null) clearTimeout(this.#idle);
    this.#idle = null;
    while (!this.#isClosed && (this.#suspects.length > 0 || this.#waiting.length > 0)) {
      if (this.#mustRenew && !this.#renew()) return;
      const isSuspect = this.#suspects.length > 0;
      const thread = this.#threadFor(isSuspect);
      if (thread === null) return;
      const job = (isSuspect ? this.#suspects : this.#waiting).shift();
      if (job !== undefined) thread.give(job, job.request);
    }
    if (this.#threads.every((thread) => thread.size === 0)) this.#endWhenIdle();
  }

  #threadFor(isSuspect: boolean): ReaderThread<Job> | null {
    const free = this.#threads
      .filter(
        (thread) => thread.size < (isSuspect ? 1 : readsPerThread) && !thread.inHand().some((job) => job.isSuspect),
      )
      .toSorted((a, b) => a.size - b.size)[0];
    if (free !== undefined && (free.size === 0 || isSuspect)) return free;
    if (this.#threads.length >= this.#options.threads) return free ?? null;
    const thread: ReaderThread<Job> = new ReaderThread<Job>(this.#options, {
      answered: (job, result) => this.#answered(job, result),
      died: (jobs, why) => this.#died(thread, jobs, why),
    });
    this.#threads.push(thread);
    return thread;
  }

  #answered(job: Job, result: ReadResult): void {
    job.resolve(result);
    if (++this.#answers % residentCheckEvery === 0 && process.memoryUsage.rss() > this.#options.maxResidentMb * 1e6)
      this.#mustRenew = true;
    this.#hand();
  }

  #died(thread: ReaderThread<Job>, jobs: readonly Job[], why: Unread): void {
    this.#threads = this.#threads.filter((each) => each !== thread);
    const [only] = jobs;
    if (jobs.length === 1 && only !== undefined) only.resolve(why);
    else for (const job of jobs) this.#suspects.push(Object.assign(job, { isSuspect: true }));
    this.#hand();
  }

  /** Ends the threads once they have nothing in hand; whether that is done. WebAssembly never gives its memory back otherwise. */
  #renew(): boolean {
    if (this.#threads.some((thread) => thread.size > 0)) return false;
    for (const thread of this.#threads) void thread.end();
    this.#threads = [];
    this.#mustRenew = false;
    return true;
  }

  #endWhenIdle(): void {
    this.#idle = setTimeout(() => this.#renew(), this.#options.idleMs);
    this.#idle.unref();
  }
}

function closed(): CommonsError {
  return new CommonsError("CANCELLED", "The session ended while it read files.");
}
