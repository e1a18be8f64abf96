import { setTimeout as delay } from "node:timers/promises";
import { factsOf } from "./embedding-failure.ts";

export interface RetryTiming {
  readonly attempts: number;
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
}

export const defaultRetryTiming: RetryTiming = { attempts: 5, firstDelayMs: 500, maxDelayMs: 30_000 };

/**
 * Lets at most so many requests out at a time, and repeats those that failed in passing: after growing pauses, or as long as the server
 * asks. While it asks, nobody else sends either. A longer wait than `maxDelayMs` is left to the caller.
 */
export class RequestSlots {
  readonly #limit: number;
  readonly #timing: RetryTiming;
  readonly #waiting: (() => void)[] = [];
  #inFlight = 0;
  #quietUntilMs = 0;

  constructor(limit: number, timing: RetryTiming) {
    this.#limit = limit;
    this.#timing = timing;
  }

  async run<T>(
    work: () => Promise<T>,
    options: { readonly signal: AbortSignal; readonly isHurried: boolean },
  ): Promise<T> {
    const attempts = options.isHurried ? 1 : this.#timing.attempts;
    for (let attempt = 1; ; attempt++) {
      await this.#pause(options.signal);
      try {
        return await this.#inSlot(work);
      } catch (error) {
        const { mayRetry, retryAfterMs } = factsOf(error);
        if (mayRetry !== true || attempt >= attempts || options.signal.aborted) throw error;
        const grown = Math.min(this.#timing.maxDelayMs, this.#timing.firstDelayMs * 2 ** (attempt - 1));
        if ((retryAfterMs ?? 0) > this.#timing.maxDelayMs) throw error;
        // Not all at the same moment.
        const waitMs = retryAfterMs ?? grown * (0.75 + Math.random() / 2);
        this.#quietUntilMs = Math.max(this.#quietUntilMs, performance.now() + waitMs);
      }
    }
  }

  async #pause(signal: AbortSignal): Promise<void> {
    for (
      let leftMs = this.#quietUntilMs - performance.now();
      leftMs > 0;
      leftMs = this.#quietUntilMs - performance.now()
    )
      await delay(Math.min(leftMs, this.#timing.maxDelayMs), undefined, { signal });
  }

  async #inSlot<T>(work: () => Promise<T>): Promise<T> {
    // Asked again after the wait, because another may have come between.
    while (this.#inFlight >= this.#limit) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#inFlight += 1;
    try {
      return await work();
    } finally {
      this.#inFlight -= 1;
      this.#waiting.shift()?.();
    }
  }
}
