import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface RestoreOptions {
  readonly json?: boolean;
  readonly space?: string;
}

export const restoreCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("restore")
      .description("bring back a collection that was unloaded in the last 7 days")
      .argument("<name>", "collection");
    addJsonOption(addSpaceOption(command)).action((name: string, options: RestoreOptions) =>
      runRestore(context, name, options),
    );
    addExamples(command, { "commons restore frontend_code": "undo commons unload frontend_code" });
  },
};

async function runRestore(context: CliContext, name: string, options: RestoreOptions): Promise<void> {
  const { withHub } = await import("../hub-access.ts");
  const { countOf } = await import("../../core/quantities.ts");
  await withHub({ cwd: context.cwd, space: options.space }, async ({ client }) => {
    const restored = await client.call("collections.restore", { collection: name });
    if (options.json) printJson(context, { collection: restored });
    else
      context.stdout.line(
        `Restored ${restored.name}: ${countOf(restored.documents, "document")}, ${countOf(restored.chunks, "chunk")}.`,
      );
  });
}
