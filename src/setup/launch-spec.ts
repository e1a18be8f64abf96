import { existsSync, realpathSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve, sep } from "node:path";
import type { Program } from "../config/program.ts";
import { defaultHome } from "../config/paths.ts";
import { CommonsError } from "../core/errors.ts";
import type { LaunchSpec } from "./client-adapter.ts";

export interface LaunchOptions {
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  readonly isDocker: boolean;
  /** Nothing is written: a place that will vanish is no error, but a note. */
  readonly isOnlyShown?: boolean;
}

/** What an agent's entry starts, before anything of the agent's own is added; `notes` are sentences about how long its paths last. */
export interface ServerLaunch {
  readonly spec: LaunchSpec;
  readonly notes: readonly string[];
}

/**
 * The absolute Node that runs this and the launcher, by names that outlive updates where there are such. Errors: INPUT_INVALID when the
 * program lies where it will vanish (npx's cache, a temporary directory).
 */
export function serverLaunch({ program, env, isDocker, isOnlyShown = false }: LaunchOptions): ServerLaunch {
  const launcher = launcherOf(program);
  const vanishing = [launcher, program.node].map((file) => vanishingPlace(file, env)).find((fact) => fact !== null);
  if (vanishing !== undefined && !isOnlyShown)
    throw new CommonsError("INPUT_INVALID", vanishing, { hint: installFirst });
  const command = lastingNode(program.node);
  return {
    spec: {
      command,
      args: [launcher, "mcp", ...(isDocker ? ["--docker"] : [])],
      env: launchVariables(env, isDocker),
    },
    notes: [...(vanishing === undefined ? [] : [`${vanishing} ${installFirst}`]), ...versionNote(command)],
  };
}

/** bin/commons.mjs lies beside dist/ in a package, and beside src/ in a checkout. A global npm install keeps this path when it is updated. */
export function launcherOf({ entries }: Program): string {
  const besideDist = join(dirname(entries.cli), "..", "bin", "commons.mjs");
  return existsSync(besideDist) ? besideDist : join(dirname(entries.cli), "..", "..", "bin", "commons.mjs");
}

/** What the server must be told: agents scrub the environment, and another home would be another hub. */
export function launchVariables(env: NodeJS.ProcessEnv, isDocker: boolean): Record<string, string> {
  const variables: Record<string, string> = {};
  const { COMMONS_HOME, ...without } = env;
  if (COMMONS_HOME && resolve(defaultHome(env)) !== resolve(defaultHome(without)))
    variables["COMMONS_HOME"] = resolve(defaultHome(env));
  for (const name of isDocker ? containerVariables : []) {
    const value = env[name];
    if (value) variables[name] = value;
  }
  return variables;
}

/** Where the engine of the containers is; XDG_RUNTIME_DIR is where those without root have their socket. None of them is a secret. */
const containerVariables = [
  "DOCKER_HOST",
  "DOCKER_CONTEXT",
  "DOCKER_CONFIG",
  "DOCKER_CERT_PATH",
  "DOCKER_TLS_VERIFY",
  "CONTAINER_HOST",
  "XDG_RUNTIME_DIR",
];

/** What set-up writes and takes out again by itself; any other variable of an entry is a person's. */
export const managedVariables: readonly string[] = ["COMMONS_HOME", ...containerVariables];

const installFirst = "Install the program first (npm install --global chroma-commons), then run commons setup.";

/** What is wrong with a place that will vanish; null: it lasts. */
function vanishingPlace(file: string, env: NodeJS.ProcessEnv): string | null {
  const isNpx = file.split(/[\\/]/).includes("_npx");
  if (!isNpx && (isCheckout(file) || !isTemporary(file, env))) return null;
  return `The agents' entries would name ${file}, which lies in ${isNpx ? "npx's cache" : "a temporary directory"} and will vanish.`;
}

function isTemporary(file: string, env: NodeJS.ProcessEnv): boolean {
  const places = [tmpdir(), env["TMPDIR"], env["TEMP"], env["TMP"], ...(sep === "/" ? ["/tmp", "/var/tmp"] : [])];
  const real = realOr(file);
  return places.some((place) => place && real.startsWith(realOr(resolve(place)) + sep));
}

/** A checkout stays where its owner put it, wherever that is. */
function isCheckout(file: string): boolean {
  for (let directory = dirname(file); dirname(directory) !== directory; directory = dirname(directory))
    if (existsSync(join(directory, "scripts", "start.mjs")) && existsSync(join(directory, "src"))) return true;
  return false;
}

/** The same Node by a name without its version, where the system keeps one. */
function lastingNode(node: string): string {
  const cellar = /^(.*)\/Cellar\/([^/]+)\/[^/]+\/bin\/node$/.exec(node);
  const names = [
    ...(cellar === null ? [] : [`${cellar[1]}/opt/${cellar[2]}/bin/node`, `${cellar[1]}/bin/node`]),
    node.replace(/^(\/snap\/node)\/\d+\//, "$1/current/"),
  ];
  return names.find((name) => name !== node && existsSync(name) && realOr(name) === realOr(node)) ?? node;
}

function versionNote(command: string): string[] {
  const version = command.split(/[\\/]/).find((part) => /^v?\d+\.\d+\.\d+/.test(part));
  if (version === undefined) return [];
  return [
    `The entry names Node by a path with its version (${version}): after you remove that version, run commons setup again.`,
  ];
}

function realOr(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
