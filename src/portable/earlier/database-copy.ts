import { type BigIntStats, constants } from "node:fs";
import { copyFile, readdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { CommonsError, systemErrorCode } from "../../core/errors.ts";
import { formatBytes } from "../../core/quantities.ts";
import { makePrivateDirectory } from "./private-directory.ts";
import { unreadable } from "./record-metadata.ts";

/** A copy of a database with what belongs to it, for one reader. */
export interface DatabaseCopy {
  readonly file: string;
  close(): Promise<void>;
}

const databaseName = "chroma.sqlite3";
// The write-ahead file or the rollback journal hold what a server has not yet brought into the database.
const companions = ["-wal", "-journal"];
const maxRounds = 5;
const roundMs = 300;
const maxEntries = 1_000;

/**
 * Copies `chroma.sqlite3` into a private directory below `scratch`, because a reader of the original would have to write beside it, and
 * could hold up a server that uses it. Two equal looks at the files show that nothing was written meanwhile. Errors: MIGRATION_UNUSABLE for a
 * directory without one, or where a server writes all the while; DISK_FULL.
 */
export async function copyDatabase(directory: string, scratch: string): Promise<DatabaseCopy> {
  const found = await findDatabase(directory);
  const { path: copies, close } = await makePrivateDirectory(scratch);
  try {
    for (let round = 1; round <= maxRounds; round++) {
      if (await copyRound(join(found, databaseName), join(copies, databaseName)))
        return { file: join(copies, databaseName), close };
      await delay(roundMs);
    }
    throw unreadable(`A server writes to ${join(found, databaseName)} all the while.`, {
      hint: "Stop it for the moment, or read from it by its address: commons migrate --from http://127.0.0.1:8000",
    });
  } catch (error) {
    await close();
    throw error;
  }
}

/** Whether the files were the same before and after. */
async function copyRound(from: string, to: string): Promise<boolean> {
  const before = await look(from);
  await requireRoom(before, to);
  for (const suffix of ["", ...companions]) {
    await rm(to + suffix, { force: true });
    if (before.has(suffix)) await copyOne(from + suffix, to + suffix);
  }
  const after = await look(from);
  return (
    before.size === after.size &&
    [...before].every(([suffix, { size, mtimeNs, ino }]) => {
      const now = after.get(suffix);
      return now?.size === size && now.mtimeNs === mtimeNs && now.ino === ino;
    })
  );
}

async function look(file: string): Promise<Map<string, BigIntStats>> {
  const found = new Map<string, BigIntStats>();
  for (const suffix of ["", ...companions]) {
    const facts = await stat(file + suffix, { bigint: true }).catch((error: unknown) => {
      if (systemErrorCode(error) === "ENOENT" && suffix !== "") return null;
      throw unopened(file + suffix, error);
    });
    if (facts?.isFile()) found.set(suffix, facts);
  }
  return found;
}

async function copyOne(from: string, to: string): Promise<void> {
  try {
    await copyFile(from, to, constants.COPYFILE_FICLONE);
  } catch (error) {
    // A companion may be gone since the look: the second look tells.
    if (systemErrorCode(error) === "ENOENT") return;
    if (systemErrorCode(error) === "ENOSPC") throw noRoom(from, null);
    throw unopened(from, error);
  }
}

async function requireRoom(files: ReadonlyMap<string, BigIntStats>, to: string): Promise<void> {
  const bytes = [...files.values()].reduce((sum, { size }) => sum + size, 0n);
  const { bavail, bsize } = await statfs(join(to, ".."), { bigint: true });
  if (bavail * bsize < bytes) throw noRoom(to, Number(bytes));
}

function noRoom(file: string, bytes: number | null): CommonsError {
  const size = bytes === null ? "" : ` (${formatBytes(bytes)})`;
  return new CommonsError("DISK_FULL", `There is no room for a copy of the database${size} at ${file}.`, {
    hint: "Make room, or name another directory: TMPDIR=DIRECTORY commons migrate ...",
  });
}

/** The directory that holds the database: this one, or the only one below it that does. */
async function findDatabase(directory: string): Promise<string> {
  const entries = await readdir(directory, { withFileTypes: true }).catch((error: unknown) => {
    throw unopened(directory, error);
  });
  const names = entries.map(({ name }) => name);
  if (names.includes(databaseName)) return directory;
  const below: string[] = [];
  for (const entry of entries.slice(0, maxEntries)) {
    if (!entry.isDirectory()) continue;
    const inside: readonly string[] = await readdir(join(directory, entry.name)).catch(() => []);
    if (inside.includes(databaseName)) below.push(join(directory, entry.name));
  }
  const [only, ...others] = below;
  if (only !== undefined && others.length === 0) return only;
  if (only !== undefined)
    throw unreadable(`${directory} holds several ChromaDB directories: ${below.slice(0, 5).join(", ")}.`, {
      hint: "Name one of them with --from.",
    });
  const isOld = names.some((name) => name.endsWith(".parquet"));
  throw unreadable(
    isOld
      ? `${directory} was written by a ChromaDB before 0.4, which is not read.`
      : `${directory} holds no ${databaseName}.`,
    {
      hint: isOld
        ? "Bring it to a newer ChromaDB first (chroma-migrate), then run commons migrate again."
        : "Give the directory that ChromaDB wrote: the path of chroma run, or /data or /chroma/chroma of its container.",
    },
  );
}

function unopened(path: string, error: unknown): CommonsError {
  const code = systemErrorCode(error) ?? "error";
  return unreadable(`${path} cannot be read (${code}).`, {
    hint: code === "EACCES" ? "Run the command as the user who owns it, or give a copy." : "Check the path.",
    cause: error,
  });
}
