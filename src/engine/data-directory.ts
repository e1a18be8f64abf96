import { randomInt, randomUUID } from "node:crypto";
import { constants, existsSync, lstatSync, mkdirSync, renameSync, statSync } from "node:fs";
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
  /** Stands in the database too, as its `application_id`: another database in its place is not the one that was filled. 0: none yet. */
  readonly mark: number;
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
  const found = await readStamp(directory);
  const isLost =
    isInTheWay(join(directory, stampName)) || (existsSync(file) && isDamaged(file, { isSuspect, stamp: found }));
  const setAside = isLost ? await moveAside(directory) : null;
  const stamp = existsSync(file) ? found : null;
  if (stamp !== null && compareVersions(bindingVersion, stamp.bindingVersion) < 0)
    throw tooOld(directory, bindingVersion, stamp);
  if (stamp !== null && compareVersions(bindingVersion, stamp.bindingVersion) > 0)
    await copyBeforeUpgrade(directory, bindingVersion);
  const dataId = stamp?.dataId ?? randomUUID();
  const mark = stamp === null || stamp.mark === 0 ? randomInt(1, 2 ** 31) : stamp.mark;
  await tidyDatabase(directory, mark);
  await writeStamp(directory, { dataId, bindingVersion, mark });
  return { dataId, setAside };
}

/** Moves away what stands in the directory's place and is none; returns where it is now, or null. Call before the data lock is taken. */
export function makeRoomForData(directory: string): string | null {
  if (lstatSync(directory, { throwIfNoEntry: false }) === undefined) return null;
  if (statSync(directory, { throwIfNoEntry: false })?.isDirectory() === true) return null;
  const target = asideName(directory);
  renameSync(directory, target);
  return target;
}

/** null: there is none, or it cannot be read. Data without a stamp gets a new one, and is compared with the catalog as a whole. */
async function readStamp(directory: string): Promise<DataStamp | null> {
  const file = join(directory, stampName);
  if (statSync(file, { throwIfNoEntry: false })?.isFile() !== true) return null;
  const value = parsedOrNull(await readFile(file, "utf8"));
  if (typeof value !== "object" || value === null || !("dataId" in value) || !("bindingVersion" in value)) return null;
  const mark = "mark" in value && typeof value.mark === "number" ? value.mark : 0;
  return { dataId: String(value.dataId), bindingVersion: String(value.bindingVersion), mark };
}

function parsedOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function isInTheWay(file: string): boolean {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  return stats !== undefined && !stats.isFile();
}

async function writeStamp(directory: string, stamp: DataStamp): Promise<void> {
  const file = join(directory, stampName);
  await writeFile(`${file}.partial`, `${JSON.stringify(stamp, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.partial`, file);
}

/** WAL lasts in the file. Readers then do not wait for writers: 14 ms instead of 1.2 s during a batch of 1,000. */
async function tidyDatabase(directory: string, mark: number): Promise<void> {
  const database = new DatabaseSync(join(directory, databaseName), { timeout: 5_000 });
  try {
    database.exec("PRAGMA journal_mode=WAL");
    if (markOf(database) !== mark) database.exec(`PRAGMA application_id = ${mark}`);
    await removeOrphanVectors(directory, database);
  } finally {
    database.close();
  }
}

/** Files up to this size are read wholly at each start, which takes some tenths of a second. */
const smallBytes = 32_000_000;

/** Whether SQLite cannot read the file, or it is not the one that bears the mark. A suspect one is read wholly: seconds for gigabytes. */
function isDamaged(
  file: string,
  { isSuspect, stamp }: { readonly isSuspect: boolean; readonly stamp: DataStamp | null },
): boolean {
  if (isInTheWay(file)) return true;
  const { size } = statSync(file);
  let database: DatabaseSync | null = null;
  try {
    database = new DatabaseSync(file, { timeout: 5_000 });
    // One that was emptied, or made anew by another program, is whole and has nothing.
    if (stamp !== null && (stamp.mark === 0 ? isEmpty(database) : markOf(database) !== stamp.mark)) return true;
    if (!isSuspect && size > smallBytes) return false;
    return database.prepare("PRAGMA quick_check(1)").get()?.["quick_check"] !== "ok";
  } catch (error) {
    if (isUnreadable(error)) return true;
    throw error;
  } finally {
    database?.close();
  }
}

/** Data from before the marks. */
function isEmpty(database: DatabaseSync): boolean {
  return database.prepare("SELECT 1 FROM sqlite_master LIMIT 1").get() === undefined;
}

function markOf(database: DatabaseSync): number {
  return Number(database.prepare("PRAGMA application_id").get()?.["application_id"] ?? 0);
}

const sqliteCorrupt = 11;
const sqliteNotADatabase = 26;

function isUnreadable(error: unknown): boolean {
  if (!(error instanceof Error) || !("errcode" in error)) return false;
  return [sqliteCorrupt, sqliteNotADatabase].includes(Number(error.errcode) & 0xff);
}

/** Moves what is in the directory, but for the lock that is held, to a directory beside it. */
async function moveAside(directory: string): Promise<string> {
  const target = asideName(directory);
  await mkdir(target, { mode: 0o700 });
  for (const entry of await readdir(directory)) {
    if (!isLockFile(entry)) await rename(join(directory, entry), join(target, entry));
  }
  return target;
}

function asideName(directory: string): string {
  const time = new Date().toISOString().replaceAll(/[:.]/g, "-");
  return join(dirname(directory), `${basename(directory)}-damaged-${time}`);
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
