import { randomNumbers, type Random } from "../fixtures/random.ts";

type Job = () => void;

/**
 * Queues of work that something else does, as a thread or a server: each is worked off in its order, and the simulation says which one
 * goes on next.
 */
export class CallQueues {
  readonly #queues = new Map<string, Job[]>();
  readonly #dead = new Set<string>();

  /** Resolves with what the work gives when its turn has come. */
  add<T>(queue: string, work: () => T | Promise<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#dead.has(queue)) return promise;
    const jobs = this.#queues.get(queue) ?? [];
    this.#queues.set(queue, jobs);
    jobs.push(() => {
      try {
        resolve(work());
      } catch (error) {
        reject(error);
      }
    });
    return promise;
  }

  /** Those in which something waits. */
  waiting(): string[] {
    return [...this.#queues].filter(([, jobs]) => jobs.length > 0).map(([name]) => name);
  }

  /** Does the oldest work of the queue. */
  step(queue: string): void {
    this.#queues.get(queue)?.shift()?.();
  }

  /** What served the queue is dead: who waits hears nothing more, and neither does who comes later. */
  kill(queue: string): void {
    this.#queues.delete(queue);
    this.#dead.add(queue);
  }
}

/** One of the values. */
export function pick<T>(random: Random, values: readonly T[]): T {
  const value = values[random(values.length)];
  if (value === undefined) throw new Error("There is nothing to pick from.");
  return value;
}

/** A stream of numbers of its own for each purpose, so that one that draws more does not shift the others. */
export function randomFor(seed: number, purpose: string): Random {
  let mixed = seed >>> 0;
  for (const letter of purpose) mixed = (Math.imul(mixed ^ letter.charCodeAt(0), 0x01000193) >>> 0) + 1;
  return randomNumbers(mixed);
}

/** Everything that follows from the last step by itself has happened. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
