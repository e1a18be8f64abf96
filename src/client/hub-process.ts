import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import type { Readable } from "node:stream";
import { endReport } from "../config/end-report.ts";

/** How a hub ended that was to start. */
export type HubEnd =
  | { readonly kind: "exit"; readonly code: number }
  | { readonly kind: "killed"; readonly how: string }
  | { readonly kind: "not started"; readonly message: string };

/** A hub's process, watched until it answers. */
export interface StartingHub {
  /** null: it lives, as far as is known. */
  end(): HubEnd | null;
  /** Nobody watches any more; the hub lives on. */
  release(): void;
}

export interface HubProcessOptions {
  readonly node: string;
  readonly args: readonly string[];
  readonly cwd: string;
  /** An open file, for stdout and stderr. */
  readonly log: number;
  readonly env: NodeJS.ProcessEnv;
}

const shell = "/bin/sh";

/**
 * Starts a hub that is nobody's descendant: opencode, for one, ends at its exit whatever descends from the servers that it started, and
 * others use the hub too. The shell starts it in the background and is gone; a pipe that the hub alone holds tells its end. Where there is
 * no such shell it is a child of this process.
 */
export function startHubProcess(options: HubProcessOptions, canAdopt = existsSync(shell)): StartingHub {
  return canAdopt ? startAdopted(options) : startChild(options);
}

function startAdopted({ node, args, cwd, log, env }: HubProcessOptions): StartingHub {
  let ended: HubEnd | null = null;
  let word = "";
  const child = spawn(shell, ["-c", '"$@" &', "sh", node, ...args, `--${endReport.flag}`], {
    cwd,
    env,
    detached: true,
    stdio: ["ignore", log, log, "pipe"],
  });
  child.unref();
  child.once("error", (error) => (ended = { kind: "not started", message: error.message }));
  // Safe: a pipe that the child may write is a readable stream here.
  const report = child.stdio[endReport.descriptor] as (Readable & { unref?: () => void }) | null;
  report?.unref?.();
  report?.setEncoding("latin1").on("data", (part: string) => (word += part));
  report?.on("error", () => undefined);
  report?.once("close", () => {
    ended ??= /^\d+$/.test(word)
      ? { kind: "exit", code: Number(word) }
      : { kind: "killed", how: "it was killed before it was up (SIGKILL, or no memory)" };
  });
  return { end: () => ended, release: () => report?.destroy() };
}

function startChild({ node, args, cwd, log, env }: HubProcessOptions): StartingHub {
  let ended: HubEnd | null = null;
  const child = spawn(node, [...args], { cwd, env, detached: true, windowsHide: true, stdio: ["ignore", log, log] });
  child.unref();
  child.once("error", (error) => (ended = { kind: "not started", message: error.message }));
  child.once("exit", (code, signal) => {
    ended ??= signal === null ? { kind: "exit", code: code ?? 1 } : { kind: "killed", how: `it ended with ${signal}` };
  });
  return { end: () => ended, release: () => undefined };
}
