import { Option } from "commander";
import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { HubStatus } from "../../protocol/views.ts";
import type { SampleSearch } from "../up/up-text.ts";
import type { UpOutcome, UpWorkspace } from "../up/workspaces.ts";

interface UpOptions {
  readonly defaultPath?: string;
  readonly collection?: string;
  readonly query?: string;
  readonly json?: boolean;
  readonly space?: string;
}

interface UpResult {
  readonly outcomes: readonly UpOutcome[];
  readonly status: HubStatus;
  readonly isHubNew: boolean;
  readonly sample: SampleSearch;
}

const engineTimeoutMs = 30_000;
const mirrorTimeoutMs = 20_000;

export const upCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("up")
      .description("start everything, ingest directories, and show that it works; a second run brings them up to date")
      .argument(
        "[path...]",
        "directories, each read by a session of its own at the same time (default: the current directory)",
      )
      .option("-c, --collection <name>", "one collection for all of them (default: each its own)")
      .option("--query <text>", "what the sample search looks for (default: something that stands in the directory)")
      .addOption(new Option("--default-path <dir>", "what no path means, for npm start").hideHelp());
    addJsonOption(addSpaceOption(command)).action((paths: string[], options: UpOptions) =>
      runUp(context, paths.length === 0 ? [options.defaultPath ?? "."] : paths, options),
    );
    addExamples(command, {
      "commons up": "the current directory",
      "commons up src docs": "two directories at the same time, each into its own collection",
      'commons up --query "how does login work"': "with your own sample search",
    });
  },
};

async function runUp(context: CliContext, paths: readonly string[], options: UpOptions): Promise<void> {
  const { openWorkspaces } = await import("../up/workspaces.ts");
  const { open, failed } = await openWorkspaces(paths, { cwd: context.cwd, space: options.space });
  const [first] = open;
  if (first === undefined) throw failed[0]?.kind === "failed" ? failed[0].error : new Error("no path was given");
  try {
    const result = await startAndIngest(context, [first, ...open.slice(1)], options);
    const all = { ...result, outcomes: [...result.outcomes, ...failed] };
    await (options.json ? printUpJson(context, all) : printUp(context, all));
    const failure = all.outcomes.find((outcome) => outcome.kind === "failed");
    if (failure?.kind === "failed") process.exitCode = failure.error.kind.exitCode;
  } finally {
    for (const { session } of open) session.close();
  }
}

async function startAndIngest(
  context: CliContext,
  open: readonly [UpWorkspace, ...UpWorkspace[]],
  options: UpOptions,
): Promise<UpResult> {
  const { waitForEngine, waitForMirror } = await import("../up/engine-wait.ts");
  const { ingestWorkspaces } = await import("../up/workspaces.ts");
  const { openProgress } = await import("../progress.ts");
  const signal = context.interruption.signal();
  const board = openProgress(context, { isQuiet: options.json ?? false });
  try {
    const [{ session }] = open;
    const before = await (await session.hub()).greet();
    const isHubNew = before?.instance !== (await (await session.hub()).hello()).instance;
    // Files go into the catalog while ChromaDB still starts. Of two failures the ingest's tells more.
    const engineReady = waitForEngine(session, { board, timeoutMs: engineTimeoutMs, signal });
    engineReady.catch(() => undefined);
    const outcomes = await ingestWorkspaces(open, { board, collection: options.collection ?? null, signal });
    await engineReady;
    const status = await waitForMirror(session, { board, timeoutMs: mirrorTimeoutMs, signal });
    return { outcomes, status, isHubNew, sample: await searchSample(outcomes, options, signal) };
  } finally {
    board.close();
  }
}

async function searchSample(
  outcomes: readonly UpOutcome[],
  options: UpOptions,
  signal: AbortSignal,
): Promise<SampleSearch> {
  const ingested = outcomes.find((outcome) => outcome.kind === "ingested");
  if (ingested?.kind !== "ingested") return { kind: "none", reason: "Nothing was ingested." };
  const { chooseSampleQuery } = await import("../up/sample-query.ts");
  const { runSearch } = await import("../../session/search-run.ts");
  const { CommonsError } = await import("../../core/errors.ts");
  const query = options.query ?? (await chooseSampleQuery(ingested.session, ingested.collection));
  if (query === null) return { kind: "none", reason: "No stored file has a word to search for." };
  const collections = [
    ...new Set(outcomes.flatMap((outcome) => (outcome.kind === "ingested" ? [outcome.collection] : []))),
  ];
  const startedMs = performance.now();
  const input = { query, collections, limit: 12, mode: "hybrid" as const, filters: {} };
  try {
    const answer = await runSearch(ingested.session, input, signal);
    return { kind: "found", query, ms: performance.now() - startedMs, answer };
  } catch (error) {
    // What was ingested is done all the same, and its result must be shown.
    if (signal.aborted || !(error instanceof CommonsError)) throw error;
    return { kind: "none", reason: error.message };
  }
}

async function printUp(context: CliContext, { outcomes, status, isHubNew, sample }: UpResult): Promise<void> {
  const { agentEntry, agentEntryLines, shellWord } = await import("../setup/agent-entry.ts");
  const { environment } = await import("../../config/load-settings.ts");
  const { engineLines, outcomeLines, sampleLines } = await import("../up/up-text.ts");
  const { hubText, labelled } = await import("../output/status-text.ts");
  const { currentProgram } = await import("../../config/program.ts");
  const { stdout } = context;
  const entry = agentEntry(currentProgram(), environment());
  const command = [entry.command, entry.args[0] ?? ""].map(shellWord).join(" ");
  const lines = [
    ...outcomes.flatMap((outcome) => [...outcomeLines(stdout, outcome), ""]),
    labelled(stdout, "hub", `${isHubNew ? "started" : "running"}: ${hubText(status.hub)}`),
    ...engineLines(stdout, status.engine),
    labelled(stdout, "data", status.hub.home),
    "",
    ...sampleLines(stdout, sample, context.cwd),
    "",
    `${stdout.style("bold", "Next")}: let your agents use it: ${command} setup`,
    "It shows what it changes and asks. Or by hand (setup --print shows it for each agent):",
    ...agentEntryLines(entry).map((line) => `  ${line}`),
    "And for yourself:",
    `  ${command} search QUERY   (also: status, list, hub stop, --help)`,
  ];
  for (const line of lines) stdout.line(line);
}

async function printUpJson(context: CliContext, { outcomes, status, isHubNew, sample }: UpResult): Promise<void> {
  const { agentEntry } = await import("../setup/agent-entry.ts");
  const { environment } = await import("../../config/load-settings.ts");
  const { hitJson } = await import("../output/hit-text.ts");
  const { currentProgram } = await import("../../config/program.ts");
  printJson(context, {
    hub: { ...status.hub, started: isHubNew },
    engine: status.engine,
    ingests: outcomes.map((outcome) =>
      outcome.kind === "ingested"
        ? { path: outcome.path, collection: outcome.collection, ...outcome.report }
        : { path: outcome.path, error: outcome.error.toWire() },
    ),
    search:
      sample.kind === "found"
        ? { query: sample.query, ms: sample.ms, hits: sample.answer.hits.map(hitJson) }
        : { query: null, ms: 0, hits: [], reason: sample.reason },
    mcp: agentEntry(currentProgram(), environment()),
  });
}
