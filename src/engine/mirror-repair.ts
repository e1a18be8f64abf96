import { asCommonsError, CommonsError } from "../core/errors.ts";
import type { EngineCollectionRef } from "../core/ports.ts";
import { MirrorBlame } from "./mirror-blame.ts";
import type { MirrorConflicts } from "./mirror-conflicts.ts";
import type { MirrorOptions } from "./mirror-options.ts";
import { collectionOf, type MirrorStep } from "./mirror-plan.ts";

type Ports = Pick<MirrorOptions, "journal" | "engine" | "log" | "onStuck">;

/** What the mirror does about a step that failed: leave the collection out, fill it again, or make it anew. */
export class MirrorRepair {
  readonly #ports: Ports;
  readonly #conflicts: MirrorConflicts;
  readonly #blame = new MirrorBlame();

  constructor(ports: Ports, conflicts: MirrorConflicts) {
    this.#ports = ports;
    this.#conflicts = conflicts;
  }

  /** A step on the collection went through. */
  works({ stamp }: EngineCollectionRef): void {
    this.#blame.clear(stamp);
  }

  /** All is carried over: earlier repairs no longer count. */
  caughtUp(): void {
    this.#blame.forgetRepairs();
  }

  /** Mends what can be mended, so that the mirror may go on; throws the error otherwise. `window`: how much of the journal to look at. */
  async recover(step: MirrorStep, error: CommonsError, window: number): Promise<void> {
    const { journal, onStuck } = this.#ports;
    const collection = collectionOf(step);
    const isRefusedWhole = error.code === "INPUT_INVALID" && step.kind !== "sync";
    if (error.code === "COLLECTION_FOREIGN" || isRefusedWhole) {
      this.#log("collection left out of ChromaDB", collection, { reason: error.code });
      return journal.acknowledge(this.#conflicts.hold(step, error));
    }
    if (error.code === "COLLECTION_NOT_FOUND") return this.#restoreLost(step, window);
    if (this.mayRepairDimensions(collection, error)) return this.#rebuild(collection, "vectors of another length");
    if (error.code === "ENGINE_UNAVAILABLE" && step.kind !== "drop") {
      if (this.#blame.add(collection.stamp, error.details?.["isTimeout"] === true)) onStuck?.();
    }
    throw error;
  }

  /** Torn vector files make Chroma crash or answer 500 whenever it touches the collection: after some such failures it is made anew. */
  async rebuildSuspect(step: MirrorStep): Promise<boolean> {
    const collection = collectionOf(step);
    if (step.kind === "drop" || !this.#blame.needsRepair(collection.stamp)) return false;
    await this.#rebuild(collection, "it fails again and again");
    this.#blame.clear(collection.stamp);
    return true;
  }

  mayRepairDimensions({ stamp }: EngineCollectionRef, error: CommonsError): boolean {
    return (
      error.code === "INPUT_INVALID" && error.details?.["isDimensionMismatch"] === true && this.#blame.mayRepair(stamp)
    );
  }

  /** Chroma lost the collection: all of it is journaled again, unless the entry was settled otherwise meanwhile (unloaded). */
  async #restoreLost(step: MirrorStep, window: number): Promise<void> {
    const collection = collectionOf(step);
    const now = await this.#ports.journal.peek(window);
    if (!now.some((entry) => step.seqs.includes(entry.seq))) return;
    if (!this.#blame.mayRepair(collection.stamp)) {
      throw new CommonsError("ENGINE_UNAVAILABLE", `ChromaDB loses "${collection.name}" again and again.`);
    }
    this.#blame.countRepair(collection.stamp);
    this.#log("collection was lost by ChromaDB and is filled again", collection);
    await this.#resync(collection, step.seqs);
  }

  async #rebuild(collection: EngineCollectionRef, reason: string): Promise<void> {
    this.#blame.countRepair(collection.stamp);
    this.#log("collection is rebuilt in ChromaDB", collection, { reason });
    await this.#ports.engine.dropCollection(collection);
    await this.#resync(collection, []);
  }

  async #resync(collection: EngineCollectionRef, seqs: readonly number[]): Promise<void> {
    try {
      await this.#ports.journal.resync(collection.stamp);
    } catch (error) {
      // The catalog has no such collection any more: nothing is owed for it.
      if (asCommonsError(error).code !== "COLLECTION_NOT_FOUND") throw error;
      await this.#ports.journal.acknowledge(seqs);
    }
  }

  #log(message: string, { database, name }: EngineCollectionRef, fields: Readonly<Record<string, unknown>> = {}): void {
    this.#ports.log?.(message, { database, collection: name, ...fields });
  }
}
