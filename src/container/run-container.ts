import { spawn, type ChildProcess } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { Readable } from "node:stream";

export interface ContainerRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly input: Readable;
  /** Ends the container by what it is labelled with, when all else failed. */
  readonly removeByForce: () => Promise<void>;
}

export type ContainerEnd =
  /** The program that runs containers could not be run. */
  | { readonly kind: "unstartable"; readonly error: Error; readonly seen: string }
  | {
      readonly kind: "exit";
      readonly code: number;
      /** The end of its standard error. */
      readonly stderr: string;
      /** What the client had said by then, from its beginning, as far as it was kept. */
      readonly seen: string;
    };

const keptErrorChars = 8_000;
const keptInputChars = 100_000;
const graceMs = { afterInput: 5_000, afterSignal: 3_000 };

/**
 * Runs the container's client with standard input handed on byte for byte and standard output as our own. Input goes through a pipe of
 * ours: however this process dies, the kernel closes it, and the session in the container ends as at the end of its input.
 */
export function runContainer(run: ContainerRun): Promise<ContainerEnd> {
  const child = spawn(run.command, run.args, {
    stdio: ["pipe", "inherit", "pipe"],
    env: run.env,
    windowsHide: true,
  });
  const kept = keepInput(run.input);
  // Ends early when the container does; its exit says why.
  child.stdin.on("error", () => undefined);
  run.input.pipe(child.stdin);
  let stderr = "";
  const decoder = new StringDecoder("utf8");
  child.stderr.on("data", (part: Buffer) => {
    process.stderr.write(part);
    stderr = (stderr + decoder.write(part)).slice(-keptErrorChars);
  });
  const ending = endWith(child, run);
  return new Promise((resolve) => {
    const finish = (end: ContainerEnd) => {
      ending.stop();
      run.input.unpipe(child.stdin);
      resolve(end);
    };
    child.once("error", (error) => finish({ kind: "unstartable", error, seen: kept.text() }));
    child.once("close", (code) => finish({ kind: "exit", code: code ?? 1, stderr, seen: kept.text() }));
  });
}

/** Ends the container with its input and with our signals: asked first, then made. */
function endWith(child: ChildProcess, { input, removeByForce }: ContainerRun): { stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  const later = (ms: number, then: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(() => isStopped || then(), ms);
  };
  const force = () => {
    child.kill("SIGKILL");
    void removeByForce().catch(() => undefined);
  };
  const ask = () => {
    child.stdin?.end();
    // The client hands the signal on to the container.
    child.kill("SIGTERM");
    later(graceMs.afterSignal, force);
  };
  const afterInput = () => later(graceMs.afterInput, ask);
  input.once("end", afterInput);
  input.once("close", afterInput);
  const signals = ["SIGTERM", "SIGINT", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, ask);
  return {
    stop: () => {
      isStopped = true;
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, ask);
    },
  };
}

/** The beginning of what a client says, for an answer in the session's place. */
function keepInput(input: Readable): { text(): string } {
  const parts: Buffer[] = [];
  let sizeBytes = 0;
  input.on("data", (part: Buffer) => {
    if (sizeBytes > keptInputChars) return;
    parts.push(part);
    sizeBytes += part.length;
  });
  return { text: () => Buffer.concat(parts).toString("utf8") };
}
