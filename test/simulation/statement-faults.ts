import { type StatementResultingChanges, StatementSync } from "node:sqlite";

/** What SQLite says of a full disk. */
class DiskFull extends Error {
  readonly errcode = 13;
}

/**
 * Lets a statement fail as on a full disk, somewhere in the middle of a transaction: SQLite itself then rolls back. All connections of
 * this thread are concerned, so that it is armed for one call only.
 */
export class StatementFaults {
  // oxlint-disable-next-line typescript/unbound-method -- It is only put back, and called by way of Reflect.
  readonly #run = StatementSync.prototype.run;
  #left: number | null = null;

  install(): void {
    const run = this.#run;
    StatementSync.prototype.run = new Proxy(run, {
      apply: (target, statement, values) => {
        this.#count();
        // Safe: what the method itself returns.
        return Reflect.apply(target, statement, values) as StatementResultingChanges;
      },
    });
  }

  remove(): void {
    this.#left = null;
    StatementSync.prototype.run = this.#run;
  }

  /** The statement after so many fails; null: none does. */
  arm(afterStatements: number | null): void {
    this.#left = afterStatements;
  }

  #count(): void {
    if (this.#left === null) return;
    this.#left -= 1;
    if (this.#left >= 0) return;
    this.#left = null;
    throw new DiskFull("database or disk is full");
  }
}
