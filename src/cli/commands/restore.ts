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
  const { withSession } = await import("../session-access.ts");
  const { countOf } = await import("../../core/quantities.ts");
  await withSession({ agent: "commons restore", cwd: context.cwd, space: options.space }, async (session) => {
    const restored = await session.call("collections.restore", { collection: name });
    if (options.json) printJson(context, restored);
    else
      context.stdout.line(
        `Restored ${restored.collection}: ${countOf(restored.documents, "document")}, ${countOf(restored.chunks, "chunk")}.`,
      );
  });
}
