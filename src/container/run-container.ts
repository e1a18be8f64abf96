import { spawn, type ChildProcess } from "node:child_process";
import { StringDecoder } from "node:string_decoder";
import type { Readable, Writable } from "node:stream";

export interface ContainerRun {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly input: Readable;
  readonly output: Writable;
  readonly errors: Writable;
  /** Removes the container of this start; `mayComeLate`: perhaps only after its client has gone. Resolves within seconds, and never fails. */
  readonly removeByForce: (options: { readonly mayComeLate: boolean }) => Promise<void>;
  /** Whether what runs containers answers at all; asked while the session has not. Resolves within seconds. */
  readonly isAnswering: () => Promise<boolean>;
  /** How long the session may be silent before that is asked. */
  readonly patienceMs?: number;
}

export type ContainerEnd =
  /** The program that runs containers could not be run. */
  | { readonly kind: "unstartable"; readonly error: Error; readonly seen: string }
  /** It runs, and nothing happens. */
  | { readonly kind: "hanging"; readonly seen: string }
  | {
      readonly kind: "exit";
      readonly code: number;
      /** The end of its standard error. */
      readonly stderr: string;
      /** What the client had said by then, from its beginning, as far as it was kept. */
      readonly seen: string;
      /** The session has written something: what the client said must not be answered again. */
      readonly hasAnswered: boolean;
      /** We were told to end it. */
      readonly isAsked: boolean;
    };

const keptErrorChars = 8_000;
const keptInputChars = 100_000;
const graceMs = { afterInput: 5_000, afterSignal: 3_000, afterForce: 1_000 };
const firstWordMs = 4_000;

/**
 * Runs the container's client with standard input and output handed on byte for byte. Input goes through a pipe of ours: however this
 * process dies, the kernel closes it, and the session in the container ends as at the end of its input.
 */
export function runContainer(run: ContainerRun): Promise<ContainerEnd> {
  const child = spawn(run.command, run.args, { stdio: ["pipe", "pipe", "pipe"], env: run.env, windowsHide: true });
  const kept = keepInput(run.input);
  // Ends early when the container does; its exit says why.
  child.stdin.on("error", () => undefined);
  run.input.pipe(child.stdin);
  let hasAnswered = false;
  child.stdout.once("data", () => (hasAnswered = true));
  child.stdout.pipe(run.output, { end: false });
  let stderr = "";
  const decoder = new StringDecoder("utf8");
  child.stderr.on("data", (part: Buffer) => {
    run.errors.write(part);
    stderr = (stderr + decoder.write(part)).slice(-keptErrorChars);
  });
  return new Promise((resolve) => {
    const finish = (end: ContainerEnd) => {
      ending.stop();
      clearInterval(watch);
      run.input.unpipe(child.stdin);
      resolve(end);
    };
    let hasEnded = false;
    const exited = async (code: number | null) => {
      if (hasEnded) return;
      hasEnded = true;
      // Our signals are still heard, so that a second one does not end us before this is done.
      if (ending.isAsked()) await run.removeByForce({ mayComeLate: !hasAnswered });
      finish({ kind: "exit", code: code ?? 1, stderr, seen: kept.text(), hasAnswered, isAsked: ending.isAsked() });
    };
    const ending = endWith(child, run.input, () => void exited(null));
    const watch = watchStart(run, {
      hasBegun: () => hasAnswered || hasEnded || ending.isAsked(),
      onSilence: () => {
        child.kill("SIGKILL");
        finish({ kind: "hanging", seen: kept.text() });
      },
    });
    child.once("error", (error) => finish({ kind: "unstartable", error, seen: kept.text() }));
    child.once("close", (code) => void exited(code));
  });
}

/** While the session says nothing, asks now and then whether anybody would start it. A start may take long; a daemon that hangs, for ever. */
function watchStart(
  { isAnswering, patienceMs = firstWordMs }: ContainerRun,
  { hasBegun, onSilence }: { hasBegun: () => boolean; onSilence: () => void },
): NodeJS.Timeout {
  let isAsking = false;
  const timer = setInterval(() => {
    if (hasBegun()) clearInterval(timer);
    if (hasBegun() || isAsking) return;
    isAsking = true;
    void isAnswering()
      .then((answers) => (answers || hasBegun() ? undefined : onSilence()))
      .finally(() => (isAsking = false));
  }, patienceMs);
  return timer;
}

/** Ends the container with its input and with our signals: asked first, then made. `onStuck`: its client does not even end by force. */
function endWith(child: ChildProcess, input: Readable, onStuck: () => void): { stop(): void; isAsked(): boolean } {
  let timer: NodeJS.Timeout | undefined;
  let isStopped = false;
  let isAsked = false;
  const later = (ms: number, then: () => void) => {
    clearTimeout(timer);
    timer = setTimeout(() => isStopped || then(), ms);
  };
  const force = () => {
    child.kill("SIGKILL");
    later(graceMs.afterForce, onStuck);
  };
  const ask = () => {
    isAsked = true;
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
    isAsked: () => isAsked,
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
