import { setTimeout as delay } from "node:timers/promises";
import type { EngineView, HubStatus } from "../../protocol/views.ts";
import type { Session } from "../../session/session.ts";
import type { ProgressBoard } from "../output/progress-board.ts";

const pollMs = 200;
const label = "ChromaDB";

// A server of others may be starting just now, but nothing here can make it start.
const unreachableTimeoutMs = 3_000;

/** Whether waiting longer changes nothing: it runs, it cannot, it is not wanted, or it is another's and does not answer. */
export function isSettled({ state, kind }: EngineView, waitedMs: number): boolean {
  if (state === "unreachable" && kind === "external") return waitedMs >= unreachableTimeoutMs;
  return state === "ready" || state === "failed" || kind === "none";
}

interface WaitOptions {
  readonly board: ProgressBoard;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
}

/** Waits until ChromaDB is ready or cannot become it, at most the time; the state then is in the status. */
export async function waitForEngine(session: Session, { board, timeoutMs, signal }: WaitOptions): Promise<HubStatus> {
  const startedMs = performance.now();
  for (;;) {
    const status = await session.call("hub.status", {}, signal);
    const { state, detail } = status.engine;
    const waitedMs = performance.now() - startedMs;
    if (isSettled(status.engine, waitedMs) || waitedMs > timeoutMs) {
      board.finish(label);
      return status;
    }
    board.update(label, {
      phase: `${state}${detail === null ? "" : `, ${detail}`}`,
      done: 0,
      total: null,
      unit: "record",
      current: null,
    });
    await pause(signal);
  }
}

/** Waits until ChromaDB holds everything, at most the time; `engine.behind` of the status says what it lacks. */
export async function waitForMirror(session: Session, { board, timeoutMs, signal }: WaitOptions): Promise<HubStatus> {
  const deadline = performance.now() + timeoutMs;
  let most = 0;
  for (;;) {
    const status = await session.call("hub.status", {}, signal);
    const { state, behind } = status.engine;
    if (behind === 0 || state !== "ready" || performance.now() > deadline) {
      board.finish(label);
      return status;
    }
    most = Math.max(most, behind);
    board.update(label, { phase: "carrying over", done: most - behind, total: most, unit: "record", current: null });
    await pause(signal);
  }
}

/** Errors: the signal's reason, CANCELLED, instead of Node's AbortError. */
async function pause(signal: AbortSignal): Promise<void> {
  await delay(pollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
}
