import type { CommonsError } from "../../core/errors.ts";
import { asCommonsError } from "../../core/errors.ts";
import { entryName, type LaunchSpec, type SetupScope } from "../../setup/client-adapter.ts";
import type { PathSurroundings } from "../../setup/client-paths.ts";
import { openDocument } from "../../setup/documents/open-document.ts";
import { valueAt } from "../../setup/documents/config-values.ts";
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
  readonly outcome: "changed" | "pending" | "unchanged" | "declined" | "failed";
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
  /** Told what will be done with the agent before anybody is asked. */
  readonly onPlan: (agent: SelectedAgent, plan: AgentPlan) => void;
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
  if (plan.kind === "failed") return resultOf(agent, run, { outcome: "failed", file: plan.file, error: plan.error });
  if (plan.kind === "keep") {
    const { file, notes } = plan;
    return resultOf(agent, run, { outcome: "unchanged", file, notes, ...(await proof(agent, plan, run)) });
  }
  const { change, notes } = plan;
  const shown = { file: change.file, change, notes };
  if (run.agree === null) return resultOf(agent, run, { ...shown, outcome: "pending" });
  const answer = await run.agree(agent, change);
  if (answer === "quit") return "quit";
  if (answer === "no") return resultOf(agent, run, { ...shown, outcome: "declined" });
  return applyPlan(agent, plan, run);
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
): Promise<AgentResult> {
  const { change, place, value, keptTables, notes } = plan;
  const shown = { file: change.file, change, notes };
  try {
    const applied = await run.files.writeEntry(change, {
      client: agent.client.id,
      scope: run.scope,
      format: place.format,
      keys: entryKeys(place),
      value,
      former: valueAt(openDocument(place.format, change.before ?? "").value(), entryKeys(place)),
      keptTables,
    });
    return resultOf(agent, run, {
      ...shown,
      outcome: "changed",
      backup: applied.backup,
      ...(await proof(agent, { place, file: change.file }, run)),
    });
  } catch (error) {
    run.signal.throwIfAborted();
    return resultOf(agent, run, { ...shown, outcome: "failed", error: asCommonsError(error) });
  }
}

/** Starts what now stands in the file, then asks the agent itself. */
async function proof(
  { client }: SelectedAgent,
  { place, file }: Pick<Extract<AgentPlan, { kind: "keep" }>, "place" | "file">,
  run: SetupRun,
): Promise<Pick<AgentResult, "check" | "ownCheck">> {
  // A look changes nothing and starts nothing.
  if (run.agree === null) return { check: null, ownCheck: null };
  const { text } = await run.files.read(file);
  const standing = valueAt(openDocument(place.format, text ?? "").value(), entryKeys(place));
  const { command, args, env, isEnabled } = toServerEntry(entryName, standing);
  if (command === null || !isEnabled) return { check: null, ownCheck: null };
  const check = await run.checker.check({ command, args, env }, { scope: run.scope, client });
  return { check, ownCheck: await runOwnCheck(client, run.surroundings, run.signal) };
}

function resultOf(
  agent: SelectedAgent,
  { scope }: SetupRun,
  known: Pick<AgentResult, "outcome"> & Partial<AgentResult>,
): AgentResult {
  const nothing = { file: null, change: null, backup: null, notes: [], error: null, check: null, ownCheck: null };
  return { ...agent, scope, ...nothing, ...known };
}
