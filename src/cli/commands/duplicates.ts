import { hashMethods, type DuplicateReport, type DuplicatesInput } from "../../duplicates/duplicate-report.ts";
import type { IngestProgress } from "../../ingest/requests.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import {
  addExamples,
  addJsonOption,
  addSpaceOption,
  choiceOption,
  listOf,
  shareOf,
  wholeNumber,
} from "../command-options.ts";

interface DuplicatesOptions {
  readonly method: DuplicatesInput["method"];
  readonly rotated?: boolean;
  readonly threshold?: number;
  readonly categories?: readonly string[];
  readonly extensions?: readonly string[];
  readonly recursive: boolean;
  readonly includeIgnored?: boolean;
  readonly maxFiles?: number;
  readonly limit?: number;
  readonly json?: boolean;
  readonly collection?: readonly string[];
  readonly minCharacters: number;
  readonly across: boolean;
  readonly space?: string;
}

const shownGroups = 50;
const shownFilesOfGroup = 20;
// What programs read is whole, as far as memory goes.
const everything = 1_000_000;
// Each is looked up in the hub.
const mostCollectionGroups = 10_000;

export const duplicatesCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("duplicates")
      .description("find equal files, pictures that look alike and near copies of texts; deletes nothing")
      .argument("[path]", "directory", ".")
      .addOption(
        choiceOption(
          "--method <method>",
          "full: equal bytes; partial: same size, head and tail, not proven; perceptual: pictures that look alike; text: near copies",
          hashMethods,
        ).default("full"),
      )
      .option("--rotated", "perceptual: also turned and mirrored pictures")
      .option("--threshold <share>", "perceptual, text: least likeness, from 0 to 1", shareOf)
      .option("--categories <list>", "only these kinds of files, for example images,documents", listOf)
      .option("--extensions <list>", "only files with these extensions, for example jpg,png", listOf)
      .option("--no-recursive", "only files that stand in the directory itself")
      .option("--include-ignored", "also what git ignores, dependencies and build output; never secrets")
      .option("--max-files <n>", "at most so many files; what is left out is counted", wholeNumber(1, 1_000_000))
      .option(
        "-n, --limit <n>",
        `at most so many groups (default: ${shownGroups}; with --json all)`,
        wholeNumber(1, everything),
      );
    command
      .option(
        "--collection <list>",
        'instead of files: texts that stand in several documents of collections; "*" for all',
        listOf,
      )
      .option("--min-characters <n>", "--collection: leave shorter passages out", wholeNumber(1, 100_000), 100)
      .option("--no-across", "--collection: look at each collection by itself");
    addJsonOption(addSpaceOption(command)).action((path: string, options: DuplicatesOptions) =>
      options.collection === undefined
        ? runCommand(context, path, options)
        : runCollections(context, path, { ...options, collections: options.collection }),
    );
    addExamples(command, {
      "commons duplicates": "equal files below the current directory, those that waste most first",
      "commons duplicates --method perceptual --rotated": "pictures that were resized, stored again or turned",
      "commons duplicates --collection frontend_code,backend_code": "what stands more than once in what was ingested",
      "commons duplicates --json": "for scripts: groups [] with files [] (the one to keep first), wastedBytes",
    });
  },
};

async function runCollections(
  context: CliContext,
  path: string,
  options: DuplicatesOptions & { readonly collections: readonly string[] },
): Promise<void> {
  const { CommonsError } = await import("../../core/errors.ts");
  if (path !== ".")
    throw new CommonsError("INPUT_INVALID", "A directory and --collection are two choices of one.", {
      hint: "Leave one of them out.",
    });
  const { runCollectionDuplicates } = await import("../collection-duplicates.ts");
  const { collections, minCharacters, across: isAcross, limit, json: isJson = false, space } = options;
  const groups = Math.min(limit ?? (isJson ? everything : shownGroups), mostCollectionGroups);
  const names = collections.includes("*") ? ("*" as const) : collections;
  await runCollectionDuplicates(
    context,
    { collections: names, limit: groups, minCharacters, isAcross },
    { isJson, space },
  );
}

async function runCommand(context: CliContext, path: string, options: DuplicatesOptions): Promise<void> {
  const { CommonsError } = await import("../../core/errors.ts");
  const { openNamedDirectory, openSession, workspaceOfPath } = await import("../session-access.ts");
  const { findDuplicates } = await import("../../duplicates/find-duplicates.ts");
  const { KeptPrints } = await import("../../duplicates/kept-prints.ts");
  const { knownCategories } = await import("../../session/known-categories.ts");
  const { requireUsedOptions } = await import("../../duplicates/method-options.ts");
  const { method, threshold } = options;
  requireUsedOptions(
    { method, threshold, isTurned: options.rotated ?? false },
    { method: "--method", rotated: "--rotated", threshold: "--threshold" },
  );
  const { workspace: directory, file } = await workspaceOfPath(path, context.cwd);
  if (file !== null)
    throw new CommonsError("PATH_WRONG_KIND", `${path} is a file, not a directory.`, {
      hint: "Name a directory; commons compare compares two files.",
    });
  // The files are the person's own, wherever they lie: no session's workspace, and no hub.
  const workspace = await openNamedDirectory(path, directory);
  const filesPerGroup = options.json ? everything : shownFilesOfGroup;
  const input: DuplicatesInput = {
    path: ".",
    recursive: options.recursive,
    categories: knownCategories(options.categories),
    extensions: options.extensions,
    maxFiles: options.maxFiles,
    method: options.method,
    isTurned: options.rotated ?? false,
    threshold: options.threshold,
    includeIgnored: options.includeIgnored ?? false,
    limit: { groups: options.limit ?? (options.json ? everything : shownGroups), filesPerGroup },
  };
  const session = openSession({ agent: "commons duplicates", cwd: context.cwd, workspace: null });
  try {
    const reading = await session.reading();
    const report = await findWatched(context, { label: path, isQuiet: options.json ?? false }, (how) =>
      findDuplicates({ ...reading, ...how, kept: new KeptPrints(), workspace, directory: "", input }),
    );
    if (options.json) printJson(context, { workspace: directory, ...report });
    else await printReport(context, path, report);
  } finally {
    session.close();
  }
}

async function findWatched(
  context: CliContext,
  { label, isQuiet }: { readonly label: string; readonly isQuiet: boolean },
  ask: (how: {
    readonly signal: AbortSignal;
    readonly onProgress: (progress: IngestProgress) => void;
  }) => Promise<DuplicateReport>,
): Promise<DuplicateReport> {
  const { openProgress } = await import("../progress.ts");
  const board = openProgress(context, { isQuiet });
  const kilobytes = (bytes: number): number => Math.round(bytes / 1_000);
  try {
    return await ask({
      signal: context.interruption.signal(),
      onProgress: ({ phase, scanned, done, total, path }) =>
        board.update(
          label,
          phase === "scan"
            ? { phase: "looking for files", done: scanned, total: null, unit: "name", current: path }
            : { phase: "comparing", done: kilobytes(done), total: kilobytes(total ?? 0), unit: "kB", current: path },
        ),
    });
  } finally {
    board.close();
  }
}

async function printReport({ stdout }: CliContext, path: string, report: DuplicateReport): Promise<void> {
  const { duplicateLines } = await import("../output/duplicate-lines.ts");
  for (const line of duplicateLines(stdout, path, report)) stdout.line(line);
}
