import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { bareEnvironment } from "../../setup/bare-environment.ts";
import type { ClientAdapter, LaunchSpec, OwnCheck, SetupScope } from "../../setup/client-adapter.ts";
import type { PathSurroundings } from "../../setup/client-paths.ts";
import { commandPath } from "../../setup/detect.ts";
import { verifyServer, type ServerCheck } from "../../setup/verify-server.ts";
import { printable } from "../output/printable-text.ts";

/** What the agent's own command said of the entry; `output` has no control characters and at most 2,000 characters. */
export interface OwnCheckResult {
  readonly command: string;
  /** null: it could not be started, or was ended. */
  readonly exitCode: number | null;
  /** It ended well and named the entry. */
  readonly isThere: boolean;
  readonly output: string;
}

const containerTimeoutMs = 60_000;
const ownCheckTimeoutMs = 60_000;
const maxOutputBytes = 200_000;
const maxShownOutput = 2_000;

export interface ServerChecker {
  /** Starts what an entry names, each distinct one once. */
  check(
    spec: LaunchSpec,
    options: { readonly scope: SetupScope; readonly client: ClientAdapter },
  ): Promise<ServerCheck>;
}

/** Agents of one scope mostly have the same entry: it is started once for all of them. */
export function serverChecker(surroundings: PathSurroundings, signal: AbortSignal): ServerChecker {
  const done = new Map<string, Promise<ServerCheck>>();
  return {
    check(spec, { scope, client }) {
      const inPlace = withDirectory(spec, client, surroundings.cwd);
      const key = JSON.stringify([inPlace, scope]);
      const running = done.get(key) ?? startBare(inPlace, { scope, surroundings, signal });
      done.set(key, running);
      return running;
    },
  };
}

/** What the agent does with its variable before it starts the server. */
function withDirectory(spec: LaunchSpec, { workspace }: ClientAdapter, directory: string): LaunchSpec {
  if (workspace.kind !== "variable") return spec;
  return { ...spec, args: spec.args.map((arg) => arg.replaceAll(workspace.variable, directory)) };
}

interface BareStart {
  readonly scope: SetupScope;
  readonly surroundings: PathSurroundings;
  readonly signal: AbortSignal;
}

/** In the project, or in an empty directory: what runs for all projects must start in any. */
async function startBare(spec: LaunchSpec, { scope, surroundings, signal }: BareStart): Promise<ServerCheck> {
  const scratch = scope === "user" ? await mkdtemp(join(tmpdir(), "commons-setup-")) : null;
  const isContainer = spec.args.includes("--docker");
  try {
    return await verifyServer(spec, {
      cwd: scratch ?? surroundings.cwd,
      env: bareEnvironment(surroundings.env, surroundings.platform),
      signal,
      ...(isContainer ? { timeoutMs: containerTimeoutMs, patienceMs: 5_000 } : {}),
    });
  } finally {
    if (scratch !== null) await rm(scratch, { recursive: true, force: true });
  }
}

/** Runs the agent's own command in the directory of the project; null: the agent has none for that scope, or is not on PATH. */
export async function runOwnCheck(
  { ownCheck }: Pick<ClientAdapter, "ownCheck">,
  { scope, surroundings, signal }: BareStart,
): Promise<OwnCheckResult | null> {
  if (ownCheck === null || !(ownCheck.scopes ?? [scope]).includes(scope)) return null;
  const file = commandPath(ownCheck.command, surroundings);
  if (file === null) return null;
  const { output, exitCode } = await outputOf(file, ownCheck, { surroundings, signal });
  const text = printable(output).trim();
  return {
    command: [ownCheck.command, ...ownCheck.args].join(" "),
    exitCode,
    isThere: exitCode === 0 && names(text, ownCheck.expects),
    output: text.slice(0, maxShownOutput),
  };
}

/** Whether the text stands in the output for itself, not as a part of a path or of a longer name. */
function names(output: string, expected: string): boolean {
  for (let at = output.indexOf(expected); at >= 0; at = output.indexOf(expected, at + 1)) {
    const isBegun = !/\w/.test(expected[0] ?? "") || !/[\w./\\-]/.test(output[at - 1] ?? "");
    const isEnded = !/\w/.test(expected.at(-1) ?? "") || !/^(?:[\w/\\-]|\.\w)/.test(output.slice(at + expected.length));
    if (isBegun && isEnded) return true;
  }
  return false;
}

/** Both streams, at most 200 kB; what cannot be started or does not end says so in place of output. */
async function outputOf(
  file: string,
  { args }: OwnCheck,
  { surroundings, signal }: { readonly surroundings: PathSurroundings; readonly signal: AbortSignal },
): Promise<{ readonly output: string; readonly exitCode: number | null }> {
  // It would hide the message behind the places of the program.
  const { RUST_BACKTRACE: _, ...env } = surroundings.env;
  let output = "";
  // Node starts .cmd files, which npm makes on Windows, only through the shell; the words are the adapter's, not a person's.
  const isScript = /\.(?:cmd|bat)$/i.test(file);
  const child = spawn(isScript ? `"${file}"` : file, args, {
    cwd: surroundings.cwd,
    env,
    stdio: ["ignore", "pipe", "pipe"],
    shell: isScript,
    windowsHide: true,
    timeout: ownCheckTimeoutMs,
    killSignal: "SIGKILL",
    signal,
  });
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (part: string) => (output = (output + part).slice(0, maxOutputBytes)));
  const closed = new Promise((resolve) => child.once("close", resolve));
  try {
    await once(child, "exit");
  } catch (error) {
    signal.throwIfAborted();
    return {
      output: `It cannot be started: ${error instanceof Error ? error.message : String(error)}`,
      exitCode: null,
    };
  }
  // What it started in its turn may keep the pipes open.
  await Promise.race([closed, new Promise((resolve) => setTimeout(resolve, 500).unref())]);
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
  return child.signalCode === null
    ? { output, exitCode: child.exitCode }
    : { output: `${output}\nIt was ended after ${ownCheckTimeoutMs / 1_000} s.`, exitCode: null };
}
