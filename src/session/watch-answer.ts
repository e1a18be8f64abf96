import { setTimeout as delay } from "node:timers/promises";
import { CommonsError } from "../core/errors.ts";
import { formatDuration } from "../core/quantities.ts";
import { reportLines, risingProgress } from "./ingest-answer.ts";
import type { ToolContext } from "./tools/tool.ts";
import type { Watches } from "./watches.ts";
import type { WatchPart, WatchRun } from "./watch-run.ts";
import { holderText, stateText, watchName } from "./watch-text.ts";

export interface WatchToolInput {
  readonly path: string;
  readonly collection?: string | undefined;
  readonly recursive: boolean;
  readonly categories?: readonly string[] | undefined;
  readonly extensions?: readonly string[] | undefined;
}

const progressEveryMs = 250;

/**
 * Begins a watch for a tool and tells what came of it. A first look that takes longer than clients wait goes on behind the answer. A
 * call that fails or is cancelled leaves no watch behind that was not there before.
 */
export async function watchAnswer(input: WatchToolInput, context: ToolContext): Promise<string> {
  const watches = await context.session.watches();
  const { run, isNew } = await watches.open({
    path: input.path,
    collection: input.collection ?? null,
    recursive: input.recursive,
    ...(input.categories === undefined ? {} : { categories: input.categories }),
    ...(input.extensions === undefined ? {} : { extensions: input.extensions }),
  });
  const begunAtMs = Date.now();
  try {
    const part = await firstPart(run, context);
    return [headOf(run, isNew), ...partLines(run, part, Date.now() - begunAtMs)].join("\n");
  } catch (error) {
    if (isNew) await undo(watches, run);
    throw error;
  }
}

/** The run's first part, or null when it takes longer than clients wait. Errors: those of the first look; CANCELLED. */
async function firstPart(run: WatchRun, { session, signal, progress }: ToolContext): Promise<WatchPart | null> {
  const { "ingest.answerSeconds": seconds } = await session.settings();
  const cancelled = Promise.withResolvers<never>();
  const onCancel = (): void => cancelled.reject(new CommonsError("CANCELLED", "The call was cancelled."));
  if (signal.aborted) onCancel();
  signal.addEventListener("abort", onCancel, { once: true });
  const stopWaiting = new AbortController();
  const ticker = setInterval(risingProgress({ progress: () => run.ingest }, progress), progressEveryMs);
  try {
    const timeUp = delay(seconds * 1_000, null, { signal: stopWaiting.signal });
    return await Promise.race([run.ready, timeUp, cancelled.promise]);
  } finally {
    stopWaiting.abort();
    clearInterval(ticker);
    signal.removeEventListener("abort", onCancel);
  }
}

async function undo(watches: Watches, run: WatchRun): Promise<void> {
  // The error that led here is what the caller must hear of.
  await watches.stop(run.watched).catch(() => undefined);
}

function headOf({ watched }: WatchRun, isNew: boolean): string {
  return `Watching #${watched.id} ${watchName(watched)}${isNew ? "" : " (it was watched already)"}.`;
}

function partLines(run: WatchRun, part: WatchPart | null, ms: number): string[] {
  const stop = "stop_watch ends it; list_watchers tells how it goes.";
  if (part === null) {
    return [
      `The first look at the whole folder goes on in the background after ${formatDuration(ms)}; what is done is searchable already.`,
      stop,
    ];
  }
  if (part.kind === "stopped") return ["It was stopped by another session just now."];
  if (part.kind === "standby") {
    return [
      `${holderText(part.holder)} does the work already, for all sessions; this session goes on with it when that one ends.`,
      stop,
    ];
  }
  const lines = part.report === null ? [] : reportLines(run.watched.collection, part.report);
  const state = run.progress === null ? [] : [`Now: ${stateText(run.progress)}.`];
  return [...lines, ...state, stop];
}
