import { Argument } from "commander";
import type { ImageTarget } from "../../container/image-name.ts";
import { addExamples, addJsonOption } from "../command-options.ts";
import { printJson, type CliCommand, type CliContext } from "../cli-context.ts";

interface BuildOptions {
  readonly base?: string;
  readonly runtime?: string;
  readonly json?: boolean;
}

/** `commons image build`: makes the images for sessions in containers and for the hub of compose.yaml. */
export const imageCommand: CliCommand = {
  add(program, context) {
    const image = program.command("image").description("images for sessions in containers (commons mcp --docker)");
    const build = image
      .command("build")
      .description("make an image from this installation; only its base may be downloaded")
      .addArgument(
        new Argument("[target]", "session, or hub for compose.yaml").choices(["session", "hub"]).default("session"),
      )
      .option("--base <image>", "image below it, with Node 22.18 or newer (default: node:24-bookworm-slim)")
      .option("--runtime <name>", "docker, podman or a path (default: the setting containers.runtime)");
    addJsonOption(build).action((target: ImageTarget, options: BuildOptions) => runBuild(context, target, options));
    const examples = {
      "commons image build": "for commons mcp --docker; again after each update",
      "commons image build hub": "for compose.yaml",
    };
    addExamples(image, examples);
    addExamples(build, examples);
  },
};

async function runBuild(context: CliContext, target: ImageTarget, options: BuildOptions): Promise<void> {
  const { environment, homePaths, loadSettings } = await import("../../config/load-settings.ts");
  const { currentProgram } = await import("../../config/program.ts");
  const { withoutSecrets } = await import("../../config/secrets.ts");
  const { buildImage } = await import("../../container/build-image.ts");
  const { findRuntime } = await import("../../container/runtime.ts");
  const { printableLine } = await import("../output/printable-text.ts");
  const { stdout, stderr, interruption } = context;
  const env = environment();
  const flags = options.runtime === undefined ? {} : { "containers.runtime": options.runtime };
  const { settings } = loadSettings({ env, userFile: homePaths(env).configFile, flags });
  const runtime = findRuntime(settings["containers.runtime"], env);
  const image = await buildImage({
    runtime,
    program: currentProgram(),
    env: withoutSecrets(env),
    target,
    base: options.base ?? null,
    signal: interruption.signal(),
    onLine: (line) => stderr.line(stderr.style("dim", printableLine(line))),
  });
  if (options.json) printJson(context, { image, runtime: runtime.kind });
  else stdout.line(`Built ${image}.`);
}
