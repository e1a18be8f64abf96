import { randomUUID } from "node:crypto";
import { CommonsError } from "../core/errors.ts";
import type { WorkNews, WorkView } from "../protocol/views.ts";
import type { Session } from "./session.ts";

export interface SharedWork<R, P> {
  /** Equal keys are equal work, whoever asks for it. */
  readonly key: string;
  readonly title: string;
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
  const { key, title, signal } = work;
  let before: SharedResult<R>["before"] = null;
  for (;;) {
    const claim = { key, runId: randomUUID(), kind: "ingest" as const, title };
    const { isHolder, work: held } = await session.call("work.claim", claim, signal);
    // Safe: equal keys are equal work; the holder is a session of this program.
    if (!isHolder && held.progress !== null) work.onProgress(held.progress as P);
    if (isHolder) return { result: await runHeld(session, work, claim), by: null, before };
    const news = await waitFor(session, work, held);
    if (news.state !== "finished") continue;
    // Safe: equal keys are equal work, whose result this same function sent.
    const done = { result: news.result as R, by: held.holder };
    if (before !== null) return { ...done, before };
    before = done;
  }
}

async function runHeld<R, P>(
  session: Session,
  work: SharedWork<R, P>,
  { key, runId }: { readonly key: string; readonly runId: string },
): Promise<R> {
  let reportedMs = 0;
  const onProgress = (progress: P) => {
    work.onProgress(progress);
    if (Date.now() - reportedMs < reportEveryMs) return;
    reportedMs = Date.now();
    session.call("work.report", { key, runId, progress }).catch(ignore);
  };
  try {
    const result = await work.run(onProgress);
    await session.call("work.finish", { key, runId, result }).catch(ignore);
    return result;
  } catch (error) {
    await session.call("work.release", { key, runId }).catch(ignore);
    throw error;
  }
}

async function waitFor<R, P>(session: Session, work: SharedWork<R, P>, held: WorkView): Promise<WorkNews> {
  const run = { key: held.key, runId: held.runId };
  for (;;) {
    if (work.signal.aborted)
      throw new CommonsError("CANCELLED", "The wait for another session's ingest was cancelled.");
    const news = await session.call("work.wait", { ...run, timeoutMs: waitMs }, work.signal);
    if (news.state !== "running") return news;
    // Safe: as above, of its progress.
    if (news.progress !== null) work.onProgress(news.progress as P);
  }
}

function ignore(): void {
  // The lease is a courtesy between sessions: without it the work is done twice, and stays right.
}
