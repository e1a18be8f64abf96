import { realpath } from "node:fs/promises";
import { parse, relative, resolve, sep } from "node:path";
import { addExamples, addJsonOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { FileComparison } from "../../duplicates/file-comparison.ts";
import type { NamedFile } from "../../duplicates/opened-file.ts";

interface CompareOptions {
  readonly json?: boolean;
}

const differs = 1;
const trouble = 2;

export const compareCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("compare")
      .description("what two files have in common: same, near (and how) or different; of texts the changed lines")
      .argument("<file1>", "a file, anywhere")
      .argument("<file2>", "the file to compare it with");
    addJsonOption(command).action((first: string, second: string, options: CompareOptions) =>
      runCompareCommand(context, { first, second, options }),
    );
    command.addHelpText(
      "after",
      "\nExit code: 0 every byte is the same, 1 the files differ, 2 or more they could not be compared.",
    );
    addExamples(command, {
      "commons compare old.md new.md": "whether they say the same, and the changed lines",
      "commons compare a.jpg b.jpg": "same pixels, looks, and the tags that differ",
      "commons compare a.jpg b.jpg --json": "for scripts: verdict, findings [], diff {}, picture {}, tags {}",
    });
  },
};

async function runCompareCommand(
  context: CliContext,
  { first, second, options }: { first: string; second: string; options: CompareOptions },
): Promise<void> {
  const isJson = options.json ?? false;
  try {
    const comparison = await compareWatched(context, { first, second, isQuiet: isJson });
    if (isJson) printJson(context, comparison);
    else await print(context, comparison);
    if (comparison.verdict !== "same") process.exitCode = differs;
  } catch (thrown) {
    const { asFailure, printFailure } = await import("../failure.ts");
    const failure = asFailure(thrown);
    printFailure(context.stderr, failure, { isJson });
    // Scripts take 1 for files that differ, as of `diff` and `cmp`.
    process.exitCode = Math.max(trouble, failure.kind.exitCode);
  }
}

/** In this process, and without a hub: the files are the person's own, wherever they lie. */
async function compareWatched(
  context: CliContext,
  { first, second, isQuiet }: { first: string; second: string; isQuiet: boolean },
): Promise<FileComparison> {
  const { openSession } = await import("../session-access.ts");
  const { compareFiles } = await import("../../duplicates/compare-files.ts");
  const { openProgress } = await import("../progress.ts");
  const files = [await namedFile(first, context.cwd), await namedFile(second, context.cwd)] as const;
  const session = openSession({ agent: "commons compare", cwd: context.cwd, workspace: null });
  const board = openProgress(context, { isQuiet });
  try {
    const { reader, limits } = await session.reading();
    return await compareFiles(...files, {
      reader,
      limits,
      signal: context.interruption.signal(),
      onProgress: ({ done, total }) =>
        board.update(first, { phase: "comparing", done, total, unit: "byte", current: null }),
    });
  } finally {
    board.close();
    session.close();
  }
}

/** Any regular file, by its real place. Errors: INPUT_INVALID for an empty path, PATH_NOT_FOUND, PATH_WRONG_KIND. */
async function namedFile(path: string, cwd: string): Promise<NamedFile> {
  const { workspaceOfPath } = await import("../session-access.ts");
  const { CommonsError } = await import("../../core/errors.ts");
  const { file } = await workspaceOfPath(path, cwd);
  if (file === null)
    throw new CommonsError("PATH_WRONG_KIND", `${path} is a directory, and two files are compared.`, {
      hint: "Name a file of it; commons duplicates looks for copies in a directory.",
    });
  const real = await realpath(resolve(cwd, path));
  const { root } = parse(real);
  return { root, path: relative(root, real).split(sep).join("/"), shown: path };
}

async function print({ stdout }: CliContext, comparison: FileComparison): Promise<void> {
  const { comparisonLines } = await import("../output/comparison-lines.ts");
  for (const line of comparisonLines(stdout, comparison)) stdout.line(line);
}
