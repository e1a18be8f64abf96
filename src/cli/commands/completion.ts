import { Argument, type Command } from "commander";
import { addExamples } from "../command-options.ts";
import type { CliCommand, CliContext } from "../cli-context.ts";
import { shells, shellScripts, type Shell } from "../completion/shell-scripts.ts";

export const completionCommand: CliCommand = {
  add(program, context) {
    const command = program
      .command("completion")
      .description("print the script that completes commands, options and collections in your shell")
      .addArgument(new Argument("<shell>", "your shell").choices(shells))
      .action((shell: Shell) => context.stdout.write(shellScripts[shell]));
    addExamples(command, {
      'eval "$(commons completion bash)"': "put this line into ~/.bashrc",
      'eval "$(commons completion zsh)"': "put this line into ~/.zshrc, after compinit",
      "commons completion fish": "in ~/.config/fish/config.fish: commons completion fish | source",
      "commons completion powershell":
        "in the file $PROFILE: commons completion powershell | Out-String | Invoke-Expression",
    });
    addComplete(program, context);
  },
};

/** What the scripts call. */
function addComplete(program: Command, context: CliContext): void {
  const command = program
    .command("complete", { hidden: true })
    .description("print what may stand in the place of the last word; starts nothing")
    .option("--next", "a new word begins after the last one")
    .argument("[word...]", "what was typed behind commons")
    .action(async (words: string[], options: { readonly next?: boolean }) => {
      const { completionLines } = await import("../completion/complete.ts");
      const typed = options.next === true ? [...words, ""] : words;
      for (const line of await completionLines(program, typed, context)) context.stdout.line(line);
    });
  addExamples(command, { "commons complete -- hub st": "what may become of st" });
}
