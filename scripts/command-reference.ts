import type { Command } from "commander";
import { Interruption } from "../src/cli/interruption.ts";
import type { Terminal } from "../src/cli/output/terminal.ts";
import { createProgram } from "../src/cli/program.ts";

interface Entry {
  readonly term: string;
  readonly meaning: string;
}

/** One command as its help shows it. */
export interface CommandReference {
  /** `commons hub start`. */
  readonly path: string;
  readonly usage: string;
  readonly description: string;
  readonly arguments: readonly Entry[];
  readonly options: readonly Entry[];
  /** Command lines and what each does. */
  readonly examples: readonly Entry[];
}

/** The program first, then every command that help names, in its order, and behind each its own commands. */
export function commandReferences(): { readonly commands: readonly CommandReference[]; readonly closing: string } {
  let written = "";
  const terminal: Terminal = {
    isTerminal: false,
    columns: 80,
    write: (text) => void (written += text),
    line: (text = "") => void (written += `${text}\n`),
    style: (_name, plain) => plain,
  };
  const program = createProgram({ cwd: "/", stdout: terminal, stderr: terminal, interruption: new Interruption() });
  const helpOf = (command: Command): string => {
    written = "";
    command.outputHelp();
    return written;
  };
  const commands = visibleCommands(program).map((command) => referenceOf(command, helpOf(command)));
  // What the program's help says below its list of commands.
  const help = helpOf(program);
  return { commands, closing: help.slice(help.indexOf("Exit codes:")).trim() };
}

function visibleCommands(command: Command): Command[] {
  // Where a command has a help of ours, commander adds its own to what is visible.
  const inner = command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => command.commands.includes(each));
  return [command, ...inner.flatMap((each) => visibleCommands(each))];
}

function referenceOf(command: Command, help: string): CommandReference {
  const shown = command.createHelp();
  return {
    path: pathOf(command),
    usage: shown.commandUsage(command),
    description: sentence(shown.commandDescription(command)),
    arguments: shown.visibleArguments(command).map((argument) => ({
      term: shown.argumentTerm(argument),
      meaning: sentence(shown.argumentDescription(argument)),
    })),
    options: shown.visibleOptions(command).map((option) => ({
      term: shown.optionTerm(option),
      meaning: sentence(shown.optionDescription(option)),
    })),
    examples: [...help.matchAll(/^ {2}\$ (.+)\n {6}(.+)$/gm)].map(([, term = "", meaning = ""]) => ({
      term,
      meaning: sentence(meaning),
    })),
  };
}

function pathOf(command: Command): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}

/** Help is written in small letters and without a full stop at its end. */
function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return begun === "" || /[.!?)]$/.test(begun) ? begun : `${begun}.`;
}
