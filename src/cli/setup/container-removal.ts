import { homePaths, inspectSettings } from "../../config/load-settings.ts";
import { listOurs, listShared, removeOurs, type OwnThing } from "../../container/leftovers.ts";
import { findRuntime, type Runtime } from "../../container/runtime.ts";
import { startFailure } from "../../container/start-failure.ts";
import { printableLine } from "../output/printable-text.ts";

/** One thing of the container program that carries a label of ours. */
export type ContainerThing = Pick<OwnThing, "kind" | "id" | "name">;

export interface ContainerRemoval {
  readonly runtime: Runtime;
  readonly things: readonly ContainerThing[];
  /** Resolves to what stayed, and why. */
  remove(): Promise<{ readonly thing: ContainerThing; readonly reason: string }[]>;
}

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
  try {
    const shared = (await listShared(access)).filter(({ kind }) => withVolumes || kind !== "volume");
    const things = [...(await listOurs(access)), ...shared];
    return {
      runtime,
      things,
      remove: async () =>
        (await removeOurs(access, things)).map(({ thing, reason }) => ({
          thing,
          reason: printableLine(reason).slice(0, 300),
        })),
    };
  } catch (error) {
    const told = error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
    throw startFailure({ runtime, image: "", stderr: told, asked: "list" });
  }
}
