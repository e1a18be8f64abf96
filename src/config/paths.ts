import { createHash } from "node:crypto";
import { homedir, userInfo } from "node:os";
import { join } from "node:path";

/** Every place where the program keeps something. All follow from the home alone, so that any process finds the hub. */
export interface StatePaths {
  readonly home: string;
  /** Unix socket, or a named pipe on Windows. */
  readonly hubAddress: string;
  readonly hubLock: string;
  readonly starterLock: string;
  readonly hubLog: string;
  readonly catalogDirectory: string;
  readonly engineDirectory: string;
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
    catalogDirectory: join(home, "catalog"),
    engineDirectory: join(home, "engine"),
    configFile: join(home, "config.json"),
    exportsDirectory: join(home, "exports"),
  };
}

/** `COMMONS_HOME`, else `~/.chroma-commons`: found from HOME alone, because agents scrub XDG variables. */
export function defaultHome(env: NodeJS.ProcessEnv): string {
  if (env["COMMONS_HOME"]) return env["COMMONS_HOME"];
  return join(homeDirectory(env), ".chroma-commons");
}

/** The person's own directory. */
export function homeDirectory(env: NodeJS.ProcessEnv): string {
  return env["HOME"] || env["USERPROFILE"] || homedir();
}

function hubAddress(home: string, platform: NodeJS.Platform): string {
  const id = createHash("sha256").update(home).digest("hex").slice(0, 16);
  if (platform === "win32") return `\\\\.\\pipe\\chroma-commons-${id}`;
  const inHome = join(home, "hub", "hub.sock");
  if (Buffer.byteLength(inHome) <= maxSocketPathBytes) return inHome;
  // A long home: a private directory in /tmp, not TMPDIR, which agents change, whose name follows from the home.
  const base = "/tmp";
  return join(base, `chroma-commons-${userInfo().uid}-${id}`, "hub.sock");
}
