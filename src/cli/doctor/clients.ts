import { accessSync, constants, existsSync } from "node:fs";
import { basename, delimiter, isAbsolute, join } from "node:path";
import { type ClientFile, readClientFiles } from "./client-files.ts";
import type { ServerEntry } from "./server-entry.ts";
import { type DoctorCheck, type DoctorContext, failure, type Finding, note, ok, warning } from "./finding.ts";

const shortTimeoutSeconds = 60;

/** Agents' configuration, read only: is there an entry, and does it start this program. */
export const checkClients: DoctorCheck = {
  area: "agents",
  run: async (context) => {
    const files = await readClientFiles(context.env, context.cwd);
    const findings = files.flatMap((file) => fileFindings(file, context));
    const entries = files.flatMap(({ client, content }) =>
      (content.kind === "entries" ? content.entries : []).map((entry) => ({ client, entry })),
    );
    const ours = entries.filter(({ entry }) => isOurs(entry));
    if (files.length === 0)
      findings.push(note("No agent's configuration was found.", "Add this program to one: commons setup"));
    else if (ours.length === 0) findings.push(note("No agent is set up to use this program.", "How: commons setup"));
    const names = [...new Set(ours.map(({ client }) => client))];
    return findings.length > 0 ? findings : [ok(`set up in ${names.join(", ")}`)];
  },
};

/** Whether the entry starts this program, from wherever. */
export function isOurs({ command, args }: Pick<ServerEntry, "command" | "args">): boolean {
  const words = [command ?? "", ...args];
  const isNamed = words.some(
    (word) =>
      /^(?:commons(?:\.mjs|\.cmd)?|chroma-commons(?:@.*)?)$/.test(basename(word)) || word.includes("chroma-commons"),
  );
  return isNamed && args.some((word) => word === "mcp");
}

function fileFindings({ client, file, content }: ClientFile, { env }: DoctorContext): Finding[] {
  if (content.kind === "broken")
    return [
      failure(
        `${client}'s ${file} cannot be read: ${content.reason.slice(0, 200)}.`,
        "Mend it; this program does not change it.",
      ),
    ];
  const ours = content.entries.filter(isOurs);
  const findings = ours.flatMap((entry) => entryFindings({ client, file, entry, env }));
  if (ours.length > 1)
    findings.push(
      warning(
        `${client}'s ${file} starts this program ${ours.length} times (${ours.map(({ name }) => name).join(", ")}).`,
        "Keep one entry: each is a session of its own, and the model sees every tool as often.",
      ),
    );
  const clash = content.entries.find((entry) => entry.name === "commons" && !isOurs(entry));
  if (clash !== undefined)
    findings.push(
      note(
        `${client}'s ${file} has an entry "commons" that starts something else (${clash.command ?? "?"}).`,
        "Choose another name for this program there.",
      ),
    );
  return findings;
}

interface EntryPlace {
  readonly client: string;
  readonly file: string;
  readonly entry: ServerEntry;
  readonly env: NodeJS.ProcessEnv;
}

function entryFindings({ client, file, entry, env }: EntryPlace): Finding[] {
  const place = `The entry "${entry.name}" in ${client}'s ${file}`;
  const findings: Finding[] = [];
  const command = entry.command ?? "";
  if (!isCommand(command, env))
    findings.push(
      failure(
        `${place} starts ${command || "nothing"}, which is not there.`,
        "Write the entry anew: commons setup shows it.",
      ),
    );
  else if (!isAbsolute(command))
    findings.push(
      note(
        `${place} names ${command} without its place; agents may start with another PATH.`,
        "Write the entry anew: commons setup shows it.",
      ),
    );
  const script = entry.args.find((word) => isAbsolute(word) && /\.(?:mjs|js|cjs)$/.test(word));
  if (script !== undefined && !existsSync(script))
    findings.push(
      failure(`${place} starts ${script}, which is not there.`, "Write the entry anew: commons setup shows it."),
    );
  if (entry.toolTimeoutSeconds !== null && entry.toolTimeoutSeconds < shortTimeoutSeconds)
    findings.push(
      note(
        `${place} gives a tool ${entry.toolTimeoutSeconds} s: long ingests will seem to fail.`,
        "Raise it to 300 s.",
      ),
    );
  return findings;
}

function isCommand(command: string, env: NodeJS.ProcessEnv): boolean {
  if (command === "") return false;
  const places = isAbsolute(command)
    ? [command]
    : (env["PATH"] ?? "").split(delimiter).map((directory) => join(directory, command));
  return places.some((file) => {
    try {
      accessSync(file, constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
