import { posix, win32 } from "node:path";
import type { AdapterFile, ClientPlatform, PathTemplate } from "./client-adapter.ts";

/** All that decides where an agent's files lie. */
export interface PathSurroundings {
  readonly env: NodeJS.ProcessEnv;
  readonly platform: ClientPlatform;
  /** The person's own directory, absolute. */
  readonly home: string;
  /** The directory of scope `project`, absolute. */
  readonly cwd: string;
}

/** Linux stands for every Unix but macOS; WSL is Linux: agents of the Windows side keep their files there, out of reach. */
export function clientPlatform(platform: NodeJS.Platform): ClientPlatform {
  return platform === "win32" || platform === "darwin" ? platform : "linux";
}

/**
 * A template as the absolute path of the platform: forward slashes, or backslashes on Windows. An environment variable that is empty or
 * no absolute path counts as unset, as the XDG specification has it. Throws a RangeError for a name that is not known.
 */
export function clientPath(template: PathTemplate, surroundings: PathSurroundings): string {
  const filled = filledTemplate(template, surroundings);
  return surroundings.platform === "win32" ? win32.normalize(filled) : posix.normalize(filled);
}

/** Where the agent may have the file, in the order in which it looks; empty where the agent does not exist on the platform. */
export function candidatePaths({ paths }: Pick<AdapterFile, "paths">, surroundings: PathSurroundings): string[] {
  return (paths[surroundings.platform] ?? []).map((template) => clientPath(template, surroundings));
}

/** From the innermost braces outwards: a default may hold a place itself. */
function filledTemplate(template: string, surroundings: PathSurroundings): string {
  const innermost = /\{([^{}]*)\}/;
  let filled = template;
  for (let match = innermost.exec(filled); match !== null; match = innermost.exec(filled)) {
    // A value with braces in it would be filled in again without the detour over code points that no path has.
    const value = placeOrVariable(match[1] ?? "", surroundings)
      .replaceAll("{", "\u0001")
      .replaceAll("}", "\u0002");
    filled = filled.slice(0, match.index) + value + filled.slice(match.index + match[0].length);
  }
  return filled.replaceAll("\u0001", "{").replaceAll("\u0002", "}");
}

function placeOrVariable(name: string, surroundings: PathSurroundings): string {
  const bar = name.indexOf("|");
  if (bar >= 0) return absoluteVariable(name.slice(0, bar), surroundings) ?? name.slice(bar + 1);
  const place = places[name];
  if (place === undefined) throw new RangeError(`No place of a path template: {${name}}.`);
  return place(surroundings);
}

const places: Readonly<Record<string, (surroundings: PathSurroundings) => string>> = {
  home: ({ home }) => home,
  project: ({ cwd }) => cwd,
  config: (surroundings) => absoluteVariable("XDG_CONFIG_HOME", surroundings) ?? below(surroundings, ".config"),
  appData: (surroundings) => absoluteVariable("APPDATA", surroundings) ?? below(surroundings, "AppData/Roaming"),
  localAppData: (surroundings) =>
    absoluteVariable("LOCALAPPDATA", surroundings) ?? below(surroundings, "AppData/Local"),
  applicationSupport: (surroundings) => below(surroundings, "Library/Application Support"),
};

function absoluteVariable(name: string, { env, platform }: PathSurroundings): string | null {
  const value = env[name];
  if (!value) return null;
  return platform === "win32"
    ? /^(?:[a-z]:[\\/]|\\\\)/i.test(value)
      ? value
      : null
    : value.startsWith("/")
      ? value
      : null;
}

function below({ home }: PathSurroundings, path: string): string {
  return `${home}/${path}`;
}
