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
  const { withSession } = await import("../session-access.ts");
  const { withForceHint } = await import("../force-hint.ts");
  const { countOf } = await import("../../core/quantities.ts");
  await withSession({ agent: "commons unload", cwd: context.cwd, space: options.space }, async (session) => {
    const removed = await withForceHint(`commons unload ${name} --force`, () =>
      session.call("collections.unload", { collection: name, force: options.force ?? false }),
    );
    if (options.json) {
      printJson(context, removed);
      return;
    }
    context.stdout.line(
      `Unloaded ${removed.collection}: ${countOf(removed.documents, "document")}, ${countOf(removed.chunks, "chunk")}.`,
    );
    if (removed.kind === "permanent")
      context.stdout.line(`For 7 days it can be brought back: commons restore ${removed.collection}`);
  });
}
