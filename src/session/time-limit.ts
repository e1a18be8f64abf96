import { setTimeout as delay } from "node:timers/promises";

/** The promise's value, or null after the time; it may go on, and fail, unheard. Errors before that: its own. */
export async function within<T>(promise: Promise<T>, timeoutMs: number): Promise<T | null> {
  const stop = new AbortController();
  promise.catch(() => undefined);
  try {
    return await Promise.race([promise, delay(timeoutMs, null, { signal: stop.signal })]);
  } finally {
    stop.abort();
  }
}
