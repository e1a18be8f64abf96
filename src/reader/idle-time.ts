import { freemem, totalmem } from "node:os";

// What a process that waits costs is memory: it waits long only where a good part of the machine's is free.
const leastFreeShare = 0.25;

export interface IdleTimeOptions {
  /** How long a process waits that was needed once. */
  readonly leastMs: number;
  /** How long it waits at most; a pause that is longer is forgotten. */
  readonly mostMs?: number;
  /** Free part of the machine's memory, 0 to 1. */
  readonly freeShare?: () => number;
}

/**
 * How long a process that is started when needed should wait for more work before it ends. One that is needed again soon after it has
 * ended has been started for nothing: the next waits twice the pause that came before it. Times in ms.
 */
export class IdleTime {
  readonly #options: Required<IdleTimeOptions>;
  #restingSince: number | null = null;
  #waitMs: number;

  constructor(options: IdleTimeOptions) {
    this.#options = { mostMs: 180_000, freeShare: () => freemem() / totalmem(), ...options };
    this.#waitMs = options.leastMs;
  }

  /** A process starts. */
  started(nowMs: number): void {
    const { leastMs, mostMs } = this.#options;
    if (this.#restingSince === null) return;
    const pauseMs = nowMs - this.#restingSince;
    // A second start without a rest between, after a death, is no pause.
    this.#restingSince = null;
    this.#waitMs = pauseMs > mostMs ? leastMs : Math.min(mostMs, Math.max(this.#waitMs, 2 * pauseMs));
  }

  /** Its work is done. How long it should wait from now on. */
  resting(nowMs: number): number {
    this.#restingSince = nowMs;
    return this.#options.freeShare() < leastFreeShare ? this.#options.leastMs : this.#waitMs;
  }
}
