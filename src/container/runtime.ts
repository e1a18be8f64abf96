import { execFile } from "node:child_process";
import { accessSync, constants, statSync } from "node:fs";
import { basename, delimiter, join } from "node:path";
import { promisify } from "node:util";
import { CommonsError } from "../core/errors.ts";

export type RuntimeKind = "docker" | "podman";

/** The program that runs containers. */
export interface Runtime {
  readonly kind: RuntimeKind;
  /** Absolute path. */
  readonly command: string;
}

// Agents start us with a bare PATH, without what a shell's start files add.
const furtherDirectories: Partial<Record<NodeJS.Platform, readonly string[]>> = {
  darwin: ["/usr/local/bin", "/opt/homebrew/bin", "/Applications/Docker.app/Contents/Resources/bin", "/opt/podman/bin"],
  linux: ["/usr/local/bin", "/usr/bin", "/bin", "/snap/bin"],
  win32: [
    "C:\\Program Files\\Docker\\Docker\\resources\\bin",
    "C:\\Program Files\\RedHat\\Podman",
    "C:\\Program Files\\Podman",
  ],
};

/** The program that the setting containers.runtime names: "auto", "docker", "podman" or a path. Errors: CONTAINERS_UNAVAILABLE. */
export function findRuntime(wanted: string, env: NodeJS.ProcessEnv): Runtime {
  const [runtime] = installedRuntimes(wanted, env);
  if (runtime !== undefined) return runtime;
  const what = wanted === "auto" ? "Neither docker nor podman" : `No ${wanted}`;
  throw new CommonsError("CONTAINERS_UNAVAILABLE", `${what} was found on this machine.`, {
    hint: "Install Docker or Podman, or name the program: commons config set containers.runtime /path/to/docker. Without --docker no container is needed.",
  });
}

/** Each program that the setting may mean, the one that sessions use first. */
export function installedRuntimes(wanted: string, env: NodeJS.ProcessEnv): Runtime[] {
  const names: readonly string[] = wanted === "auto" ? ["docker", "podman"] : [wanted];
  return names.flatMap((name) => {
    const command = isPath(name) ? executable(name) : onPath(name, env);
    return command === null ? [] : [{ kind: kindOf(command), command }];
  });
}

/** What decides how a session's container is started. */
export interface RuntimeFacts {
  /** Its root is this user. */
  readonly isRootless: boolean;
  /** It runs in a virtual machine, as Docker Desktop does: a socket of the host does not reach into it. */
  readonly isRemote: boolean;
}

const askMs = 3_000;

/** Asks the program itself, in some 50 ms. Errors: those of `execFile`. */
export async function askFacts({ kind, command }: Runtime, env: NodeJS.ProcessEnv): Promise<RuntimeFacts> {
  const format =
    kind === "docker" ? "{{json .SecurityOptions}} {{.OperatingSystem}}" : "{{.Host.Security.Rootless}} {{.Host.OS}}";
  const { stdout } = await promisify(execFile)(command, ["info", "--format", format], {
    env,
    timeout: askMs,
    killSignal: "SIGKILL",
    maxBuffer: 1_000_000,
  });
  return kind === "docker"
    ? { isRootless: stdout.includes("name=rootless"), isRemote: /Docker Desktop/i.test(stdout) }
    : { isRootless: stdout.startsWith("true"), isRemote: process.platform !== "linux" };
}

function kindOf(command: string): RuntimeKind {
  return /podman/i.test(basename(command)) ? "podman" : "docker";
}

function isPath(name: string): boolean {
  return /[\\/]/.test(name);
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | null {
  const directories = [
    ...(env["PATH"] ?? env["Path"] ?? "").split(delimiter).filter(Boolean),
    ...(furtherDirectories[process.platform] ?? []),
  ];
  for (const directory of directories) {
    const found = executable(join(directory, process.platform === "win32" ? `${name}.exe` : name));
    if (found !== null) return found;
  }
  return null;
}

function executable(path: string): string | null {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile() ? path : null;
  } catch {
    // Not there or not ours to run: the next one counts.
    return null;
  }
}
