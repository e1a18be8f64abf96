import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Program } from "../config/program.ts";
import { CommonsError } from "../core/errors.ts";
import { copyContext } from "./image-context.ts";
import { imageName, type ImageTarget } from "./image-name.ts";
import { isMakerGone, makerMark } from "./owner-label.ts";
import type { Runtime } from "./runtime.ts";
import { startFailure } from "./start-failure.ts";

export interface ImageBuild {
  readonly runtime: Runtime;
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  readonly target: ImageTarget;
  /** The image below ours; null: the Dockerfile's own, which is pulled where it is missing. */
  readonly base: string | null;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
}

const keptLines = 40;
const contextPrefix = "commons-image-";
const networkFailure = /pull|manifest|registry|lookup|tls|timeout|no such host/i;
const daemonFailure = /cannot connect to the docker daemon|dial unix|error during connect/i;

/**
 * Makes an image of the installed package and resolves to its name; `NAME:latest` is the same image, for compose.yaml. Errors:
 * CONTAINERS_UNAVAILABLE with what the container program said last, PROGRAM_NOT_BUILT, CANCELLED.
 */
export async function buildImage(build: ImageBuild): Promise<string> {
  const { runtime, program, target, base, signal } = build;
  const directory = makeContextDirectory(tmpdir());
  try {
    for (const lacking of copyContext({ packageRoot: packageRootOf(program), target, directory }))
      build.onLine(lacking);
    const image = imageName(target, program);
    const args = [
      "build",
      "--target",
      target,
      "--build-arg",
      `VERSION=${program.version}`,
      ...(base === null ? [] : ["--build-arg", `BASE=${base}`]),
      "--tag",
      image,
      "--tag",
      image.replace(/:.*$/, ":latest"),
      directory,
    ];
    const { code, lines } = await run(build, args);
    if (signal.aborted) throw new CommonsError("CANCELLED", "The build was cancelled.");
    if (code !== 0) throw buildFailure(runtime, lines);
    return image;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** A directory for the image's files; what builds left there that were killed goes. */
export function makeContextDirectory(temporary: string): string {
  sweep(temporary);
  return mkdtempSync(join(temporary, `${contextPrefix}${makerMark()}-`));
}

function sweep(directory: string): void {
  for (const name of readdirSync(directory)) {
    const mark = name.startsWith(contextPrefix) ? name.slice(contextPrefix.length).replace(/-[^-]*$/, "") : "";
    if (!isMakerGone(mark)) continue;
    try {
      rmSync(join(directory, name), { recursive: true, force: true });
    } catch {
      // Another user's, whose next build removes it.
    }
  }
}

/** The package that this program is of: dist/ stands in it, in a checkout too. */
function packageRootOf({ entries }: Program): string {
  return dirname(dirname(entries.cli));
}

async function run(build: ImageBuild, args: readonly string[]): Promise<{ code: number; lines: string[] }> {
  const { runtime, env, signal, onLine } = build;
  const child = spawn(runtime.command, args, { env, stdio: ["ignore", "pipe", "pipe"], windowsHide: true, signal });
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = "";
    stream.setEncoding("utf8").on("data", (text: string) => {
      const parts = (rest + text).split(/\r?\n/);
      rest = (parts.pop() ?? "").slice(-10_000);
      for (const line of parts) {
        onLine(line);
        lines.push(line);
        if (lines.length > keptLines) lines.shift();
      }
    });
  }
  const code = await new Promise<number>((resolve, reject) => {
    child.once("error", (error) => (signal.aborted ? resolve(1) : reject(error)));
    child.once("close", (exitCode) => resolve(exitCode ?? 1));
  });
  return { code, lines };
}

/** What the container program said last, as an error with a next step. */
export function buildFailure(runtime: Runtime, lines: readonly string[]): CommonsError {
  const said = lines.join("\n");
  if (networkFailure.test(said) && !daemonFailure.test(said))
    return new CommonsError(
      "CONTAINERS_UNAVAILABLE",
      `The base image could not be had: ${(lines.at(-1) ?? "").slice(0, 300)}`,
      {
        hint: "Pull it where there is a network, or name one with Node 22.18 or newer: commons image build --base IMAGE",
      },
    );
  return startFailure({ runtime, image: "below it", stderr: said, asked: "build" });
}
