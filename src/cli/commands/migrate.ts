import { addExamples, addJsonOption, addSpaceOption, listOf } from "../command-options.ts";
import type { CliCommand } from "../cli-context.ts";
import type { MigrateOptions } from "../migrate/migrate-flow.ts";

export const migrateCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("migrate")
      .description("take over from an earlier ChromaDB context server: its collections, and its entries in agents")
      .option(
        "--from <place>",
        "URL, directory, volume:NAME, container:NAME or file of JSON; may be repeated",
        repeated,
      )
      .option("--collection <names>", "only these collections", listOf)
      .option("--as <name>", "another name for the one collection")
      .option("--prefix <text>", "a beginning for the names of all")
      .option(
        "--header <line>",
        "sent to the ChromaDB of --from, or of your entry, that wants a token: NAME: VALUE; may be repeated",
        repeated,
      )
      .option("--tenant <name>", "tenant of the ChromaDB (default: the one that the server says)")
      .option("--database <name>", "only this database of the ChromaDB")
      .option("--keep-entries", "leave the agents' configuration as it is")
      .option("--without-collections", "replace the entries and leave the collections that they tell of where they are")
      .option("--workspace <dir>", "the directory for agents that do not tell theirs, as Claude Desktop")
      .option("--docker", "new entries run each session in a container of its own")
      .option("--approve", "new entries let agents that have a key for it run all our tools unasked")
      .option("--dry-run", "only show what would be done")
      .option("-y, --yes", "do not ask");
    addJsonOption(addSpaceOption(command)).action(async (options: MigrateOptions) => {
      const { runMigrate } = await import("../migrate/migrate-flow.ts");
      if (options.dryRun !== true) context.interruption.workUnread();
      await runMigrate(context, options);
    });
    addExamples(command, {
      "commons migrate --dry-run": "which entries and collections there are, and what would become of them",
      "commons migrate --keep-entries --dry-run":
        "only the collections; with --from PLACE those of a server, directory, volume or file",
    });
  },
};

/** A value may hold commas here. */
function repeated(text: string, earlier: readonly string[] | undefined): string[] {
  return [...(earlier ?? []), text];
}
