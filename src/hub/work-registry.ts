import type { SessionView, WorkNews, WorkView } from "../protocol/views.ts";

export interface WorkClaim {
  /** What is done, so that only one session does it: equal keys are equal work. */
  readonly key: string;
  /** Of the caller's choice: a repeated call with the same id is the same claim. */
  readonly runId: string;
  readonly kind: "ingest" | "watch";
  /** What people see, for example "src into frontend_code". */
  readonly title: string;
}

type Holder = Pick<SessionView, "sessionId" | "agent" | "workspace" | "space">;

interface Work {
  readonly claim: WorkClaim;
  readonly holder: Holder;
  /** Where the result goes; null: not there yet at the claim. */
  readonly collectionId: string | null;
  readonly startedAtMs: number;
  progress: unknown;
  readonly waiting: Set<() => void>;
}

const maxFinished = 200;

/**
 * Leases on work that one session does for all: an ingest of the same files into the same collection, a watch of the same
 * folder. A lease ends with `finish`, `release`, or its session. Nothing of it is stored: after the hub's end whoever still works
 * claims again.
 */
export class WorkRegistry {
  readonly #running = new Map<string, Work>();
  /** Results by work and run, the oldest first, for those who wait and ask again. */
  readonly #finished = new Map<string, unknown>();

  /** Takes the lease if nobody has it. The run that holds it, which is the caller's own or another session's. */
  claim(
    claim: WorkClaim,
    holder: Holder,
    collectionId: string | null = null,
  ): { readonly isHolder: boolean; readonly work: WorkView } {
    const held = this.#running.get(claim.key);
    if (held !== undefined && held.claim.runId !== claim.runId) return { isHolder: false, work: viewOf(held) };
    const work = held ?? {
      claim,
      holder,
      collectionId,
      startedAtMs: Date.now(),
      progress: null,
      waiting: new Set<() => void>(),
    };
    this.#running.set(claim.key, work);
    return { isHolder: true, work: viewOf(work) };
  }

  /** What the holder says of its progress, for those who wait and for lists; whether it holds the lease. */
  report(run: Pick<WorkClaim, "key" | "runId">, progress: unknown): boolean {
    const work = this.#held(run);
    if (work === null) return false;
    work.progress = progress;
    return true;
  }

  /** Ends the lease with a result for all who wait. */
  finish(run: Pick<WorkClaim, "key" | "runId">, result: unknown): void {
    const work = this.#held(run);
    if (work === null) return;
    this.#finished.set(finishedKey(run), result);
    for (const old of this.#finished.keys()) {
      if (this.#finished.size <= maxFinished) break;
      this.#finished.delete(old);
    }
    this.#end(work);
  }

  /** Ends the lease without a result: the next who wants the work does it. */
  release(run: Pick<WorkClaim, "key" | "runId">): void {
    const work = this.#held(run);
    if (work !== null) this.#end(work);
  }

  /** Resolves when the run has ended, or with its progress after the time. */
  async wait(run: Pick<WorkClaim, "key" | "runId">, timeoutMs: number): Promise<WorkNews> {
    const work = this.#held(run);
    if (work !== null) await untilEnd(work, timeoutMs);
    const after = this.#held(run);
    if (after !== null) return { state: "running", progress: after.progress };
    if (!this.#finished.has(finishedKey(run))) return { state: "vacant" };
    return { state: "finished", result: this.#finished.get(finishedKey(run)) };
  }

  sessionGone(sessionId: string): void {
    this.abandon(sessionId, null);
  }

  /** Ends the session's leases, of one kind or of all, without results. */
  abandon(sessionId: string, kind: WorkClaim["kind"] | null): void {
    for (const work of this.#running.values()) {
      const isMeant = work.holder.sessionId === sessionId && (kind === null || work.claim.kind === kind);
      if (isMeant) this.#end(work);
    }
  }

  /** What a session does for a collection, as people read it: "ingest of src into app". */
  titlesOf(sessionId: string, collectionId: string): string[] {
    return [...this.#running.values()]
      .filter((work) => work.holder.sessionId === sessionId && work.collectionId === collectionId)
      .map(({ claim: { kind, title } }) => `${kind} of ${title}`);
  }

  list(space: string | null): WorkView[] {
    return [...this.#running.values()].filter((work) => space === null || work.holder.space === space).map(viewOf);
  }

  /** Lets everybody go who waits. */
  close(): void {
    for (const work of this.#running.values()) this.#end(work);
  }

  #held({ key, runId }: Pick<WorkClaim, "key" | "runId">): Work | null {
    const work = this.#running.get(key);
    return work?.claim.runId === runId ? work : null;
  }

  #end(work: Work): void {
    this.#running.delete(work.claim.key);
    for (const wake of work.waiting) wake();
  }
}

/** A run is of one work: who knows its id only, or asks from another space, has nothing of it. */
function finishedKey({ key, runId }: Pick<WorkClaim, "key" | "runId">): string {
  return `${key}\0${runId}`;
}

function untilEnd(work: Work, timeoutMs: number): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      work.waiting.delete(wake);
      resolve();
    };
    const timer = setTimeout(wake, timeoutMs);
    work.waiting.add(wake);
  });
}

function viewOf({ claim, holder, startedAtMs, progress }: Work): WorkView {
  const { sessionId, agent, workspace } = holder;
  return { ...claim, startedAtMs, progress, holder: { sessionId, agent, workspace } };
}
