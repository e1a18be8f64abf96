import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { homePaths, inspectSettings } from "../../config/load-settings.ts";
import { listOurs, removeOurs } from "../../container/leftovers.ts";
import { labelPrefix } from "../../container/owner-label.ts";
import { findRuntime, type Runtime } from "../../container/runtime.ts";
import { startFailure } from "../../container/start-failure.ts";
import { printableLine } from "../output/printable-text.ts";

/** One thing of the container program that carries a label of ours. */
export interface ContainerThing {
  readonly kind: "container" | "network" | "image" | "volume";
  readonly id: string;
  readonly name: string;
}

export interface ContainerRemoval {
  readonly runtime: Runtime;
  readonly things: readonly ContainerThing[];
  /** Resolves to what stayed, and why. */
  remove(): Promise<{ readonly thing: ContainerThing; readonly reason: string }[]>;
}

const askMs = 15_000;
const removeMs = 60_000;

/**
 * Sessions' containers of this home, what compose.yaml made, and our images; volumes, which hold data, only with `withVolumes`. All by
 * their labels. Errors: CONTAINERS_UNAVAILABLE.
 */
export async function findContainers(
  env: NodeJS.ProcessEnv,
  { withVolumes }: { readonly withVolumes: boolean },
): Promise<ContainerRemoval> {
  const { settings } = inspectSettings({ env, userFile: homePaths(env).configFile });
  const runtime = findRuntime(settings["containers.runtime"], env);
  const access = { runtime, env, home: homePaths(env).home };
  const ask = asker(runtime, env);
  const part = `label=${labelPrefix}part`;
  try {
    const ours = await listOurs(access);
    const composed = await ask("container", [
      "ps",
      "--all",
      "--no-trunc",
      "--filter",
      part,
      "--format",
      "{{.ID}}\t{{.Names}}",
    ]);
    const networks = await ask("network", [
      "network",
      "ls",
      "--no-trunc",
      "--filter",
      part,
      "--format",
      "{{.ID}}\t{{.Name}}",
    ]);
    const image = ["image", "ls", "--no-trunc", "--filter", `label=${labelPrefix}image`, "--format"];
    const images = await ask("image", [...image, "{{.ID}}\t{{.Repository}}:{{.Tag}}"]);
    const volumes = await ask("volume", ["volume", "ls", "--filter", part, "--format", "{{.Name}}\t{{.Name}}"]);
    const things = [...ours, ...composed, ...networks, ...images, ...(withVolumes ? volumes : [])];
    return { runtime, things, remove: () => removeAll(ours, things.slice(ours.length)) };
  } catch (error) {
    const told = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    throw startFailure({ runtime, image: "", stderr: told });
  }

  async function removeAll(
    ours: Awaited<ReturnType<typeof listOurs>>,
    others: readonly ContainerThing[],
  ): Promise<{ thing: ContainerThing; reason: string }[]> {
    const failed: { thing: ContainerThing; reason: string }[] = [...(await removeOurs(access, ours))];
    for (const thing of others) {
      try {
        await ask(thing.kind, removal(thing), removeMs);
      } catch (error) {
        const reason = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
        if (!/no such|not found/i.test(reason)) failed.push({ thing, reason: printableLine(reason).slice(0, 300) });
      }
    }
    return failed;
  }
}

/** Containers come first in the list, then what they hold on to. An image with several names goes by each of them. */
function removal({ kind, id, name }: ContainerThing): string[] {
  if (kind === "container") return ["rm", "--force", id];
  if (kind === "image") return ["image", "rm", name.includes("<none>") ? id : name];
  return [kind, "rm", id];
}

type Ask = (kind: ContainerThing["kind"], args: readonly string[], timeoutMs?: number) => Promise<ContainerThing[]>;

function asker(runtime: Runtime, env: NodeJS.ProcessEnv): Ask {
  return async (kind, args, timeoutMs = askMs) => {
    const { stdout } = await promisify(execFile)(runtime.command, [...args], {
      env,
      timeout: timeoutMs,
      killSignal: "SIGKILL",
      maxBuffer: 16_000_000,
    });
    return stdout
      .split("\n")
      .filter((line) => line.trim() !== "")
      .map((line) => {
        const [id = "", name = ""] = line.split("\t");
        return { kind, id, name };
      });
  };
}
