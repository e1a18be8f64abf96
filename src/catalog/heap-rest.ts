/** Sessions write and ask in bursts; between them, memory that only makes the next one faster is given back. */
export const restAfterMs = 3_000;

/**
 * Collects all garbage of this thread and gives the heap's free pages back. Takes some ten milliseconds. The hub is started with
 * --expose-gc; elsewhere nothing happens. V8 alone keeps the heap of the last burst for as long as nothing is asked.
 */
export function restHeap(): void {
  globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
}
