import { CommonsError } from "../core/errors.ts";
import type { IngestProgress } from "../ingest/requests.ts";

/** A caller's part in an ingest that may outlive the call that began it. */
export interface IngestJob<R> {
  /** It was running before this call, so it may have passed what changed just now. */
  readonly isJoined: boolean;
  readonly result: Promise<R>;
  readonly progress: () => IngestProgress | null;
  /** The caller goes, and has heard the result or not; the ingest goes on. */
  leave(how: { readonly hasHeard: boolean }): void;
  /** The caller does not want it any more: it is aborted unless others wait for it, and the next call of its key starts anew. */
  cancel(): void;
}

interface RunningJob {
  readonly result: Promise<unknown>;
  readonly stop: AbortController;
  waiting: number;
  last: IngestProgress | null;
  /** Its end, once it is there and until somebody has heard it. */
  untold: PromiseSettledResult<unknown> | null;
}

// What it did first is what a model waits for, and what it did last is how things stand.
const maxUntold = 2;

/**
 * The session's running ingests by what they do. A call for something that is already running joins it, so that a model that was told
 * "still running" can simply ask again. Results that nobody has heard are kept for the next call.
 */
export class IngestJobs {
  readonly #running = new Map<string, RunningJob>();
  readonly #untold = new Map<string, PromiseSettledResult<unknown>[]>();
  readonly #stop = new AbortController();

  /** Joins the job of that key or starts it. All calls of one key must have one result type. */
  run<R>(
    key: string,
    start: (signal: AbortSignal, onProgress: (progress: IngestProgress) => void) => Promise<R>,
  ): IngestJob<R> {
    const running = this.#running.get(key);
    const job = running ?? this.#begin(key, start);
    job.waiting++;
    return {
      isJoined: running !== undefined,
      // Safe: a key carries the name of the tool that made it, so equal keys have equal result types.
      result: job.result as Promise<R>,
      progress: () => job.last,
      leave: ({ hasHeard }) => {
        job.waiting--;
        if (hasHeard) job.untold = null;
        if (job.waiting === 0) this.#keepUntold(key, job);
      },
      cancel: () => {
        job.waiting--;
        if (job.waiting > 0) return;
        if (this.#running.get(key) === job) this.#running.delete(key);
        job.stop.abort(new CommonsError("CANCELLED", "The ingest was cancelled; what was stored stays."));
      },
    };
  }

  /** Outcomes of runs of that key that nobody has heard, oldest first, at most two; once. */
  takeUntold<R>(key: string): PromiseSettledResult<R>[] {
    // Safe: as above.
    const untold = (this.#untold.get(key) ?? []) as PromiseSettledResult<R>[];
    this.#untold.delete(key);
    return untold;
  }

  /** Gives back what was taken and could not be told. */
  keep(key: string, outcomes: readonly PromiseSettledResult<unknown>[]): void {
    const all = [...outcomes, ...(this.#untold.get(key) ?? [])];
    if (all.length > 0) this.#untold.set(key, all.length <= maxUntold ? all : [...all.slice(0, 1), ...all.slice(-1)]);
  }

  close(): void {
    this.#stop.abort(new CommonsError("CANCELLED", "The session ended."));
  }

  #begin<R>(
    key: string,
    start: (signal: AbortSignal, onProgress: (progress: IngestProgress) => void) => Promise<R>,
  ): RunningJob {
    const stop = new AbortController();
    const signal = AbortSignal.any([stop.signal, this.#stop.signal]);
    const job: RunningJob = {
      stop,
      waiting: 0,
      last: null,
      untold: null,
      result: start(signal, (progress) => (job.last = progress)),
    };
    this.#running.set(key, job);
    const end = (outcome: PromiseSettledResult<R>) => {
      if (this.#running.get(key) !== job) return;
      this.#running.delete(key);
      job.untold = outcome;
      if (job.waiting === 0) this.#keepUntold(key, job);
    };
    // Safe: the promise is the one that `start` returned.
    (job.result as Promise<R>).then(
      (value) => end({ status: "fulfilled", value }),
      (reason: unknown) => end({ status: "rejected", reason }),
    );
    return job;
  }

  #keepUntold(key: string, job: RunningJob): void {
    if (job.untold === null) return;
    const earlier = this.takeUntold(key);
    this.keep(key, [...earlier, job.untold]);
    job.untold = null;
  }
}
