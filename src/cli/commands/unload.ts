import type { HubClient } from "../../client/hub-client.ts";
import type { OperationOutput } from "../../protocol/operations.ts";
import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface UnloadOptions {
  readonly force?: boolean;
  readonly json?: boolean;
  readonly space?: string;
}

export const unloadCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("unload")
      .description("remove a collection; refused while a live session uses it; can be restored for 7 days")
      .argument("<name>", "collection")
      .option("--force", "remove it even while sessions use it");
    addJsonOption(addSpaceOption(command)).action((name: string, options: UnloadOptions) =>
      runUnload(context, name, options),
    );
    addExamples(command, {
      "commons unload frontend_code": "remove it from searches and from ChromaDB; commons restore brings it back",
    });
  },
};

async function runUnload(context: CliContext, name: string, options: UnloadOptions): Promise<void> {
  const { withHub } = await import("../hub-access.ts");
  const { countOf } = await import("../../core/quantities.ts");
  await withHub({ cwd: context.cwd, space: options.space }, async ({ client }) => {
    const removed = await unload(client, name, options.force ?? false);
    if (options.json) printJson(context, removed);
    else {
      context.stdout.line(
        `Unloaded ${removed.collection}: ${countOf(removed.documents, "document")}, ${countOf(removed.chunks, "chunk")}.`,
      );
      if (removed.kind === "permanent")
        context.stdout.line(`For 7 days it can be brought back: commons restore ${removed.collection}`);
    }
  });
}

/** The hub's hint speaks to a model; a person has an option. */
async function unload(client: HubClient, name: string, force: boolean): Promise<OperationOutput<"collections.unload">> {
  const { CommonsError } = await import("../../core/errors.ts");
  try {
    return await client.call("collections.unload", { collection: name, force });
  } catch (error) {
    if (!(error instanceof CommonsError) || error.code !== "COLLECTION_IN_USE") throw error;
    throw new CommonsError(error.code, error.message, {
      hint: `Wait until they are done, or: commons unload ${name} --force`,
      ...(error.details === undefined ? {} : { details: error.details }),
    });
  }
}
