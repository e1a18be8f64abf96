import type { MetaStore } from "./meta.ts";

/** Where the time comes from; tests give their own. */
export interface Clock {
  /** Epoch milliseconds, as the machine has them: it may jump. */
  wallMs(): number;
  /** Milliseconds that only go on, from any beginning. */
  steadyMs(): number;
}

export const systemClock: Clock = { wallMs: () => Date.now(), steadyMs: () => performance.now() };

export interface RetentionTime {
  /** What ages are counted in; it never goes back. It begins as the wall clock's time. */
  readonly atMs: number;
  /** The wall clock at that moment. */
  readonly wallMs: number;
}

export const maxBelievedMs = 24 * 3_600_000;

/**
 * The rule by which what was removed grows old: between two looks as much time has passed as the wall clock says, but not less than the
 * steady clock saw pass, and not more than one day above that.
 *
 * - A clock that jumps ahead, by however much, costs a day of the seven: what was removed a minute ago is still there.
 * - A clock that jumps back stops nothing: the time of a running hub goes on, and after a new look so does the wall clock's.
 * - A hub that did not run, or a machine that slept, for weeks: that counts as one day. So trash is kept for longer, never for ever.
 *
 * `steadyPassedMs`: 0 when nothing is known of the time between, as after a start.
 */
export function retentionTimeAfter(
  last: RetentionTime | null,
  now: { readonly wallMs: number; readonly steadyPassedMs: number },
): RetentionTime {
  if (last === null) return { atMs: now.wallMs, wallMs: now.wallMs };
  const seen = Math.max(0, now.steadyPassedMs);
  const passed = Math.min(Math.max(now.wallMs - last.wallMs, seen), seen + maxBelievedMs);
  return { atMs: Math.round(last.atMs + passed), wallMs: now.wallMs };
}

export interface RetentionClock {
  /** The time now; good also for a read-only catalog, which has no steady clock to go by. */
  now(): number;
  /** The same, and remembers it; belongs in a write, as `begin`. */
  look(): number;
  /** The first look at all, before anything is stamped with a time; later it does nothing. */
  begin(): void;
}

const key = "retention_clock";

/** The clock of one open catalog. What it knows is kept in meta, so that it goes on after a restart. */
export function createRetentionClock(meta: MetaStore, clock: Clock): RetentionClock {
  let steady = { wallMs: Number.NaN, steadyMs: 0 };
  const time = (): RetentionTime => {
    const last = parseTime(meta.get(key));
    // What a rolled back transaction remembered is not what is stored, and then nothing is known of the time between.
    const steadyPassedMs = last?.wallMs === steady.wallMs ? clock.steadyMs() - steady.steadyMs : 0;
    return retentionTimeAfter(last, { wallMs: clock.wallMs(), steadyPassedMs });
  };
  const look = (): number => {
    const { atMs, wallMs } = time();
    meta.set(key, `${atMs} ${wallMs}`);
    steady = { wallMs, steadyMs: clock.steadyMs() };
    return atMs;
  };
  return {
    now: () => time().atMs,
    look,
    begin: () => {
      if (parseTime(meta.get(key)) === null) look();
    },
  };
}

function parseTime(text: string | null): RetentionTime | null {
  const [atMs = Number.NaN, wallMs = Number.NaN] = (text ?? "").split(" ").map(Number);
  return Number.isFinite(atMs) && Number.isFinite(wallMs) ? { atMs, wallMs } : null;
}
