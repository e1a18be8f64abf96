import { randomBytes } from "node:crypto";
import type { Stats } from "node:fs";
import { chmod, chown, open, readdir, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { systemErrorCode } from "../core/errors.ts";

export interface WholeFileOptions {
  /** Mode of a new file, before the umask. */
  readonly mode: number;
  /** Whose mode and owner the new file takes. */
  readonly like?: Stats;
  /** Called when all is written and only the rename is missing; what it throws leaves the file as it was. */
  readonly beforeRename?: () => Promise<void>;
}

/**
 * Puts a file there whole, or not at all, whenever the process or the machine dies. What an earlier run left beside it is removed.
 * Throws the system's errors.
 */
export async function writeWholeFile(file: string, text: string, options: WholeFileOptions): Promise<void> {
  await removeLeftovers(file);
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString("hex")}${suffix}`);
  try {
    await writeSynced(temporary, text, options);
    await options.beforeRename?.();
    await renameWithPatience(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(dirname(file));
}

const suffix = ".commons-tmp";

async function writeSynced(temporary: string, text: string, { mode, like }: WholeFileOptions): Promise<void> {
  const handle = await open(temporary, "wx", like === undefined ? mode : 0o600);
  try {
    await handle.writeFile(text);
    if (like !== undefined) await takeAfter(temporary, like, await handle.stat());
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function takeAfter(temporary: string, like: Stats, own: Stats): Promise<void> {
  if (process.getuid !== undefined && (like.uid !== own.uid || like.gid !== own.gid))
    await chown(temporary, like.uid, like.gid);
  await chmod(temporary, like.mode & 0o7777);
}

/** Windows refuses while another program, often a virus scanner, has the file open: a moment later it is free. */
async function renameWithPatience(from: string, to: string): Promise<void> {
  for (let left = 10; ; left -= 1) {
    try {
      await rename(from, to);
      return;
    } catch (error) {
      const isHeld =
        process.platform === "win32" && ["EPERM", "EACCES", "EBUSY"].includes(systemErrorCode(error) ?? "");
      if (!isHeld || left === 0) throw error;
      await wait(50);
    }
  }
}

/** So that the rename outlives a power cut. */
async function syncDirectory(directory: string): Promise<void> {
  if (process.platform === "win32") return;
  try {
    const handle = await open(directory, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch {
    // The file is whole and in its place: only the moment of its reaching the disk is left to the system.
  }
}

const leftoverAgeMs = 60_000;

/** A run that was killed leaves its temporary file; a younger one may belong to a run that lives. */
async function removeLeftovers(file: string): Promise<void> {
  const prefix = `.${basename(file)}.`;
  await removeOldTemporaries(dirname(file), (name) => name.startsWith(prefix) && isRandom(name.slice(prefix.length)));
}

const isRandom = (rest: string): boolean => /^[0-9a-f]{12}\.commons-tmp$/.test(rest);

/** The same for a directory of our own, in which each file is written once. Throws the system's errors. */
export async function removeOldTemporaries(
  directory: string,
  isOurs: (name: string) => boolean = (name) => name.endsWith(suffix),
): Promise<void> {
  for (const name of await readdir(directory)) {
    if (!isOurs(name)) continue;
    const path = join(directory, name);
    try {
      if (Date.now() - (await stat(path)).mtimeMs > leftoverAgeMs) await rm(path);
    } catch (error) {
      // Another run removed it first, or it is not ours to remove: it is in nobody's way.
      if (!["ENOENT", "EACCES", "EPERM"].includes(systemErrorCode(error) ?? "")) throw error;
    }
  }
}
