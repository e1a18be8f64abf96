interface Alarm {
  readonly atMs: number;
  readonly ring: () => void;
}

/** The real timers, for the thread of the simulation itself. */
const realTimers = { now: Date.now, set: globalThis.setTimeout, clear: globalThis.clearTimeout };

/** Long after any file of the simulation was written. */
const startMs = Date.UTC(2030, 0, 1);

/**
 * Takes the place of `Date.now`, `setTimeout` and `clearTimeout` of this thread, from `install` to `remove`: time goes on only when the
 * simulation says so, and no timer fires by itself.
 */
export class SimulatedClock {
  #nowMs = startMs;
  /** How far the wall clock is off from the time that timers count. */
  #shiftMs = 0;
  #lastId = 0;
  readonly #alarms = new Map<number, Alarm>();

  install(): void {
    Date.now = () => this.now();
    const set = (ring: (...args: unknown[]) => void, delayMs = 0, ...args: unknown[]): unknown => {
      this.#lastId += 1;
      const id = this.#lastId;
      this.#alarms.set(id, { atMs: this.#nowMs + Math.max(1, delayMs), ring: () => ring(...args) });
      return new SimulatedTimer(id);
    };
    const clear = (timer: unknown): void => {
      if (timer instanceof SimulatedTimer) this.#alarms.delete(timer.id);
      // Safe: a timer that is not ours was made by the real setTimeout.
      else realTimers.clear(timer as NodeJS.Timeout | undefined);
    };
    // Safe: nobody under test uses more of a timer than SimulatedTimer has.
    globalThis.setTimeout = set as typeof globalThis.setTimeout;
    globalThis.clearTimeout = clear;
  }

  remove(): void {
    Date.now = realTimers.now;
    globalThis.setTimeout = realTimers.set;
    globalThis.clearTimeout = realTimers.clear;
  }

  now(): number {
    return this.#nowMs + this.#shiftMs;
  }

  /** Goes on with time, whatever the wall clock is set to. */
  get steadyMs(): number {
    return this.#nowMs;
  }

  /** Lets time pass; what is due by then rings, in order. */
  pass(ms: number): void {
    this.#nowMs += ms;
    const due = [...this.#alarms].filter(([, { atMs }]) => atMs <= this.#nowMs);
    for (const [id, { ring }] of due.toSorted(([, a], [, b]) => a.atMs - b.atMs)) if (this.#alarms.delete(id)) ring();
  }

  /** Somebody sets the wall clock; timers do not notice. */
  jump(ms: number): void {
    this.#shiftMs += ms;
  }
}

class SimulatedTimer {
  readonly id: number;

  constructor(id: number) {
    this.id = id;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }
}
