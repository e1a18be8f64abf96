import { environment } from "../../config/load-settings.ts";
import { currentProgram } from "../../config/program.ts";
import { homeDirectory } from "../../config/paths.ts";
import { CommonsError, errorCatalogue } from "../../core/errors.ts";
import type { LaunchSpec, SetupScope } from "../../setup/client-adapter.ts";
import { clientPlatform, type PathSurroundings } from "../../setup/client-paths.ts";
import type { FileChange } from "../../setup/file-change.ts";
import { serverLaunch } from "../../setup/launch-spec.ts";
import { printJson, type CliContext } from "../cli-context.ts";
import { canAsk } from "../question.ts";
import { printableLine } from "../output/printable-text.ts";
import { wrapped } from "../output/wrapped.ts";
import { serverChecker } from "./agent-check.ts";
import { selectAgents, type SelectedAgent } from "./agent-selection.ts";
import { changeLines, unifiedDiff } from "./change-text.ts";
import { consentOf, type Answer, type Consent } from "./consent.ts";
import { requireContainers } from "./containers.ts";
import { instructionFiles, writeInstructions, type InstructionsResult } from "./instructions-run.ts";
import { openSetupFiles, type SetupFiles } from "./setup-files.ts";
import { setUpAgents, type AgentResult, type SetupRun } from "./setup-run.ts";
import {
  closingLines,
  instructionLines,
  interruptedLines,
  isUnproven,
  outcomeLines,
  planLines,
  proofLines,
  resultJson,
} from "./setup-text.ts";
import { askServedDirectory, requireHome, requireProject, servedDirectory } from "./served-directory.ts";
import { waitingLine } from "./waiting-line.ts";

export interface SetupOptions {
  readonly client?: readonly string[];
  readonly scope: SetupScope;
  readonly docker?: boolean;
  readonly workspace?: string;
  readonly approve?: boolean;
  readonly replace?: boolean;
  /** undefined: offered where somebody can answer. */
  readonly instructions?: boolean;
  readonly dryRun?: boolean;
  readonly print?: boolean;
  readonly yes?: boolean;
  readonly json?: boolean;
}

const projectNote =
  "The entry names paths of this machine: whoever else works on the project runs commons setup --scope project too, or you keep the file out of the repository.";

/** One run: what all of its steps share. */
interface Flow {
  readonly context: CliContext;
  readonly options: SetupOptions;
  readonly surroundings: PathSurroundings;
  readonly files: SetupFiles;
  readonly consent: Consent;
  /** Whether anything may be written: somebody can answer, or has. */
  readonly isWriting: boolean;
  readonly say: (lines: readonly string[]) => void;
}

/** `commons setup`. Errors: CLIENT_NOT_FOUND, INPUT_INVALID also where nobody can agree to the changes; what fails for one agent is told with it. */
export async function runSetup(context: CliContext, options: SetupOptions): Promise<void> {
  const env = environment();
  const surroundings = { env, platform: clientPlatform(process.platform), home: homeDirectory(env), cwd: context.cwd };
  if (options.print === true) {
    const { printEntries } = await import("./entry-print.ts");
    await printEntries(context, options, surroundings);
    return;
  }
  requireHome(surroundings);
  const launch = serverLaunch({
    program: currentProgram(),
    env,
    isDocker: options.docker ?? false,
    isOnlyShown: options.dryRun ?? false,
  });
  const agents = selectAgents(options.client, surroundings);
  const workspace = options.workspace === undefined ? null : servedDirectory(options.workspace, surroundings);
  if (options.scope === "project") requireProject(surroundings);
  const flow = flowOf(context, options, surroundings);
  if (options.docker === true) await requireContainers(env);
  const notes = runNotes(launch.notes, options, agents);
  flow.say(notes.length === 0 ? [] : [...notes.flatMap((note) => wrapped(`note: ${printableLine(note)}`, 0)), ""]);
  await carryOut(flow, { agents, launch: launch.spec, notes, workspace });
}

interface Wanted {
  readonly agents: readonly SelectedAgent[];
  readonly launch: LaunchSpec;
  readonly notes: readonly string[];
  readonly workspace: string | null;
}

/** Errors: CANCELLED after what was written until then was told. */
async function carryOut(flow: Flow, { agents, launch, notes, workspace }: Wanted): Promise<void> {
  const { context, options } = flow;
  const done = new Map<string, AgentResult>();
  const onDone = (result: AgentResult) => void done.set(result.client.id, result);
  const instructionsDone: InstructionsResult[] = [];
  const print = () => {
    if (options.json !== true) return;
    const told = { launch, notes, agents: Array.from(done.values(), resultJson) };
    printJson(context, { ...told, instructions: instructionsDone.map(instructionsJson) });
  };
  try {
    const results = await setUpAgents(agents, { ...agentsRun(flow, onDone), launch, workspace });
    const instructions = await offerInstructions(flow, results, (result) => void instructionsDone.push(result));
    for (const result of results) onDone(result);
    print();
    flow.say(closingLines(results, instructions));
    end(flow, results, instructions);
  } catch (error) {
    if (!(error instanceof CommonsError) || error.code !== "CANCELLED") throw error;
    // What was written before stays written: whoever interrupts must know it.
    print();
    flow.say(interruptedLines([...done.values()], instructionsDone));
    throw error;
  }
}

function runNotes(
  launchNotes: readonly string[],
  { scope, workspace }: SetupOptions,
  agents: readonly SelectedAgent[],
): string[] {
  const titles = agents.map(({ client }) => client.title).join(", ");
  const isUnused = workspace !== undefined && agents.every(({ client }) => client.workspace.kind !== "none");
  return [
    ...launchNotes,
    ...(scope === "project" ? [projectNote] : []),
    ...(isUnused ? [`--workspace is not used: a session of ${titles} is told its directory by the agent.`] : []),
  ];
}

function agentsRun(flow: Flow, onDone: (result: AgentResult) => void): Omit<SetupRun, "launch" | "workspace"> {
  const { context, options, surroundings, isWriting, say } = flow;
  const signal = context.interruption.signal();
  return {
    files: flow.files,
    surroundings,
    scope: options.scope,
    isUnattended: options.approve ?? false,
    isReplacing: options.replace ?? false,
    isEachNamed: options.client !== undefined,
    checker: serverChecker(surroundings, signal),
    signal,
    agree: isWriting ? (agent) => flow.consent.ask(`Write this for ${agent.client.title}?`) : null,
    askWorkspace: async (agent) => (isWriting && options.yes !== true ? askServedDirectory(agent, flow) : null),
    onPlan: (agent, plan) => say(planLines(context.stdout, agent, plan)),
    onOutcome: (result) => {
      onDone(result);
      say(outcomeLines(context.stdout, result));
    },
    onWait: options.json === true ? () => undefined : waitingLine(context),
    onResult: (result) => say(proofLines(context.stdout, result)),
  };
}

function flowOf(context: CliContext, options: SetupOptions, surroundings: PathSurroundings): Flow {
  const isAgreed = options.yes ?? false;
  return {
    context,
    options,
    surroundings,
    files: openSetupFiles(surroundings.env),
    consent: consentOf(context, isAgreed),
    isWriting: options.dryRun !== true && (isAgreed || (options.json !== true && canAsk(context))),
    say: (lines) => {
      if (options.json !== true) for (const line of lines) context.stdout.line(line);
    },
  };
}

/** `--yes` agrees to the entries; a text in the person's own instructions is written when they ask for it. */
async function offerInstructions(
  flow: Flow,
  results: readonly AgentResult[],
  onDone: (result: InstructionsResult) => void,
): Promise<InstructionsResult[]> {
  const { context, options } = flow;
  if (options.instructions === false || flow.consent.hasQuit()) return [];
  const files = instructionFiles(results, { scope: options.scope, surroundings: flow.surroundings });
  if (files.size === 0) return [];
  if (options.instructions === undefined && (options.yes === true || !flow.isWriting)) {
    const isNew = results.some(({ outcome }) => outcome === "changed" || outcome === "pending");
    flow.say(isNew ? ["Standing instructions stay as they are; with --instructions they say when to search.", ""] : []);
    return [];
  }
  const ask = async (change: FileChange): Promise<Answer> => {
    flow.say(changeLines(context.stdout, change));
    if (options.instructions === true) return "yes";
    return flow.consent.ask(`Tell agents in ${printableLine(change.file)} when to search the shared context?`);
  };
  const done = await writeInstructions(files, {
    scope: options.scope,
    surroundings: flow.surroundings,
    files: flow.files,
    agree: flow.isWriting ? ask : null,
    onResult: (result) => {
      onDone(result);
      flow.say(instructionLines(context.stdout, result));
    },
  });
  flow.say([""]);
  return done;
}

function instructionsJson({ file, clients, outcome, change, backup, error }: InstructionsResult): unknown {
  const diff = change === null ? "" : unifiedDiff(change);
  return { file, clients, outcome, diff, backup, error: error === null ? null : error.toWire() };
}

/** The exit code of the first thing that failed; a change that nobody could agree to is a wrong use. */
function end(flow: Flow, results: readonly AgentResult[], instructions: readonly InstructionsResult[]): void {
  const isPending = [...results, ...instructions].some(({ outcome }) => outcome === "pending");
  if (isPending && flow.options.dryRun !== true)
    throw new CommonsError("INPUT_INVALID", "Nothing was changed: nobody is there to agree to it.", {
      hint: "Repeat with --yes to write it, or with --dry-run only to look.",
    });
  const failure = [...results, ...instructions].find(({ error }) => error !== null)?.error ?? null;
  if (failure !== null) process.exitCode = errorCatalogue[failure.code].exitCode;
  else if (results.some(isUnproven)) process.exitCode = 1;
}
