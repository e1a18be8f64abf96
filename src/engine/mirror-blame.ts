const failuresUntilRepair = 3;
const maxRepairs = 3;

/**
 * Which collections make a ChromaDB fail that is otherwise well, by stamp. Three failures in a row call for making the collection anew,
 * three time-outs for restarting the engine, and so do three failures when that was done often enough; a collection is made anew at most three times until the mirror has caught up.
 */
export class MirrorBlame {
  readonly #failures = new Map<string, number>();
  readonly #timeouts = new Map<string, number>();
  readonly #repairs = new Map<string, number>();

  /** Notes a failure of a step on the collection. Returns whether the engine should be restarted. */
  add(stamp: string, isTimeout: boolean): boolean {
    if (!isTimeout) {
      const failures = (this.#failures.get(stamp) ?? 0) + 1;
      this.#failures.set(stamp, failures);
      this.#timeouts.delete(stamp);
      // Making it anew did not help: the database itself may be damaged, which the next start finds out.
      return !this.mayRepair(stamp) && failures % failuresUntilRepair === 0;
    }
    const timeouts = (this.#timeouts.get(stamp) ?? 0) + 1;
    this.#timeouts.set(stamp, timeouts);
    return timeouts % failuresUntilRepair === 0;
  }

  /** The collection works. */
  clear(stamp: string): void {
    this.#failures.delete(stamp);
    this.#timeouts.delete(stamp);
  }

  /** All is carried over: earlier repairs no longer count. */
  forgetRepairs(): void {
    this.#repairs.clear();
  }

  needsRepair(stamp: string): boolean {
    return (this.#failures.get(stamp) ?? 0) >= failuresUntilRepair && this.mayRepair(stamp);
  }

  mayRepair(stamp: string): boolean {
    return (this.#repairs.get(stamp) ?? 0) < maxRepairs;
  }

  countRepair(stamp: string): void {
    this.#repairs.set(stamp, (this.#repairs.get(stamp) ?? 0) + 1);
  }
}
