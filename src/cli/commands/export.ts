import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { WrittenExport } from "../../session/export-file.ts";
import type { ExportRequest } from "../../session/export-run.ts";
import type { Session } from "../../session/session.ts";

interface ExportOptions {
  readonly force?: boolean;
  readonly json?: boolean;
  readonly space?: string;
}

interface ExportArguments {
  readonly name: string;
  readonly file: string | undefined;
  readonly options: ExportOptions;
}

export const exportCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("export")
      .description("write a collection to a portable file with its passages, vectors and metadata")
      .argument("<name>", "collection")
      .argument(
        "[file]",
        "where to; - is standard output (default: NAME.jsonl.gz in the exports directory of the home)",
      )
      .option("--force", "overwrite a file that is there");
    addJsonOption(addSpaceOption(command)).action((name: string, file: string | undefined, options: ExportOptions) =>
      runExport(context, { name, file, options }),
    );
    addExamples(command, {
      "commons export frontend_code": "into the exports directory; the output says where",
      "commons export frontend_code /tmp/frontend.jsonl.gz --force": "to any file, also over one that is there",
    });
  },
};

async function runExport(context: CliContext, { name, file, options }: ExportArguments): Promise<void> {
  const { withSession } = await import("../session-access.ts");
  const { openProgress } = await import("../progress.ts");
  const isQuiet = options.json === true || file === "-";
  await withSession({ agent: "commons export", cwd: context.cwd, space: options.space }, async (session) => {
    const board = openProgress(context, { isQuiet });
    try {
      const request = {
        collection: name,
        signal: context.interruption.signal(),
        onProgress: (progress: { readonly done: number; readonly total: number }) =>
          board.update(name, { phase: "exporting", unit: "document", current: null, ...progress }),
      };
      if (file === "-") await exportToOutput(context, session, request);
      else {
        const { exportToFile } = await import("../../session/export-file.ts");
        const to = file === undefined ? { name: file } : { path: file, cwd: context.cwd };
        const written = await exportToFile(session, { ...request, to, ifThere: options.force ? "replace" : "refuse" });
        board.close();
        if (options.json) printJson(context, { ...written.report, path: written.path, sizeBytes: written.sizeBytes });
        else await printLines(context, written);
      }
    } finally {
      board.close();
    }
  });
}

/** What went out cannot be taken back, so there is one try. */
async function exportToOutput(
  { stderr }: CliContext,
  session: Session,
  request: Omit<ExportRequest, "begin" | "tries">,
): Promise<void> {
  const { Writable } = await import("node:stream");
  const { exportCollection } = await import("../../session/export-run.ts");
  const { CommonsError } = await import("../../core/errors.ts");
  if (process.stdout.isTTY)
    throw new CommonsError("INPUT_INVALID", "An export is compressed: a terminal cannot show it.", {
      hint: `Send it somewhere: commons export ${request.collection} - > FILE`,
    });
  const begin = async () =>
    new Writable({ write: (part: Buffer, _encoding, done) => void process.stdout.write(part, (error) => done(error)) });
  const { isConsistent } = await exportCollection(session, { ...request, begin, tries: 1 });
  if (!isConsistent) stderr.line("The collection changed while it was read: the export is no state of one moment.");
}

async function printLines({ stdout }: CliContext, written: WrittenExport): Promise<void> {
  const { exportLines } = await import("../../session/portable-text.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  for (const line of exportLines(written)) stdout.line(printableLine(line));
}
