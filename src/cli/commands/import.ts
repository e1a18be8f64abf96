import { basename, resolve } from "node:path";
import type { Readable } from "node:stream";
import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { Session } from "../../session/session.ts";

interface ImportOptions {
  readonly as?: string;
  readonly overwrite?: boolean;
  readonly force?: boolean;
  readonly embedder?: string;
  readonly json?: boolean;
  readonly space?: string;
}

export const importCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("import")
      .description(
        "read a collection that commons export wrote, or an earlier server's export_collection; it is there as a whole or not at all",
      )
      .argument("<file>", "file, its name in the exports directory of the home, or - for standard input")
      .option("--as <name>", "name of the collection (default: the one that it had)")
      .option("--overwrite", "replace a collection of that name, which can be restored for 7 days")
      .option("--force", "replace it even while sessions use it")
      .option("--embedder <model>", "keep a file's vectors of this model, or embed its texts anew with it");
    addJsonOption(addSpaceOption(command)).action((file: string, options: ImportOptions) =>
      runImport(context, file, options),
    );
    addExamples(command, {
      "commons import frontend_code.jsonl.gz --as frontend_copy": "under another name",
      "commons import frontend_code.jsonl.gz --overwrite": "in the place of the collection that has the name now",
    });
  },
};

async function runImport(context: CliContext, file: string, options: ImportOptions): Promise<void> {
  const { withSession } = await import("../session-access.ts");
  const { withForceHint } = await import("../force-hint.ts");
  const { importCollection } = await import("../../session/import-run.ts");
  const { openProgress } = await import("../progress.ts");
  await withSession({ agent: "commons import", cwd: context.cwd, space: options.space }, async (session) => {
    const input = await openInput(context, session, file);
    const board = openProgress(context, { isQuiet: options.json ?? false });
    try {
      const report = await withForceHint(`commons import ${file} --overwrite --force`, () =>
        importCollection(session, {
          file: input,
          name: options.as ?? null,
          nameHint: `Name it: commons import ${file} --as NAME`,
          overwrite: options.overwrite ?? false,
          force: options.force ?? false,
          embedder: options.embedder,
          signal: context.interruption.signal(),
          onProgress: ({ documents }) =>
            board.update(basename(file), {
              phase: "importing",
              done: documents,
              total: null,
              unit: "document",
              current: null,
            }),
        }),
      );
      board.close();
      if (options.json) printJson(context, report);
      else {
        const { importLines } = await import("../../session/portable-text.ts");
        const { printableLine } = await import("../output/printable-text.ts");
        for (const line of importLines(report)) context.stdout.line(printableLine(line));
      }
    } finally {
      board.close();
      input.destroy();
    }
  });
}

/** A file where the person stands comes before one of the exports directory. Errors: PATH_NOT_FOUND, PATH_WRONG_KIND. */
async function openInput({ cwd }: CliContext, session: Session, file: string): Promise<Readable> {
  if (file === "-") return process.stdin;
  const { open } = await import("node:fs/promises");
  const { CommonsError, systemErrorCode } = await import("../../core/errors.ts");
  const { exportsDirectory, isPlainName, openStoredExport } = await import("../../session/exports-directory.ts");
  try {
    const handle = await open(resolve(cwd, file), "r");
    if (!(await handle.stat()).isDirectory()) return handle.createReadStream();
    await handle.close();
  } catch (error) {
    const stored =
      systemErrorCode(error) === "ENOENT" && isPlainName(file)
        ? openStoredExport(await exportsDirectory(session), file)
        : null;
    if (stored !== null) return stored;
    throw new CommonsError("PATH_NOT_FOUND", `${file} cannot be opened (${systemErrorCode(error) ?? "error"}).`, {
      hint: "Give a file that commons export wrote, or its name in the exports directory.",
      cause: error,
    });
  }
  throw new CommonsError("PATH_WRONG_KIND", `${file} is a directory.`, {
    hint: "Name a file that commons export wrote.",
  });
}
