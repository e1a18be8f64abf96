import { currentProgram } from "../../config/program.ts";
import type { AdapterFile, LaunchSpec } from "../../setup/client-adapter.ts";
import type { PathSurroundings } from "../../setup/client-paths.ts";
import { clientAdapters } from "../../setup/clients/registry.ts";
import { detectClients } from "../../setup/detect.ts";
import { openDocument } from "../../setup/documents/open-document.ts";
import { decideEntry } from "../../setup/entry-decision.ts";
import { serverLaunch } from "../../setup/launch-spec.ts";
import { printJson, type CliContext } from "../cli-context.ts";
import { agentEntryLines } from "./agent-entry.ts";
import { configFile, entryKeys } from "./agent-plan.ts";
import { namedClients } from "./agent-selection.ts";
import { servedDirectory } from "./served-directory.ts";
import type { SetupOptions } from "./setup-flow.ts";

interface PrintedEntry {
  readonly client: string;
  readonly title: string;
  readonly file: string;
  readonly format: AdapterFile["format"];
  /** The file as it would be if nothing else stood in it. */
  readonly text: string;
  readonly notes: readonly string[];
}

const anyDirectory = "DIR";

/** `commons setup --print`: for the named agents, else for those on the machine, else the lines that most agents take. Changes nothing. */
export async function printEntries(
  context: CliContext,
  options: SetupOptions,
  surroundings: PathSurroundings,
): Promise<void> {
  const { spec, notes: launchNotes } = serverLaunch({
    program: currentProgram(),
    env: surroundings.env,
    isDocker: options.docker ?? false,
    isOnlyShown: true,
  });
  for (const note of launchNotes) context.stderr.line(`note: ${note}`);
  const clients =
    options.client === undefined
      ? detectClients(surroundings.env, process.platform, surroundings.cwd).map(({ client }) => client)
      : namedClients(options.client);
  const entries = clients.flatMap((client) => printedEntry(client, { spec, options, surroundings }));
  if (options.json) {
    printJson(context, { ...spec, agents: entries });
    return;
  }
  for (const { title, file, text, notes } of entries) {
    context.stdout.line(`${title}, in ${file}:`);
    for (const line of text.trimEnd().split("\n")) context.stdout.line(`  ${line}`);
    for (const note of notes) context.stdout.line(`  note: ${note}`);
    context.stdout.line();
  }
  if (entries.length === 0) for (const line of agentEntryLines(spec)) context.stdout.line(line);
}

function printedEntry(
  client: (typeof clientAdapters)[number],
  given: {
    readonly spec: LaunchSpec;
    readonly options: SetupOptions;
    readonly surroundings: PathSurroundings;
  },
): PrintedEntry[] {
  const { spec, options, surroundings } = given;
  const place = client.files.find(({ scope }) => scope === options.scope) ?? client.files[0];
  if (place === undefined) return [];
  const workspace = options.workspace === undefined ? anyDirectory : servedDirectory(options.workspace, surroundings);
  const decision = decideEntry(
    { client, launch: spec, workspace, isUnattended: options.approve ?? false, isReplacing: false },
    { servers: {}, recorded: null, isStartable: () => true },
  );
  if (decision.kind !== "write") return [];
  const text = openDocument(place.format, "").withValue(entryKeys(place), decision.value);
  const file = configFile(place, surroundings);
  return [{ client: client.id, title: client.title, file, format: place.format, text, notes: client.notes }];
}
