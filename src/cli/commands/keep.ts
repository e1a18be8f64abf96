import { addExamples, addJsonOption, addSpaceOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface KeepOptions {
  readonly as?: string;
  readonly session?: string;
  readonly json?: boolean;
  readonly space?: string;
}

export const keepCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("keep")
      .description("make a temporary collection of a live agent permanent: what quick_load made for that agent alone")
      .argument("<name>", "temporary collection, as commons list shows it")
      .option("--as <name>", "give it this name")
      .option(
        "--session <id>",
        "of this session, where several have one of that name; the beginning of its id is enough",
      );
    addJsonOption(addSpaceOption(command)).action((name: string, options: KeepOptions) =>
      runKeep(context, name, options),
    );
    addExamples(command, {
      "commons keep vacation": "it stays when the agent ends, and every session can search it",
      "commons keep vacation --as italy_2024": "under another name",
    });
  },
};

async function runKeep(context: CliContext, name: string, options: KeepOptions): Promise<void> {
  const { withSession } = await import("../session-access.ts");
  const { countOf } = await import("../../core/quantities.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  await withSession({ agent: "commons keep", cwd: context.cwd, space: options.space }, async (session) => {
    const { as, session: whose } = options;
    const kept = await withNameHint(`commons keep ${name}`, () =>
      session.call("collections.keep", {
        collection: name,
        ...(as === undefined ? {} : { as }),
        ...(whose === undefined ? {} : { session: whose }),
      }),
    );
    if (options.json) {
      printJson(context, kept);
      return;
    }
    const { collection, receipt, loading } = kept;
    const counts = `${countOf(collection.documents, "document")}, ${countOf(collection.chunks, "chunk")}`;
    const far = loading === null ? "" : " so far, loading goes on";
    context.stdout.line(
      printableLine(`Kept ${collection.name}: ${counts}${far}. It is permanent now (receipt ${receipt}).`),
    );
  });
}

/** The hub's hint where the name is taken knows no command; a person has an option. */
async function withNameHint<T>(command: string, keep: () => Promise<T>): Promise<T> {
  const { CommonsError } = await import("../../core/errors.ts");
  try {
    return await keep();
  } catch (error) {
    if (!(error instanceof CommonsError) || error.code !== "COLLECTION_EXISTS") throw error;
    throw new CommonsError(error.code, error.message, {
      hint: `Keep it under another name: ${command} --as NAME`,
      cause: error,
      ...(error.details === undefined ? {} : { details: error.details }),
    });
  }
}
