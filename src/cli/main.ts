import type { Command } from "commander";
import type { CliContext } from "./cli-context.ts";
import { unknownCommand } from "./commands/help.ts";
import { asFailure, isHelpShown, printFailure } from "./failure.ts";
import { Interruption } from "./interruption.ts";
import { createTerminal } from "./output/terminal.ts";
import { createProgram } from "./program.ts";

/** Entry of the command line; resolves to the exit code, see the error catalogue for what it means. */
async function main(args: readonly string[]): Promise<number> {
  const context: CliContext = {
    cwd: process.cwd(),
    stdout: createTerminal(process.stdout),
    stderr: createTerminal(process.stderr),
    interruption: new Interruption(),
  };
  const program = createProgram(context);
  try {
    if (args.length === 0) program.outputHelp();
    else if (isHelpOfUnknown(program, args)) throw await unknownCommand(program, args[0] ?? "");
    else await program.parseAsync(args, { from: "user" });
    return context.interruption.exitCode ?? exitCodeOfCommand();
  } catch (thrown) {
    if (isHelpShown(thrown)) return 0;
    const failure = asFailure(thrown);
    printFailure(context.stderr, failure, { isJson: args.includes("--json") });
    return context.interruption.exitCode ?? failure.kind.exitCode;
  }
}

/** Commander takes `commons nonsense --help` for `commons --help`. */
function isHelpOfUnknown(program: Command, [first = "", ...rest]: readonly string[]): boolean {
  const isKnown = first.startsWith("-") || program.commands.some((command) => command.name() === first);
  return !isKnown && rest.some((arg) => arg === "--help" || arg === "-h");
}

/** What a command that did only a part of its work has set. */
function exitCodeOfCommand(): number {
  return typeof process.exitCode === "number" ? process.exitCode : 0;
}

for (const stream of [process.stdout, process.stderr]) {
  // The reader has seen enough, as in `commons list | head`: that is no failure.
  stream.on("error", (error: NodeJS.ErrnoException) => process.exit(error.code === "EPIPE" ? 0 : 1));
}
const exitCode = await main(process.argv.slice(2));
// Connections of the hub may linger for a moment; everything that was written leaves first.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
