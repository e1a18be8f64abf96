import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { AdoptionReport } from "../../session/adoption.ts";

interface AdoptOptions {
  readonly as?: string;
  readonly json?: boolean;
  readonly space?: string;
}

export const adoptCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("adopt")
      .description("copy a collection that another program made in ChromaDB; doing it again brings the copy up to date")
      .argument("<name>", "collection, as commons list shows it; it is only read, never changed")
      .option("--as <name>", "name of the copy (default: the name with -adopted behind it)");
    addJsonOption(addSpaceOption(command)).action((name: string, options: AdoptOptions) =>
      runAdopt(context, name, options),
    );
    addExamples(command, {
      "commons adopt recipes": "copy recipes to recipes-adopted, with our own vectors and word index",
      "commons adopt recipes --as cooking": "the same under another name",
    });
  },
};

async function runAdopt(context: CliContext, name: string, options: AdoptOptions): Promise<void> {
  const { openSession } = await import("../session-access.ts");
  const { adoptCollection } = await import("../../session/adoption.ts");
  const { openProgress } = await import("../progress.ts");
  const session = openSession({ agent: "commons adopt", cwd: context.cwd, workspace: null, space: options.space });
  const board = openProgress(context, { isQuiet: options.json ?? false });
  try {
    const report = await adoptCollection(session, {
      from: name,
      to: options.as ?? `${name}-adopted`,
      signal: context.interruption.signal(),
      onProgress: (progress) => board.update(name, { phase: "copying", unit: "record", current: null, ...progress }),
    });
    board.close();
    if (options.json) printJson(context, report);
    else await printReport(context, report);
  } finally {
    board.close();
    session.close();
  }
}

async function printReport({ stdout }: CliContext, report: AdoptionReport): Promise<void> {
  const { countOf } = await import("../../core/quantities.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { restoreLines } = await import("../../session/foreign-records.ts");
  const { from, to, added, changed, unchanged, removed, withoutText, unusableIds, secretIds, secrets, cutFacts } =
    report;
  const lines = [
    `Copied ${from} to ${to}: ${added} added, ${changed} changed, ${unchanged} unchanged, ${removed} removed.`,
    ...restoreLines(report),
    ...(withoutText > 0 ? [`${countOf(withoutText, "record")} without a text left out.`] : []),
    ...(unusableIds > 0 ? [`${countOf(unusableIds, "record")} with too long an id left out.`] : []),
    ...(secretIds > 0 ? [`${countOf(secretIds, "record")} with a secret in the id left out.`] : []),
    ...(secrets > 0 ? [`${countOf(secrets, "secret")} not stored: replaced by [redacted: ...].`] : []),
    ...(cutFacts > 0 ? [`${countOf(cutFacts, "fact")} cut: too long.`] : []),
    ...(report.isComplete ? [] : ["The original changed all the while: some records may be missing. Run it again."]),
    `${from} is as it was; the other program goes on with it.`,
  ];
  for (const line of lines) stdout.line(printableLine(line));
}
