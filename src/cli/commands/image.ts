import { buildImage } from "../../container/build-image.ts";
import type { ImageTarget } from "../../container/image-name.ts";
import { findRuntime } from "../../container/runtime.ts";
import { environment, homePaths, loadSettings } from "../../config/load-settings.ts";
import { currentProgram } from "../../config/program.ts";
import { withoutSecrets } from "../../config/secrets.ts";
import { CommonsError } from "../../core/errors.ts";
import type { CliCommand } from "../cli-context.ts";
import { addExamples } from "../command-options.ts";
import { printableLine } from "../output/printable-text.ts";

interface BuildOptions {
  readonly base?: string;
  readonly runtime?: string;
  readonly json?: boolean;
}

/** `commons image build`: makes the images for sessions in containers and for the hub of compose.yaml. */
export const imageCommand: CliCommand = {
  add(program, { stdout, stderr, interruption }) {
    const image = program.command("image").description("images for sessions in containers (commons mcp --docker)");
    const build = image
      .command("build")
      .description("make an image from this installation; only its base may be downloaded")
      .argument("[target]", "session, or hub for compose.yaml", "session")
      .option("--base <image>", "image below it, with Node 22.18 or newer (default: node:24-bookworm-slim)")
      .option("--runtime <name>", "docker, podman or a path (default: the setting containers.runtime)")
      .option("--json", "print one JSON object")
      .action(async (target: string, options: BuildOptions) => {
        const env = environment();
        const { settings } = loadSettings({
          env,
          userFile: homePaths(env).configFile,
          flags: options.runtime === undefined ? {} : { "containers.runtime": options.runtime },
        });
        const runtime = findRuntime(settings["containers.runtime"], env);
        const name = await buildImage({
          runtime,
          program: currentProgram(),
          env: withoutSecrets(env),
          target: targetOf(target),
          base: options.base ?? null,
          signal: interruption.signal(),
          onLine: (line) => stderr.line(stderr.style("dim", printableLine(line))),
        });
        if (options.json) stdout.line(JSON.stringify({ image: name, runtime: runtime.kind }));
        else stdout.line(`Built ${name}.`);
      });
    addExamples(build, {
      "commons image build": "for commons mcp --docker; again after each update",
      "commons image build hub": "for compose.yaml",
    });
  },
};

function targetOf(name: string): ImageTarget {
  if (name === "session" || name === "hub") return name;
  throw new CommonsError("INPUT_INVALID", `There is no image "${name}".`, { hint: "Name session or hub." });
}
