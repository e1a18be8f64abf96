import { closeSync, openSync, renameSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { acquireFileLock, type FileLock, isFileLocked } from "../config/file-lock.ts";
import { maxLogBytes, type StatePaths } from "../config/paths.ts";
import { isProgramPresent, type Program } from "../config/program.ts";
import { homeFailure, makeStateDirectory, requireOwnHome } from "../config/state-directory.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { headers, protocolVersion } from "../protocol/operations.ts";
import type { Hello } from "../protocol/views.ts";
import { HubConnection, isConnectionError } from "./hub-connection.ts";
import { greetHub } from "./hub-greeting.ts";
import { hubLastWords } from "./hub-last-words.ts";
import { type HubEnd, type StartingHub, startHubProcess } from "./hub-process.ts";
import { compareAges, requireCompatible } from "./version-gap.ts";

export interface HubStartOptions {
  readonly connection: HubConnection;
  readonly paths: StatePaths;
  readonly program: Program;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

const startTimeoutMs = 30_000;
const lockEveryRounds = 10;
// What the catalog's shared memory and its first write take.
const startNeedsBytes = 500_000;
// Of hubs that a signal ended while they started: a person, or the system when it is out of memory. One more is no accident.
const killedStarts = 5;
// The hub waits most of its life: its heap grows in small steps and is cleaned when sessions rest. After 44,000 chunks it held 255 MB
// instead of 366. --optimize-for-size held 206, at 30% more time for a write.
const hubNodeOptions = [
  "--disable-warning=ExperimentalWarning",
  "--max-semi-space-size=8",
  "--heap-growing-percent=20",
  "--expose-gc",
];

// glibc gives each thread memory of its own and keeps what was freed: after 200,000 chunks the hub held 350 MB instead of 265. Other
// systems do not know these names.
const allocatorOptions = {
  MALLOC_ARENA_MAX: "1",
  MALLOC_TRIM_THRESHOLD_: "1000000",
  MALLOC_MMAP_THRESHOLD_: "1000000",
};

/**
 * A hub that speaks our protocol: the running one, one in place of an older one, or a new one. Any number of callers at once get the
 * same hub. Errors: HUB_UNREACHABLE, HUB_INCOMPATIBLE.
 */
export async function ensureHub(options: HubStartOptions): Promise<Hello> {
  const deadline = performance.now() + startTimeoutMs;
  let wasStarter = false;
  const patience = { killsLeft: killedStarts };
  for (let round = 0; ; round++) {
    const hello = await greetHub(options.connection, options);
    if (hello !== null && !shouldReplace(hello, options.program)) return compatible(hello, options);
    if (performance.now() > deadline) throw await lateFailure(options.paths);
    // Another starter is at work: asking for the lock costs a file's opening, asking for the hub almost nothing.
    const lock = round % lockEveryRounds === 0 || wasStarter ? takeStarterLock(options.paths) : null;
    if (lock === null) {
      await delay(40 + Math.random() * 60, undefined, { signal: options.signal });
      continue;
    }
    wasStarter = true;
    try {
      const started = await startOrReplace(options, deadline, patience);
      if (started !== null) return compatible(started, options);
    } finally {
      lock.close();
    }
  }
}

function compatible(hello: Hello, { program }: HubStartOptions): Hello {
  return requireCompatible({ hello, program, isRemote: false });
}

/** A hub is replaced by a newer version, or by a later build of the same version; sources (build 0) never replace. */
function shouldReplace(hello: Hello, program: Program): boolean {
  if (program.build === 0 || !isProgramPresent(program)) return false;
  return compareAges(program, hello) > 0;
}

/** Asks the hub to stop after the calls in flight; resolves when that instance no longer answers. */
export async function stopHub(connection: HubConnection, hello: Hello, reason: string): Promise<void> {
  await connection
    .send({
      method: "POST",
      path: "/v1/op/hub.stop",
      body: JSON.stringify({ reason }),
      headers: { [headers.protocol]: String(protocolVersion) },
      timeoutMs: 15_000,
    })
    .catch((error: unknown) => {
      if (!isConnectionError(error)) throw error;
    });
  const deadline = performance.now() + 20_000;
  while (performance.now() < deadline) {
    const now = await greetHub(connection);
    if (now?.instance !== hello.instance) return;
    await delay(30);
  }
  throw new CommonsError("HUB_UNREACHABLE", `The hub (pid ${hello.pid}) does not stop.`, {
    hint: "See commons hub logs; end it by its pid if it hangs.",
  });
}

/** The hello of the hub in place; null when it must be tried again. The caller holds the starter lock. */
async function startOrReplace(
  options: HubStartOptions,
  deadline: number,
  patience: { killsLeft: number },
): Promise<Hello | null> {
  const current = await greetHub(options.connection, options);
  if (current !== null) {
    if (!shouldReplace(current, options.program)) return current;
    await stopHub(options.connection, current, `replaced by ${options.program.version}`);
  }
  const starting = spawnHub(options);
  try {
    return await helloOf(starting, options, { deadline, patience });
  } finally {
    starting.release();
  }
}

async function helloOf(
  starting: StartingHub,
  options: HubStartOptions,
  { deadline, patience }: { deadline: number; patience: { killsLeft: number } },
): Promise<Hello | null> {
  let isGone = false;
  while (performance.now() < deadline) {
    // Short: until the new hub listens, who is silent at its address may be another program.
    const hello = await greetHub(options.connection, { signal: options.signal, timeoutMs: 1_000 });
    if (hello !== null) return hello;
    const end = starting.end();
    if (end !== null && !isGone) {
      isGone = true;
      const failure = failureOf(end);
      const isForgiven = failure === null || (end.kind === "killed" && patience.killsLeft-- > 0);
      if (!isForgiven) throw startFailure(options.paths, failure);
    }
    // It left quietly because another hub holds the lock: that one is about to listen, or about to end.
    if (isGone && isLockFree(options.paths)) return null;
    await delay(20, undefined, { signal: options.signal });
  }
  return null;
}

/** null: it left because another hub serves the home. */
function failureOf(end: HubEnd): string | null {
  if (end.kind === "exit") return end.code === 0 ? null : `it ended with code ${end.code}`;
  return end.kind === "killed" ? end.how : end.message;
}

/** Whether no hub lives; asked only by the holder of the starter lock, so no hub of ours can be refused by the asking. */
function isLockFree(paths: StatePaths): boolean {
  const lock = acquireFileLock(paths.hubLock);
  lock?.close();
  return lock !== null;
}

function spawnHub({ paths, program, env }: HubStartOptions): StartingHub {
  if (!isProgramPresent(program)) {
    throw new CommonsError("HUB_UNREACHABLE", `The program is no longer at ${program.entries.hub}.`, {
      hint: "Install it again, then restart the agent.",
    });
  }
  const log = openLog(paths.hubLog);
  try {
    return startHubProcess({
      node: program.node,
      args: [...hubNodeOptions, program.entries.hub, "--home", paths.home],
      cwd: paths.home,
      log,
      env: { ...env, ...allocatorOptions, COMMONS_HOME: paths.home },
    });
  } finally {
    closeSync(log);
  }
}

function openLog(file: string): number {
  try {
    rotate(file);
    return openSync(file, "a", 0o600);
  } catch (error) {
    throw homeFailure(file, error, "HUB_UNREACHABLE");
  }
}

function takeStarterLock(paths: StatePaths): FileLock | null {
  try {
    requireOwnHome(paths.home, "HUB_UNREACHABLE");
    makeStateDirectory(dirname(paths.hubLog));
    return acquireFileLock(paths.starterLock);
  } catch (error) {
    throw homeFailure(paths.starterLock, error, "HUB_UNREACHABLE");
  }
}

/** One that lives and is silent is another matter than one that does not start. */
async function lateFailure(paths: StatePaths): Promise<CommonsError> {
  if (!isFileLocked(paths.hubLock)) return startFailure(paths, "it did not answer in time");
  const { silentHub } = await import("./silent-hub.ts");
  return silentHub(paths);
}

function startFailure(paths: StatePaths, reason: string): CommonsError {
  // A hub without room cannot even write its last words.
  if (!hasRoomToStart(paths.home))
    return new CommonsError("DISK_FULL", `The hub cannot start: there is no room on the disk of ${paths.home}.`, {
      hint: "Free some space and try again; nothing that was stored is lost.",
    });
  // The hub's last words: nothing but a repair helps, and the error says which.
  const words = hubLastWords(paths.hubLog);
  const known = /\b(CATALOG_DAMAGED|HOME_UNUSABLE): (.*?\.) ([^.]*\.?)$/.exec(words);
  if (known?.[2] !== undefined)
    return new CommonsError(known[1] === "HOME_UNUSABLE" ? "HOME_UNUSABLE" : "CATALOG_DAMAGED", known[2], {
      hint: known[3] ?? "See commons doctor.",
    });
  return new CommonsError("HUB_UNREACHABLE", `The hub could not be started: ${reason}. ${words}`.trim(), {
    hint: `Read ${paths.hubLog} (commons hub logs).`,
  });
}

function hasRoomToStart(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize >= startNeedsBytes;
  } catch {
    // It cannot be asked: then the reason that is known is told.
    return true;
  }
}

function rotate(file: string): void {
  try {
    if (statSync(file).size > maxLogBytes) renameSync(file, `${file}.1`);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT") throw error;
  }
}
