import { chmodSync, lstatSync, truncateSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CommonsError } from "../core/errors.ts";
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
 * recorded and none can be stale. Makes missing directories. A file that somebody wrote into or closed to writing is mended: it says nothing.
 * Errors: HOME_UNUSABLE when something else stands there; else the system's or SQLite's error when the file cannot be used at all.
 * The holder must not open the file in another way: on Unix, closing any descriptor of it frees the process's locks on it.
 */
export function acquireFileLock(path: string): FileLock | null {
  makeStateDirectory(dirname(path));
  try {
    return tryLock(path);
  } catch (error) {
    mend(path, primaryCode(error));
    return tryLock(path);
  }
}

/**
 * Whether another process holds the lock now. Makes and changes nothing; a lock that cannot be looked at counts as free. Not for the
 * holder itself, which would free it (see acquireFileLock).
 */
export function isFileLocked(path: string): boolean {
  if (lstatSync(path, { throwIfNoEntry: false })?.isFile() !== true) return false;
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: 0 });
    try {
      database.prepare("SELECT count(*) FROM sqlite_schema").get();
      return false;
    } finally {
      database.close();
    }
  } catch (error) {
    return [sqliteBusy, sqliteLocked].includes(primaryCode(error));
  }
}

function tryLock(path: string): FileLock | null {
  // Not zero: with no wait at all, two lockers at one moment can refuse each other and nobody wins.
  const database = new DatabaseSync(path, { timeout: 50 });
  try {
    // A journal in a file would need room: on a full disk no hub could start, not even to answer searches.
    database.exec("PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE");
    chmodSync(path, 0o600);
  } catch (error) {
    database.close();
    if ([sqliteBusy, sqliteLocked].includes(primaryCode(error))) return null;
    throw error;
  }
  return { path, close: () => database.isOpen && database.close() };
}

/** SQLite saw the content, so nobody has the lock: whoever has it lets no other read. In place, because the file is never replaced. */
function mend(path: string, code: number): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile())
    throw new CommonsError("HOME_UNUSABLE", `${path} is no plain file, but a lock belongs there.`, {
      hint: "Move it away, then try again.",
    });
  if (found !== undefined && code === sqliteNoDatabase) truncateSync(path);
  if (found !== undefined && [sqliteReadOnly, sqliteCannotOpen].includes(code)) chmodSync(path, 0o600);
}

const sqliteBusy = 5;
const sqliteLocked = 6;
const sqliteReadOnly = 8;
const sqliteCannotOpen = 14;
const sqliteNoDatabase = 26;

/** 0: no error of SQLite. The low byte is the code; the rest tells variants such as SQLITE_BUSY_RECOVERY. */
function primaryCode(error: unknown): number {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
}
