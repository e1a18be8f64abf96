import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { acquireFileLock, type FileLock } from "../config/file-lock.ts";
import { homeFailure } from "../config/state-directory.ts";
import { CommonsError } from "../core/errors.ts";

const defaultWaitMs = 10_000;
const pollMs = 100;

export interface SetupLockOptions {
  /** How long another run is waited for. Default 10 s. */
  readonly waitMs?: number;
  readonly signal?: AbortSignal;
}

/**
 * Runs what changes agents' files or the record of set-up while no other process of this home does. A process that dies frees the lock.
 * Errors: CLIENT_FILE_UNUSABLE when another run goes on, HOME_UNUSABLE.
 */
export async function withSetupLock<T>(
  home: string,
  task: () => Promise<T>,
  options: SetupLockOptions = {},
): Promise<T> {
  const lock = await takeLock(home, options);
  try {
    return await task();
  } finally {
    lock.close();
  }
}

async function takeLock(home: string, { waitMs = defaultWaitMs, signal }: SetupLockOptions): Promise<FileLock> {
  const path = join(home, "setup.lock");
  for (let leftMs = waitMs; ; leftMs -= pollMs) {
    const lock = acquire(path);
    if (lock !== null) return lock;
    if (leftMs <= 0)
      throw new CommonsError("CLIENT_FILE_UNUSABLE", "Another commons setup or uninstall is running.", {
        hint: "Wait for its end, then try again. Nothing was changed.",
      });
    await wait(pollMs, undefined, signal === undefined ? {} : { signal });
  }
}

function acquire(path: string): FileLock | null {
  try {
    return acquireFileLock(path);
  } catch (error) {
    throw homeFailure(path, error);
  }
}
