import { asCommonsError, CommonsError } from "../../core/errors.ts";
import type { LaunchSpec, SetupScope } from "../../setup/client-adapter.ts";
import type { PathSurroundings } from "../../setup/client-paths.ts";
import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import type { FileChange } from "../../setup/file-change.ts";
import type { CliContext } from "../cli-context.ts";
import { serverChecker } from "../setup/agent-check.ts";
import { namedClients } from "../setup/agent-selection.ts";
import { changeLines } from "../setup/change-text.ts";
import type { Consent } from "../setup/consent.ts";
import { askServedDirectory } from "../setup/served-directory.ts";
import { openSetupFiles } from "../setup/setup-files.ts";
import { setUpAgents, type AgentResult } from "../setup/setup-run.ts";
import { outcomeLines, planLines, proofLines } from "../setup/setup-text.ts";
import { waitingLine } from "../setup/waiting-line.ts";
import { type EarlierFiles, withoutEarlier } from "./earlier-files.ts";

export interface EntriesRun {
  readonly context: CliContext;
  readonly surroundings: PathSurroundings;
  /** What the new entries start. */
  readonly launch: LaunchSpec;
  readonly isUnattended: boolean;
  /** The directory for agents that do not tell theirs; null: none is named. */
  readonly workspace: string | null;
  /** A person can be asked for it. */
  readonly canAskWorkspace: boolean;
  /** null: nothing is written, only shown. */
  readonly consent: Consent | null;
  readonly say: (lines: readonly string[]) => void;
}

/** What became of a file that held earlier entries beside the one that set-up writes into. */
export interface Removal {
  readonly file: string;
  readonly outcome: "removed" | "pending" | "declined" | "failed";
  readonly change: FileChange | null;
  readonly error: CommonsError | null;
}

export interface EntriesResult {
  readonly agents: readonly AgentResult[];
  readonly removals: readonly Removal[];
}

/** Puts our entry in the place of the earlier ones, in one change for each file, with set-up's own plan, backup, record and proof. */
export async function replaceEntries(entries: readonly EarlierEntry[], run: EntriesRun): Promise<EntriesResult> {
  const files = withoutEarlier(openSetupFiles(run.surroundings.env), entries);
  const agents: AgentResult[] = [];
  for (const scope of ["user", "project"] as const) agents.push(...(await setUpScope({ scope, entries, files }, run)));
  const removals: Removal[] = [];
  const refused = new Set(
    agents.filter(({ outcome }) => outcome === "declined" || outcome === "failed").map(({ client }) => client.id),
  );
  for (const file of new Set(entries.filter(({ client }) => !refused.has(client)).map((entry) => entry.file))) {
    const removal = agents.some((result) => result.outcome === "pending" && result.file === file)
      ? null
      : await removeFrom(file, files, run);
    if (removal !== null) removals.push(removal);
  }
  return { agents, removals };
}

async function setUpScope(
  {
    scope,
    entries,
    files,
  }: {
    readonly scope: SetupScope;
    readonly entries: readonly EarlierEntry[];
    readonly files: EarlierFiles;
  },
  run: EntriesRun,
): Promise<AgentResult[]> {
  const { context, surroundings, launch, consent, say, isUnattended } = run;
  const ids = entries.filter((entry) => entry.scope === scope).map(({ client }) => client);
  const signal = context.interruption.signal();
  const results = await setUpAgents(
    namedClients(ids).map((client) => ({ client, signs: [client.title] })),
    {
      scope,
      launch,
      files,
      surroundings,
      signal,
      isUnattended,
      isReplacing: false,
      checker: serverChecker(surroundings, signal),
      workspace: run.workspace,
      askWorkspace: async (agent) =>
        run.canAskWorkspace ? askServedDirectory(agent, { context, surroundings }) : null,
      agree: consent === null ? null : (agent) => consent.ask(`Write this for ${agent.client.title}?`),
      onPlan: (agent, plan) =>
        say(
          planLines(
            context.stdout,
            agent,
            plan.kind === "change" ? { ...plan, change: files.shown(plan.change) } : plan,
          ),
        ),
      isEachNamed: true,
      onOutcome: (result) => say(outcomeLines(context.stdout, withOwnHint(result, run))),
      onWait: waitingLine(context),
      onResult: (result) => say(proofLines(context.stdout, result)),
    },
  );
  return results
    .map((result) => withOwnHint(result, run))
    .map((result) => (result.change === null ? result : { ...result, change: files.shown(result.change) }));
}

/** Set-up's own hint would leave the earlier entry beside the new one. */
function withOwnHint(result: AgentResult, { workspace }: EntriesRun): AgentResult {
  const { client, error } = result;
  if (error?.code !== "INPUT_INVALID" || client.workspace.kind !== "none" || workspace !== null) return result;
  const hint = "Name it: commons migrate --workspace DIR";
  return { ...result, error: new CommonsError(error.code, error.message, { hint, cause: error }) };
}

/** Where our entry stands already, or stands in another file of the agent, the earlier one still has to go. */
async function removeFrom(
  file: string,
  files: EarlierFiles,
  { context, consent, say }: EntriesRun,
): Promise<Removal | null> {
  const change = await files.removal(file);
  if (change === null) return null;
  say(changeLines(context.stdout, change));
  if (consent === null) return { file, change, outcome: "pending", error: null };
  const answer = await consent.ask(`Take the earlier entry out of ${file}?`);
  if (answer !== "yes") return { file, change, outcome: "declined", error: null };
  try {
    await files.undo(change, { madeDirectories: [], update: (record) => record });
    say([`  removed from ${file}; the file as it was: ${files.backups}`, ""]);
    return { file, change, outcome: "removed", error: null };
  } catch (error) {
    return { file, change, outcome: "failed", error: asCommonsError(error) };
  }
}
