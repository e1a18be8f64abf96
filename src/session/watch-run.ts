import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { CommonsError, type ErrorCode } from "../core/errors.ts";
import type { WatchedScope } from "../core/scopes.ts";
import type { IngestProgress, IngestReport } from "../ingest/requests.ts";
import type { OperationInput, OperationName, OperationOutput } from "../protocol/operations.ts";
import type { WorkView } from "../protocol/views.ts";
import type { ChangeBatch } from "../workspace/change-queue.ts";
import { scopeTitle } from "./scope-work.ts";
import type { Session } from "./session.ts";
import { newWatchProgress, watchKey, type WatchProgress } from "./watch-progress.ts";
import { WatchWorker } from "./watch-worker.ts";

/** What a session's part in a watch is. */
export type WatchPart =
  /** It does the work. `report`: of the first look at the whole folder; null when the folder is not there. */
  | { readonly kind: "working"; readonly report: IngestReport | null }
  /** Another session does, and this one goes on when that one ends. */
  | { readonly kind: "standby"; readonly holder: WorkView["holder"] }
  /** Nobody wants it any more, or its collection is gone. */
  | { readonly kind: "stopped" };

export interface WatchListener {
  readonly onPart?: (part: WatchPart, watched: WatchedScope) => void;
  /** Of the looks at the whole folder. */
  readonly onIngest?: (progress: IngestProgress) => void;
  readonly onUpdated?: (batch: ChangeBatch, report: IngestReport) => void;
  readonly onProgress?: (progress: WatchProgress) => void;
}

export interface WatchRunOptions {
  readonly session: Session;
  readonly watched: WatchedScope;
  readonly listener: WatchListener;
  readonly onOverflow: () => void;
}

type Lease = Pick<WorkView, "key" | "runId">;

const waitMs = 50_000;
const awayMs = 2_000;
// Others see how a long look goes; each report is a call to the hub.
const lookEveryMs = 1_000;
// A hub that is away keeps nothing: what it knew of leases is claimed again when there is one.
const awayCodes: ReadonlySet<ErrorCode> = new Set([
  "HUB_UNREACHABLE",
  "HUB_INCOMPATIBLE",
  "HUB_STOPPING",
  "SESSION_UNKNOWN",
]);

/**
 * A session's part in one watch, from now to `close` or the end of the watch: of all sessions that have one, the one that holds the
 * lease works, and the others wait for it to end. Starts no hub by itself, so that a stopped hub stays stopped until a file changes.
 */
export class WatchRun {
  readonly watched: WatchedScope;
  /** The first part. Rejects when the first look at the folder fails; the watch goes on and tries again. */
  readonly ready: Promise<WatchPart>;
  /** When this session has no part in it any more. */
  readonly ended: Promise<void>;
  readonly #options: WatchRunOptions;
  readonly #stop = new AbortController();
  // One for all claims: a claim whose answer was lost must not keep this session itself waiting.
  readonly #runId = randomUUID();
  readonly #first = Promise.withResolvers<WatchPart>();
  #worker: WatchWorker | null = null;
  #ingest: IngestProgress | null = null;

  constructor(options: WatchRunOptions) {
    this.#options = options;
    this.watched = options.watched;
    this.ready = this.#first.promise;
    this.ready.catch(() => undefined);
    this.ended = this.#live();
  }

  /** How far the look at the whole folder is. */
  get ingest(): IngestProgress | null {
    return this.#ingest;
  }

  /** null while another session does the work. */
  get progress(): WatchProgress | null {
    return this.#worker?.progress ?? null;
  }

  doubt(): void {
    this.#worker?.doubt();
  }

  /** Ends this session's part; the watch itself stays wanted. */
  close(): void {
    this.#stop.abort();
    this.#worker?.close();
  }

  async #live(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      try {
        if (!(await this.#isWanted())) break;
        await this.#takePart();
      } catch (error) {
        if (!isAway(error) && !this.#stop.signal.aborted) this.#first.reject(error);
        await pause(awayMs, this.#stop.signal);
      }
    }
    this.#tell({ kind: "stopped" });
  }

  async #takePart(): Promise<void> {
    const { id, scope, source, collection } = this.watched;
    const title = scopeTitle(scope, source, collection);
    const claim = { key: watchKey(id), runId: this.#runId, kind: "watch" as const, title, collection };
    const { isHolder, work } = await this.#ask("work.claim", claim);
    if (isHolder) return this.#hold(claim);
    this.#tell({ kind: "standby", holder: work.holder });
    let news = await this.#ask("work.wait", { key: work.key, runId: work.runId, timeoutMs: waitMs });
    while (news.state === "running")
      news = await this.#ask("work.wait", { key: work.key, runId: work.runId, timeoutMs: waitMs });
  }

  /** Works until the lease is lost: taken away by whoever stops the watch, or gone with the hub and claimed by another session. */
  async #hold(claim: OperationInput<"work.claim">): Promise<void> {
    try {
      const worker = await this.#openWorker(claim);
      this.#worker = worker;
      await worker.open();
      worker.mirror().then(
        (report) => this.#tell({ kind: "working", report }),
        (error: unknown) => this.#first.reject(error),
      );
      let isHeld = true;
      while (isHeld) isHeld = await this.#isHeld(claim);
    } finally {
      this.#worker?.close();
      this.#worker = null;
      // Best effort: the lease ends with the session in any case.
      this.#options.session.call("work.release", leaseOf(claim)).catch(() => undefined);
    }
  }

  async #openWorker(claim: OperationInput<"work.claim">): Promise<WatchWorker> {
    const { session, watched, listener, onOverflow } = this.#options;
    const { collections } = await session.call("collections.list", {});
    const collection = collections.find(({ id }) => id === watched.collectionId);
    const place = (await session.places()).find(({ source }) => source.key === watched.sourceKey);
    if (collection === undefined || place === undefined) {
      throw new CommonsError(
        "WATCH_NOT_FOUND",
        `The watch of ${watched.source} into ${watched.collection} is no more.`,
      );
    }
    const report = (progress: WatchProgress): void => {
      listener.onProgress?.(progress);
      this.#ask("work.report", { ...leaseOf(claim), progress }).catch(() => undefined);
    };
    report(newWatchProgress);
    let lookedMs = -Infinity;
    return new WatchWorker({
      session,
      watched,
      collection,
      workspace: place.workspace,
      onProgress: report,
      onIngest: (progress) => {
        this.#ingest = progress;
        if (performance.now() - lookedMs > lookEveryMs && this.#worker !== null) {
          lookedMs = performance.now();
          report({ ...this.#worker.progress, look: { done: progress.done, total: progress.total } });
        }
        listener.onIngest?.(progress);
      },
      onUpdated: (batch, updated) => listener.onUpdated?.(batch, updated),
      onOverflow,
      // Without the lease this run looks whether the watch is still wanted.
      onCollectionGone: () => void this.#ask("work.release", leaseOf(claim)).catch(() => undefined),
    });
  }

  async #isHeld(claim: OperationInput<"work.claim">): Promise<boolean> {
    if (this.#stop.signal.aborted) return false;
    try {
      return (await this.#ask("work.wait", { ...leaseOf(claim), timeoutMs: waitMs })).state === "running";
    } catch (error) {
      if (!isAway(error)) return false;
    }
    await pause(awayMs, this.#stop.signal);
    try {
      const { isHolder } = await this.#ask("work.claim", claim);
      if (isHolder && this.#worker !== null) {
        await this.#ask("work.report", { ...leaseOf(claim), progress: this.#worker.progress });
      }
      return isHolder;
    } catch (error) {
      return isAway(error);
    }
  }

  async #isWanted(): Promise<boolean> {
    const watched = await this.#ask("scopes.watched", {});
    return watched.some(({ id }) => id === this.watched.id);
  }

  async #ask<N extends OperationName>(name: N, input: OperationInput<N>): Promise<OperationOutput<N>> {
    const hub = await this.#options.session.hub();
    return hub.callIfRunning(name, input, { signal: this.#stop.signal });
  }

  #tell(part: WatchPart): void {
    this.#first.resolve(part);
    this.#options.listener.onPart?.(part, this.watched);
  }
}

function leaseOf({ key, runId }: Lease): Lease {
  return { key, runId };
}

function isAway(error: unknown): boolean {
  return error instanceof CommonsError && awayCodes.has(error.code);
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, null, { signal }).catch(() => undefined);
}
