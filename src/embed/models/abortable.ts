/** Waits for work that goes on without the one who waits: an abort ends the wait only, with the signal's reason. */
export function untilDoneOrAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const onAbort = (): void => {
    // Safe: the reason of a signal may be anything.
    const reason = signal.reason as unknown;
    reject(reason instanceof Error ? reason : new Error("aborted"));
  };
  if (signal.aborted) onAbort();
  signal.addEventListener("abort", onAbort, { once: true });
  work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  return promise;
}
