import { randomUUID } from "node:crypto";
import { constants, existsSync, mkdirSync } from "node:fs";
import { cp, mkdir, readFile, readdir, rename, rm, stat, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CommonsError } from "../core/errors.ts";
import { removeOrphanVectors } from "./orphan-vectors.ts";

export const dataLockName = "commons.lock";
export const stampName = "commons.json";
export const databaseName = "chroma.sqlite3";

/** What a data directory says of itself. */
interface DataStamp {
  /** Random, made with the data: a new one tells the hub that Chroma lost everything. */
  readonly dataId: string;
  /** Newest binding that ever opened the data. */
  readonly bindingVersion: string;
}

export interface PreparedData {
  readonly dataId: string;
  /** Where damaged data was moved to, or null. */
  readonly setAside: string | null;
}

/**
 * Makes Chroma's data directory ready for a binding. Call with the data lock held and no server running on it.
 * `isSuspect`: the server crashed on this data before, so SQLite checks the file; damaged data is moved aside, never deleted.
 * Errors: ENGINE_UNSUPPORTED when a newer binding wrote the data (older ones abort on it), DISK_FULL when it cannot be copied
 * before an upgrade.
 */
export async function prepareData(
  directory: string,
  bindingVersion: string,
  isSuspect: boolean,
): Promise<PreparedData> {
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const file = join(directory, databaseName);
  const setAside = existsSync(file) && isDamaged(file, isSuspect) ? await moveAside(directory) : null;
  const stamp = existsSync(file) ? await readStamp(directory) : null;
  if (stamp !== null && compareVersions(bindingVersion, stamp.bindingVersion) < 0)
    throw tooOld(directory, bindingVersion, stamp);
  if (stamp !== null && compareVersions(bindingVersion, stamp.bindingVersion) > 0)
    await copyBeforeUpgrade(directory, bindingVersion);
  await tidyDatabase(directory);
  const dataId = stamp?.dataId ?? randomUUID();
  await writeStamp(directory, { dataId, bindingVersion });
  return { dataId, setAside };
}

async function readStamp(directory: string): Promise<DataStamp | null> {
  const file = join(directory, stampName);
  if (!existsSync(file)) return null;
  const value: unknown = JSON.parse(await readFile(file, "utf8"));
  if (typeof value !== "object" || value === null || !("dataId" in value) || !("bindingVersion" in value)) return null;
  return { dataId: String(value.dataId), bindingVersion: String(value.bindingVersion) };
}

async function writeStamp(directory: string, stamp: DataStamp): Promise<void> {
  const file = join(directory, stampName);
  await writeFile(`${file}.partial`, `${JSON.stringify(stamp, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.partial`, file);
}

/** WAL lasts in the file. Readers then do not wait for writers: 14 ms instead of 1.2 s during a batch of 1,000. */
async function tidyDatabase(directory: string): Promise<void> {
  const database = new DatabaseSync(join(directory, databaseName), { timeout: 5_000 });
  try {
    database.exec("PRAGMA journal_mode=WAL");
    await removeOrphanVectors(directory, database);
  } finally {
    database.close();
  }
}

/** Whether SQLite cannot read the file; `isThorough` reads all of it, which takes seconds for gigabytes. */
function isDamaged(file: string, isThorough: boolean): boolean {
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file, { timeout: 5_000 });
    if (!isThorough) return database.prepare("PRAGMA schema_version").get() === undefined;
    return database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"] !== "ok";
  } catch (error) {
    if (isUnreadable(error)) return true;
    throw error;
  } finally {
    database?.close();
  }
}

const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

function isUnreadable(error: unknown): boolean {
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  return [sqliteCorrupt, sqliteNotADatabase].includes(Number(error.errcode) & 0xff);
}

/** Moves what is in the directory, but for the lock that is held, to a directory beside it. */
async function moveAside(directory: string): Promise<string> {
  const target = join(
    dirname(directory),
    `${basename(directory)}-damaged-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`,
  );
  await mkdir(target, { mode: 0o700 });
  for (const entry of await readdir(directory)) {
    if (!isLockFile(entry)) await rename(join(directory, entry), join(target, entry));
  }
  return target;
}

async function copyBeforeUpgrade(directory: string, bindingVersion: string): Promise<void> {
  const target = join(dirname(directory), `${basename(directory)}-before-${bindingVersion}`);
  const neededBytes = (await directorySize(directory)) * 2 + 1_000_000_000;
  const { bavail, bsize } = await statfs(directory);
  if (bavail * bsize < neededBytes) {
    throw new CommonsError(
      "DISK_FULL",
      `ChromaDB's data must be copied before an upgrade to ${bindingVersion}, and there is no room.`,
      {
        hint: `Free ${Math.ceil((neededBytes - bavail * bsize) / 1_000_000)} MB on the disk of ${directory}.`,
      },
    );
  }
  await rm(`${target}.partial`, { recursive: true, force: true });
  await cp(directory, `${target}.partial`, {
    recursive: true,
    mode: constants.COPYFILE_FICLONE,
    // Reading the lock file in this process would free the lock.
    filter: (source) => !isLockFile(basename(source)),
  });
  await rm(target, { recursive: true, force: true });
  await rename(`${target}.partial`, target);
}

function isLockFile(name: string): boolean {
  return name.startsWith(dataLockName);
}

async function directorySize(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async (entry) => (await stat(join(entry.parentPath, entry.name))).size));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Below, at or above zero, by the numbers of `1.2.3`; what follows them is ignored. */
function compareVersions(a: string, b: string): number {
  const numbers = (version: string): number[] => version.split(/[.-]/).slice(0, 3).map(Number);
  const [left, right] = [numbers(a), numbers(b)];
  for (let index = 0; index < 3; index++) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}

function tooOld(directory: string, bindingVersion: string, stamp: DataStamp): CommonsError {
  return new CommonsError(
    "ENGINE_UNSUPPORTED",
    `ChromaDB's data was written by version ${stamp.bindingVersion}; ${bindingVersion}, the one that runs here, would abort on it.`,
    { hint: `Move ${directory} away: it is filled again from the catalog, without embedding anything anew.` },
  );
}
