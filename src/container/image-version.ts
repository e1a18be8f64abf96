import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CommonsError } from "../core/errors.ts";
import type { Program } from "../config/program.ts";
import { imageName } from "./image-name.ts";
import type { Runtime } from "./runtime.ts";

const askMs = 10_000;
const format = '{{index .Config.Labels "org.opencontainers.image.version"}}';

/**
 * What is to be said of an image that was named and is not of this version; null when it is, or when nobody can tell. Our own image has
 * its version in its name, so nothing is asked about it.
 */
export async function otherVersion(options: {
  readonly runtime: Runtime;
  readonly env: NodeJS.ProcessEnv;
  readonly image: string;
  readonly program: Pick<Program, "version">;
}): Promise<CommonsError | null> {
  const { runtime, env, image, program } = options;
  if (image === imageName("session", program)) return null;
  const asked = await promisify(execFile)(runtime.command, ["image", "inspect", "--format", format, image], {
    env,
    timeout: askMs,
    killSignal: "SIGKILL",
  }).catch(() => null);
  const version = asked?.stdout.trim();
  if (asked === null || version === program.version) return null;
  const what = version && version !== "<no value>" ? `of version ${version}` : "of no known version";
  return new CommonsError(
    "CONTAINERS_UNAVAILABLE",
    `The image ${image} is ${what}, this program of ${program.version}.`,
    {
      hint: "Build it anew, or unset containers.image and run: commons image build",
    },
  );
}
