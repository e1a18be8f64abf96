import type { HubClient } from "../../client/hub-client.ts";
import type { TemporaryCollection } from "../../protocol/views.ts";
import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface ListOptions {
  readonly json?: boolean;
  readonly space?: string;
}

export const listCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("list")
      .description("list the collections that all sessions share, and the temporary ones of live agents");
    addJsonOption(addSpaceOption(command)).action((options: ListOptions) => runList(context, options));
    addExamples(command, {
      "commons list": "name, documents, chunks, size, owner, and who uses it now",
      "commons list --json":
        "the same for scripts: collections [], foreign [] (made in ChromaDB by other programs), temporary []",
    });
  },
};

async function runList(context: CliContext, options: ListOptions): Promise<void> {
  const { withHub } = await import("../hub-access.ts");
  const { collectionLines, temporaryLines } = await import("../output/status-text.ts");
  const { foreignLine } = await import("../../core/foreign-source.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { stdout } = context;
  await withHub({ cwd: context.cwd, space: options.space }, async ({ client }) => {
    const listing = await client.call("collections.list", {});
    const temporary = await temporaryCollections(client);
    if (options.json) {
      printJson(context, { ...listing, temporary });
      return;
    }
    for (const line of collectionLines(stdout, listing.collections, Date.now())) stdout.line(line);
    if (listing.collections.length === 0) stdout.line("Make one from a directory: commons ingest PATH");
    for (const line of temporaryLines(temporary ?? [])) stdout.line(printableLine(line));
    for (const other of listing.foreign ?? []) stdout.line(printableLine(foreignLine(other)));
  });
}

/** null: the hub is elsewhere, or an older one, and does not tell. */
async function temporaryCollections(client: HubClient): Promise<TemporaryCollection[] | null> {
  const { CommonsError } = await import("../../core/errors.ts");
  try {
    return await client.call("collections.temporary", {});
  } catch (error) {
    const isUntold =
      error instanceof CommonsError && (error.code === "REQUEST_REFUSED" || error.details?.["isUnknown"] === true);
    if (!isUntold) throw error;
    return null;
  }
}
