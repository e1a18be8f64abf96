export interface LullTiming {
  /** So long after the last write, sessions are taken to be done. */
  readonly quietMs: number;
  /** Of writes that never stop: the longest wait for a step. */
  readonly maxWaitMs: number;
}

const defaultTiming: LullTiming = { quietMs: 500, maxWaitMs: 10_000 };

/** Keeps background work away from a processor that sessions need: waits until nobody has written for a moment. */
export class WriteLull {
  readonly #timing: LullTiming;
  #lastWriteMs = Number.NEGATIVE_INFINITY;

  constructor(timing: LullTiming = defaultTiming) {
    this.#timing = timing;
  }

  noteWrite(): void {
    this.#lastWriteMs = performance.now();
  }

  /** Resolves in the next lull, at the latest after `maxWaitMs` or at the abort; at once when nobody writes. */
  async wait(signal: AbortSignal): Promise<void> {
    const { quietMs, maxWaitMs } = this.#timing;
    const deadlineMs = performance.now() + maxWaitMs;
    for (;;) {
      const nowMs = performance.now();
      const waitMs = Math.min(this.#lastWriteMs + quietMs, deadlineMs) - nowMs;
      if (waitMs <= 0 || signal.aborted) return;
      await delayUnlessAborted(waitMs, signal);
    }
  }
}

/** Resolves after the time or at the abort, whichever is first; keeps no process alive. */
export function delayUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", finish);
      resolve();
    };
    // Rounded up: a timer that is early by less than a millisecond would be set again at once.
    const timer = setTimeout(finish, Math.ceil(ms)).unref();
    signal.addEventListener("abort", finish);
  });
}
