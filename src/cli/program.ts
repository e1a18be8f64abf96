import { Command, Option, type Argument } from "commander";
import type { CliContext } from "./cli-context.ts";
import { commands } from "./commands/registry.ts";
import { currentProgram } from "../config/program.ts";

/** The whole command line. It throws CommanderError instead of ending the process or writing errors itself. */
export function createProgram(context: CliContext): Command {
  const program = new Command("commons");
  program
    .description("One shared, persistent ChromaDB context for any number of coding-agent sessions at the same time.")
    .version(currentProgram().version, "-V, --version", "print the version")
    .helpOption("-h, --help", "show help")
    // Also before the command, as `commons --json list`; the commands' own help says what it does.
    .addOption(new Option("--json").hideHelp())
    .hook("preAction", (self, command) => {
      if (self.opts<{ json?: boolean }>().json) command.setOptionValue("json", true);
    })
    .configureHelp({
      subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(" "),
    })
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: () => undefined,
      outputError: () => undefined,
      getOutHelpWidth: () => Math.min(context.stdout.columns, 80),
    })
    .addHelpText("after", `\n${exitCodes}\n\nBegin with: commons up`);
  for (const command of commands) command.add(program, context);
  return program;
}

function argumentTerm(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

const exitCodes =
  'Exit codes: 0 done, 1 failed, 2 wrong input, 3 not found, 4 refused,\n5 not available, 130 interrupted.\nWith --json an error is one JSON object on standard error:\n{"error": {"code", "message", "hint"}}.';
