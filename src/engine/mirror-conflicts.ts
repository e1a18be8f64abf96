import { asCommonsError } from "../core/errors.ts";
import type { Metadata } from "../core/document.ts";
import type { Engine, EngineCollectionRef, Journal } from "../core/ports.ts";
import { collectionOf, type MirrorStep } from "./mirror-plan.ts";

export interface MirrorConflict {
  readonly database: string;
  readonly collection: string;
  readonly message: string;
}

interface HeldConflict {
  readonly ref: EngineCollectionRef;
  readonly metadata: Metadata;
  /** The journal entry that is kept, so that a hub started later knows of the conflict too. */
  readonly seq: number;
  readonly message: string;
}

/** Collections that cannot be mirrored now. Of each, one journal entry is held; the rest is journaled again when it is over. */
export class MirrorConflicts {
  readonly #journal: Journal;
  readonly #engine: Engine;
  readonly #retryMs: number;
  readonly #held = new Map<string, HeldConflict>();
  #lastTryMs = 0;

  constructor(ports: { readonly journal: Journal; readonly engine: Engine }, retryMs: number) {
    this.#journal = ports.journal;
    this.#engine = ports.engine;
    this.#retryMs = retryMs;
  }

  add(step: MirrorStep, seq: number, message: string): void {
    const ref = collectionOf(step);
    if (this.#held.size === 0) this.#lastTryMs = performance.now();
    this.#held.set(ref.stamp, { ref, metadata: step.kind === "ensure" ? step.entry.metadata : {}, seq, message });
  }

  has(stamp: string): boolean {
    return this.#held.has(stamp);
  }

  /** Ends a conflict; returns the journal entry it held. */
  forget(stamp: string): number[] {
    const held = this.#held.get(stamp);
    this.#held.delete(stamp);
    return held === undefined ? [] : [held.seq];
  }

  heldSeqs(): ReadonlySet<number> {
    return new Set([...this.#held.values()].map((conflict) => conflict.seq));
  }

  list(): MirrorConflict[] {
    return [...this.#held.values()].map(({ ref, message }) => ({ database: ref.database, collection: ref.name, message }));
  }

  retrySoon(): void {
    this.#lastTryMs = 0;
  }

  /** Tries the conflicts again when it is time. Throws ENGINE_UNAVAILABLE. */
  async retryDue(): Promise<void> {
    if (this.#held.size === 0 || performance.now() - this.#lastTryMs < this.#retryMs) return;
    this.#lastTryMs = performance.now();
    for (const { ref, metadata, seq } of [...this.#held.values()]) {
      if (!(await this.#canHave(ref, metadata))) continue;
      this.#held.delete(ref.stamp);
      await this.#journal.resync(ref.stamp);
      await this.#journal.acknowledge([seq]);
    }
  }

  async #canHave(ref: EngineCollectionRef, metadata: Metadata): Promise<boolean> {
    try {
      await this.#engine.ensureCollection(ref, metadata);
      return true;
    } catch (error) {
      if (["COLLECTION_FOREIGN", "INPUT_INVALID"].includes(asCommonsError(error).code)) return false;
      throw error;
    }
  }
}
