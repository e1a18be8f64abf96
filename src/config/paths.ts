import { createHash } from "node:crypto";
import { realpathSync } from "node:fs";
import { userInfo } from "node:os";
import { basename, dirname, isAbsolute, join, parse, posix, resolve, win32 } from "node:path";
import { CommonsError } from "../core/errors.ts";
import { windowsIdentity } from "../core/windows-path.ts";

/** Beyond it the hub's log begins anew; one older part is kept. */
export const maxLogBytes = 5_000_000;

/** Every place where the program keeps something. All follow from the home alone, so that any process finds the hub. */
export interface StatePaths {
  readonly home: string;
  /** Unix socket, or a named pipe on Windows. */
  readonly hubAddress: string;
  readonly hubLock: string;
  readonly starterLock: string;
  readonly hubLog: string;
  /** What opens the hub's door over TCP. */
  readonly hubToken: string;
  /** Where that door is: JSON with url, address, port and pid, while it is open. */
  readonly hubTcp: string;
  readonly catalogDirectory: string;
  /** There as soon as there was a catalog. */
  readonly catalogMade: string;
  readonly engineDirectory: string;
  /** Local embedding models, and the package that runs them. */
  readonly modelsDirectory: string;
  readonly configFile: string;
  readonly exportsDirectory: string;
}

// The kernel's limit for a socket path is 108 bytes on Linux and 104 on macOS, with the closing zero.
const maxSocketPathBytes = 100;

export function statePaths(home: string, platform: NodeJS.Platform = process.platform): StatePaths {
  return {
    home,
    hubAddress: hubAddress(home, platform),
    hubLock: join(home, "hub", "hub.lock"),
    starterLock: join(home, "hub", "starter.lock"),
    hubLog: join(home, "hub", "hub.log"),
    hubToken: join(home, "hub", "token"),
    hubTcp: join(home, "hub", "tcp.json"),
    catalogDirectory: join(home, "catalog"),
    catalogMade: join(home, "hub", "catalog.made"),
    engineDirectory: join(home, "engine"),
    modelsDirectory: join(home, "models"),
    configFile: join(home, "config.json"),
    exportsDirectory: join(home, "exports"),
  };
}

/** `COMMONS_HOME`, else `~/.chroma-commons`: found from the home directory alone, because agents scrub XDG variables. Errors: SETTING_INVALID, also for a directory that cannot be the program's alone. */
export function defaultHome(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const given = env["COMMONS_HOME"];
  if (!given) return pathsOf(platform).join(homeDirectory(env, platform), ".chroma-commons");
  // Agents that start in different directories would get different hubs from one value.
  if (!isAbsolute(given))
    throw new CommonsError("SETTING_INVALID", `COMMONS_HOME must be an absolute path; it is "${given}".`, {
      hint: "Write the whole path, without ~, or unset COMMONS_HOME.",
    });
  // Its files would lie among others', and its permissions be set as if all of it were the program's.
  const inTheWay = [
    { path: parse(given).root, what: "the root of the disk" },
    ...[env["HOME"], env["USERPROFILE"]].map((path) => ({ path, what: "your home directory itself" })),
  ].find(({ path }) => path && resolve(path) === resolve(given));
  if (inTheWay === undefined) return given;
  throw new CommonsError("SETTING_INVALID", `COMMONS_HOME is ${inTheWay.what} (${given}).`, {
    hint: `Name a directory for the program alone, for example ${join(given, ".chroma-commons")}, or unset COMMONS_HOME.`,
  });
}

/**
 * The person's own directory; a value that is empty or relative counts as absent. Windows knows USERPROFILE; a HOME there is of one shell
 * (Git's, a company's network drive), and agents do not pass it on. Errors: SETTING_INVALID when there is none.
 */
export function homeDirectory(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const names = platform === "win32" ? ["USERPROFILE", "HOME"] : ["HOME", "USERPROFILE"];
  const paths = pathsOf(platform);
  return names.map((name) => env[name]).find((path) => path !== undefined && paths.isAbsolute(path)) ?? accountHome();
}

function pathsOf(platform: NodeJS.Platform): typeof posix {
  return platform === "win32" ? win32 : posix;
}

/** Where programs keep the person's settings: `$XDG_CONFIG_HOME` where it is absolute, else `~/.config`. Errors: SETTING_INVALID. */
export function configHome(env: NodeJS.ProcessEnv): string {
  const given = env["XDG_CONFIG_HOME"];
  return given && isAbsolute(given) ? given : join(homeDirectory(env), ".config");
}

/** What the system's accounts say: os.homedir() would repeat an empty HOME. */
function accountHome(): string {
  try {
    const { homedir } = userInfo();
    if (isAbsolute(homedir)) return homedir;
  } catch (error) {
    // A container may run under a number that has no account; any other failure ends here too.
    throw noHome(error);
  }
  throw noHome(undefined);
}

function noHome(cause: unknown): CommonsError {
  return new CommonsError("SETTING_INVALID", "There is no home directory: HOME is not set, and the account has none.", {
    hint: "Set HOME or COMMONS_HOME to an absolute path.",
    ...(cause === undefined ? {} : { cause }),
  });
}

function hubAddress(given: string, platform: NodeJS.Platform): string {
  // One hub for a directory, by whatever links it is reached.
  const home = realDirectory(given);
  if (platform === "win32") return pipeName(home, userInfo().username);
  const id = createHash("sha256").update(home).digest("hex").slice(0, 16);
  const inHome = join(home, "hub", "hub.sock");
  if (Buffer.byteLength(inHome) <= maxSocketPathBytes) return inHome;
  // A long home: a private directory in /tmp, not TMPDIR, which agents change, whose name follows from the home.
  const base = "/tmp";
  return join(base, `chroma-commons-${userInfo().uid}-${id}`, "hub.sock");
}

/**
 * The named pipe of a home on Windows: the user's name tells people whose it is, the hash which home. One home has one, in whatever case
 * and with whichever slashes it is written. The system's default rights let the user, administrators and the system write to it.
 */
export function pipeName(home: string, user: string): string {
  const id = createHash("sha256").update(windowsIdentity(home)).digest("hex").slice(0, 16);
  const whose = user.replaceAll(/[^\w.-]+/g, "-").slice(0, 32) || "user";
  return `\\\\.\\pipe\\chroma-commons-${whose}-${id}`;
}

/** The path without links, also of a directory that is yet to be made. The system's own call gives names in the case that the disk has. */
function realDirectory(path: string): string {
  try {
    return realpathSync.native(path);
  } catch {
    const parent = dirname(path);
    return parent === path ? path : join(realDirectory(parent), basename(path));
  }
}
