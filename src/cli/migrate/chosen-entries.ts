import type { EarlierEntry } from "../../setup/earlier-entry.ts";
import { startedProgram } from "../../setup/earlier-program.ts";
import type { ClientFile } from "../../setup/read-entries.ts";
import { printableLine } from "../output/printable-text.ts";
import { consentOf } from "../setup/consent.ts";
import type { Flow } from "./migrate-flow.ts";
import { entryTitle } from "./place-ref.ts";

/** The entries that the run is about; what is left alone, and what could not be looked at, is a sentence. */
export async function chosenEntries(
  files: readonly ClientFile[],
  found: readonly EarlierEntry[],
  { context, options, consent }: Flow,
): Promise<{ entries: EarlierEntry[]; notes: string[] }> {
  const entries: EarlierEntry[] = [];
  const notes = files.flatMap(brokenNote);
  const asking = options.yes === true || consent === null ? null : consentOf(context, false);
  for (const earlier of found) {
    const who = `${entryTitle(earlier)} in ${earlier.file}`;
    if (!earlier.entry.isEnabled) notes.push(`${who} is switched off, and is left as it is.`);
    else if (earlier.shownBy === "program") entries.push(earlier);
    else {
      const fact = `${who} has the name of an earlier server's entry, but starts ${whatStarts(earlier)}.`;
      if (asking === null)
        notes.push(`${fact} It is left as it is; without --yes and --dry-run you are asked about it.`);
      else if ((await asking.ask(printableLine(`${fact} Is it an earlier server's?`))) === "yes") entries.push(earlier);
    }
  }
  return { entries, notes };
}

function brokenNote({ client, file, content }: ClientFile): string[] {
  if (content.kind !== "broken") return [];
  return [`${client.title}'s ${file} was not looked at: ${content.reason}. Mend it, then run commons migrate again.`];
}

/** Without its arguments, which may hold a secret. */
function whatStarts({ entry }: EarlierEntry): string {
  const program = startedProgram(entry);
  if (program?.kind === "package") return program.name;
  return program?.kind === "program" || program?.kind === "script" ? program.path : "a container that is not known";
}
