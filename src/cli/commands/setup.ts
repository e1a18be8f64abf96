import { addExamples, addJsonOption, choiceOption, listOf } from "../command-options.ts";
import type { CliCommand } from "../cli-context.ts";
import type { SetupOptions } from "../setup/setup-flow.ts";

export const setupCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("setup")
      .description(
        "let the agents on this machine use the shared context: shows each change, asks, proves that it works",
      )
      .option("--client <id>", "only this agent, also one that was not found; may be repeated", listOf)
      .addOption(
        choiceOption("--scope <scope>", "for all directories (user) or only for this one (project)", [
          "user",
          "project",
        ]).default("user"),
      )
      .option("--docker", "run each session in a container of its own")
      .option("--workspace <dir>", "the directory for agents that do not tell theirs, as Claude Desktop")
      .option("--approve", "let agents that have a key for it run all our tools unasked")
      .option("--replace", "put our entry in the place of one of the same name, by hand or of another program")
      .option("--instructions", "also tell the agents when to search, in AGENTS.md, CLAUDE.md and the like")
      .option("--no-instructions", "do not offer that")
      .option("--dry-run", "only show what would change")
      .option("--print", "only print the entries, to be pasted by hand")
      .option("-y, --yes", "do not ask");
    addJsonOption(command).action(async (options: SetupOptions) => {
      const { runSetup } = await import("../setup/setup-flow.ts");
      if (options.dryRun !== true) context.interruption.workUnread();
      await runSetup(context, options);
    });
    addExamples(command, {
      "commons setup --print": "the entry with absolute paths, for whoever pastes it by hand",
      "commons setup --client codex --dry-run": "what would change in Codex's configuration, as a diff",
      "commons setup --client claude-code --scope project --dry-run": "the same for .mcp.json of this directory",
    });
  },
};
