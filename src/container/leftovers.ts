import { execFile } from "node:child_process";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { homeLabel, isOwnerGone, labelPrefix } from "./owner-label.ts";
import type { Runtime } from "./runtime.ts";

/** Something that this program made with docker or podman. */
export interface OwnThing {
  readonly kind: "container" | "network" | "volume" | "image";
  /** What it is removed by. */
  readonly id: string;
  /** What people call it. */
  readonly name: string;
  /** "running", "created", "exited", "dead" ...; "" for what does not run. */
  readonly state: string;
  /** A container whose process, a session or a migration, is certainly gone. */
  readonly isLeftover: boolean;
}

export interface RuntimeAccess {
  readonly runtime: Runtime;
  readonly env: NodeJS.ProcessEnv;
  readonly home: string;
}

const endedStates = ["created", "exited", "dead"];
const ownRepository = /^(?:localhost\/)?chroma-commons-(?:session|hub):(?!<none>)/;
const askMs = 8_000;
const removeMs = 30_000;
// An agent waits meanwhile.
const hurriedMs = 5_000;
const lateMs = 2_000;
const lookAgainMs = 250;
const rowFormat = "{{.ID}}\t{{.Names}}\t{{.State}}\t{{.Labels}}";
const imageFormat = "{{.Repository}}:{{.Tag}}";
// A network or volume that a container uses cannot be removed.
const removalOrder = ["container", "network", "volume", "image"];
const removalCommands = {
  container: ["rm", "--force", "--volumes"],
  network: ["network", "rm"],
  volume: ["volume", "rm"],
  image: ["rmi"],
} as const;

/**
 * Containers of sessions of this home, and of its migrations, by their labels: no other program's and no other home's has them. Errors: those of `execFile`, when
 * the container program does not answer.
 */
export async function listOurs(access: RuntimeAccess): Promise<OwnThing[]> {
  const filter = `label=${labelPrefix}home=${homeLabel(access.home)}`;
  const rows = await ask(access, ["ps", "--all", "--no-trunc", "--filter", filter, "--format", rowFormat]);
  return rows.map(([id = "", name = "", state = "", labels = ""]) => {
    const given = labelsOf(labels);
    // One that has ended while its process lives is just being removed, by the daemon itself.
    const isLeftover = isOwnerGone(given, { isRunning: !endedStates.includes(state) });
    return { kind: "container", id, name, state, isLeftover };
  });
}

/**
 * What all homes of this machine share: containers, network and volumes of compose.yaml, and the images that were built, by our names and
 * label both, because what people build from ours has the label too; in the order in which they can be removed. The volumes hold what was stored. Errors: as listOurs.
 */
export async function listShared(access: RuntimeAccess): Promise<OwnThing[]> {
  const part = ["--filter", `label=${labelPrefix}part`];
  const [containers, networks, volumes, images] = await Promise.all([
    ask(access, ["ps", "--all", "--no-trunc", ...part, "--format", rowFormat]),
    ask(access, ["network", "ls", "--no-trunc", ...part, "--format", "{{.ID}}\t{{.Name}}"]),
    ask(access, ["volume", "ls", ...part, "--format", "{{.Name}}"]),
    ask(access, ["images", "--filter", `label=${labelPrefix}image`, "--format", imageFormat]),
  ]);
  const still = { state: "", isLeftover: false };
  return [
    ...containers.map(([id = "", name = "", state = ""]) => ({
      ...still,
      kind: "container" as const,
      id,
      name,
      state,
    })),
    ...networks.map(([id = "", name = ""]) => ({ ...still, kind: "network" as const, id, name })),
    ...volumes.map(([name = ""]) => ({ ...still, kind: "volume" as const, id: name, name })),
    // By its name: other names of one image are a person's own, and stay.
    ...images
      .filter(([name = ""]) => ownRepository.test(name))
      .map(([name = ""]) => ({ ...still, kind: "image" as const, id: name, name })),
  ];
}

/** Removes them by their ids, running or not; what is gone already counts as removed. Resolves with what stayed, and why. */
export async function removeOurs(
  access: RuntimeAccess,
  things: readonly OwnThing[],
): Promise<{ readonly thing: OwnThing; readonly reason: string }[]> {
  const failed: { thing: OwnThing; reason: string }[] = [];
  for (const thing of things.toSorted((a, b) => removalOrder.indexOf(a.kind) - removalOrder.indexOf(b.kind))) {
    try {
      await ask(access, [...removalCommands[thing.kind], thing.id], removeMs);
    } catch (error) {
      const reason = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : String(error);
      if (!/no such (?:container|network|volume|image)|not found|already in progress/i.test(reason))
        failed.push({ thing, reason });
    }
  }
  return failed;
}

/**
 * Ends the container of one start of this process; it has no name. `mayComeLate`: the daemon may still be making it for a client that is
 * gone, so it is looked for a while. Bounded in time. Errors: as listOurs.
 */
export async function removeStart(
  access: RuntimeAccess,
  start: string,
  { mayComeLate }: { readonly mayComeLate: boolean },
): Promise<void> {
  const deadline = Date.now() + (mayComeLate ? lateMs : 0);
  for (;;) {
    const rows = await startRows(access, start);
    for (const [id = ""] of rows) await ask(access, ["rm", "--force", "--volumes", id], hurriedMs);
    if (rows.length > 0 || Date.now() >= deadline) return;
    await delay(lookAgainMs);
  }
}

/** Whether it is certain that there is no such volume. */
export async function lacksVolume(access: RuntimeAccess, name: string): Promise<boolean> {
  return ask(access, ["volume", "inspect", "--format", "{{.Name}}", name]).then(
    () => false,
    (error: unknown) => error instanceof Error && "stderr" in error && /no such volume/i.test(String(error.stderr)),
  );
}

/** Whether the program for containers answers in time, if only with an error. */
export async function isAnswering(access: RuntimeAccess, start: string): Promise<boolean> {
  return startRows(access, start).then(
    () => true,
    (error: unknown) => !(error instanceof Error && "killed" in error && error.killed === true),
  );
}

function startRows(access: RuntimeAccess, start: string): Promise<string[][]> {
  return ask(access, ["ps", "--all", "--quiet", "--filter", `label=${labelPrefix}start=${start}`], hurriedMs);
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
