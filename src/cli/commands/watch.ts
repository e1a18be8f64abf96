import { addExamples, addFileOptions, addJsonOption, addSpaceOption } from "../command-options.ts";
import { CommonsError } from "../../core/errors.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { WatchRun } from "../../session/watch-run.ts";

interface WatchOptions {
  readonly collection?: string;
  readonly categories?: readonly string[];
  readonly extensions?: readonly string[];
  readonly recursive: boolean;
  readonly json?: boolean;
  readonly space?: string;
  readonly list?: boolean;
  readonly stop?: boolean;
}

export const watchCommand: CliCommand = {
  add(program, context) {
    const command = addFileOptions(
      program
        .command("watch")
        .description("ingest a directory, then follow its changes until Ctrl-C")
        .argument("[path]", "directory, which becomes the workspace (default: the current directory)"),
    )
      .option("--list", "show all watched folders, of agents too, and end")
      .option("--stop", "stop watching the directory, for all sessions, and end");
    addJsonOption(addSpaceOption(command)).action((path: string | undefined, options: WatchOptions) =>
      chooseRun(options)(context, path ?? ".", options),
    );
    addExamples(command, {
      "commons watch": "the current directory, into its own collection; one line for each batch of changes",
      "commons watch src --collection frontend_code": "the directory src, into frontend_code",
      "commons watch --list": "every watched folder: who does the work, how it goes, which are paused",
      "commons watch --json": "one JSON object a line, for scripts: event, collection, files {}, paths []",
    });
  },
};

function chooseRun({ list, stop }: WatchOptions): typeof followCommand {
  if (list) return listCommand;
  return stop ? stopCommand : followCommand;
}

async function listCommand(context: CliContext, _path: string, options: WatchOptions): Promise<void> {
  const { withHub } = await import("../hub-access.ts");
  const { watchLines } = await import("../../session/watch-text.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  await withHub({ cwd: context.cwd, space: options.space }, async ({ client }) => {
    const [watched, works, sessions] = await Promise.all([
      client.call("scopes.watched", {}),
      client.call("work.list", {}),
      client.call("sessions.list", {}),
    ]);
    if (options.json) return printJson(context, { watched, works: works.filter(({ kind }) => kind === "watch") });
    const list = { watched, works, sessions, sessionId: "", nowMs: Date.now() };
    const lines = watched.length === 0 ? ["no folder is watched"] : watchLines(list);
    for (const line of lines) context.stdout.line(printableLine(line));
  });
}

/** Compares places on the disk: an agent's watch of this folder belongs to the workspace above it. */
async function stopCommand(context: CliContext, path: string, options: WatchOptions): Promise<void> {
  const { openSession, workspaceOfPath } = await import("../session-access.ts");
  const { watchedFolder, watchName } = await import("../../session/watch-text.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { workspace } = await workspaceOfPath(path, context.cwd);
  const session = openSession({ agent: "commons watch", cwd: context.cwd, workspace, space: options.space });
  try {
    const watches = await session.watches();
    const { source } = await session.workspace();
    const stopped = (await session.call("scopes.watched", {})).filter(
      (watched) =>
        watchedFolder(watched) === source.path &&
        (options.collection === undefined || options.collection === watched.collection),
    );
    if (stopped.length === 0) {
      throw new CommonsError("WATCH_NOT_FOUND", `${path} is not watched.`, { hint: "See commons watch --list." });
    }
    for (const watched of stopped) await watches.stop(watched);
    if (options.json) printJson(context, { stopped });
    else for (const watched of stopped) context.stdout.line(printableLine(`stopped watching ${watchName(watched)}`));
  } finally {
    session.close();
  }
}

async function followCommand(context: CliContext, path: string, options: WatchOptions): Promise<void> {
  const { openSession, workspaceOfPath } = await import("../session-access.ts");
  const { workspace, file } = await workspaceOfPath(path, context.cwd);
  const signal = context.interruption.signal();
  const session = openSession({ agent: "commons watch", cwd: context.cwd, workspace, space: options.space });
  try {
    const watches = await session.watches();
    const { openWatchPrinter } = await import("../watch-printer.ts");
    const printer = await openWatchPrinter(context, path, options);
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
