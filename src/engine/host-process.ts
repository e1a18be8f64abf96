import { spawn, type ChildProcess } from "node:child_process";
import { constants, setPriority } from "node:os";
import { stripVTControlCharacters } from "node:util";
import { heartbeatFailure } from "./heartbeat.ts";
import type { CappedLog } from "./capped-log.ts";
import { hostExitCodes, hostMessageSchema, type HostArguments } from "./host-protocol.ts";

export interface HostProcessOptions {
  /** The engine host's file, TypeScript or bundled. */
  readonly script: string;
  readonly arguments: HostArguments;
  readonly log: CappedLog;
  readonly startTimeoutMs: number;
}

export type HostEnd = {
  readonly cause: "stopped" | "data-locked" | "data-refused" | "binding-failed" | "server-ended" | "crashed";
  /** What the host said, else how it ended. */
  readonly message: string;
  readonly hint: string | null;
};

/** One life of the engine host. `ready` resolves once and only when our own server listens; it rejects when the host ends before. */
export interface HostProcess {
  readonly pid: number | null;
  readonly url: string;
  readonly ready: Promise<{ dataId: string | null; setAside: string | null }>;
  /** Resolves when the process is gone. Never rejects. */
  readonly ended: Promise<HostEnd>;
  /** Ends the process, at the latest after some seconds by force. */
  stop(): Promise<void>;
  /** Ends a process that no longer answers. */
  kill(): void;
}

const heartbeatEveryMs = 40;
const heartbeatTimeoutMs = 2_000;
/** For bindings that do not print that they listen: alive this long beside a heartbeat, it must be ours. */
const silentServerMs = 3_000;
const stopTimeoutMs = 5_000;

export function startHostProcess(options: HostProcessOptions): HostProcess {
  const url = `http://127.0.0.1:${options.arguments.port}`;
  const child = spawn(
    process.execPath,
    ["--disable-warning=ExperimentalWarning", options.script, JSON.stringify(options.arguments)],
    {
      stdio: ["pipe", "pipe", "pipe", "ipc"],
      cwd: options.arguments.dataDirectory,
      windowsHide: true,
      // Nothing of the user's environment: OTEL_*, CHROMA_* and the like would change what the server does and whom it tells.
      // The server's own info lines are needed: "listening on address" tells that it is our server which has the port.
      env: { RUST_LOG: "warn,chroma_frontend::server=info", NO_COLOR: "1" },
    },
  );
  if (child.pid !== undefined) yieldToSessions(child.pid);
  const watch = watchChild(child, options);
  return {
    pid: child.pid ?? null,
    url,
    ready: waitUntilReady({ url, child, watch, timeoutMs: options.startTimeoutMs }),
    ended: watch.ended,
    stop: () => stopChild(child, watch.ended),
    kill: () => void child.kill("SIGKILL"),
  };
}

/** Chroma follows the catalog in the background: sessions, which people wait for, come first on the processor. */
function yieldToSessions(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // The process has just died, or the system does not let us: then it has the usual share.
  }
}

interface ChildWatch {
  readonly ended: Promise<HostEnd>;
  /** Present values; they change while the child lives. */
  readonly seen: { isListening: boolean; dataId: string | null; setAside: string | null; end: HostEnd | null };
}

function watchChild(child: ChildProcess, options: HostProcessOptions): ChildWatch {
  const seen: ChildWatch["seen"] = { isListening: false, dataId: null, setAside: null, end: null };
  const said: { message: string | null; hint: string | null } = { message: null, hint: null };
  let lastText = "";
  const listen = (chunk: Buffer): void => {
    const text = chunk.toString("utf8");
    options.log.write(text);
    if (seen.isListening) return;
    // Colour codes stand between the words and the address.
    lastText = (lastText + stripVTControlCharacters(text)).slice(-4_000);
    seen.isListening = new RegExp(`listening on address.*:${options.arguments.port}\\b`).test(lastText);
  };
  child.stdout?.on("data", listen);
  child.stderr?.on("data", listen);
  // Writing to a process that just died is an error event here; its end is reported below anyway.
  child.stdin?.on("error", () => undefined);
  child.on("message", (message) => {
    const parsed = hostMessageSchema.safeParse(message);
    if (!parsed.success) return;
    if (parsed.data.kind === "data")
      Object.assign(seen, { dataId: parsed.data.dataId, setAside: parsed.data.setAside });
    else Object.assign(said, { message: parsed.data.message, hint: parsed.data.hint });
  });
  const ended = new Promise<HostEnd>((resolve) => {
    const finish = (cause: HostEnd["cause"], message: string): void => {
      seen.end ??= { cause, message: said.message ?? message, hint: said.hint };
      resolve(seen.end);
    };
    child.once("error", (error) => finish("crashed", error.message));
    child.once("close", (code, signal) =>
      finish(causeOf(code), `ChromaDB's process ended with ${signal ?? `code ${code ?? "unknown"}`}.`),
    );
  });
  return { ended, seen };
}

function causeOf(code: number | null): HostEnd["cause"] {
  switch (code) {
    case hostExitCodes.stopped:
      return "stopped";
    case hostExitCodes.dataLocked:
      return "data-locked";
    case hostExitCodes.dataRefused:
      return "data-refused";
    case hostExitCodes.bindingFailed:
      return "binding-failed";
    case hostExitCodes.serverEnded:
      return "server-ended";
    default:
      return "crashed";
  }
}

interface ReadyWait {
  readonly url: string;
  readonly child: ChildProcess;
  readonly watch: ChildWatch;
  readonly timeoutMs: number;
}

async function waitUntilReady({
  url,
  child,
  watch,
  timeoutMs,
}: ReadyWait): Promise<{ dataId: string | null; setAside: string | null }> {
  const startedMs = performance.now();
  let answersSinceMs: number | null = null;
  while (performance.now() - startedMs < timeoutMs) {
    if (watch.seen.end !== null) throw new Error(watch.seen.end.message);
    const answers = (await heartbeatFailure(url, {}, heartbeatTimeoutMs)) === null;
    const nowMs = performance.now();
    answersSinceMs = answers ? (answersSinceMs ?? nowMs) : null;
    const isOurs = watch.seen.isListening || (answersSinceMs !== null && nowMs - answersSinceMs > silentServerMs);
    if (answers && isOurs && isAlive(watch)) return { dataId: watch.seen.dataId, setAside: watch.seen.setAside };
    await Promise.race([watch.ended, new Promise((resolve) => setTimeout(resolve, heartbeatEveryMs))]);
  }
  child.kill("SIGKILL");
  throw new Error(`ChromaDB did not answer within ${Math.round(timeoutMs / 1000)} s.`);
}

// A function, because the compiler takes `end` for null after the check above, and it changes meanwhile.
function isAlive(watch: ChildWatch): boolean {
  return watch.seen.end === null;
}

async function stopChild(child: ChildProcess, ended: Promise<HostEnd>): Promise<void> {
  child.stdin?.end();
  const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
  await ended;
  clearTimeout(timer);
}
