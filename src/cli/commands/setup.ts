import { addExamples, addJsonOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface SetupOptions {
  readonly json?: boolean;
}

/** Prints what a person puts into an agent's configuration; writing it there is the work of a later version. */
export const setupCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("setup")
      .description(
        "print the entry that lets an agent use the shared context (this version does not write it by itself)",
      );
    addJsonOption(command).action((options: SetupOptions) => runSetup(context, options));
    addExamples(command, {
      "commons setup": "the lines for Codex, Claude Code and other clients, with absolute paths",
      "commons setup --json": "the same for scripts: command, args []",
    });
  },
};

async function runSetup(context: CliContext, options: SetupOptions): Promise<void> {
  const { agentEntry, agentEntryLines } = await import("../setup/agent-entry.ts");
  const { currentProgram } = await import("../../config/program.ts");
  const entry = agentEntry(currentProgram());
  if (options.json) printJson(context, entry);
  else for (const line of agentEntryLines(entry)) context.stdout.line(line);
}
