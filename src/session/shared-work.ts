import { randomUUID } from "node:crypto";
import { CommonsError } from "../core/errors.ts";
import type { OperationInput } from "../protocol/operations.ts";
import type { WorkNews, WorkView } from "../protocol/views.ts";
import type { Session } from "./session.ts";

export interface SharedWork<R, P> {
  /** Equal keys are equal work, whoever asks for it. */
  readonly key: string;
  readonly title: string;
  /** Name of the collection that it goes into. */
  readonly collection: string;
  readonly signal: AbortSignal;
  /** Does the work. An error ends it for this session; another that waits does it itself. */
  readonly run: (onProgress: (progress: P) => void) => Promise<R>;
  readonly onProgress: (progress: P) => void;
}

export interface SharedResult<R> {
  readonly result: R;
  /** The session that did it; null when this one did. */
  readonly by: WorkView["holder"] | null;
  /** The run of another session that was under way at the call, and that this one waited for first; null when there was none. */
  readonly before: { readonly result: R; readonly by: WorkView["holder"] } | null;
}

const waitMs = 1_000;
const reportEveryMs = 250;

/**
 * Does a piece of work once for all sessions that want it at the same time. A run that is under way is waited for; since it may have
 * passed what changed just before this call, a short second run follows, which one of those who waited does for all of them. When
 * the session that works ends, another goes on. Results travel as JSON. Errors: those of `run`; CANCELLED.
 */
export async function runShared<R, P>(session: Session, work: SharedWork<R, P>): Promise<SharedResult<R>> {
  const { key, title, collection, signal } = work;
  let before: SharedResult<R>["before"] = null;
  let hasWaited = false;
  for (;;) {
    const claim = { key, runId: randomUUID(), kind: "ingest" as const, title, collection };
    const { isHolder, work: held } = await session.call("work.claim", claim, signal);
    // Safe: equal keys are equal work; the holder is a session of this program.
    const onProgress = (progress: unknown) => work.onProgress(progress as P);
    if (!isHolder && held.progress !== null) onProgress(held.progress);
    if (isHolder) return { result: await runHeld(session, work, claim), by: null, before };
    const news = await waitForWork(session, { signal, onProgress }, held);
    if (news.state !== "finished") continue;
    // Safe: equal keys are equal work, whose result this same function sent.
    const done = { result: news.result as R, by: held.holder };
    if (hasWaited) return { ...done, before };
    hasWaited = true;
    if (held.holder.sessionId !== session.id) before = done;
  }
}

async function runHeld<R, P>(
  session: Session,
  work: SharedWork<R, P>,
  claim: OperationInput<"work.claim">,
): Promise<R> {
  const { key, runId } = claim;
  const lease = { key, runId };
  let reportedMs = -Infinity;
  let isDone = false;
  const report = async (progress: P): Promise<void> => {
    const { isHolder } = await session.call("work.report", { ...lease, progress });
    if (isHolder || isDone) return;
    // A new hub knows of no lease: it is taken again, unless another session was faster, and given back if the work ended meanwhile.
    await session.call("work.claim", claim);
    if (isDone) await session.call("work.release", lease);
  };
  const onProgress = (progress: P) => {
    work.onProgress(progress);
    if (performance.now() - reportedMs < reportEveryMs) return;
    reportedMs = performance.now();
    report(progress).catch(ignore);
  };
  try {
    const result = await work.run(onProgress);
    isDone = true;
    await session.call("work.finish", { ...lease, result }).catch(ignore);
    return result;
  } catch (error) {
    isDone = true;
    await session.call("work.release", lease).catch(ignore);
    throw error;
  }
}

/** Waits for a run of another session. Errors: CANCELLED. */
export async function waitForWork(
  session: Session,
  work: { readonly signal: AbortSignal; readonly onProgress: (progress: unknown) => void },
  held: WorkView,
): Promise<WorkNews> {
  const run = { key: held.key, runId: held.runId };
  for (;;) {
    if (work.signal.aborted)
      throw new CommonsError("CANCELLED", "The wait for another session's ingest was cancelled.");
    const news = await session.call("work.wait", { ...run, timeoutMs: waitMs }, work.signal);
    if (news.state !== "running") return news;
    if (news.progress !== null) work.onProgress(news.progress);
  }
}

function ignore(): void {
  // The lease is a courtesy between sessions: without it the work is done twice, and stays right.
}
