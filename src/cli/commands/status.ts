import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import type { CommonsError } from "../../core/errors.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";
import type { HubStatus } from "../../protocol/views.ts";

interface StatusOptions {
  readonly json?: boolean;
  readonly space?: string;
}

export const statusCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("status")
      .description("show the hub, ChromaDB, live sessions and collections; starts nothing");
    addJsonOption(addSpaceOption(command)).action((options: StatusOptions) => runStatus(context, options));
    addExamples(command, {
      "commons status": "everything at a glance",
      "commons status --json": "the same for scripts: hub, engine, embedding, sessions, collections",
    });
  },
};

/** What `--json` prints while no hub runs: what only a hub knows is null or empty. */
const noHub = {
  hub: null,
  engine: {
    state: "off",
    kind: "none",
    url: null,
    version: null,
    pid: null,
    detail: "no hub is running",
    mirror: null,
    behind: null,
    conflicts: [],
  },
  sessions: [],
  collections: [],
  totals: null,
  embedder: null,
  embedding: null,
};

async function runStatus(context: CliContext, options: StatusOptions): Promise<void> {
  const { askRunningHub, withHub } = await import("../hub-access.ts");
  const { printWarning } = await import("../failure.ts");
  // A wrong setting is no reason to see nothing.
  const onProblem = (problem: CommonsError) => printWarning(context.stderr, problem, { isJson: options.json ?? false });
  await withHub({ cwd: context.cwd, space: options.space, onProblem }, async (access) => {
    const status = (await askRunningHub(access, "hub.status"))?.result ?? null;
    if (options.json) printJson(context, status ?? noHub);
    else if (status === null)
      context.stdout.line(
        `No hub is running (home ${access.paths.home}). It starts with the first command that needs it, for example: commons up`,
      );
    else await printStatus(context, status);
  });
}

async function printStatus({ stdout }: CliContext, status: HubStatus): Promise<void> {
  const { collectionLines, engineText, hubText, labelled, sessionLines } = await import("../output/status-text.ts");
  const { countOf, formatBytes } = await import("../../core/quantities.ts");
  const { embeddingLines } = await import("../output/embedding-text.ts");
  const { hub, engine, sessions, collections, totals, embedding } = status;
  const now = Date.now();
  stdout.line(labelled(stdout, "hub", hubText(hub)));
  stdout.line(labelled(stdout, "ChromaDB", engineText(engine)));
  stdout.line(
    labelled(
      stdout,
      "stored",
      `${countOf(totals.documents, "document")}, ${countOf(totals.chunks, "chunk")}, ${formatBytes(totals.sizeBytes)} in ${hub.home}`,
    ),
  );
  for (const [label, text] of embeddingLines(embedding, now)) stdout.line(labelled(stdout, label, text));
  stdout.line(`\n${countOf(sessions.length, "live session")}`);
  if (sessions.length > 0) for (const line of sessionLines(stdout, sessions, now)) stdout.line(line);
  stdout.line(`\n${countOf(collections.length, "collection")}`);
  if (collections.length > 0) for (const line of collectionLines(stdout, collections, now)) stdout.line(line);
}
