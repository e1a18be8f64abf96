import type { CommonsError } from "../../core/errors.ts";
import { asCommonsError } from "../../core/errors.ts";
import { entryName, type LaunchSpec, type SetupScope } from "../../setup/client-adapter.ts";
import type { PathSurroundings } from "../../setup/client-paths.ts";
import { openDocument } from "../../setup/documents/open-document.ts";
import { isSameValue, valueAt } from "../../setup/documents/config-values.ts";
import { servedWorkspace } from "../../setup/entry-decision.ts";
import type { FileChange } from "../../setup/file-change.ts";
import { toServerEntry } from "../../setup/server-entry.ts";
import type { ServerCheck } from "../../setup/verify-server.ts";
import { runOwnCheck, type OwnCheckResult, type ServerChecker } from "./agent-check.ts";
import { entryKeys, planAgent, type AgentPlan } from "./agent-plan.ts";
import type { SelectedAgent } from "./agent-selection.ts";
import type { Answer } from "./consent.ts";
import type { SetupFiles } from "./setup-files.ts";

/** What became of one agent. */
export interface AgentResult extends SelectedAgent {
  readonly scope: SetupScope;
  /** null: the agent has none of that scope. */
  readonly file: string | null;
  /** skipped: nobody named the agent, and it needs a directory that nobody named. */
  readonly outcome: "changed" | "pending" | "unchanged" | "declined" | "skipped" | "failed";
  readonly change: FileChange | null;
  /** Where the file as it was is kept. */
  readonly backup: string | null;
  readonly notes: readonly string[];
  readonly error: CommonsError | null;
  /** null: not started, because nothing of ours stands there. */
  readonly check: ServerCheck | null;
  readonly ownCheck: OwnCheckResult | null;
}

export interface SetupRun {
  readonly scope: SetupScope;
  readonly launch: LaunchSpec;
  readonly isUnattended: boolean;
  readonly isReplacing: boolean;
  readonly surroundings: PathSurroundings;
  readonly files: SetupFiles;
  readonly checker: ServerChecker;
  readonly signal: AbortSignal;
  /** What the person says to a change that was shown; null: nothing is written, only shown. */
  readonly agree: ((agent: SelectedAgent, change: FileChange) => Promise<Answer>) | null;
  /** `--workspace`. */
  readonly workspace: string | null;
  /** What a person answers for an agent that tells no directory and has none yet; null: nothing. */
  readonly askWorkspace: (agent: SelectedAgent) => Promise<string | null>;
  /** Somebody named the agents: one that needs a directory has failed then, and is not skipped. */
  readonly isEachNamed: boolean;
  /** Told what will be done with the agent before anybody is asked. */
  readonly onPlan: (agent: SelectedAgent, plan: AgentPlan) => void;
  /** Told what was done as soon as it is done: what comes after may take a minute, or be interrupted. */
  readonly onOutcome: (result: AgentResult) => void;
  /** Told what is waited for, and null when it is over. */
  readonly onWait: (what: string | null) => void;
  /** Told the whole result, the proof too. */
  readonly onResult: (result: AgentResult) => void;
}

/** One agent after the other: plan, agreement, change, proof. What fails for one stops no other. After "quit" the rest is declined unasked. */
export async function setUpAgents(agents: readonly SelectedAgent[], run: SetupRun): Promise<AgentResult[]> {
  const results: AgentResult[] = [];
  let hasQuit = false;
  for (const agent of agents) {
    run.signal.throwIfAborted();
    const result: AgentResult | "quit" = hasQuit ? "quit" : await setUpAgent(agent, run);
    hasQuit ||= result === "quit";
    const told = result === "quit" ? resultOf(agent, run, { outcome: "declined" }) : result;
    results.push(told);
    // After "quit" nothing more is told.
    if (result !== "quit") run.onResult(told);
  }
  return results;
}

async function setUpAgent(agent: SelectedAgent, run: SetupRun): Promise<AgentResult | "quit"> {
  const plan = await planOf(agent, run);
  run.onPlan(agent, plan);
  const done = await carryOut(agent, plan, run);
  if (done === "quit") return done;
  run.onOutcome(done.result);
  return done.place === null ? done.result : { ...done.result, ...(await proof(agent, done.place, run)) };
}

/** `place`: where the entry now stands, to be proven; null: nowhere. */
interface Done {
  readonly result: AgentResult;
  readonly place: Pick<Extract<AgentPlan, { kind: "keep" }>, "place" | "file"> | null;
}

async function carryOut(agent: SelectedAgent, plan: AgentPlan, run: SetupRun): Promise<Done | "quit"> {
  if (plan.kind === "failed") return { result: unplanned(agent, plan, run), place: null };
  if (plan.kind === "keep") return kept(agent, plan, run);
  const { change, notes } = plan;
  const shown = { file: change.file, change, notes };
  if (run.agree === null) return { result: resultOf(agent, run, { ...shown, outcome: "pending" }), place: null };
  const answer = await run.agree(agent, change);
  if (answer === "quit") return "quit";
  if (answer === "no") return { result: resultOf(agent, run, { ...shown, outcome: "declined" }), place: null };
  return applyPlan(agent, plan, run);
}

function kept(agent: SelectedAgent, plan: Extract<AgentPlan, { kind: "keep" }>, run: SetupRun): Done {
  const { file, notes } = plan;
  return { result: resultOf(agent, run, { outcome: "unchanged", file, notes }), place: plan };
}

function unplanned(agent: SelectedAgent, plan: Extract<AgentPlan, { kind: "failed" }>, run: SetupRun): AgentResult {
  const { file, error, isWorkspaceNeeded } = plan;
  if (isWorkspaceNeeded !== true || run.isEachNamed) return resultOf(agent, run, { outcome: "failed", file, error });
  return resultOf(agent, run, { outcome: "skipped", file, notes: [error.message, error.hint ?? ""] });
}

async function planOf(agent: SelectedAgent, run: SetupRun): Promise<AgentPlan> {
  const record = await run.files.record();
  const planWith = (workspace: string | null) =>
    planAgent({
      ...run,
      wish: { ...run, client: agent.client, workspace },
      record,
      read: (file) => run.files.read(file),
    });
  const plan = await planWith(run.workspace);
  if (plan.kind !== "failed" || plan.isWorkspaceNeeded !== true) return plan;
  const answer = await run.askWorkspace(agent);
  return answer === null ? plan : planWith(answer);
}

async function applyPlan(
  agent: SelectedAgent,
  plan: Extract<AgentPlan, { kind: "change" }>,
  run: SetupRun,
): Promise<Done> {
  try {
    return await writePlan(agent, plan, run);
  } catch (error) {
    // Another set-up, or the agent itself, wrote the file meanwhile: what was agreed to may be done, or still be the same.
    const workspace = servedWorkspace(toServerEntry(entryName, plan.value)) ?? run.workspace;
    const again = await planOf(agent, { ...run, workspace, askWorkspace: () => Promise.resolve(null) });
    if (again.kind === "keep") return kept(agent, again, run);
    if (again.kind === "change" && again.change.before !== plan.change.before && isSameValue(again.value, plan.value))
      return writePlan(agent, again, run).catch((second: unknown) => notWritten(agent, again, { run, error: second }));
    return notWritten(agent, plan, { run, error });
  }
}

async function writePlan(
  agent: SelectedAgent,
  plan: Extract<AgentPlan, { kind: "change" }>,
  run: SetupRun,
): Promise<Done> {
  const { change, place, value, keptTables, notes } = plan;
  const applied = await run.files.writeEntry(change, {
    client: agent.client.id,
    scope: run.scope,
    format: place.format,
    keys: entryKeys(place),
    value,
    former: valueAt(openDocument(place.format, change.before ?? "").value(), entryKeys(place)),
    keptTables,
  });
  const shown = { file: change.file, change, notes };
  return {
    result: resultOf(agent, run, { ...shown, outcome: "changed", backup: applied.backup }),
    place: { place, file: change.file },
  };
}

function notWritten(
  agent: SelectedAgent,
  { change, notes }: Extract<AgentPlan, { kind: "change" }>,
  { run, error }: { readonly run: SetupRun; readonly error: unknown },
): Done {
  const failed = { outcome: "failed", file: change.file, change, notes, error: asCommonsError(error) } as const;
  return { result: resultOf(agent, run, failed), place: null };
}

/** Starts what now stands in the file, then asks the agent itself. Errors: CANCELLED. */
async function proof(
  { client }: SelectedAgent,
  { place, file }: NonNullable<Done["place"]>,
  run: SetupRun,
): Promise<Pick<AgentResult, "check" | "ownCheck">> {
  // A look changes nothing and starts nothing.
  if (run.agree === null) return { check: null, ownCheck: null };
  try {
    const { text } = await run.files.read(file);
    const standing = valueAt(openDocument(place.format, text ?? "").value(), entryKeys(place));
    const { command, args, env, isEnabled } = toServerEntry(entryName, standing);
    if (command === null || !isEnabled) return { check: null, ownCheck: null };
    run.onWait("starting the server as the agent would ...");
    const check = await run.checker.check({ command, args, env }, { scope: run.scope, client });
    if (client.ownCheck !== null) run.onWait(`asking ${client.title} itself, for at most a minute ...`);
    return { check, ownCheck: await runOwnCheck(client, run) };
  } catch (error) {
    run.signal.throwIfAborted();
    return { check: { kind: "failed", reason: asCommonsError(error).message, stderr: "" }, ownCheck: null };
  } finally {
    run.onWait(null);
  }
}

function resultOf(
  agent: SelectedAgent,
  { scope }: SetupRun,
  known: Pick<AgentResult, "outcome"> & Partial<AgentResult>,
): AgentResult {
  const nothing = { file: null, change: null, backup: null, notes: [], error: null, check: null, ownCheck: null };
  return { ...agent, scope, ...nothing, ...known };
}
