/**
 * The small process in which ChromaDB's server runs. Its main thread holds the data lock, listens for signals and for the end of stdin
 * (the parent's death, however it died); the server blocks a worker thread. Started by `host-process.ts`; not for import.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { isMainThread, workerData, Worker } from "node:worker_threads";
import { z } from "zod";
import { acquireFileLock, type FileLock } from "../config/file-lock.ts";
import { asCommonsError } from "../core/errors.ts";
import { dataLockName, prepareData } from "./data-directory.ts";
import { hostArgumentsSchema, hostExitCodes, type HostArguments, type HostMessage } from "./host-protocol.ts";

/** Longer than any shutdown that was seen (10 ms); then the process ends itself the hard way. */
const shutdownMs = 3_000;

async function runHost(): Promise<void> {
  const options = hostArgumentsSchema.parse(JSON.parse(process.argv[2] ?? ""));
  const lock = acquireFileLock(join(options.dataDirectory, dataLockName));
  if (lock === null) return end(hostExitCodes.dataLocked, `Another process runs ChromaDB on ${options.dataDirectory}.`);
  try {
    const data = await prepareData(options.dataDirectory, options.bindingVersion, options.isSuspect);
    await tell({ kind: "data", ...data });
  } catch (error) {
    const { message, hint } = asCommonsError(error);
    return end(hostExitCodes.dataRefused, message, hint);
  }
  runServer(options, lock);
}

function runServer(options: HostArguments, lock: FileLock): void {
  let isStopping = false;
  // The server ends on SIGTERM by its own handler, but only if the process has one already: else the process dies or spins.
  const stopSignal = options.bindingVersion.startsWith("1.0.") ? "SIGINT" : "SIGTERM";
  const stop = (received: NodeJS.Signals | null): void => {
    if (isStopping) return;
    isStopping = true;
    setTimeout(() => process.kill(process.pid, "SIGKILL"), shutdownMs).unref();
    if (received !== stopSignal) process.kill(process.pid, stopSignal);
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => stop(signal));
  process.stdin
    .on("end", () => stop(null))
    .on("error", () => stop(null))
    .resume();
  process.on("disconnect", () => stop(null));

  const worker = new Worker(new URL(import.meta.url), { workerData: options });
  worker.on("error", (error) => void end(hostExitCodes.bindingFailed, asCommonsError(error).message));
  worker.on("exit", (code) => {
    if (code !== 0) return;
    lock.close();
    if (isStopping) process.exit(hostExitCodes.stopped);
    void end(hostExitCodes.serverEnded, `ChromaDB's server ended by itself; port ${options.port} may be taken.`);
  });
}

/** The worker's part: blocks in the server until it ends. */
function serve(): void {
  const options = hostArgumentsSchema.parse(workerData);
  const bindingSchema = z.object({
    cli: z.custom<(argv: string[]) => unknown>((value) => typeof value === "function"),
  });
  const binding = bindingSchema.parse(createRequire(import.meta.url)(options.bindingFile));
  binding.cli([
    "chroma",
    "run",
    "--path",
    options.dataDirectory,
    "--host",
    "127.0.0.1",
    "--port",
    String(options.port),
  ]);
}

async function end(code: number, message: string, hint?: string): Promise<void> {
  process.stderr.write(`${message}\n`);
  await tell({ kind: "failed", message, hint: hint ?? null });
  process.exit(code);
}

/** Resolves when the message is on its way, also when no parent listens any more. */
function tell(message: HostMessage): Promise<void> {
  return new Promise((resolve) => {
    if (process.send === undefined || !process.connected) return resolve();
    process.send(message, undefined, undefined, () => resolve());
  });
}

if (isMainThread) await runHost();
else serve();
