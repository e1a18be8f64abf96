import { addExamples, addJsonOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { AreaFindings } from "../doctor/doctor-run.ts";
import type { DoctorContext, Repair } from "../doctor/finding.ts";

interface DoctorCommandOptions {
  readonly fix?: boolean;
  readonly yes?: boolean;
  readonly deep?: boolean;
  readonly verbose?: boolean;
  readonly withoutChroma?: boolean;
  readonly json?: boolean;
}

export const doctorCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("doctor")
      .description("look for what is wrong, say how to mend it, and mend what is safe; starts nothing without --deep")
      .option("--fix", "do the safe repairs; asks before it stops the hub")
      .option("--yes", "do not ask")
      .option("--deep", "also read all of the catalog, and compare it with ChromaDB row by row")
      .option("--verbose", "one line for everything that is well")
      .option("--without-chroma", "rebuild a damaged catalog even where ChromaDB cannot be asked");
    addJsonOption(command).action((options: DoctorCommandOptions) => runDoctor(context, options));
    addExamples(command, {
      "commons doctor": "what is wrong, and the next step of each; exit code 1 when there are errors",
      "commons doctor --deep --verbose": "everything, also that ChromaDB has what the catalog has",
      "commons doctor --fix --yes": "permissions, left sockets, counters, word indexes, a damaged catalog",
    });
  },
};

async function runDoctor(context: CliContext, options: DoctorCommandOptions): Promise<void> {
  const { repairsOf, runChecks, withDoctor } = await import("../doctor/doctor-run.ts");
  const isDeep = options.deep ?? false;
  const doctor = {
    cwd: context.cwd,
    isDeep,
    withoutChroma: options.withoutChroma ?? false,
    onProgress: () => undefined,
  };
  const before = await withDoctor(doctor, async (place) => {
    const areas = await runChecks(place);
    const repairs = options.fix ? repairsOf(areas) : [];
    if (!options.json) await printAreas(context, areas, options.verbose ?? false);
    return { areas, done: await repairAll(context, { place, repairs, options }) };
  });
  // What was repaired is looked at again, with a hub that may have changed.
  const areas = before.done.length > 0 ? await withDoctor(doctor, runChecks) : before.areas;
  if (options.json) printJson(context, toJson(areas, before));
  else {
    if (before.done.length > 0) await printAreas(context, areas, false);
    const { closingLine } = await import("../doctor/doctor-text.ts");
    context.stdout.line(closingLine(areas));
  }
  if (areas.some(({ findings }) => findings.some(({ level }) => level === "error"))) process.exitCode = 1;
}

interface RepairWork {
  readonly place: DoctorContext;
  readonly repairs: readonly Repair[];
  readonly options: DoctorCommandOptions;
}

interface DoneRepair {
  readonly title: string;
  readonly lines: readonly string[];
  readonly error: string | null;
}

/** One after another; what fails is said and stops none of the others. */
async function repairAll(context: CliContext, { place, repairs, options }: RepairWork): Promise<DoneRepair[]> {
  const { asCommonsError } = await import("../../core/errors.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const say = (line: string) => (options.json ? undefined : context.stdout.line(printableLine(line)));
  const done: DoneRepair[] = [];
  for (const repair of repairs) {
    if (repair.needsConsent && !options.yes && !(await isAgreed(context, repair.title))) {
      say(`Left as it is: ${repair.title}. Repeat with --yes to do it.`);
      continue;
    }
    say(`${repair.title} ...`);
    try {
      const lines = await repair.run(place);
      for (const line of lines) say(line);
      done.push({ title: repair.title, lines, error: null });
    } catch (error) {
      const { message, hint } = asCommonsError(error);
      say(`That failed: ${message}${hint === undefined ? "" : ` ${hint}`}`);
      done.push({ title: repair.title, lines: [], error: hint === undefined ? message : `${message} ${hint}` });
    }
  }
  return done;
}

async function isAgreed({ stderr, interruption }: CliContext, title: string): Promise<boolean> {
  if (!stderr.isTerminal || !process.stdin.isTTY) return false;
  const { createInterface } = await import("node:readline/promises");
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await lines.question(`${title}? [y/N] `, { signal: interruption.signal() });
    return /^y(?:es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}

async function printAreas({ stdout }: CliContext, areas: readonly AreaFindings[], isVerbose: boolean): Promise<void> {
  const { doctorLines } = await import("../doctor/doctor-text.ts");
  for (const line of doctorLines(stdout, areas, isVerbose)) stdout.line(line);
}

function toJson(areas: readonly AreaFindings[], { done }: { readonly done: readonly DoneRepair[] }): unknown {
  const findings = areas.flatMap(({ area, findings: found }) =>
    found.map(({ level, fact, fix, repair }) => ({ area, level, fact, fix, isRepairable: repair !== null })),
  );
  return { findings, repairs: done };
}
