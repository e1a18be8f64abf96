import { addExamples, addJsonOption, wholeNumber } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { PhotoReport, PhotosInput } from "../../photos/photo-report.ts";
import type { Session } from "../../session/session.ts";

interface ExifOptions {
  readonly recursive: boolean;
  readonly maxFiles?: number;
  readonly json?: boolean;
}

export const exifCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("exif")
      .description("what images say of themselves: camera, lens, exposure, time, place; of one image every tag")
      .argument("[path]", "image or directory (default: the current directory)")
      .option("--recursive", "also the directories below (the default)", true)
      .option("--no-recursive", "only images that stand in the directory itself")
      .option("--max-files <n>", "at most so many images; what is left out is counted", wholeNumber(1, 1_000_000));
    addJsonOption(command).action((path: string | undefined, options: ExifOptions) =>
      runExifCommand(context, path ?? ".", options),
    );
    addExamples(command, {
      "commons exif": "a table of all images here and below, and a summary",
      "commons exif --no-recursive --max-files 100": "the first hundred of this directory",
      "commons exif --json": "for scripts: photos [] with path and photo.facts {}, summary {}",
    });
  },
};

async function runExifCommand(context: CliContext, path: string, options: ExifOptions): Promise<void> {
  const { openSession, workspaceOfPath } = await import("../session-access.ts");
  const { workspace, file } = await workspaceOfPath(path, context.cwd);
  const session = openSession({ agent: "commons exif", cwd: context.cwd, workspace });
  try {
    const { recursive, maxFiles } = options;
    const report = await readWatched(context, session, {
      input: { path: file ?? ".", recursive, maxFiles },
      label: path,
      isQuiet: options.json ?? false,
    });
    if (options.json) printJson(context, report);
    else await printReport(context, path, report);
  } finally {
    session.close();
  }
}

async function readWatched(
  context: CliContext,
  session: Session,
  { input, label, isQuiet }: { input: PhotosInput; label: string; isQuiet: boolean },
): Promise<PhotoReport> {
  const { openProgress } = await import("../progress.ts");
  const board = openProgress(context, { isQuiet });
  try {
    return await (
      await session.ingester()
    ).photos(input, {
      signal: context.interruption.signal(),
      onProgress: ({ phase, scanned, done, total, path }) =>
        board.update(label, {
          phase: phase === "scan" ? "looking for images" : "reading images",
          done: phase === "scan" ? scanned : done,
          total,
          unit: "image",
          current: path,
        }),
    });
  } finally {
    board.close();
  }
}

async function printReport({ stdout }: CliContext, path: string, report: PhotoReport): Promise<void> {
  const { detailLines, photoTable } = await import("../output/photo-lines.ts");
  const { summaryLines, unreadLines } = await import("../../session/photos-text.ts");
  const { skippedLines } = await import("../../session/skipped-text.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  if (report.kind === "one") {
    for (const line of detailLines(stdout, report)) stdout.line(line);
    return;
  }
  const { photos, summary, ms } = report;
  for (const line of photoTable(photos, stdout.columns)) stdout.line(line);
  if (photos.length > 0) stdout.line();
  if (photos.length < summary.files)
    stdout.line(`The first ${photos.length.toLocaleString("en-US")} images; what follows is of all.`);
  for (const line of [...summaryLines(path, summary, ms), ...unreadLines(summary), ...skippedLines(summary)])
    stdout.line(printableLine(line));
}
