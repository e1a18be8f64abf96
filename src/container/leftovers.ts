import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { homeLabel, isOwnerGone, labelPrefix } from "./owner-label.ts";
import type { Runtime } from "./runtime.ts";

/** A container or network that this home's sessions made. */
export interface OwnThing {
  readonly kind: "container" | "network";
  readonly id: string;
  readonly name: string;
  /** "running", "created", "exited", "dead" ...; "" for a network. */
  readonly state: string;
  /** Whether no session can need it any more. */
  readonly isLeftover: boolean;
}

export interface RuntimeAccess {
  readonly runtime: Runtime;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}

const askMs = 5_000;
const removeMs = 30_000;

/**
 * Containers and networks with the labels of this home, which no other program's and no other home's have. Errors: those of `execFile`,
 * when the container program does not answer.
 */
export async function listOurs(access: RuntimeAccess): Promise<OwnThing[]> {
  const filter = ["--filter", `label=${labelPrefix}home=${homeLabel(access.home)}`];
  const [containers, networks] = await Promise.all([
    ask(access, ["ps", "--all", "--no-trunc", ...filter, "--format", "{{.ID}}\t{{.Names}}\t{{.State}}\t{{.Labels}}"]),
    ask(access, ["network", "ls", "--no-trunc", ...filter, "--format", "{{.ID}}\t{{.Name}}"]),
  ]);
  return [
    ...containers.map(([id = "", name = "", state = "", labels = ""]): OwnThing => {
      const given = labelsOf(labels);
      // One that has ended while its process lives is just being removed, by the daemon itself.
      const isLeftover = given[`${labelPrefix}kind`] === "session" && isOwnerGone(given);
      return { kind: "container", id, name, state, isLeftover };
    }),
    ...networks.map(([id = "", name = ""]): OwnThing => ({ kind: "network", id, name, state: "", isLeftover: false })),
  ];
}

/** Removes them by their ids, running or not; what is gone already counts as removed. Resolves with what stayed, and why. */
export async function removeOurs(
  access: RuntimeAccess,
  things: readonly OwnThing[],
): Promise<{ readonly thing: OwnThing; readonly reason: string }[]> {
  const failed: { thing: OwnThing; reason: string }[] = [];
  // Networks last: those with containers in them cannot be removed.
  for (const thing of things.toSorted((a, b) => a.kind.localeCompare(b.kind))) {
    const args = thing.kind === "container" ? ["rm", "--force", "--volumes", thing.id] : ["network", "rm", thing.id];
    try {
      await ask(access, args, removeMs);
    } catch (error) {
      const reason = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
      if (!/no such (?:container|network)|not found|already in progress/i.test(reason)) failed.push({ thing, reason });
    }
  }
  return failed;
}

/** Ends the container of one start of this process; it has no name. */
export async function removeStart(access: RuntimeAccess, start: string): Promise<void> {
  const rows = await ask(access, ["ps", "--all", "--quiet", "--filter", `label=${labelPrefix}start=${start}`]);
  for (const [id = ""] of rows) await ask(access, ["rm", "--force", id], removeMs);
}

async function ask({ runtime, env }: RuntimeAccess, args: readonly string[], timeout = askMs): Promise<string[][]> {
  const { stdout } = await promisify(execFile)(runtime.command, [...args], {
    env,
    timeout,
    killSignal: "SIGKILL",
    maxBuffer: 16_000_000,
  });
  return stdout
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => line.split("\t"));
}

/** "a=b,c=d" as docker and podman list labels. Ours hold no commas; others' may, and are of no concern. */
function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(",").flatMap((pair) => {
      const index = pair.indexOf("=");
      return index < 0 ? [] : [[pair.slice(0, index).trim(), pair.slice(index + 1)]];
    }),
  );
}
