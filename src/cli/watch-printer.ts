import type { CliContext } from "./cli-context.ts";
import type { WatchProgress } from "../session/watch-progress.ts";
import type { WatchListener, WatchPart } from "../session/watch-run.ts";

export interface WatchPrinter extends Required<WatchListener> {
  /** The command ends, the watch does not. */
  kept(): void;
}

/** Prints what happens to a watch: a line each for people, a JSON object each for programs. `path` names the progress bar. */
export async function openWatchPrinter(
  context: CliContext,
  path: string,
  options: { readonly json?: boolean },
): Promise<WatchPrinter> {
  const { batchLine } = await import("./output/watch-text.ts");
  const { ingestLines } = await import("./output/ingest-text.ts");
  const { printableLine } = await import("./output/printable-text.ts");
  const { openProgress } = await import("./progress.ts");
  const { ingestState } = await import("./ingest-progress.ts");
  const { holderText, stateText } = await import("../session/watch-text.ts");
  const board = openProgress(context, { isQuiet: options.json ?? false });
  let hasBegun = false;
  let shownState: WatchProgress["state"] = "mirroring";
  const say = (text: string, event: Readonly<Record<string, unknown>>): void =>
    context.stdout.line(options.json ? JSON.stringify(event) : printableLine(text));
  const partText = (part: WatchPart): string => {
    if (part.kind === "standby") return `${holderText(part.holder)} does the work; going on when it ends`;
    if (part.kind === "stopped") return "stopped";
    return "watching; Ctrl-C ends it";
  };
  return {
    onIngest: (progress) => {
      if (!hasBegun) board.update(path, ingestState(progress));
    },
    onPart: (part, { collection }) => {
      hasBegun = true;
      board.close();
      if (part.kind === "working" && part.report !== null && !options.json)
        for (const line of ingestLines(collection, part.report)) context.stdout.line(printableLine(line));
      say(partText(part), { event: part.kind, collection, ...part });
    },
    onUpdated: (batch, report) => {
      const { files, ms } = report;
      say(batchLine(batch, report, new Date()), { event: "updated", ...batch, files, ms });
    },
    onProgress: (progress) => {
      const isNews = progress.state !== shownState && progress.state !== "watching";
      shownState = progress.state;
      if (isNews) say(stateText(progress), { event: "state", ...progress });
    },
    kept: () =>
      say("the watch stays: sessions of this workspace go on with it, until commons watch --stop", { event: "kept" }),
  };
}
