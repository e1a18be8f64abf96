import { spawn, type ChildProcessByStdio } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import type { LaunchSpec } from "./client-adapter.ts";

/** What came of starting a server: how long until it had named its tools, or one sentence that says what is wrong. */
export type ServerCheck =
  | { readonly kind: "ok"; readonly ms: number; readonly tools: number; readonly version: string }
  | { readonly kind: "failed"; readonly reason: string; readonly stderr: string };

export interface VerifyOptions {
  readonly cwd: string;
  /** The whole environment that the agent gives, before the entry's own variables. */
  readonly env: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly timeoutMs?: number;
  /** How long it may take to end after its input was closed, and again after SIGTERM. */
  readonly patienceMs?: number;
}

const defaultTimeoutMs = 15_000;
const defaultPatienceMs = 2_000;
const maxAnswerBytes = 4_000_000;
const maxStderrBytes = 4_000;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Starts the server as an agent does, asks for its tools by raw lines of JSON, ends it by closing its input, and resolves when its process
 * is gone. Never throws but for the signal; a server that hangs is killed with all that it started.
 */
export async function verifyServer(
  spec: LaunchSpec,
  { cwd, env, signal, timeoutMs = defaultTimeoutMs, patienceMs = defaultPatienceMs }: VerifyOptions,
): Promise<ServerCheck> {
  signal.throwIfAborted();
  const startedMs = performance.now();
  const child = start(spec, { cwd, env });
  if (child === null) return { kind: "failed", reason: `${spec.command} cannot be started.`, stderr: "" };
  const stderr = tail(child.stderr);
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  try {
    const found = await Promise.race([conversation(child), failureOf(child, spec), untilAborted(deadline, timeoutMs)]);
    return { kind: "ok", ms: Math.round(performance.now() - startedMs), ...found };
  } catch (error) {
    signal.throwIfAborted();
    await endServer(child, patienceMs);
    return { kind: "failed", reason: error instanceof Error ? error.message : String(error), stderr: stderr() };
  } finally {
    await endServer(child, patienceMs);
  }
}

/** A group of its own on Unix, so that nothing of it can stay. */
function start(
  { command, args, env }: LaunchSpec,
  place: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Child | null {
  try {
    return spawn(command, args, {
      cwd: place.cwd,
      env: { ...place.env, ...env },
      stdio: ["pipe", "pipe", "pipe"],
      detached: process.platform !== "win32",
      windowsHide: true,
    });
  } catch {
    // A name with a zero in it, for example.
    return null;
  }
}

async function conversation(child: Child): Promise<{ tools: number; version: string }> {
  const replyTo = listen(child.stdout);
  const send = (message: object) => child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
  send({
    id: 1,
    method: "initialize",
    params: {
      protocolVersion: "2025-06-18",
      capabilities: {},
      clientInfo: { name: "commons setup", version: "1" },
    },
  });
  const { serverInfo } = await replyTo(1);
  send({ method: "notifications/initialized" });
  send({ id: 2, method: "tools/list", params: {} });
  const { tools } = await replyTo(2);
  if (!Array.isArray(tools) || tools.length === 0) throw new Error("It answers, but names no tools.");
  const { version } = asTable(serverInfo);
  return { tools: tools.length, version: typeof version === "string" ? version : "" };
}

type Message = Readonly<Record<string, unknown>>;

function asTable(value: unknown): Message {
  // Safe: any object can be asked for any key; what comes is checked where it is used.
  return typeof value === "object" && value !== null ? (value as Message) : {};
}

/** Reads lines of standard output to its end, whoever waits; the promises fail at what is no protocol, and beyond 4 MB. */
function listen(stdout: Readable): (id: 1 | 2) => Promise<Message> {
  const replies = { 1: Promise.withResolvers<Message>(), 2: Promise.withResolvers<Message>() };
  const broken = Promise.withResolvers<never>();
  // Nobody may be waiting when it breaks.
  broken.promise.catch(() => undefined);
  let rest = "";
  let read = 0;
  stdout.setEncoding("utf8").on("data", (part: string) => {
    read += part.length;
    if (read > maxAnswerBytes) {
      broken.reject(new Error("It writes without end."));
      return;
    }
    const lines = (rest + part).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines.filter((text) => text.trim() !== "")) {
      const message = parsed(line);
      if (message === null)
        broken.reject(new Error(`It writes to its output what is no protocol: ${line.slice(0, 200)}`));
      else if ((message["id"] === 1 || message["id"] === 2) && !("method" in message))
        replies[message["id"]].resolve(message);
    }
  });
  return async (id) => {
    const message = await Promise.race([replies[id].promise, broken.promise]);
    if ("error" in message)
      throw new Error(`It answers with an error: ${String(asTable(message["error"])["message"])}`);
    return asTable(message["result"]);
  };
}

/** null: no JSON. */
function parsed(line: string): Message | null {
  try {
    return asTable(JSON.parse(line));
  } catch {
    return null;
  }
}

/** Rejects when the process cannot be started or ends by itself. */
async function failureOf(child: Child, { command }: LaunchSpec): Promise<never> {
  child.stdin.on("error", () => undefined); // It ended: that is told below.
  await once(child, "close").catch((error: NodeJS.ErrnoException) => {
    throw new Error(`${command} cannot be started (${error.code ?? error.message}).`, { cause: error });
  });
  throw new Error(`It ended by itself (${child.signalCode ?? `exit code ${child.exitCode}`}).`);
}

async function untilAborted(signal: AbortSignal, timeoutMs: number): Promise<never> {
  if (!signal.aborted) await once(signal, "abort");
  throw new Error(`It gave no answer within ${Math.round(timeoutMs / 1_000)} s.`);
}

/** Closes the input as an agent does, then asks, then kills. Resolves when the process and its pipes are gone. */
async function endServer(child: Child, patienceMs: number): Promise<void> {
  if (child.pid === undefined || isGone(child)) return;
  const closed = once(child, "close");
  child.stdin.end();
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    if (await isSettledWithin(closed, patienceMs)) return;
    signalGroup(child, signal);
  }
  await isSettledWithin(closed, patienceMs);
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream.destroy();
}

function isGone(child: Child): boolean {
  return (child.exitCode !== null || child.signalCode !== null) && child.stdout.closed && child.stderr.closed;
}

async function isSettledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = Promise.withResolvers<boolean>();
  const timeout = setTimeout(() => timer.resolve(false), ms);
  try {
    return await Promise.race([promise.then(() => true), timer.promise]);
  } finally {
    clearTimeout(timeout);
  }
}

/** Something of the group holds a pipe of ours open, so its number is not another's. */
function signalGroup(child: Child, signal: NodeJS.Signals): void {
  try {
    if (child.pid !== undefined && process.platform !== "win32") process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // All of it has ended in the meantime.
  }
}

/** Collects the end of a stream, so that the process never waits for a reader. */
function tail(stream: Readable): () => string {
  let kept = "";
  stream.setEncoding("utf8").on("data", (part: string) => (kept = (kept + part).slice(-maxStderrBytes)));
  return () => kept;
}
