import { CommonsError } from "../core/errors.ts";
import type { IngestProgress } from "../ingest/requests.ts";

/** An ingest that may outlive the call that began it. */
export interface IngestJob<R> {
  readonly key: string;
  readonly result: Promise<R>;
  readonly progress: () => IngestProgress | null;
  cancel(): void;
}

interface RunningJob<R> extends IngestJob<R> {
  settledAtMs: number | null;
}

/** A finished background job keeps its result for the next identical call for this long. */
const keepMs = 600_000;

/**
 * The session's ingests by what they do. A call for something that is already running joins it, so that a model that was told "still
 * running" can simply ask again.
 */
export class IngestJobs {
  readonly #jobs = new Map<string, RunningJob<unknown>>();
  readonly #stop = new AbortController();

  /** Joins the job of that key or starts it. All calls of one key must have one result type. */
  run<R>(key: string, start: (signal: AbortSignal, onProgress: (progress: IngestProgress) => void) => Promise<R>): IngestJob<R> {
    this.#forgetOld();
    // Safe: a key carries the name of the tool that made it, so equal keys have equal result types.
    const known = this.#jobs.get(key) as RunningJob<R> | undefined;
    if (known !== undefined) return known;
    const own = new AbortController();
    let last: IngestProgress | null = null;
    const job: RunningJob<R> = {
      key,
      settledAtMs: null,
      result: start(AbortSignal.any([own.signal, this.#stop.signal]), (progress) => (last = progress)),
      progress: () => last,
      cancel: () => own.abort(new CommonsError("CANCELLED", "The ingest was cancelled; what was stored stays.")),
    };
    const settle = () => (job.settledAtMs = Date.now());
    job.result.then(settle, settle);
    this.#jobs.set(key, job);
    return job;
  }

  /** The result was handed over: the next call of that key starts anew. */
  finish(key: string): void {
    this.#jobs.delete(key);
  }

  close(): void {
    this.#stop.abort(new CommonsError("CANCELLED", "The session ended."));
  }

  #forgetOld(): void {
    for (const [key, job] of this.#jobs) if (job.settledAtMs !== null && Date.now() - job.settledAtMs > keepMs) this.#jobs.delete(key);
  }
}
