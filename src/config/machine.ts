import { createHash } from "node:crypto";
import { hostname } from "node:os";
import { machineIdOfSystem } from "./machine-id.ts";

export interface Machine {
  /** Hash of the machine's own id: the same for ever, and tells nothing of it. */
  readonly id: string;
  /** For people. */
  readonly name: string;
}

/** In a container: what `thisMachine` said on the host, so that a directory is one source there and here. */
const hostMachineVariables = { id: "HOST_MACHINE_ID", name: "HOST_MACHINE_NAME" } as const;

/** This machine: the one that its container was told of, else by the id that its system gives it, else by the host's name. */
export async function thisMachine(env: NodeJS.ProcessEnv = process.env): Promise<Machine> {
  const told = toldMachine(env);
  if (told !== null) return told;
  const name = hostname();
  const given = await machineIdOfSystem(process.platform, env);
  const id = createHash("sha256")
    .update(`chroma-commons\0${given || name}`)
    .digest("hex");
  return { id, name };
}

/** The machine outside of the container; null where none was told, or what was is no machine's id. */
function toldMachine(env: NodeJS.ProcessEnv): Machine | null {
  const id = env[hostMachineVariables.id] ?? "";
  if (!/^[0-9a-f]{64}$/.test(id)) return null;
  return { id, name: env[hostMachineVariables.name]?.slice(0, 200) || hostname() };
}

/** Whether the workspace is another machine's and nobody said which: in a container that something else than this program started. */
export function isForeignPlace(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env["HOST_WORKSPACE"]) && toldMachine(env) === null;
}
