import type { Command } from "commander";
import type { CliCommand } from "../cli-context.ts";
import { addExamples } from "../command-options.ts";

/** In place of commander's own, which says nothing of a command that does not exist. */
export const helpCommand: CliCommand = {
  add(program) {
    addHelpCommand(program);
  },
};

/** Gives the command a subcommand `help [command...]`. Errors of it: INPUT_INVALID with the nearest name. */
export function addHelpCommand(parent: Command): void {
  const path = pathOf(parent);
  const first = parent.commands[0]?.name() ?? "up";
  const help = parent
    .helpCommand(false)
    .command("help", { hidden: parent.parent !== null })
    .description("show help for a command")
    .argument("[command...]", "command, and its own where it has some")
    .action(async (names: string[]) => (await findCommand(parent, names)).outputHelp());
  addExamples(help, { [`${path} help ${first}`]: `the same as ${path} ${first} --help` });
}

async function findCommand(parent: Command, names: readonly string[]): Promise<Command> {
  let found = parent;
  for (const name of names) {
    const next = found.commands.find((command) => command.name() === name);
    if (next === undefined) throw await unknownCommand(found, name);
    found = next;
  }
  return found;
}

/** The error for a command that `parent` does not have. */
export async function unknownCommand(parent: Command, name: string): Promise<Error> {
  const { nearestNames } = await import("../../core/collection-name.ts");
  const { CommonsError } = await import("../../core/errors.ts");
  const prefix = parent.parent === null ? "" : `${parent.name()} `;
  const known = parent.commands.map((command) => command.name());
  const nearest = nearestNames(name, known, 1)[0];
  return new CommonsError("INPUT_INVALID", `Unknown command '${prefix}${name}'.`, {
    hint: nearest === undefined ? `See which there are: ${pathOf(parent)} --help` : `Did you mean ${prefix}${nearest}?`,
  });
}

/** "commons hub": the names from the program to the command. */
function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
