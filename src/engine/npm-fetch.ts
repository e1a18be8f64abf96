import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { environment } from "../config/load-settings.ts";
import { withoutSecrets } from "../config/secrets.ts";

/** How to run npm: a program and its first arguments. */
export interface NpmCommand {
  readonly program: string;
  readonly prefixArguments: readonly string[];
}

export interface NpmFetchOptions {
  readonly package: string;
  readonly version: string;
  /** Where the package's directory ends up: `<directory>/node_modules/<package>`. Made whole or not at all. */
  readonly directory: string;
  readonly npm: NpmCommand;
  readonly signal: AbortSignal;
  /** Lines that npm prints, and nothing else. */
  readonly onLine: (line: string) => void;
}

/** npm as it comes with the Node at `execPath`, else whatever `npm` is in PATH. */
export function findNpm(execPath: string, platform: NodeJS.Platform): NpmCommand {
  const beside =
    platform === "win32"
      ? join(dirname(execPath), "node_modules")
      : join(dirname(execPath), "..", "lib", "node_modules");
  const script = join(beside, "npm", "bin", "npm-cli.js");
  if (existsSync(script)) return { program: execPath, prefixArguments: [script] };
  return { program: platform === "win32" ? "npm.cmd" : "npm", prefixArguments: [] };
}

/** The arguments after `npm` that fetch one package and nothing around it. */
function npmArguments(spec: string, prefix: string): string[] {
  return [
    "install",
    "--prefix",
    prefix,
    "--no-save",
    "--no-audit",
    "--no-fund",
    "--ignore-scripts",
    "--loglevel=http",
    spec,
  ];
}

/** Fetches one package from the npm registry that the user's npm is configured for. Throws with npm's last lines when it fails. */
export async function fetchPackage(options: NpmFetchOptions): Promise<void> {
  const partial = `${options.directory}.partial`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true, mode: 0o700 });
  try {
    await runNpm(options, npmArguments(`${options.package}@${options.version}`, partial), partial);
    if (!existsSync(join(partial, "node_modules", options.package, "package.json"))) {
      throw new Error(`npm ended well but ${options.package} is not there (refused for this platform?).`);
    }
    await rm(options.directory, { recursive: true, force: true });
    await rename(partial, options.directory);
  } finally {
    await rm(partial, { recursive: true, force: true });
  }
}

function runNpm(options: NpmFetchOptions, commandArguments: readonly string[], cwd: string): Promise<void> {
  const { program, prefixArguments } = options.npm;
  const isBatchFile = program.endsWith(".cmd");
  // Node starts .cmd files through a shell only; the shell needs the one argument that may hold blanks in quotes.
  const quoted = isBatchFile ? commandArguments.map((argument) => `"${argument}"`) : commandArguments;
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...prefixArguments, ...quoted], {
      cwd,
      env: withoutSecrets(environment()),
      shell: isBatchFile,
      signal: options.signal,
      stdio: ["ignore", "pipe", "pipe"],
      windowsHide: true,
    });
    const lastLines: string[] = [];
    const listen = (chunk: Buffer): void => {
      for (const line of chunk
        .toString("utf8")
        .split(/\r?\n/)
        .filter((text) => text.trim() !== "")) {
        lastLines.push(line);
        if (lastLines.length > 8) lastLines.shift();
        options.onLine(line);
      }
    };
    child.stdout.on("data", listen);
    child.stderr.on("data", listen);
    child.once("error", reject);
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`npm ended with code ${code ?? "none"}: ${lastLines.join(" | ").slice(0, 600)}`));
    });
  });
}
