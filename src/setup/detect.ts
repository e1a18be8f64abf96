import { accessSync, constants, statSync } from "node:fs";
import { posix, win32 } from "node:path";
import { homeDirectory } from "../config/paths.ts";
import type { ClientAdapter } from "./client-adapter.ts";
import { clientPath, clientPlatform, type PathSurroundings } from "./client-paths.ts";
import { clientAdapters } from "./clients/registry.ts";

/** An agent that is on the machine. */
export interface DetectedClient {
  readonly client: ClientAdapter;
  /** What showed it: absolute paths of its command or of its own files, the first of each kind. */
  readonly signs: readonly string[];
}

/** Which agents are on the machine, in the registry's order. Only looks at files; no process is started. Errors: SETTING_INVALID without a home. */
export function detectClients(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, cwd: string): DetectedClient[] {
  const surroundings = { env, platform: clientPlatform(platform), home: homeDirectory(env, platform), cwd };
  return clientAdapters.flatMap((client) => {
    const signs = signsOf(client, surroundings);
    return signs.length === 0 ? [] : [{ client, signs }];
  });
}

function signsOf({ signs }: ClientAdapter, surroundings: PathSurroundings): string[] {
  const command = signs.commands.map((name) => commandPath(name, surroundings)).find((path) => path !== null);
  const path = (signs.paths[surroundings.platform] ?? [])
    .map((template) => clientPath(template, surroundings))
    .find((candidate) => isThere(candidate));
  return [command, path].filter((sign) => sign !== undefined && sign !== null);
}

/** Where PATH has the command: a file that may be run; null: nowhere. */
export function commandPath(name: string, surroundings: Pick<PathSurroundings, "env" | "platform">): string | null {
  return commandCandidates(name, surroundings).find((path) => isRunnable(path)) ?? null;
}

/** The files that a command's name may mean, in the order of PATH; on Windows with each extension of PATHEXT. */
export function commandCandidates(
  name: string,
  { env, platform }: Pick<PathSurroundings, "env" | "platform">,
): string[] {
  const path = platform === "win32" ? win32 : posix;
  // An empty or relative part means the working directory, which says nothing of what is installed.
  const directories = searchPath(env)
    .split(path.delimiter)
    .filter((directory) => path.isAbsolute(directory));
  const names = platform === "win32" ? extensionsOf(env).map((extension) => name + extension) : [name];
  return directories.flatMap((directory) => names.map((file) => path.join(directory, file)));
}

/** Windows writes it `Path`; a copy of the environment tells the case apart. */
function searchPath(env: NodeJS.ProcessEnv): string {
  return env["PATH"] ?? env["Path"] ?? "";
}

function extensionsOf(env: NodeJS.ProcessEnv): string[] {
  const given = env["PATHEXT"] ?? ".COM;.EXE;.BAT;.CMD";
  return given.split(";").filter((extension) => extension.startsWith("."));
}

function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    // A circle of links, or a directory that is another user's: nothing that this user's agent could have.
    return false;
  }
}

/** Whether the path is a file that this user may run. */
export function isRunnable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    // Not there, or not for this user: the next directory may have it.
    return false;
  }
}
