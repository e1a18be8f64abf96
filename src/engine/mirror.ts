import { asCommonsError, CommonsError } from "../core/errors.ts";
import type { EngineCollectionRef, EngineRecord } from "../core/ports.ts";
import { MirrorBlame } from "./mirror-blame.ts";
import { MirrorConflicts } from "./mirror-conflicts.ts";
import { collectionOf, planStep, type MirrorStep } from "./mirror-plan.ts";
import type { MirrorOptions, MirrorTiming } from "./mirror-options.ts";
import { idleMirror, type MirrorStatus } from "./mirror-status.ts";

const defaultTiming: MirrorTiming = { firstDelayMs: 500, maxDelayMs: 30_000, conflictRetryMs: 60_000 };
const keptRefusals = 20;

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
  readonly #blame = new MirrorBlame();
  readonly #idleListeners = new Set<() => void>();

  constructor(options: MirrorOptions) {
    this.#options = options;
    this.#timing = options.timing ?? defaultTiming;
    this.#conflicts = new MirrorConflicts(options, this.#timing.conflictRetryMs);
    this.#batchSize = options.engine.maxBatch;
  }

  status(): MirrorStatus {
    return this.#status;
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
        if ((await this.#doNextStep()) === "done") {
          this.#failures = 0;
          continue;
        }
        this.#blame.forgetRepairs();
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
    const [entries, depth] = await Promise.all([journal.peek(this.#batchSize * 2 + held.size), journal.depth()]);
    const step = planStep(entries, held, this.#batchSize);
    this.#report({ state: "working", behind: Math.max(0, depth - held.size) });
    if (step === null) return "nothing";
    // Below, only failures of an engine that was there a moment ago count against the collection.
    if (this.#failures > 0) await this.#options.engine.heartbeat();
    if (await this.#rebuildSuspect(step)) return "done";
    try {
      await this.#apply(step);
      this.#blame.clear(collectionOf(step).stamp);
    } catch (error) {
      await this.#recover(step, asCommonsError(error));
    }
    return "done";
  }

  async #apply(step: MirrorStep): Promise<void> {
    const { engine, journal } = this.#options;
    if (step.kind === "drop") {
      await engine.dropCollection(step.entry.collection);
      return journal.acknowledge([...step.seqs, ...this.#conflicts.forget(step.entry.collection.stamp)]);
    }
    // All of the collection is journaled anew when the conflict is over.
    if (this.#conflicts.has(collectionOf(step).stamp)) return journal.acknowledge(this.#conflicts.hold(step));
    if (step.kind === "ensure") {
      await engine.ensureCollection(step.entry.collection, step.entry.metadata);
      return journal.acknowledge(step.seqs);
    }
    const records = await journal.records(step.collection.stamp, step.recordIds);
    const present = new Set(records.map((record) => record.id));
    await this.#upsert(step.collection, records);
    await engine.deleteRecords(
      step.collection,
      step.recordIds.filter((id) => !present.has(id)),
    );
    await journal.acknowledge(step.seqs);
    this.#batchSize = Math.min(engine.maxBatch, this.#batchSize * 2);
  }

  /** A record that Chroma refuses is found by halving the batch, reported, and left out; the others go in. */
  async #upsert(collection: EngineCollectionRef, records: readonly EngineRecord[]): Promise<void> {
    if (records.length === 0) return;
    try {
      await this.#options.engine.upsert(collection, records);
    } catch (error) {
      const refusal = asCommonsError(error);
      if (refusal.code !== "INPUT_INVALID" || this.#mayRepairDimensions(collection, refusal)) throw error;
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

  async #recover(step: MirrorStep, error: CommonsError): Promise<void> {
    const { journal } = this.#options;
    const collection = collectionOf(step);
    const isRefusedWhole = error.code === "INPUT_INVALID" && step.kind !== "sync";
    if (error.code === "COLLECTION_FOREIGN" || isRefusedWhole) {
      this.#log("collection left out of ChromaDB", {
        database: collection.database,
        collection: collection.name,
        reason: error.code,
      });
      return journal.acknowledge(this.#conflicts.hold(step, error.message));
    }
    if (error.code === "COLLECTION_NOT_FOUND") return this.#restoreLost(step);
    if (this.#mayRepairDimensions(collection, error)) return this.#rebuild(collection, "vectors of another length");
    if (error.code === "ENGINE_UNAVAILABLE" && step.kind !== "drop") {
      if (this.#blame.add(collection.stamp, error.details?.["isTimeout"] === true)) this.#options.onStuck?.();
    }
    throw error;
  }

  /** Torn vector files make Chroma crash or answer 500 whenever it touches the collection: after some such failures it is made anew. */
  async #rebuildSuspect(step: MirrorStep): Promise<boolean> {
    const collection = collectionOf(step);
    if (step.kind === "drop" || !this.#blame.needsRepair(collection.stamp)) return false;
    await this.#rebuild(collection, "it fails again and again");
    this.#blame.clear(collection.stamp);
    return true;
  }

  /** Chroma lost the collection: all of it is journaled again, unless the entry was settled otherwise meanwhile (unloaded). */
  async #restoreLost(step: MirrorStep): Promise<void> {
    const { journal } = this.#options;
    const collection = collectionOf(step);
    const now = await journal.peek(this.#batchSize * 2 + this.#conflicts.heldSeqs().size);
    if (!now.some((entry) => step.seqs.includes(entry.seq))) return;
    if (!this.#blame.mayRepair(collection.stamp)) {
      throw new CommonsError("ENGINE_UNAVAILABLE", `ChromaDB loses "${collection.name}" again and again.`);
    }
    this.#blame.countRepair(collection.stamp);
    this.#log("collection was lost by ChromaDB and is filled again", {
      database: collection.database,
      collection: collection.name,
    });
    await this.#resync(collection, step.seqs);
  }

  async #rebuild(collection: EngineCollectionRef, reason: string): Promise<void> {
    this.#blame.countRepair(collection.stamp);
    this.#log("collection is rebuilt in ChromaDB", {
      database: collection.database,
      collection: collection.name,
      reason,
    });
    await this.#options.engine.dropCollection(collection);
    await this.#resync(collection, []);
  }

  async #resync(collection: EngineCollectionRef, seqs: readonly number[]): Promise<void> {
    try {
      await this.#options.journal.resync(collection.stamp);
    } catch (error) {
      // The catalog has no such collection any more: nothing is owed for it.
      if (asCommonsError(error).code !== "COLLECTION_NOT_FOUND") throw error;
      await this.#options.journal.acknowledge(seqs);
    }
  }

  #mayRepairDimensions(collection: EngineCollectionRef, error: CommonsError): boolean {
    return (
      error.code === "INPUT_INVALID" &&
      error.details?.["isDimensionMismatch"] === true &&
      this.#blame.mayRepair(collection.stamp)
    );
  }

  #refuse(collection: EngineCollectionRef, recordId: string, message: string): void {
    const { count, latest } = this.#status.refused;
    const record = { database: collection.database, collection: collection.name, recordId, message };
    this.#report({ refused: { count: count + 1, latest: [record, ...latest].slice(0, keptRefusals) } });
    this.#log("record refused by ChromaDB", { database: collection.database, collection: collection.name, recordId });
  }

  async #waitAfter(error: CommonsError): Promise<void> {
    this.#failures++;
    this.#batchSize = Math.max(20, Math.ceil(this.#batchSize / 2));
    if (this.#isPaused || this.#closing.signal.aborted) return;
    const delayMs = Math.min(this.#timing.firstDelayMs * 2 ** (this.#failures - 1), this.#timing.maxDelayMs);
    this.#report({ state: "waiting", lastError: error.message });
    this.#log("mirror waits", { code: error.code, delayMs });
    this.#wake = new AbortController();
    await unlessAborted(delayMs, this.#wake.signal);
  }

  #tryConflictsLater(): void {
    clearTimeout(this.#conflictTimer);
    if (this.#status.conflicts.length === 0) return;
    this.#conflictTimer = setTimeout(() => this.kick(), this.#timing.conflictRetryMs).unref();
  }

  #report(change: Partial<MirrorStatus>): void {
    this.#status = { ...this.#status, ...change, conflicts: this.#conflicts.list() };
    this.#options.onState?.(this.#status);
  }

  #log(message: string, fields: Readonly<Record<string, unknown>>): void {
    this.#options.log?.(message, fields);
  }
}

/** Resolves after the time or at the abort, whichever is first. */
function unlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms).unref();
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
