import type { RepeatReport, RepeatsInput } from "../duplicates/repeat-report.ts";
import { printJson, type CliContext } from "./cli-context.ts";
import { openProgress } from "./progress.ts";
import { openSession } from "./session-access.ts";

/** Finds what stands more than once in collections, and prints it. */
export async function runCollectionDuplicates(
  context: CliContext,
  input: RepeatsInput,
  { isJson, space }: { readonly isJson: boolean; readonly space: string | undefined },
): Promise<void> {
  const session = openSession({ agent: "commons duplicates", cwd: context.cwd, workspace: null, space });
  const board = openProgress(context, { isQuiet: isJson });
  let report: RepeatReport;
  try {
    const ingester = await session.ingester();
    report = await ingester.repeats(input, {
      signal: context.interruption.signal(),
      onProgress: ({ done, total, path }) =>
        board.update("collections", { phase: "comparing", done, total, unit: "passage", current: path }),
    });
  } finally {
    board.close();
    session.close();
  }
  if (isJson) return printJson(context, { ...report });
  const { repeatLines } = await import("./output/repeat-lines.ts");
  for (const line of repeatLines(context.stdout, report)) context.stdout.line(line);
}
