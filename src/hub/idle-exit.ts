/** By the monotonic clock, whatever happens to the date: calls `onIdle` once after `idleMs` without a touch while `isBusy` is false. */
export class IdleExit {
  readonly #idleMs: number;
  readonly #isBusy: () => boolean;
  readonly #onIdle: () => void;
  #lastTouchMs = performance.now();
  readonly #timer: NodeJS.Timeout;

  constructor(options: { idleMs: number; isBusy: () => boolean; onIdle: () => void }) {
    this.#idleMs = options.idleMs;
    this.#isBusy = options.isBusy;
    this.#onIdle = options.onIdle;
    this.#timer = setInterval(() => this.#check(), Math.max(50, Math.min(options.idleMs / 4, 15_000)));
    this.#timer.unref();
  }

  touch(): void {
    this.#lastTouchMs = performance.now();
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #check(): void {
    if (this.#isBusy()) this.touch();
    if (performance.now() - this.#lastTouchMs < this.#idleMs) return;
    this.close();
    this.#onIdle();
  }
}
