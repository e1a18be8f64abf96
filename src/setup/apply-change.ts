import type { Stats } from "node:fs";
import { access, constants, lstat, mkdir, rm, rmdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { systemErrorCode } from "../core/errors.ts";
import { backUp } from "./backups.ts";
import type { AppliedChange, FileChange } from "./file-change.ts";
import { fileProblem, unusableFile } from "./file-problem.ts";
import { type PlainFile, readPlainFile, resolveLinks } from "./plain-file.ts";
import { writeWholeFile } from "./whole-file.ts";

export interface ApplyOptions {
  /** The program's home: backups go there. */
  readonly home: string;
  /** A file that others read too, as a project's: what is made gets the usual modes instead of 0600 and 0700. */
  readonly isShared?: boolean;
}

/**
 * Makes one change as it was shown: the text that was read must still stand there. Whole or not at all; a link stays, the file behind it
 * is written, with its mode and owner. A backup of the text before is made first. Call it inside of `withSetupLock`. Errors:
 * CLIENT_FILE_UNUSABLE, DISK_FULL, HOME_UNUSABLE; then the file is as it was.
 */
export async function applyChange(change: FileChange, options: ApplyOptions): Promise<AppliedChange> {
  const present = await readPlainFile(change.file);
  requireUnchanged(change, present);
  try {
    if (present === null) return await makeFile(change, options);
    await requireWritable(change.file, present);
    if (change.after === change.before)
      return { file: present.file, madeFile: false, madeDirectories: [], backup: null };
    const backup = await backUp(options.home, present);
    await replaceOrRemove(change, present);
    return { file: present.file, madeFile: false, madeDirectories: [], backup };
  } catch (error) {
    throw fileProblem(change.file, error);
  }
}

async function replaceOrRemove(change: FileChange, present: PlainFile): Promise<void> {
  const requireSame = async () => requireSameFile(change.file, present, await stat(present.file));
  if (change.after !== null) {
    await writeWholeFile(present.file, change.after, {
      mode: 0o600,
      like: present.stats,
      beforeRename: requireSame,
    });
    return;
  }
  await requireSame();
  await rm(present.file);
}

/** Agents write their files too, some at every start. */
function requireUnchanged(change: FileChange, present: PlainFile | null): void {
  if ((present?.text ?? null) === change.before) return;
  const fact = present === null ? "is gone since it was read" : "was changed since it was read";
  throw unusableFile(change.file, fact, "Run the command again.");
}

function requireSameFile(path: string, { stats }: PlainFile, now: Stats): void {
  const isSame = now.ino === stats.ino && now.size === stats.size && now.mtimeMs === stats.mtimeMs;
  if (!isSame) throw unusableFile(path, "was changed since it was read", "Run the command again.");
}

/** A rename needs no right to write the file itself, and root needs none at all: both are asked for. */
async function requireWritable(path: string, { file, stats }: PlainFile): Promise<void> {
  if ((stats.mode & 0o222) === 0 || !(await isWritable(file)))
    throw unusableFile(
      path,
      "is read-only",
      "Make it writable, or make the change where the file is made: --dry-run shows it.",
    );
  await requireWritableDirectory(path, dirname(file));
  // A rename would leave the old text under the file's other names.
  if (stats.nlink > 1)
    throw unusableFile(
      path,
      `is one file with ${stats.nlink - 1} other name(s) (hard links), which would be parted`,
      "Make the others symbolic links, or make the change by hand: --dry-run shows it.",
    );
}

async function requireWritableDirectory(path: string, directory: string): Promise<void> {
  const { mode } = await stat(directory);
  if ((mode & 0o222) !== 0 && (await isWritable(directory))) return;
  throw unusableFile(path, "stands in a directory that is read-only", "Make the directory writable, then try again.");
}

async function isWritable(path: string): Promise<boolean> {
  try {
    await access(path, constants.W_OK);
    return true;
  } catch (error) {
    if (["EACCES", "EPERM", "EROFS"].includes(systemErrorCode(error) ?? "")) return false;
    throw error;
  }
}

async function makeFile(change: FileChange, { isShared = false }: ApplyOptions): Promise<AppliedChange> {
  const file = await resolveLinks(change.file);
  if (change.after === null) return { file, madeFile: false, madeDirectories: [], backup: null };
  const madeDirectories = await makeDirectories(change.file, dirname(file), isShared ? 0o777 : 0o700);
  try {
    await writeWholeFile(file, change.after, {
      mode: isShared ? 0o666 : 0o600,
      beforeRename: async () => requireNothing(change.file, file),
    });
  } catch (error) {
    await removeDirectories(madeDirectories);
    throw error;
  }
  return { file, madeFile: true, madeDirectories, backup: null };
}

async function requireNothing(path: string, file: string): Promise<void> {
  try {
    await lstat(file);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return;
    throw error;
  }
  throw unusableFile(path, "was made by another program just now", "Run the command again.");
}

/** Outermost first: those that were missing. */
async function makeDirectories(path: string, directory: string, mode: number): Promise<string[]> {
  const missing: string[] = [];
  let parent = directory;
  for (; !(await isDirectory(path, parent)); parent = dirname(parent)) missing.unshift(parent);
  await requireWritableDirectory(path, parent);
  for (const made of missing) await mkdir(made, { mode });
  return missing;
}

async function isDirectory(path: string, directory: string): Promise<boolean> {
  try {
    if ((await stat(directory)).isDirectory()) return true;
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" && dirname(directory) !== directory) return false;
    throw error;
  }
  throw unusableFile(path, `cannot be made: ${directory} is no directory`, "Move that away, then try again.");
}

/** Removes directories that set-up made, innermost first, as far as nothing else stands in them. Outermost first, as they were recorded. */
export async function removeDirectories(made: readonly string[]): Promise<void> {
  for (const directory of made.toReversed()) {
    try {
      await rmdir(directory);
    } catch (error) {
      if (
        ["ENOENT", "ENOTEMPTY", "EEXIST", "ENOTDIR", "EBUSY", "EACCES", "EPERM"].includes(systemErrorCode(error) ?? "")
      )
        return;
      throw error;
    }
  }
}
