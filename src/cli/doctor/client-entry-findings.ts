import { existsSync } from "node:fs";
import { isAbsolute, resolve } from "node:path";
import { defaultHome } from "../../config/paths.ts";
import { asCommonsError } from "../../core/errors.ts";
import type { ClientAdapter, ConfigValue } from "../../setup/client-adapter.ts";
import { clientPlatform } from "../../setup/client-paths.ts";
import { commandPath, isRunnable } from "../../setup/detect.ts";
import { servedWorkspace } from "../../setup/entry-decision.ts";
import { type ServerEntry, valueAt } from "../../setup/server-entry.ts";
import { failure, type Finding, note, warning } from "./finding.ts";

const shortTimeoutSeconds = 60;
const anew = "Write the entry anew: commons setup";

/** An entry that starts this program, and where it stands. */
export interface EntryPlace {
  readonly client: ClientAdapter;
  /** For people: the agent and its file. */
  readonly place: string;
  readonly entry: ServerEntry;
  readonly value: ConfigValue;
  readonly env: NodeJS.ProcessEnv;
}

/** What keeps an entry from starting this program, or from doing it well. No process is started. */
export function entryFindings(at: EntryPlace): Finding[] {
  const place = `The entry "${at.entry.name}" in ${at.place}`;
  if (!at.entry.isEnabled) return [note(`${place} is switched off.`, "Switch it on in the agent, or remove it.")];
  return [
    ...shapeFindings(place, at),
    ...commandFindings(place, at),
    ...homeFindings(place, at),
    ...containerFindings(place, at),
    ...workspaceFindings(place, at),
    ...timeoutFindings(place, at),
  ];
}

function shapeFindings(place: string, { client, value }: EntryPlace): Finding[] {
  if (hasForm(client, value)) return [];
  return [failure(`${place} has a form that ${client.title} does not read.`, anew)];
}

/** Command and arguments stand where the agent looks for them, and are texts and lists as there. */
function hasForm({ entry }: ClientAdapter, value: ConfigValue): boolean {
  return Object.entries(entry).every(([key, template]) => {
    const given = valueAt(value, key);
    if (template === "{argv}") return Array.isArray(given);
    // Earlier versions of Zed have {path, args} below command, and bring that up to date by themselves.
    if (template === "{command}") return typeof given === "string" || typeof valueAt(given, "path") === "string";
    return template !== "{args}" || given === undefined || Array.isArray(given);
  });
}

function commandFindings(place: string, { entry, env }: EntryPlace): Finding[] {
  const findings: Finding[] = [];
  const command = entry.command ?? "";
  const platform = clientPlatform(process.platform);
  const isThere = isAbsolute(command) ? isRunnable(command) : commandPath(command, { env, platform }) !== null;
  if (!isThere) findings.push(failure(`${place} starts ${command || "nothing"}, which is not there.`, anew));
  else if (!isAbsolute(command))
    findings.push(note(`${place} names ${command} without its place; agents may start with another PATH.`, anew));
  const script = entry.args.find((word) => isAbsolute(word) && /\.(?:mjs|js|cjs)$/.test(word));
  if (script !== undefined && !existsSync(script))
    findings.push(failure(`${place} starts ${script}, which is not there.`, anew));
  return findings;
}

/** Agents pass no variable of this shell on: what the entry does not name is the default. */
function homeFindings(place: string, { client, entry, env }: EntryPlace): Finding[] {
  const { COMMONS_HOME: _, ...bare } = env;
  const given = entry.env["COMMONS_HOME"];
  try {
    const used = defaultHome({ ...bare, ...(given === undefined ? {} : { COMMONS_HOME: given }) });
    const here = defaultHome(env);
    if (resolve(used) === resolve(here)) return [];
    const next = `To look at that store: COMMONS_HOME="${used}" commons doctor. To give the entry this one: commons setup --client ${client.id} --replace`;
    return [warning(`${place} uses the store in ${used}; this command uses ${here}.`, next)];
  } catch (error) {
    return [failure(`${place} names a store that cannot be used: ${asCommonsError(error).message}`, anew)];
  }
}

function containerFindings(place: string, { entry, env }: EntryPlace): Finding[] {
  if (!entry.args.includes("--docker")) return [];
  const surroundings = { env, platform: clientPlatform(process.platform) };
  if (["docker", "podman"].some((name) => commandPath(name, surroundings) !== null)) return [];
  return [
    failure(
      `${place} starts its sessions in containers, but neither docker nor podman is on PATH.`,
      "Install one of them, or set the agent up without --docker: commons setup",
    ),
  ];
}

function workspaceFindings(place: string, { client, entry }: EntryPlace): Finding[] {
  const directory = servedWorkspace(entry);
  if (directory === null && client.workspace.kind === "none")
    return [
      warning(
        `${place} names no directory, and ${client.title} tells its servers none.`,
        `Name one: commons setup --client ${client.id} --workspace DIR`,
      ),
    ];
  if (directory === null || !isAbsolute(directory) || existsSync(directory)) return [];
  return [failure(`${place} serves ${directory}, which is not there.`, anew)];
}

function timeoutFindings(place: string, { entry: { toolTimeoutSeconds } }: EntryPlace): Finding[] {
  if (toolTimeoutSeconds === null || toolTimeoutSeconds >= shortTimeoutSeconds) return [];
  return [note(`${place} gives a tool ${toolTimeoutSeconds} s: long ingests will seem to fail.`, "Raise it to 300 s.")];
}
