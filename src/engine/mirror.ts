import { asCommonsError, CommonsError } from "../core/errors.ts";
import type { EngineCollectionRef, EngineRecord } from "../core/ports.ts";
import { MirrorConflicts } from "./mirror-conflicts.ts";
import { collectionOf, planStep, type MirrorStep } from "./mirror-plan.ts";
import type { MirrorOptions, MirrorTiming } from "./mirror-options.ts";
import { pruneCollection } from "./mirror-prune.ts";
import { MirrorRefusals } from "./mirror-refusals.ts";
import { MirrorRepair } from "./mirror-repair.ts";
import { idleMirror, type MirrorStatus } from "./mirror-status.ts";
import { delayUnlessAborted } from "./write-lull.ts";

const defaultTiming: MirrorTiming = { firstDelayMs: 500, maxDelayMs: 30_000, conflictRetryMs: 60_000 };

/**
 * Carries the journal to Chroma: one step in flight, acknowledged after Chroma answered, so that a step that was cut off is done
 * again. Every step brings a thing to its present state and may be repeated. The hub calls `kick` after writes, `pause` while the engine
 * is away and `resume` when it is back.
 */
export class Mirror {
  readonly #options: MirrorOptions;
  readonly #timing: MirrorTiming;
  readonly #conflicts: MirrorConflicts;
  readonly #closing = new AbortController();
  #run: Promise<void> | null = null;
  #isPaused = false;
  #isKicked = false;
  #wake = new AbortController();
  #conflictTimer: NodeJS.Timeout | undefined;
  #failures = 0;
  #batchSize: number;
  #status: MirrorStatus = idleMirror;
  readonly #repair: MirrorRepair;
  readonly #refusals = new MirrorRefusals();
  readonly #idleListeners = new Set<() => void>();

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#timing = options.timing ?? defaultTiming;
    this.#conflicts = new MirrorConflicts(options, this.#timing.conflictRetryMs);
    this.#repair = new MirrorRepair(options, this.#conflicts);
    this.#batchSize = options.engine.maxBatch;
  }

  status(): MirrorStatus {
    return this.#status;
  }

  /** How one collection stands, by its stamp: records that Chroma refuses, and why it takes none at all, or null. */
  collection(stamp: string): { readonly refusedRecords: number; readonly leftOut: string | null } {
    return { refusedRecords: this.#refusals.countOf(stamp), leftOut: this.#conflicts.messageOf(stamp) };
  }

  /** There is something new in the journal. Does not cut a wait after a failure short. */
  kick(): void {
    this.#isKicked = true;
    if (this.#isPaused || this.#closing.signal.aborted) return;
    this.#run ??= this.#drain().finally(() => {
      this.#run = null;
      if (this.#isKicked) this.kick();
    });
  }

  pause(): void {
    this.#isPaused = true;
    this.#wake.abort();
    if (this.#run === null) this.#report({ state: "paused" });
  }

  /** Goes on at once, also when it was waiting after a failure. */
  resume(): void {
    this.#isPaused = false;
    this.#conflicts.retrySoon();
    this.#wake.abort();
    this.kick();
  }

  /** True as soon as Chroma holds all it can, false when that takes longer than `timeoutMs`. */
  drained(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const finish = (isDrained: boolean): void => {
        clearTimeout(timer);
        this.#idleListeners.delete(onIdle);
        resolve(isDrained);
      };
      const onIdle = (): void => finish(true);
      const timer = setTimeout(() => finish(false), timeoutMs);
      this.#idleListeners.add(onIdle);
      this.kick();
    });
  }

  /** Waits for the step in flight; what is left stays in the journal. */
  async close(): Promise<void> {
    this.#closing.abort();
    this.#wake.abort();
    clearTimeout(this.#conflictTimer);
    await this.#run;
    this.#report({ state: "stopped" });
  }

  async #drain(): Promise<void> {
    while (!this.#isPaused && !this.#closing.signal.aborted) {
      this.#isKicked = false;
      try {
        await this.#options.lull?.(this.#closing.signal);
        if (this.#isPaused || this.#closing.signal.aborted) break;
        if ((await this.#doNextStep()) === "done") {
          this.#failures = 0;
          continue;
        }
        this.#repair.caughtUp();
        this.#report({ state: "idle", lastError: null });
        for (const listener of this.#idleListeners) listener();
        return this.#tryConflictsLater();
      } catch (error) {
        await this.#waitAfter(asCommonsError(error));
      }
    }
    if (this.#isPaused) this.#report({ state: "paused" });
    this.#isKicked = false;
  }

  async #doNextStep(): Promise<"done" | "nothing"> {
    const { journal, hasRoom } = this.#options;
    if (hasRoom !== undefined && !(await hasRoom())) {
      throw new CommonsError("DISK_FULL", "The disk of ChromaDB's data is nearly full.", { hint: "Free some room." });
    }
    await this.#conflicts.retryDue();
    const held = this.#conflicts.heldSeqs();
    const window = this.#batchSize * 2 + held.size;
    const [entries, depth] = await Promise.all([journal.peek(window), journal.depth()]);
    const step = planStep(entries, held, this.#batchSize);
    this.#report({ state: "working", behind: Math.max(0, depth - held.size) });
    if (step === null) return "nothing";
    // Below, only failures of an engine that was there a moment ago count against the collection.
    if (this.#failures > 0) await this.#options.engine.heartbeat();
    if (await this.#repair.rebuildSuspect(step)) return "done";
    try {
      await this.#apply(step);
      this.#repair.works(collectionOf(step));
    } catch (error) {
      await this.#repair.recover(step, asCommonsError(error), window);
    }
    return "done";
  }

  async #apply(step: MirrorStep): Promise<void> {
    const { engine, journal } = this.#options;
    if (step.kind === "drop") {
      await engine.dropCollection(step.entry.collection);
      this.#refusals.forget(step.entry.collection.stamp);
      return journal.acknowledge([...step.seqs, ...this.#conflicts.forget(step.entry.collection.stamp)]);
    }
    // All of the collection is journaled anew when the conflict is over.
    if (this.#conflicts.has(collectionOf(step).stamp)) return journal.acknowledge(this.#conflicts.hold(step));
    if (step.kind === "ensure") {
      const { isNew } = await engine.ensureCollection(step.entry.collection, step.entry.metadata);
      if (!isNew && !(await this.#prune(step.entry.collection))) return;
      return this.#acknowledge(step.seqs);
    }
    this.#refusals.settle(step.collection.stamp, step.recordIds);
    const records = await journal.records(step.collection.stamp, step.recordIds);
    const present = new Set(records.map((record) => record.id));
    await this.#upsert(step.collection, records);
    await engine.deleteRecords(
      step.collection,
      step.recordIds.filter((id) => !present.has(id)),
    );
    await this.#acknowledge(step.seqs);
    this.#batchSize = Math.min(engine.maxBatch, this.#batchSize * 2);
  }

  /** A server whose files were removed answers as ever, and keeps nothing. */
  async #acknowledge(seqs: readonly number[]): Promise<void> {
    const { journal, holdsData } = this.#options;
    if (holdsData?.() === false) throw new CommonsError("ENGINE_UNAVAILABLE", "ChromaDB lost its data while it ran.");
    await journal.acknowledge(seqs);
  }

  /** Returns whether it went through; what is cut off is done again. */
  async #prune(collection: EngineCollectionRef): Promise<boolean> {
    const isStopped = (): boolean => this.#isPaused || this.#closing.signal.aborted;
    const removed = await pruneCollection(collection, { ...this.#options, isStopped });
    if (removed !== null && removed > 0)
      this.#log("records that the catalog does not have were removed from ChromaDB", {
        database: collection.database,
        collection: collection.name,
        records: removed,
      });
    return removed !== null;
  }

  /** A record that Chroma refuses is found by halving the batch, reported, and left out; the others go in. */
  async #upsert(collection: EngineCollectionRef, records: readonly EngineRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await this.#options.engine.upsert(collection, records);
    } catch (error) {
      const refusal = asCommonsError(error);
      if (refusal.code !== "INPUT_INVALID" || this.#repair.mayRepairDimensions(collection, refusal)) throw error;
      const [only] = records;
      if (records.length > 1) {
        const middle = Math.floor(records.length / 2);
        await this.#upsert(collection, records.slice(0, middle));
        await this.#upsert(collection, records.slice(middle));
      } else if (only !== undefined) {
        this.#refuse(collection, only.id, refusal.message);
        // What Chroma has under this id is older than the catalog's: better no record than an outdated one.
        await this.#options.engine.deleteRecords(collection, [only.id]);
      }
    }
  }

  #refuse(collection: EngineCollectionRef, recordId: string, message: string): void {
    this.#refusals.add(collection, recordId, message);
    this.#report({});
    this.#log("record refused by ChromaDB", { database: collection.database, collection: collection.name, recordId });
  }

  async #waitAfter(error: CommonsError): Promise<void> {
    this.#failures++;
    this.#batchSize = Math.max(20, Math.ceil(this.#batchSize / 2));
    if (this.#isPaused || this.#closing.signal.aborted) return;
    const delayMs = Math.min(this.#timing.firstDelayMs * 2 ** (this.#failures - 1), this.#timing.maxDelayMs);
    this.#report({ state: "waiting", lastError: error.message });
    // At the 1st, 2nd, 4th ... failure in a row: a disk that stays full for weeks must not fill itself with this.
    if (Number.isInteger(Math.log2(this.#failures))) this.#log("mirror waits", { code: error.code, delayMs });
    this.#wake = new AbortController();
    await delayUnlessAborted(delayMs, this.#wake.signal);
  }

  #tryConflictsLater(): void {
    clearTimeout(this.#conflictTimer);
    if (this.#status.conflicts.length === 0) return;
    this.#conflictTimer = setTimeout(() => this.kick(), this.#timing.conflictRetryMs).unref();
  }

  #report(change: Partial<MirrorStatus>): void {
    this.#status = {
      ...this.#status,
      ...change,
      conflicts: this.#conflicts.list(),
      refused: this.#refusals.list(),
    };
    this.#options.onState?.(this.#status);
  }

  #log(message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#options.log?.(message, fields);
  }
}
