import { accessSync, constants, existsSync, lstatSync } from "node:fs";
import { isAbsolute } from "node:path";
import { asCommonsError, CommonsError } from "../../core/errors.ts";
import { bareEnvironment } from "../../setup/bare-environment.ts";
import {
  entryName,
  type AdapterFile,
  type ClientAdapter,
  type ConfigTable,
  type SetupScope,
} from "../../setup/client-adapter.ts";
import { candidatePaths, type PathSurroundings } from "../../setup/client-paths.ts";
import { commandPath } from "../../setup/detect.ts";
import { isTable, standingTables, valueAt } from "../../setup/documents/config-values.ts";
import { openDocument } from "../../setup/documents/open-document.ts";
import { decideEntry, type EntryDecision, type EntryWish } from "../../setup/entry-decision.ts";
import type { FileChange } from "../../setup/file-change.ts";
import { tablesAt } from "../../setup/read-entries.ts";
import { startsThisProgram, toServerEntry, type ServerEntry } from "../../setup/server-entry.ts";
import type { RecordedEntry, SetupRecord } from "../../setup/setup-record.ts";

/** What is to be done with the entry of one agent; nothing of it is done yet. */
export type AgentPlan =
  | {
      readonly kind: "change";
      readonly place: AdapterFile;
      readonly change: FileChange;
      readonly value: ConfigTable;
      readonly keptTables: number;
      readonly notes: readonly string[];
    }
  | { readonly kind: "keep"; readonly place: AdapterFile; readonly file: string; readonly notes: readonly string[] }
  | {
      readonly kind: "failed";
      readonly file: string | null;
      readonly error: CommonsError;
      /** It would go on if somebody named the directory that the agent does not tell. */
      readonly isWorkspaceNeeded?: boolean;
    };

export interface PlanOptions {
  readonly scope: SetupScope;
  readonly wish: EntryWish;
  readonly record: SetupRecord;
  readonly surroundings: PathSurroundings;
  /** The text of the agent's file, null where there is none, and the file itself behind links. */
  readonly read: (file: string) => Promise<{ readonly text: string | null; readonly realFile: string }>;
}

/** Reads the agent's file and decides; what is in the way is a plan that failed, so that other agents go on. */
export async function planAgent(options: PlanOptions): Promise<AgentPlan> {
  const { wish, scope, surroundings } = options;
  const place = wish.client.files.find((one) => one.scope === scope && candidatePaths(one, surroundings).length > 0);
  if (place === undefined) return { kind: "failed", file: null, error: noPlace(wish.client, scope) };
  const file = configFile(place, surroundings);
  try {
    return await planFile(place, file, options);
  } catch (error) {
    return { kind: "failed", file, error: asCommonsError(error) };
  }
}

/** The first of the agent's candidates that is there, also as a link that leads nowhere; else the first. */
export function configFile(place: AdapterFile, surroundings: PathSurroundings): string {
  const candidates = candidatePaths(place, surroundings);
  return candidates.find((path) => mayBeThere(path)) ?? candidates[0] ?? "";
}

/** What cannot be looked at counts as there: reading it says what is in the way. */
function mayBeThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return true;
  }
}

/** The keys of our entry in the agent's file. */
export function entryKeys(place: Pick<AdapterFile, "servers">): readonly string[] {
  return [...place.servers, entryName];
}

/** What set-up wrote at those keys of the file (links resolved); undefined: nothing that is recorded. */
function recordedAt(record: SetupRecord, file: string, keys: readonly string[]): RecordedEntry | undefined {
  return record.entries.find((entry) => entry.file === file && entry.keys.join("\0") === keys.join("\0"));
}

async function planFile(place: AdapterFile, file: string, options: PlanOptions): Promise<AgentPlan> {
  const { wish, record, surroundings, read } = options;
  const { text, realFile } = await read(file);
  const document = openDocument(place.format, text ?? "");
  const table = document.value();
  const servers = valueAt(table, place.servers);
  const keys = entryKeys(place);
  const recorded = recordedAt(record, realFile, keys);
  const decision = decideEntry(wish, {
    servers: isTable(servers) ? servers : {},
    recorded: recorded !== undefined && isTable(recorded.value) ? recorded.value : null,
    isStartable: (entry) => isStartable(entry, surroundings),
  });
  if (decision.kind !== "write" && decision.kind !== "keep")
    return planOfRefusal(decision, { place, file, client: wish.client });
  const notes = [...decision.notes, ...narrowerNotes(place, table)];
  if (decision.kind === "keep") return { kind: "keep", place, file, notes };
  const after = document.withValue(keys, decision.value);
  if (after === text) return { kind: "keep", place, file, notes };
  return {
    kind: "change",
    place,
    change: { file, before: text, after },
    value: decision.value,
    keptTables: standingTables(table, keys),
    notes,
  };
}

/** What else has our name in the file and counts before our entry, as Claude Code's entries of one directory. */
function narrowerNotes({ alsoServers }: AdapterFile, table: ConfigTable): string[] {
  const foreign = (alsoServers ?? [])
    .flatMap((pattern) => tablesAt(table, pattern))
    .filter(({ table: servers }) => {
      const entry = valueAt(servers, [entryName]);
      return entry !== undefined && !startsThisProgram(toServerEntry(entryName, entry));
    });
  const places = foreign.map(({ keys }) => keys.slice(0, -1).join(" "));
  if (places.length === 0) return [];
  const shown = places.slice(0, 3).join(", ") + (places.length > 3 ? `, and ${places.length - 3} more` : "");
  return [`An entry "${entryName}" that starts something else stands in the file for ${shown}: it counts there.`];
}

function planOfRefusal(
  decision: Exclude<EntryDecision, { kind: "write" | "keep" }>,
  { place, file, client }: { readonly place: AdapterFile; readonly file: string; readonly client: ClientAdapter },
): AgentPlan {
  if (decision.kind === "otherName") {
    const note = `The entry "${decision.name}" starts this program already; a second one would be a second session. To have ours in its place, remove it and run commons setup again.`;
    return { kind: "keep", place, file, notes: [note] };
  }
  const error =
    decision.kind === "workspaceNeeded"
      ? new CommonsError("INPUT_INVALID", `${client.title} does not tell its servers which directory they serve.`, {
          hint: `Name it: commons setup --client ${client.id} --workspace DIR`,
        })
      : new CommonsError(
          "CLIENT_ENTRY_FOREIGN",
          `${file} has an entry "${entryName}" that starts something else: ${decision.starts.slice(0, 300)}`,
          { hint: `Rename it there, or let set-up replace it: commons setup --client ${client.id} --replace` },
        );
  return { kind: "failed", file, error, isWorkspaceNeeded: decision.kind === "workspaceNeeded" };
}

function noPlace(client: ClientAdapter, scope: SetupScope): CommonsError {
  const other = client.files.find((one) => one.scope !== scope)?.scope;
  const fact =
    scope === "project" ? "has no configuration file for a project" : "has no configuration file for all projects";
  return new CommonsError("INPUT_INVALID", `${client.title} ${fact} on this system.`, {
    hint: other === undefined ? "Leave it out." : `Use --scope ${other} for it.`,
  });
}

/** Whether the command can be run and the script is there, seen with the search path that agents have. */
function isStartable({ command, args }: ServerEntry, { env, platform }: PathSurroundings): boolean {
  if (command === null) return false;
  const script = args.find((word) => isAbsolute(word) && /\.(?:mjs|js|cjs)$/.test(word));
  if (script !== undefined && !existsSync(script)) return false;
  return isAbsolute(command)
    ? isRunnable(command)
    : commandPath(command, { env: bareEnvironment(env, platform), platform }) !== null;
}

function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
