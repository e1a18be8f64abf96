import { addExamples, addJsonOption, listOf } from "../command-options.ts";
import type { CliCommand } from "../cli-context.ts";
import type { UninstallOptions } from "../setup/uninstall-flow.ts";

export const uninstallCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("uninstall")
      .description("take out of the agents' files what setup wrote; what is stored stays, unless --data is given")
      .option("--client <id>", "only of this agent; may be repeated", listOf)
      .option("--unrecorded", "also entries of this program that setup did not write, or whose record is lost")
      .option("--data", "also delete all that is stored: every collection, the index, the settings")
      .option("--containers", "also remove this program's containers, network and images")
      .option("--dry-run", "only show what would go")
      .option("-y, --yes", "do not ask");
    addJsonOption(command).action(async (options: UninstallOptions) => {
      const { runUninstall } = await import("../setup/uninstall-flow.ts");
      if (options.dryRun !== true) context.interruption.workUnread();
      await runUninstall(context, options);
    });
    addExamples(command, {
      "commons uninstall --dry-run": "what would be taken out of which file, as diffs",
      "commons uninstall --client cursor --yes": "out of Cursor's configuration alone, without asking",
    });
  },
};
