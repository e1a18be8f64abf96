import { type ClientFile, type PlacedEntry, readClientFiles } from "../../setup/read-entries.ts";
import { entryName } from "../../setup/client-adapter.ts";
import { startsThisProgram } from "../../setup/server-entry.ts";
import { entryFindings } from "./client-entry-findings.ts";
import { type DoctorCheck, failure, type Finding, note, ok, warning } from "./finding.ts";

/** Agents' configuration, read only: is there an entry, and does it start this program. */
export const checkClients: DoctorCheck = {
  area: "agents",
  run: async ({ env, cwd }) => {
    const files = await readClientFiles({ env, cwd, platform: process.platform });
    const findings = clientFindings(files, env);
    const titles = new Set(files.filter((file) => ourEntries(file).length > 0).map(({ client }) => client.title));
    return findings.length > 0 ? findings : [ok(`set up in ${[...titles].join(", ")}`)];
  },
};

/** What is to be said of the files, in their order; nothing where all is well. */
export function clientFindings(files: readonly ClientFile[], env: NodeJS.ProcessEnv): Finding[] {
  const findings = files.flatMap((file) => fileFindings(file, env));
  if (files.length === 0)
    findings.push(note("No agent's configuration was found.", "Add this program to one: commons setup"));
  else if (files.every((file) => ourEntries(file).length === 0))
    findings.push(note("No agent is set up to use this program.", "Do so: commons setup"));
  return findings;
}

function ourEntries({ content }: ClientFile): readonly PlacedEntry[] {
  return content.kind === "entries" ? content.entries.filter(({ entry }) => startsThisProgram(entry)) : [];
}

function fileFindings(file: ClientFile, env: NodeJS.ProcessEnv): Finding[] {
  const { client, content } = file;
  const place = `${client.title}'s ${file.file}`;
  if (content.kind === "broken")
    return [failure(`${place} cannot be read: ${content.reason.slice(0, 200)}.`, "Mend it; this program does not.")];
  const ours = ourEntries(file);
  const findings = ours.flatMap(({ entry, value }) => entryFindings({ client, place, entry, value, env }));
  const repeated = repeatedNames(ours.filter(({ entry }) => entry.isEnabled));
  if (repeated.length > 1)
    findings.push(
      warning(
        `${place} starts this program ${repeated.length} times (${repeated.join(", ")}).`,
        "Keep one entry: each is a session of its own, and the model sees every tool as often.",
      ),
    );
  const clash = content.entries.find(({ entry }) => entry.name === entryName && !startsThisProgram(entry));
  if (clash !== undefined)
    findings.push(
      note(
        `${place} has an entry "${entryName}" that starts something else (${clash.entry.command ?? clash.entry.url ?? "?"}).`,
        "Rename it there, or replace it: commons setup --replace",
      ),
    );
  return findings;
}

/** The names of those entries that hold in one directory together: the most in any table. */
function repeatedNames(entries: readonly PlacedEntry[]): string[] {
  const tables = Map.groupBy(entries, ({ keys }) => JSON.stringify(keys.slice(0, -1)));
  const names = [...tables.values()].map((table) => table.map(({ entry }) => entry.name));
  return names.toSorted((one, other) => other.length - one.length)[0] ?? [];
}
