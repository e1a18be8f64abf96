import { CommonsError } from "../core/errors.ts";
import type { IngestProgress } from "../ingest/requests.ts";

/** A caller's part in an ingest that may outlive the call that began it. */
export interface IngestJob<R> {
  /** It was running before this call, so it may have passed what changed just now. */
  readonly isJoined: boolean;
  readonly result: Promise<R>;
  readonly progress: () => IngestProgress | null;
  /** The caller goes; the ingest goes on. */
  leave(): void;
  /** The caller does not want it any more: it is aborted unless others wait for it, and the next call of its key starts anew. */
  cancel(): void;
}

interface RunningJob {
  readonly result: Promise<unknown>;
  readonly stop: AbortController;
  waiting: number;
  last: IngestProgress | null;
}

/**
 * The session's running ingests by what they do. A call for something that is already running joins it, so that a model that was told
 * "still running" can simply ask again. The result of one that ended while nobody waited is kept for the next call.
 */
export class IngestJobs {
  readonly #running = new Map<string, RunningJob>();
  readonly #ended = new Map<string, PromiseSettledResult<unknown>>();
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
      leave: () => job.waiting--,
      cancel: () => {
        job.waiting--;
        if (job.waiting > 0) return;
        if (this.#running.get(key) === job) this.#running.delete(key);
        job.stop.abort(new CommonsError("CANCELLED", "The ingest was cancelled; what was stored stays."));
      },
    };
  }

  /** The outcome of a run of that key that ended while nobody waited for it, once; else null. */
  takeEnded<R>(key: string): PromiseSettledResult<R> | null {
    // Safe: as above.
    const ended = this.#ended.get(key) as PromiseSettledResult<R> | undefined;
    this.#ended.delete(key);
    return ended ?? null;
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
      result: start(signal, (progress) => (job.last = progress)),
    };
    this.#running.set(key, job);
    const end = (outcome: PromiseSettledResult<R>) => {
      if (this.#running.get(key) !== job) return;
      this.#running.delete(key);
      if (job.waiting === 0) this.#ended.set(key, outcome);
    };
    // Safe: the promise is the one that `start` returned.
    (job.result as Promise<R>).then(
      (value) => end({ status: "fulfilled", value }),
      (reason: unknown) => end({ status: "rejected", reason }),
    );
    return job;
  }
}
