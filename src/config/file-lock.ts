import { chmodSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { makeStateDirectory } from "./state-directory.ts";

/** An exclusive lock that lives as long as its holder: the operating system frees it when the process dies, however it dies. */
export interface FileLock {
  readonly path: string;
  /** Frees the lock; a second call does nothing. The file stays: removing it would let two processes lock two files of one name. */
  close(): void;
}

/**
 * Takes the lock that stands for `path`; null when another holder has it, in this process or any other (known within 50 ms).
 * The file is a small SQLite database whose exclusive transaction is the lock (fcntl on Unix, LockFileEx on Windows), so no pid is
 * recorded and none can be stale. Makes missing directories. Throws the system's or SQLite's error when the file cannot be used at all.
 * The holder must not open the file in another way: on Unix, closing any descriptor of it frees the process's locks on it.
 */
export function acquireFileLock(path: string): FileLock | null {
  makeStateDirectory(dirname(path));
  // Not zero: with no wait at all, two lockers at one moment can refuse each other and nobody wins.
  const database = new DatabaseSync(path, { timeout: 50 });
  try {
    // A journal in a file would need room: on a full disk no hub could start, not even to answer searches.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    chmodSync(path, 0o600);
  } catch (error) {
    database.close();
    if (isBusy(error)) return null;
    throw error;
  }
  return { path, close: () => database.isOpen && database.close() };
}

const sqliteBusy = 5;
const sqliteLocked = 6;

function isBusy(error: unknown): boolean {
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  // The low byte is the primary code; the rest tells variants such as SQLITE_BUSY_RECOVERY.
  const code = Number(error.errcode) & 0xff;
  return code === sqliteBusy || code === sqliteLocked;
}
