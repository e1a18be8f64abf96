import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface ListOptions {
  readonly json?: boolean;
  readonly space?: string;
}

export const listCommand: CliCommand = {
  add(program, context) {
    const command = program.command("list").description("list the collections that all sessions share");
    addJsonOption(addSpaceOption(command)).action((options: ListOptions) => runList(context, options));
    addExamples(command, {
      "commons list": "name, documents, chunks, size, owner, and who uses it now",
      "commons list --json": "the same for scripts: collections [], foreign [] (made in ChromaDB by other programs)",
    });
  },
};

async function runList(context: CliContext, options: ListOptions): Promise<void> {
  const { withHub } = await import("../hub-access.ts");
  const { collectionLines } = await import("../output/status-text.ts");
  const { foreignLine } = await import("../../core/foreign-source.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { stdout } = context;
  await withHub({ cwd: context.cwd, space: options.space }, async ({ client }) => {
    const listing = await client.call("collections.list", {});
    if (options.json) {
      printJson(context, listing);
      return;
    }
    for (const line of collectionLines(stdout, listing.collections, Date.now())) stdout.line(line);
    if (listing.collections.length === 0) stdout.line("Make one from a directory: commons ingest PATH");
    for (const other of listing.foreign ?? []) stdout.line(printableLine(foreignLine(other)));
  });
}
