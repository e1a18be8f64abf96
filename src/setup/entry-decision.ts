import type { ClientAdapter, ConfigTable, LaunchSpec } from "./client-adapter.ts";
import { entryName } from "./client-adapter.ts";
import { entryValue, withLaunch } from "./client-entry.ts";
import { isSameValue, isTable } from "./documents/config-values.ts";
import { managedVariables } from "./launch-spec.ts";
import { startsThisProgram, toServerEntry, type ServerEntry } from "./server-entry.ts";

/** What set-up does with an agent's entry; `notes` are sentences for the person. */
export type EntryDecision =
  | { readonly kind: "write"; readonly value: ConfigTable; readonly notes: readonly string[] }
  | { readonly kind: "keep"; readonly notes: readonly string[] }
  /** An entry of our name that starts something else: `starts` is its command line. */
  | { readonly kind: "foreign"; readonly starts: string }
  /** The agent tells its servers no directory, and nobody named one. */
  | { readonly kind: "workspaceNeeded" }
  /** Another entry starts this program already. */
  | { readonly kind: "otherName"; readonly name: string };

export interface EntryWish {
  readonly client: ClientAdapter;
  /** Without what is the agent's own: the workspace. */
  readonly launch: LaunchSpec;
  /** `--workspace`; null: not given. */
  readonly workspace: string | null;
  readonly isUnattended: boolean;
  /** `--replace`: what stands there under our name goes, whatever it starts. */
  readonly isReplacing: boolean;
}

export interface StandingEntries {
  /** The agent's table of servers, by name. */
  readonly servers: ConfigTable;
  /** Our entry as set-up wrote it last; null: it did not, or its record is lost. */
  readonly recorded: ConfigTable | null;
  /** Whether what an entry names is on the machine. */
  readonly isStartable: (entry: ServerEntry) => boolean;
}

/** Pure but for `isStartable`. What a person added to an entry stays; what they wrote by hand is changed only where it does not work. */
export function decideEntry(wish: EntryWish, { servers, recorded, isStartable }: StandingEntries): EntryDecision {
  const standing = Object.hasOwn(servers, entryName) ? servers[entryName] : undefined;
  if (standing === undefined) {
    const other = Object.keys(servers).find((name) => startsThisProgram(toServerEntry(name, servers[name])));
    if (other !== undefined && !wish.isReplacing) return { kind: "otherName", name: other };
    return written(wish, freshEntry(wish), []);
  }
  const entry = toServerEntry(entryName, standing);
  if (!isTable(standing) || !startsThisProgram(entry)) {
    if (!wish.isReplacing) return { kind: "foreign", starts: commandLine(entry) };
    return {
      kind: "write",
      value: freshEntry(wish),
      notes: [`It replaces an entry that starts ${commandLine(entry)}.`],
    };
  }
  const off = entry.isEnabled ? [] : ["The entry is switched off, and stays so."];
  const isByHand = recorded === null;
  // A person's own entry that starts: at most what was asked for now is added.
  if (isByHand && !wish.isReplacing && isStartable(entry) && !isOtherwiseAsked(wish, entry)) {
    const value = withUnattended(wish, standing);
    const notes = ["The entry was not written by set-up, and is kept as it is.", ...storeNotes(entry), ...off];
    return isSameValue(value, standing) ? { kind: "keep", notes } : { kind: "write", value, notes: off };
  }
  if (isByHand && wish.isReplacing) {
    const value = freshEntry(wish);
    if (isSameValue(value, standing)) return { kind: "keep", notes: [] };
    return written(wish, value, [`It replaces an entry that starts ${commandLine(entry)}.`]);
  }
  const brought = withLaunch(wish.client, standing, launchFor(wish, { entry, isByHand }));
  const value = withUnattended(wish, { ...additions(wish, { standing, recorded }), ...brought });
  if (isSameValue(value, standing)) return { kind: "keep", notes: off };
  return written(wish, value, off);
}

function written({ client }: EntryWish, value: ConfigTable, notes: readonly string[]): EntryDecision {
  const isServed = servedWorkspace(toServerEntry(entryName, value)) !== null;
  return client.workspace.kind === "none" && !isServed ? { kind: "workspaceNeeded" } : { kind: "write", value, notes };
}

/** The directory that an entry serves by `--workspace DIR`; null: the agent tells it. */
export function servedWorkspace({ args }: Pick<ServerEntry, "args">): string | null {
  return splitArguments(args).workspace;
}

function commandLine({ command, args, url }: ServerEntry): string {
  return command === null ? (url ?? "nothing") : [command, ...args].join(" ");
}

function freshEntry(wish: EntryWish): ConfigTable {
  const spec = { ...wish.launch, args: [...wish.launch.args, ...workspaceArguments(wish, null)] };
  return withUnattended(wish, { ...entryValue(wish.client, spec), ...containerKeys(wish) });
}

function withUnattended({ client, isUnattended }: EntryWish, value: ConfigTable): ConfigTable {
  return isUnattended && client.unattended !== null ? { ...value, ...client.unattended } : value;
}

/** A person's entry may lead to another store than this shell has: that is theirs to say, and to know. */
function storeNotes({ env }: ServerEntry): string[] {
  const home = env["COMMONS_HOME"];
  return home === undefined ? [] : [`Its sessions use the store in ${home}.`];
}

/** Whether a person wants something now that the entry does not have. */
function isOtherwiseAsked({ launch, workspace, client }: EntryWish, { args, env }: ServerEntry): boolean {
  const isWorkspaceAsked = client.workspace.kind === "none" && workspace !== null;
  const home = launch.env["COMMONS_HOME"];
  return (
    (home !== undefined && home !== env["COMMONS_HOME"]) ||
    (launch.args.includes("--docker") && !args.includes("--docker")) ||
    (isWorkspaceAsked && splitArguments(args).workspace !== workspace)
  );
}

/** Our command and paths with the arguments and variables that a person added. */
function launchFor(wish: EntryWish, { entry, isByHand }: { entry: ServerEntry; isByHand: boolean }): LaunchSpec {
  const { extras, workspace, isDocker } = splitArguments(entry.args);
  const { command, args, env } = wish.launch;
  const docker = isByHand && isDocker && !args.includes("--docker") ? ["--docker"] : [];
  const kept = Object.entries(entry.env).filter(([name]) => isByHand || !managedVariables.includes(name));
  return {
    command,
    args: [...args, ...docker, ...workspaceArguments(wish, workspace), ...extras],
    env: { ...Object.fromEntries(kept), ...env },
  };
}

function workspaceArguments({ client, workspace }: EntryWish, standing: string | null): string[] {
  const told = client.workspace.kind === "variable" ? client.workspace.variable : null;
  const directory = (client.workspace.kind === "none" ? workspace : null) ?? standing ?? told;
  return directory === null ? [] : ["--workspace", directory];
}

function splitArguments(args: readonly string[]): {
  readonly extras: readonly string[];
  readonly workspace: string | null;
  readonly isDocker: boolean;
} {
  const given = args.slice(args.indexOf("mcp") + 1);
  const extras: string[] = [];
  let workspace: string | null = null;
  for (let index = 0; index < given.length; index++) {
    const word = given[index] ?? "";
    if (word === "--workspace") workspace = given[++index] ?? null;
    else if (word.startsWith("--workspace=")) workspace = word.slice("--workspace=".length);
    else if (word !== "--docker") extras.push(word);
  }
  return { extras, workspace, isDocker: given.includes("--docker") };
}

/** Keys of the template that are new since the entry was written; what a person took out stays out. */
function additions(
  wish: EntryWish,
  { standing, recorded }: { readonly standing: ConfigTable; readonly recorded: ConfigTable | null },
): ConfigTable {
  if (recorded === null) return {};
  const known = { ...recorded, ...standing };
  return Object.fromEntries(Object.entries(freshEntry(wish)).filter(([key]) => !Object.hasOwn(known, key)));
}

/** A container takes seconds to start, and Codex asks its model after 0.75 s without the tools unless they are required. */
function containerKeys({ client, launch }: EntryWish): ConfigTable {
  return client.id === "codex" && launch.args.includes("--docker") ? { required: true } : {};
}
