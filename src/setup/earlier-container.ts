import type { ServerEntry } from "./server-entry.ts";

/** What an entry of the form `docker run ...` (or podman's, or a wrapper script's) says. */
export interface ContainerRun {
  /** The script that stands in the place of docker; null: docker or podman itself. */
  readonly wrapper: string | null;
  readonly image: string;
  /** What follows the image. */
  readonly command: readonly string[];
  readonly name: string | null;
  readonly network: string | null;
  readonly hasInit: boolean;
  readonly isRemoved: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly mounts: readonly ContainerMount[];
}

export interface ContainerMount {
  /** A directory of the host, or the name of a volume. */
  readonly source: string;
  readonly target: string;
  readonly isReadOnly: boolean;
}

// Options of `docker run` that take the next word as their value; any other word that begins with a dash stands alone.
const optionsWithValue = new Set(
  "-a -c -e -h -l -m -p -u -v -w --add-host --annotation --attach --cap-add --cap-drop --cidfile --cpus --device --dns --entrypoint --env --env-file --expose --gpus --hostname --ip --label --label-file --link --log-driver --log-opt --mac-address --memory --mount --name --net --network --network-alias --pid --platform --publish --pull --restart --security-opt --shm-size --stop-signal --stop-timeout --tmpfs --ulimit --user --userns --volume --volumes-from --workdir".split(
    " ",
  ),
);

/** The `run` in an entry's words, by whatever command it is reached; null where there is none with an image. */
export function containerRunOf({ command, args, env }: ServerEntry): ContainerRun | null {
  const start = args.indexOf("run");
  const program = [command ?? "", ...args.slice(0, Math.max(start, 0))];
  const wrapper = program.find((word) => /docker-wrapper\.\w+$/i.test(word)) ?? null;
  if (start < 0 || (wrapper === null && !program.some((word) => isEngine(word)))) return null;
  const options: (readonly [string, string])[] = [];
  let index = start + 1;
  for (; index < args.length; index += 1) {
    const word = args[index] ?? "";
    if (!word.startsWith("-")) break;
    const equals = word.startsWith("--") ? word.indexOf("=") : -1;
    if (equals > 0) options.push([word.slice(0, equals), word.slice(equals + 1)]);
    else if (optionsWithValue.has(word)) options.push([word, args[(index += 1)] ?? ""]);
    else options.push([word, ""]);
  }
  const image = args[index];
  return image === undefined ? null : { wrapper, image, command: args.slice(index + 1), ...told(options, env) };
}

function isEngine(word: string): boolean {
  return /^(?:docker|podman|nerdctl)(?:\.exe)?$/i.test(word.split(/[\\/]/).at(-1) ?? "");
}

function told(options: readonly (readonly [string, string])[], inherited: ServerEntry["env"]) {
  const values = (...names: string[]) => options.filter(([name]) => names.includes(name)).map(([, value]) => value);
  return {
    name: values("--name")[0] ?? null,
    network: values("--network", "--net")[0] ?? null,
    hasInit: options.some(([name, value]) => name === "--init" && value !== "false"),
    isRemoved: options.some(([name, value]) => name === "--rm" && value !== "false"),
    env: Object.fromEntries(values("-e", "--env").map((text) => variable(text, inherited))),
    mounts: [...values("-v", "--volume").map(volumeMount), ...values("--mount").map(longMount)].filter(
      (mount) => mount !== null,
    ),
  };
}

/** `-e NAME` passes on what the agent gives docker. */
function variable(text: string, inherited: ServerEntry["env"]): [string, string] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, inherited[text] ?? ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

/** SOURCE:TARGET[:OPTIONS]; the source may be a Windows path with a colon of its own. */
function volumeMount(text: string): ContainerMount | null {
  const match = /^([a-z]:[\\/][^:]*|[^:]*):([^:]+)(?::(.*))?$/i.exec(text);
  if (match === null) return null;
  const [, source = "", target = "", options = ""] = match;
  return { source, target, isReadOnly: options.split(",").includes("ro") };
}

/** type=bind,source=...,target=...,readonly */
function longMount(text: string): ContainerMount | null {
  const parts = new Map(text.split(",").map((part) => [part.split("=")[0] ?? "", part.slice(part.indexOf("=") + 1)]));
  const target = parts.get("target") ?? parts.get("dst") ?? parts.get("destination");
  if (target === undefined) return null;
  const isReadOnly = ["readonly", "ro"].some((key) => parts.has(key) && parts.get(key) !== "false");
  return { source: parts.get("source") ?? parts.get("src") ?? "", target, isReadOnly };
}
