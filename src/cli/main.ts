import type { Command } from "commander";
import type { CliContext } from "./cli-context.ts";
import { unknownCommand } from "./commands/help.ts";
import { asFailure, isHelpShown, printFailure } from "./failure.ts";
import { Interruption } from "./interruption.ts";
import { createTerminal } from "./output/terminal.ts";
import { createProgram } from "./program.ts";

/** Entry of the command line; resolves to the exit code, see the error catalogue for what it means. */
async function main(args: readonly string[], interruption: Interruption): Promise<number> {
  const context: CliContext = {
    cwd: process.cwd(),
    stdout: createTerminal(process.stdout),
    stderr: createTerminal(process.stderr),
    interruption,
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

const interruption = new Interruption();
for (const stream of [process.stdout, process.stderr]) {
  stream.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") process.exit(1);
    // The reader has seen enough, as in `commons list | head`: that is no failure.
    if (interruption.needsReader) process.exit(0);
  });
}
const exitCode = await main(process.argv.slice(2), interruption);
// Connections of the hub may linger for a moment; everything that was written leaves first.
process.stdout.write("", () => process.stderr.write("", () => process.exit(exitCode)));
