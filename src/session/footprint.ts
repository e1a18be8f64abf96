import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/**
 * Takes back what bin/commons.mjs set so that a waiting session stays small. Not Maglev, the compiler for middling code, which some
 * versions of Node have off: hot code gets there without it.
 */
export function useFullSpeed(): void {
  for (const flag of ["--opt", "--sparkplug", "--semi-space-growth-factor=2"]) setFlagsFromString(flag);
}

const idleMs = 4_000;
// Below this there is nothing to give back that is worth a collection.
const smallHeapBytes = 24_000_000;

/** Gives memory back when a session has had nothing to do for a while: V8 by itself keeps what a large ingest needed. */
export class IdleMemory {
  #timer: NodeJS.Timeout | null = null;
  #busy = 0;

  begin(): void {
    this.#busy++;
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  end(): void {
    this.#busy--;
    if (this.#busy > 0) return;
    this.#timer = setTimeout(collect, idleMs);
    this.#timer.unref();
  }
}

function collect(): void {
  if (getHeapStatistics().total_heap_size < smallHeapBytes) return;
  setFlagsFromString("--expose-gc");
  // Safe: with the flag on, a new context has the function.
  const gc = runInNewContext("gc") as (options: { type: "major"; execution: "sync"; flavor: "last-resort" }) => void;
  gc({ type: "major", execution: "sync", flavor: "last-resort" });
}
