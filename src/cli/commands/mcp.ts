import { addExamples } from "../command-options.ts";
import type { CliCommand } from "../cli-context.ts";
import { CommonsError } from "../../core/errors.ts";

/** Help only: bin/commons.mjs starts `commons mcp` from an entry of its own, so that an agent waits as short as possible. */
export const mcpCommand: CliCommand = {
  add(program) {
    const command = program
      .command("mcp")
      .description("serve one agent session over MCP on standard input and output (agents run this, people do not)")
      .option(
        "--workspace <dir>",
        "the directory that the session may read (default: the client's first root, else the current directory)",
      )
      .option("--allow <dir>", "a further directory that the session may read; may be repeated")
      .option("--space <name>", "isolation boundary (default: the setting space)")
      .option("--collection <name>", "default collection of the session")
      .option("--docker", "run the session in a container of its own (image: commons image build)")
      .option("--runtime <name>", "with --docker: docker, podman or a path (default: containers.runtime)")
      .option("--image <name>", "with --docker: another image (default: containers.image, else this version's)")
      .option("--hub <way>", "with --docker: socket, tcp or volume:NAME (default: containers.hub)")
      .option("--network <name>", "with --docker --hub tcp: the container's network")
      .action(() => {
        throw new CommonsError("INPUT_INVALID", "commons mcp must be started through bin/commons.mjs.", {
          hint: "commons setup lets your agents start it.",
        });
      });
    addExamples(command, {
      "claude mcp add --scope user commons -- commons mcp": "let Claude Code start it",
      "codex mcp add commons -- commons mcp": "let Codex start it",
    });
  },
};
