import { addExamples, addFileOptions, addJsonOption, addSpaceOption, wholeNumber } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { IngestProgress } from "../../ingest/requests.ts";
import type { Session } from "../../session/session.ts";

interface IngestOptions {
  readonly collection?: string;
  readonly categories?: readonly string[];
  readonly extensions?: readonly string[];
  readonly maxFiles?: number;
  readonly embedder?: string;
  readonly yes?: boolean;
  readonly recursive: boolean;
  readonly content: boolean;
  readonly json?: boolean;
  readonly space?: string;
}

export const ingestCommand: CliCommand = {
  add(program, context) {
    const command = addFileOptions(
      program
        .command("ingest")
        .description("bring a collection up to date with a directory or a file; unchanged files cost nothing")
        .argument("[path]", "directory, which becomes the workspace, or one file (default: the current directory)"),
    )
      .option("--max-files <n>", "at most so many files; what is left out is counted", wholeNumber(1, 1_000_000))
      .option(
        "--embedder <model>",
        "embedding model of a new collection: built-in, ollama:MODEL, openai:MODEL, onnx:REPOSITORY (default: the setting embedder)",
      )
      .option("--yes", "send the text to a model that has a price or is on another machine; without it, ingest asks")
      .option("--no-content", "only names and metadata, no text");
    addJsonOption(addSpaceOption(command)).action((path: string | undefined, options: IngestOptions) =>
      runIngestCommand(context, path ?? ".", options),
    );
    addExamples(command, {
      "commons ingest": "the current directory, into its own collection",
      "commons ingest src --collection frontend_code": "the directory src, into frontend_code",
      "commons ingest --extensions ts,md --max-files 500": "some files only; what is stored of others stays",
      "commons ingest --json": "the result for scripts: files {}, skippedBy {}, chunks, embedded, ms",
    });
  },
};

async function runIngestCommand(context: CliContext, path: string, options: IngestOptions): Promise<void> {
  const { openSession, workspaceOfPath } = await import("../session-access.ts");
  const { findCollection } = await import("../../session/collections.ts");
  const { builtInModel, isBuiltInModel } = await import("../../core/model-id.ts");
  const { ingestLines } = await import("../output/ingest-text.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { workspace, file } = await workspaceOfPath(path, context.cwd);
  const session = openSession({ agent: "commons ingest", cwd: context.cwd, workspace, space: options.space });
  try {
    await askBefore(context, session, { path: file, options });
    const { collection, report } = await ingestWatched(context, session, { label: path, file, options });
    if (options.json) printJson(context, { collection, workspace, ...report });
    else {
      for (const line of ingestLines(collection, report)) context.stdout.line(printableLine(line));
      const model = (await findCollection(session, collection))?.embedder ?? builtInModel;
      if (!isBuiltInModel(model) && report.embedded > 0)
        context.stdout.line(printableLine(`  ${model} makes the vectors in the background: commons status`));
    }
  } finally {
    session.close();
  }
}

async function askBefore(
  context: CliContext,
  session: Session,
  { path, options }: { readonly path: string | null; readonly options: IngestOptions },
): Promise<void> {
  const { consentToSend } = await import("../embedding-consent.ts");
  const { posix } = await import("node:path");
  const { collection, embedder, categories, extensions, recursive, maxFiles } = options;
  await consentToSend(context, session, {
    collection: collection ?? null,
    embedder,
    isAccepted: options.yes ?? false,
    // Of one file the directory's price is the upper bound.
    scan: {
      path: path === null ? "." : posix.dirname(path.replaceAll("\\", "/")),
      collection,
      recursive,
      categories,
      extensions,
      max_files: maxFiles,
    },
  });
}

/** Runs the ingest with a progress bar where a person watches. Interrupted, it throws CANCELLED with what is kept. */
async function ingestWatched(
  context: CliContext,
  session: Session,
  { label, file, options }: { label: string; file: string | null; options: IngestOptions },
) {
  const { runIngest } = await import("../../session/ingest-run.ts");
  const { openProgress } = await import("../progress.ts");
  const { ingestState } = await import("../ingest-progress.ts");
  const signal = context.interruption.signal();
  const board = openProgress(context, { isQuiet: options.json ?? false });
  let last: IngestProgress | null = null;
  const onProgress = (progress: IngestProgress) => {
    last = progress;
    board.update(label, ingestState(progress));
  };
  const input = {
    path: file,
    collection: options.collection ?? null,
    kind: "any" as const,
    recursive: options.recursive,
    includeContent: options.content,
    ...(options.categories === undefined ? {} : { categories: options.categories }),
    ...(options.extensions === undefined ? {} : { extensions: options.extensions }),
    ...(options.maxFiles === undefined ? {} : { maxFiles: options.maxFiles }),
    ...(options.embedder === undefined ? {} : { embedder: options.embedder }),
  };
  try {
    return await runIngest(session, input, { signal, onProgress });
  } catch (error) {
    if (!signal.aborted) throw error;
    const { ingestCancelled } = await import("../ingest-cancelled.ts");
    throw ingestCancelled([last]);
  } finally {
    board.close();
  }
}
