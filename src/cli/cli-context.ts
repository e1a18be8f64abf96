import type { Command } from "commander";
import type { Interruption } from "./interruption.ts";
import type { Terminal } from "./output/terminal.ts";

/** What a command gets: where it runs, where it writes, and how it learns that the person wants it to stop. */
export interface CliContext {
  readonly cwd: string;
  readonly stdout: Terminal;
  readonly stderr: Terminal;
  readonly interruption: Interruption;
}

/** A command of `commons`. Its module must load fast: it imports what it needs when it runs. */
export interface CliCommand {
  add(program: Command, context: CliContext): void;
}

/** JSON for programs, the only thing that `--json` lets onto standard output. */
export function printJson(context: CliContext, value: unknown): void {
  context.stdout.line(JSON.stringify(value, null, 2));
}
