import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { asCommonsError } from "../core/errors.ts";
import { prepareBinding, systemGlibc, type ReadyBinding } from "./binding.ts";
import { CappedLog } from "./capped-log.ts";
import { databaseName, makeRoomForData, stampName } from "./data-directory.ts";
import { DataWatch } from "./data-watch.ts";
import { engineNotLookedAt, type EngineStatus, type EngineSupervisor } from "./engine-status.ts";
import { findFreePort } from "./free-port.ts";
import { heartbeatFailure } from "./heartbeat.ts";
import { startHostProcess, type HostEnd, type HostProcess } from "./host-process.ts";
import { findNpm, type NpmCommand } from "./npm-fetch.ts";

export interface EmbeddedEngineOptions {
  /** `StatePaths.engineDirectory`: data, patched and fetched bindings, the log. */
  readonly directory: string;
  readonly preferredPort: number;
  /** The engine host's file: `dist/engine-host.mjs`, or the TypeScript source. */
  readonly hostScript: string;
  /** A file or URL from which the package `chromadb` resolves. */
  readonly resolveFrom: string | URL;
  /** Called at every change, in order. */
  readonly onState: (status: EngineStatus) => void;
  readonly npm?: NpmCommand;
  readonly timing?: Partial<EngineTiming>;
}

export interface EngineTiming {
  readonly startTimeoutMs: number;
  /** First and longest wait before a restart; each failure doubles it. */
  readonly firstDelayMs: number;
  readonly maxDelayMs: number;
  /** Running this long forgets earlier failures. */
  readonly healthyAfterMs: number;
  readonly checkEveryMs: number;
}

const defaultTiming: EngineTiming = {
  startTimeoutMs: 15_000,
  firstDelayMs: 500,
  maxDelayMs: 30_000,
  healthyAfterMs: 60_000,
  checkEveryMs: 10_000,
};

const missedChecksUntilKill = 3;
const crashesUntilSuspect = 2;

/** ChromaDB's own server in a child process of ours: made ready, started, watched, restarted, and gone after `close`. */
export class EmbeddedEngine implements EngineSupervisor {
  readonly #options: EmbeddedEngineOptions;
  readonly #timing: EngineTiming;
  readonly #closing = new AbortController();
  #log: CappedLog | null = null;
  #status: EngineStatus = engineNotLookedAt;
  #host: HostProcess | null = null;
  /** Of the server that is ready. */
  #data: DataWatch | null = null;
  /** The next start reads all of the database, whether it is whole. */
  #isSuspect = false;
  #run: Promise<void> | null = null;

  constructor(options: EmbeddedEngineOptions) {
    this.#options = options;
    this.#timing = { ...defaultTiming, ...options.timing };
  }

  status(): EngineStatus {
    return this.#status;
  }

  start(): void {
    this.#run ??= this.#runUntilClosed().catch((error: unknown) => {
      if (!this.#closing.signal.aborted) this.#report({ state: "failed", detail: asCommonsError(error).message });
    });
  }

  /** Ends the server and starts it again, for one that answers its heartbeat but hangs (after a full disk) or fails on its data. */
  restart(): void {
    this.#isSuspect = true;
    this.#host?.kill();
  }

  /** Whether the server still has the data of its directory open; starts it again where not. */
  holdsData(): boolean {
    const damage = this.#data?.failure() ?? null;
    if (damage === null) return true;
    this.#log?.write(`ChromaDB is started again: ${damage}.\n`);
    this.#data = null;
    this.restart();
    return false;
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#host?.stop();
    await this.#run;
    this.#host = null;
    this.#report({ state: "stopped", url: null, pid: null, detail: null });
  }

  async #runUntilClosed(): Promise<void> {
    const dataDirectory = join(this.#options.directory, "data");
    mkdirSync(this.#options.directory, { recursive: true, mode: 0o700 });
    const log = new CappedLog(join(this.#options.directory, "engine.log"));
    this.#log = log;
    const failedFiles: string[] = [];
    const refusedPorts = new Set<number>();
    let failures = 0;
    while (!this.#closing.signal.aborted) {
      const binding = await this.#prepare(failedFiles);
      if (binding === null) return;
      makeDataDirectory(dataDirectory, log);
      const startedMs = performance.now();
      const end = await this.#runOnce({
        binding,
        dataDirectory,
        log,
        refusedPorts,
        isSuspect: failures >= crashesUntilSuspect || this.#takeSuspicion(),
      });
      if (this.#closing.signal.aborted) return;
      if (end.cause === "data-refused") {
        return this.#report({
          state: "failed",
          url: null,
          pid: null,
          detail: [end.message, end.hint].filter(Boolean).join(" "),
        });
      }
      if (end.cause === "binding-failed") failedFiles.push(binding.originalFile);
      failures = performance.now() - startedMs > this.#timing.healthyAfterMs ? 1 : failures + 1;
      const delayMs = Math.min(this.#timing.firstDelayMs * 2 ** (failures - 1), this.#timing.maxDelayMs);
      this.#report({
        state: "restarting",
        url: null,
        pid: null,
        detail: `${end.message} Next start in ${delayMs / 1000} s.`,
      });
      await sleep(delayMs, undefined, { signal: this.#closing.signal }).catch(() => undefined);
    }
  }

  #takeSuspicion(): boolean {
    const isSuspect = this.#isSuspect;
    this.#isSuspect = false;
    return isSuspect;
  }

  async #prepare(failedFiles: readonly string[]): Promise<ReadyBinding | null> {
    try {
      return await prepareBinding({
        directory: this.#options.directory,
        resolveFrom: this.#options.resolveFrom,
        npm: this.#options.npm ?? findNpm(process.execPath, process.platform),
        platform: process.platform,
        arch: process.arch,
        glibc: systemGlibc(),
        failedFiles,
        signal: this.#closing.signal,
        onProgress: (detail) => this.#report({ state: "installing", url: null, pid: null, detail }),
      });
    } catch (error) {
      if (this.#closing.signal.aborted) return null;
      const { message, hint } = asCommonsError(error);
      this.#report({
        state: "failed",
        url: null,
        pid: null,
        detail: hint === undefined ? message : `${message} ${hint}`,
      });
      return null;
    }
  }

  async #runOnce(run: EngineRun): Promise<HostEnd> {
    const port = await findFreePort(this.#options.preferredPort, run.refusedPorts);
    if (port === null) {
      run.refusedPorts.clear();
      return { cause: "server-ended", message: `No port is free from ${this.#options.preferredPort} on.`, hint: null };
    }
    if (this.#closing.signal.aborted) return { cause: "stopped", message: "", hint: null };
    const host = startHostProcess({
      script: this.#options.hostScript,
      log: run.log,
      startTimeoutMs: this.#timing.startTimeoutMs,
      arguments: {
        bindingFile: run.binding.file,
        bindingVersion: run.binding.version,
        dataDirectory: run.dataDirectory,
        port,
        isSuspect: run.isSuspect,
      },
    });
    this.#host = host;
    this.#report({ state: "starting", url: null, pid: host.pid, version: run.binding.version, detail: null });
    try {
      const { dataId, setAside } = await host.ready;
      const detail =
        setAside === null
          ? null
          : `The data was damaged and is now in ${setAside}; it is filled again from the catalog.`;
      const files = { database: databaseName, stamp: stampName, dataId: dataId ?? "" };
      this.#data = new DataWatch(run.dataDirectory, files);
      this.#report({ state: "ready", url: host.url, dataId, detail });
      run.refusedPorts.clear();
      await this.#watchHealth(host);
    } catch (error) {
      // The reason is in the host's end too, except for a start that took too long.
      run.log.write(`${asCommonsError(error).message}\n`);
    }
    const end = await host.ended;
    if (end.cause === "server-ended") run.refusedPorts.add(port);
    return end;
  }

  /** Returns when the host ended, by itself or because it stopped answering. */
  async #watchHealth(host: HostProcess): Promise<void> {
    let missed = 0;
    const ended = host.ended.then(() => true);
    while (!(await Promise.race([ended, unreferencedDelay(this.#timing.checkEveryMs)]))) {
      const failure = await heartbeatFailure(host.url, {}, this.#timing.checkEveryMs);
      missed = failure === null ? 0 : missed + 1;
      if (missed >= missedChecksUntilKill) host.kill();
      if (!this.holdsData()) return;
    }
  }

  #report(change: Partial<EngineStatus>): void {
    this.#status = { ...this.#status, ...change };
    this.#options.onState(this.#status);
  }
}

interface EngineRun {
  readonly binding: ReadyBinding;
  readonly dataDirectory: string;
  readonly log: CappedLog;
  readonly refusedPorts: Set<number>;
  readonly isSuspect: boolean;
}

/** Before each start: it may have been removed since the last one. */
function makeDataDirectory(directory: string, log: CappedLog): void {
  const inTheWay = makeRoomForData(directory);
  if (inTheWay !== null) log.write(`${directory} was no directory; what stood there is now ${inTheWay}.\n`);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
}

function unreferencedDelay(ms: number): Promise<false> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(false), ms).unref();
  });
}
