import { asCommonsError, type CommonsError } from "../core/errors.ts";
import type { Metadata } from "../core/document.ts";
import type { Engine, EngineCollectionRef, Journal } from "../core/ports.ts";
import { collectionOf, type MirrorStep } from "./mirror-plan.ts";

export interface MirrorConflict {
  readonly database: string;
  readonly collection: string;
  /** Whether another program holds the name; otherwise Chroma itself refuses the collection. */
  readonly isForeign: boolean;
  readonly message: string;
}

interface HeldConflict {
  readonly ref: EngineCollectionRef;
  readonly metadata: Metadata;
  /** The journal entry that is kept, so that a hub started later knows of the conflict too. */
  readonly seq: number;
  /** null: not tried yet. */
  readonly error: CommonsError | null;
}

/** Collections that cannot be mirrored now. Of each, one journal entry is held; the rest is journaled again when it is over. */
export class MirrorConflicts {
  readonly #journal: Journal;
  readonly #engine: Engine;
  readonly #retryMs: number;
  readonly #held = new Map<string, HeldConflict>();
  #lastTryMs = -Infinity;

  constructor(ports: { readonly journal: Journal; readonly engine: Engine }, retryMs: number) {
    this.#journal = ports.journal;
    this.#engine = ports.engine;
    this.#retryMs = retryMs;
  }

  /**
   * Leaves the step's collection out from now on; returns the entries to acknowledge. The newest entry is held: a later hub meets the
   * conflict again there, or, when it is over and the entry is a sync, misses the collection and so fills it from the catalog.
   */
  hold(step: MirrorStep, error?: CommonsError): number[] {
    const ref = collectionOf(step);
    const before = this.#held.get(ref.stamp);
    if (this.#held.size === 0) this.#lastTryMs = performance.now();
    const seq = Math.max(...step.seqs);
    this.#held.set(ref.stamp, {
      ref,
      metadata: step.kind === "ensure" ? step.entry.metadata : (before?.metadata ?? {}),
      seq,
      error: error ?? before?.error ?? null,
    });
    return [...step.seqs, ...(before === undefined ? [] : [before.seq])].filter((each) => each !== seq);
  }

  has(stamp: string): boolean {
    return this.#held.has(stamp);
  }

  /** Why the collection is left out; null when it is not. */
  messageOf(stamp: string): string | null {
    return this.#held.get(stamp)?.error?.message ?? null;
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
    return [...this.#held.values()].map(({ ref, error }) => ({
      database: ref.database,
      collection: ref.name,
      isForeign: error?.code === "COLLECTION_FOREIGN",
      message: error?.message ?? "",
    }));
  }

  retrySoon(): void {
    this.#lastTryMs = -Infinity;
  }

  /** Tries the conflicts again when it is time. Throws ENGINE_UNAVAILABLE. */
  async retryDue(): Promise<void> {
    if (this.#held.size === 0 || performance.now() - this.#lastTryMs < this.#retryMs) return;
    this.#lastTryMs = performance.now();
    for (const { ref, metadata, seq } of this.#held.values()) {
      if (!(await this.#canHave(ref, metadata))) continue;
      this.#held.delete(ref.stamp);
      await this.#journalAgain(ref.stamp);
      await this.#journal.acknowledge([seq]);
    }
  }

  async #journalAgain(stamp: string): Promise<void> {
    try {
      await this.#journal.resync(stamp);
    } catch (error) {
      // Unloaded meanwhile: nothing is owed for it.
      if (asCommonsError(error).code !== "COLLECTION_NOT_FOUND") throw error;
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
