import { addExamples, addJsonOption, addSpaceOption, listOf } from "../command-options.ts";
import type { CliCommand, CliContext } from "../cli-context.ts";
import type { WatchListener, WatchPart, WatchRun } from "../../session/watch-run.ts";
import type { WatchProgress } from "../../session/watch-progress.ts";

interface WatchOptions {
  readonly collection?: string;
  readonly categories?: readonly string[];
  readonly extensions?: readonly string[];
  readonly recursive: boolean;
  readonly json?: boolean;
  readonly space?: string;
}

export const watchCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("watch")
      .description("ingest a directory, then follow its changes until Ctrl-C")
      .argument("[path]", "directory, which becomes the workspace (default: the current directory)")
      .option("-c, --collection <name>", "collection (default: the workspace's, named after its repository)")
      .option("--categories <list>", "only these kinds of files: code, documents, data", listOf)
      .option("--extensions <list>", "only files with these extensions, for example ts,md", listOf)
      .option("--no-recursive", "only files that stand in the directory itself");
    addJsonOption(addSpaceOption(command)).action((path: string | undefined, options: WatchOptions) =>
      runWatchCommand(context, path ?? ".", options),
    );
    addExamples(command, {
      "commons watch": "the current directory, into its own collection; one line for each batch of changes",
      "commons watch src --collection frontend_code": "the directory src, into frontend_code",
      "commons watch --json": "one JSON object a line, for scripts: event, collection, files {}, paths []",
    });
  },
};

async function runWatchCommand(context: CliContext, path: string, options: WatchOptions): Promise<void> {
  const { openSession, workspaceOfPath } = await import("../session-access.ts");
  const { workspace, file } = await workspaceOfPath(path, context.cwd);
  const signal = context.interruption.signal();
  const session = openSession({ agent: "commons watch", cwd: context.cwd, workspace, space: options.space });
  try {
    const watches = await session.watches();
    const printer = await openPrinter(context, path, options);
    const { run, isNew } = await watches.open(
      {
        path: file ?? ".",
        collection: options.collection ?? null,
        recursive: options.recursive,
        ...(options.categories === undefined ? {} : { categories: options.categories }),
        ...(options.extensions === undefined ? {} : { extensions: options.extensions }),
      },
      printer,
    );
    try {
      await follow(run, signal);
    } finally {
      // What nobody watched before ends with this command; what agents watch, they go on with.
      if (isNew) await watches.stop(run.watched).catch(() => undefined);
      else printer.kept();
    }
  } finally {
    session.close();
  }
}

/** Until the person interrupts, or the watch is stopped elsewhere. Errors: those of the first look at the folder. */
async function follow(run: WatchRun, signal: AbortSignal): Promise<void> {
  const interrupted = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => interrupted.resolve(), { once: true });
  if (signal.aborted) interrupted.resolve();
  await Promise.race([run.ready, interrupted.promise]);
  await Promise.race([run.ended, interrupted.promise]);
}

interface Printer extends Required<WatchListener> {
  kept(): void;
}

async function openPrinter(context: CliContext, path: string, options: WatchOptions): Promise<Printer> {
  const { batchLine } = await import("../output/watch-text.ts");
  const { ingestLines } = await import("../output/ingest-text.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { openProgress } = await import("../progress.ts");
  const { ingestState } = await import("../ingest-progress.ts");
  const { holderText, stateText } = await import("../../session/watch-text.ts");
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
    kept: () => say("agents of this workspace watch it, and go on", { event: "kept" }),
  };
}
