import { addExamples, addJsonOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { AreaFindings, DoctorOptions } from "../doctor/doctor-run.ts";
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
  const { runChecks, withDoctor } = await import("../doctor/doctor-run.ts");
  const isDeep = options.deep ?? false;
  const doctor = {
    cwd: context.cwd,
    isDeep,
    withoutChroma: options.withoutChroma ?? false,
    onProgress: () => undefined,
  };
  const before = await withDoctor(doctor, runChecks);
  if (!options.json) await printAreas(context, before, options.verbose ?? false);
  const { areas, done } = options.fix
    ? await repairAll(context, { doctor, areas: before, options })
    : { areas: before, done: [] };
  if (options.json) printJson(context, toJson(areas, done));
  else {
    if (done.length > 0) await printAreas(context, areas, false);
    const { closingLine } = await import("../doctor/doctor-text.ts");
    context.stdout.line(closingLine(areas));
  }
  if (areas.some(({ findings }) => findings.some(({ level }) => level === "error"))) process.exitCode = 1;
}

interface DoneRepair {
  readonly title: string;
  readonly lines: readonly string[];
  readonly error: string | null;
}

interface RepairWork {
  readonly doctor: DoctorOptions;
  readonly areas: readonly AreaFindings[];
  readonly options: DoctorCommandOptions;
}

/** One after another, each once; what fails is said and stops none of the others. After each, everything is looked at again. */
async function repairAll(
  context: CliContext,
  { doctor, areas, options }: RepairWork,
): Promise<{ readonly areas: readonly AreaFindings[]; readonly done: readonly DoneRepair[] }> {
  const { repairsOf, runChecks, withDoctor } = await import("../doctor/doctor-run.ts");
  const done: DoneRepair[] = [];
  const tried = new Set<string>();
  // Chroma is brought up to date as a whole after a rebuild.
  const isDone = (key: string) => tried.has(key) || (tried.has("catalog-rebuild") && key.startsWith("mirror "));
  let found = areas;
  for (;;) {
    const repair = repairsOf(found).find(({ key }) => !isDone(key));
    if (repair === undefined) return { areas: found, done };
    tried.add(repair.key);
    const result = await withDoctor(doctor, (place) => repairOne(context, { place, repair, options }));
    if (result === null) continue;
    done.push(result);
    // What passes after an earlier repair needs none of its own.
    found = await withDoctor(doctor, runChecks);
  }
}

interface OneRepair {
  readonly place: DoctorContext;
  readonly repair: Repair;
  readonly options: DoctorCommandOptions;
}

/** null: not agreed to. */
async function repairOne(context: CliContext, { place, repair, options }: OneRepair): Promise<DoneRepair | null> {
  const { asCommonsError } = await import("../../core/errors.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const say = (line: string) => (options.json ? undefined : context.stdout.line(printableLine(line)));
  const { title } = repair;
  if (repair.needsConsent && !options.yes && !(await isAgreed(context, title))) {
    say(`Left as it is: ${title}. Repeat with --yes to do it.`);
    return null;
  }
  say(`${title} ...`);
  try {
    const lines = await repair.run(place);
    for (const line of lines) say(line);
    return { title, lines, error: null };
  } catch (error) {
    const { message, hint } = asCommonsError(error);
    say(`That failed: ${message}${hint === undefined ? "" : ` ${hint}`}`);
    return { title, lines: [], error: hint === undefined ? message : `${message} ${hint}` };
  }
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

function toJson(areas: readonly AreaFindings[], done: readonly DoneRepair[]): unknown {
  const findings = areas.flatMap(({ area, findings: found }) =>
    found.map(({ level, fact, fix, repair }) => ({ area, level, fact, fix, isRepairable: repair !== null })),
  );
  return { findings, repairs: done };
}
