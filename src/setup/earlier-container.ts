import type { EntrySurroundings } from "./earlier-entry.ts";
import { programName, type StartedProgram, startedProgram } from "./earlier-program.ts";
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
  /** Files of further variables, as they are written; what stands in `env` wins. */
  readonly envFiles: readonly string[];
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

/** The `run` that an entry starts, by whatever shell it is reached; null where there is none with an image. */
export function containerRunOf(entry: ServerEntry): ContainerRun | null {
  const program = startedProgram(entry);
  const wrapper = wrapperOf(program);
  const args = wrapper === null ? (program?.kind === "run" ? program.args : null) : runArgs(wrapper.args);
  if (args === null) return null;
  const { options, rest } = readOptions(args);
  const [image, ...command] = rest;
  if (image === undefined) return null;
  return { wrapper: wrapper?.path ?? null, image, command, ...told(options, entry.env) };
}

/** What the container is given, its files of variables below what is named itself; what cannot be read says nothing. */
export function containerVariables(
  { env, envFiles }: Pick<ContainerRun, "env" | "envFiles">,
  readVariables: EntrySurroundings["readVariables"],
): Readonly<Record<string, string | undefined>> {
  return Object.fromEntries(
    [...envFiles.map((file) => readVariables(file) ?? {}), env].flatMap(Object.entries<string | undefined>),
  );
}

function wrapperOf(program: StartedProgram | null): { path: string; args: readonly string[] } | null {
  if (program?.kind !== "program" && program?.kind !== "script") return null;
  return /^docker-wrapper\.\w+$/.test(programName(program.path)) ? program : null;
}

function runArgs(args: readonly string[]): readonly string[] | null {
  const at = args.indexOf("run");
  return at < 0 ? null : args.slice(at + 1);
}

type Option = readonly [name: string, value: string];

/** Docker's forms: `--name VALUE`, `--name=VALUE`, `-v VALUE`, `-vVALUE`, `-v=VALUE`, and letters together: `-itv VALUE`. */
function readOptions(args: readonly string[]): { options: Option[]; rest: readonly string[] } {
  const options: Option[] = [];
  let index = 0;
  const next = () => args[(index += 1)] ?? "";
  for (; index < args.length; index += 1) {
    const word = args[index] ?? "";
    if (!word.startsWith("-")) break;
    if (!word.startsWith("--")) options.push(...letters(word, next));
    else if (word.includes("=")) options.push([word.slice(0, word.indexOf("=")), word.slice(word.indexOf("=") + 1)]);
    else options.push([word, optionsWithValue.has(word) ? next() : ""]);
  }
  return { options, rest: args.slice(index) };
}

function letters(word: string, next: () => string): Option[] {
  const options: Option[] = [];
  for (let at = 1; at < word.length; at += 1) {
    const name = `-${word[at] ?? ""}`;
    const glued = word.slice(at + 1).replace(/^=/, "");
    if (optionsWithValue.has(name)) return [...options, [name, glued === "" ? next() : glued]];
    options.push([name, ""]);
  }
  return options;
}

function told(options: readonly Option[], inherited: ServerEntry["env"]) {
  const values = (...names: string[]) => options.filter(([name]) => names.includes(name)).map(([, value]) => value);
  return {
    name: values("--name")[0] ?? null,
    network: values("--network", "--net")[0] ?? null,
    hasInit: options.some(([name, value]) => name === "--init" && value !== "false"),
    isRemoved: options.some(([name, value]) => name === "--rm" && value !== "false"),
    env: Object.fromEntries(values("-e", "--env").map((text) => variable(text, inherited))),
    envFiles: values("--env-file"),
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
