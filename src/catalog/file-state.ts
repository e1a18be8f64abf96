import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { CommonsError } from "../core/errors.ts";
import { catalogFileName, damagedHint } from "./connection.ts";
import { readWriteAheadFile } from "./rebuild/write-ahead-file.ts";

/** Beside the catalog from the moment that it has its tables: without it nobody could tell a lost catalog from a new one. */
const madeName = "catalog.made";
/** While a writer has the catalog open: then there is a write-ahead file too. */
const openName = "catalog.open";

/** In `meta`: when a writer found that the write-ahead file of its forerunner was gone. */
export const writeAheadMissingKey = "write_ahead_missing";

/**
 * Before a writer opens the catalog: refuses, as CATALOG_DAMAGED, what SQLite would silently take for an empty or an older catalog.
 * That is a file that is gone or empty though it was made once, and a write-ahead file with acknowledged commits behind a damaged place.
 * A write-ahead file that is gone though the last writer did not close is only told: another program may have opened the database and put
 * it into the file, which is harmless.
 */
export function requireIntactFiles(directory: string): { readonly isWriteAheadMissing: boolean } {
  const file = join(directory, catalogFileName);
  const wal = `${file}-wal`;
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isFile()) throw damaged(`${file} is no file`);
  if (existsSync(join(directory, madeName)) && (stat === undefined || stat.size === 0) && !hasBytes(wal))
    throw damaged(stat === undefined ? `${file} is gone` : `${file} is empty`);
  if (stat === undefined) return { isWriteAheadMissing: false };
  const { lostCommits } = readWriteAheadFile(wal);
  // The last one may be a write that a power failure cut off: nobody was told that it was done.
  if (lostCommits > 1) throw damaged(`${wal} has ${lostCommits} writes behind a damaged place`);
  return { isWriteAheadMissing: existsSync(join(directory, openName)) && !existsSync(wal) };
}

/** The writer has the catalog open, with its tables. */
export function noteOpened(directory: string): void {
  for (const name of [madeName, openName]) closeSync(openSync(join(directory, name), "a", 0o600));
  syncDirectory(directory);
}

/** Call before the catalog is closed: SQLite then removes the write-ahead file. */
export function noteClosing(directory: string): void {
  rmSync(join(directory, openName), { force: true });
}

/** Makes names in a directory durable, where the system can. */
export function syncDirectory(directory: string): void {
  if (process.platform === "win32") return;
  const handle = openSync(directory, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function hasBytes(file: string): boolean {
  return (statSync(file, { throwIfNoEntry: false })?.size ?? 0) > 0;
}

function damaged(what: string): CommonsError {
  return new CommonsError("CATALOG_DAMAGED", `The catalog is damaged: ${what}.`, { hint: damagedHint });
}
