import { closeSync, existsSync, fsyncSync, openSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { CommonsError } from "../core/errors.ts";
import { catalogFileName, damagedHint } from "./connection.ts";
import { readWriteAheadFile } from "./rebuild/write-ahead-file.ts";

/** Beside the catalog from the moment that it has its tables: without it nobody could tell a lost catalog from a new one. */
const madeName = "catalog.made";
/** While a writer has the catalog open: then there is a write-ahead file too. */
const openName = "catalog.open";

/** In `meta`: what a writer found of its forerunner's write-ahead file, and when, as JSON. */
export const lastWritesKey = "last_writes";

export interface MarkedCatalog {
  /** A file elsewhere that says the same as `catalog.made`, so that a catalog whose whole directory is gone is missed. */
  readonly madeMarker?: string;
  /** A hub writes now: its write-ahead file may end in the middle of a write. */
  readonly isInUse?: boolean;
}

/**
 * Before a writer opens the catalog: refuses, as CATALOG_DAMAGED, what SQLite would silently take for an empty or an older catalog.
 * That is a file that is gone or empty though it was made once, the whole directory too where the marker elsewhere tells it, and a write-ahead file with acknowledged commits behind a damaged place.
 * Other oddities of the write-ahead file are only told, as `lastWrites`: that it was gone or empty though the last writer did not close (another
 * program may have put it into the database, which is harmless), that it ends in the middle of a page, or that its last write cannot be
 * read: both may come of a power failure during a write that nobody was told of.
 */
export function requireIntactFiles(
  directory: string,
  { madeMarker, isInUse = false }: MarkedCatalog = {},
): { readonly lastWrites: string | null } {
  const file = join(directory, catalogFileName);
  const wal = `${file}-wal`;
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat !== undefined && !stat.isFile()) throw damaged(`${file} is no file`);
  const wasMade = existsSync(join(directory, madeName)) || (madeMarker !== undefined && existsSync(madeMarker));
  if (wasMade && (stat === undefined || stat.size === 0))
    throw damaged(stat === undefined ? `${file} is gone` : `${file} is empty`);
  if (stat === undefined || isInUse) return { lastWrites: null };
  const { lostCommits, isCut } = readWriteAheadFile(wal);
  // The last one may be a write that a power failure cut off: nobody was told that it was done.
  if (lostCommits > 1) throw damaged(`${wal} has ${lostCommits} writes behind a damaged place`);
  if (existsSync(join(directory, openName))) {
    const size = statSync(wal, { throwIfNoEntry: false })?.size;
    if (size === undefined) return { lastWrites: "was gone" };
    if (size === 0) return { lastWrites: "was empty" };
  }
  if (lostCommits > 0) return { lastWrites: "had one write that could not be read" };
  return { lastWrites: isCut ? "was cut off" : null };
}

/** The writer has the catalog open, with its tables, and has written something. */
export function noteOpened(directory: string, { madeMarker }: MarkedCatalog = {}): void {
  const files = [madeName, openName].map((name) => join(directory, name));
  for (const file of madeMarker === undefined ? files : [...files, madeMarker]) closeSync(openSync(file, "a", 0o600));
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

function damaged(what: string): CommonsError {
  return new CommonsError("CATALOG_DAMAGED", `The catalog is damaged: ${what}.`, { hint: damagedHint });
}
