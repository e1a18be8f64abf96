import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { homePaths, inspectSettings } from "../../config/load-settings.ts";
import { currentProgram } from "../../config/program.ts";
import { imageName } from "../../container/image-name.ts";
import { findRuntime, type Runtime } from "../../container/runtime.ts";
import { startFailure } from "../../container/start-failure.ts";

const askMs = 15_000;

/** What `--docker` needs, before any agent's file is changed. Errors: CONTAINERS_UNAVAILABLE, also where the image is yet to be built. */
export async function requireContainers(env: NodeJS.ProcessEnv): Promise<Runtime> {
  const { settings } = inspectSettings({ env, userFile: homePaths(env).configFile });
  const runtime = findRuntime(settings["containers.runtime"], env);
  const image = settings["containers.image"] || imageName("session", currentProgram());
  try {
    await promisify(execFile)(runtime.command, ["image", "inspect", "--format", "{{.Id}}", image], {
      env,
      timeout: askMs,
      killSignal: "SIGKILL",
      maxBuffer: 1_000_000,
    });
    return runtime;
  } catch (error) {
    const told = error instanceof Error && "stderr" in error ? String(error.stderr) : "";
    throw startFailure({ runtime, image, stderr: told || (error instanceof Error ? error.message : String(error)) });
  }
}
