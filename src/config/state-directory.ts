import { chmodSync, lstatSync, mkdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { CommonsError, systemErrorCode } from "../core/errors.ts";

/**
 * Makes a directory and its missing parents, for the user alone. Throws the system's error when it cannot; mkdir's own `recursive` would
 * try for ever below /proc.
 */
export function makeStateDirectory(path: string): void {
  try {
    makeOne(path);
  } catch (error) {
    if (systemErrorCode(error) !== "ENOENT" || dirname(path) === path) throw error;
    makeStateDirectory(dirname(path));
    makeOne(path);
  }
}

/**
 * Takes a home of ours that others may write from them, so that nobody puts settings or an export into it. One that is shared on purpose
 * (sticky, as /tmp) stays as it is, and so does one where another user's hub lives, who would be shut out; what others put there is refused
 * file by file. Never throws.
 */
export function closeHome(home: string): void {
  if (process.getuid === undefined) return;
  try {
    const { mode, uid } = statSync(home);
    const isShared = (mode & 0o1000) !== 0 || (ownerOf(join(home, "hub")) ?? uid) !== uid;
    if (uid === process.getuid() && !isShared && (mode & 0o022) !== 0) chmodSync(home, 0o700);
  } catch {
    // There is none yet, or its disk is read-only: what cannot be used of it says so itself.
  }
}

/** The error for a file or directory of the home that cannot be used; `kind` says what failed because of it. */
export function homeFailure(
  path: string,
  cause: unknown,
  kind: "HOME_UNUSABLE" | "HUB_UNREACHABLE" = "HOME_UNUSABLE",
): CommonsError {
  if (cause instanceof CommonsError) return cause;
  const code = systemErrorCode(cause);
  // SQLite's code says nothing, but its message does.
  const reason = code === undefined || code.startsWith("ERR_") ? String(cause) : code;
  if (reason === "ENOSPC" || reason === "EDQUOT" || isSqliteFull(cause))
    return new CommonsError("DISK_FULL", `There is no room on the disk for ${path}.`, {
      hint: "Free some space, then try again.",
      cause,
    });
  const foreign = foreignFailure(path, cause, kind);
  if (foreign !== null) return foreign;
  const file = fileInTheWay(path);
  const fact = file === null ? `${path} cannot be used (${reason}).` : `${file}, but a directory is needed there.`;
  return new CommonsError(kind, `The program's own directory is not usable: ${fact}`, {
    hint: "Make it a directory that you may write, or set COMMONS_HOME to one.",
    cause,
  });
}

/** The error where the path, or what leads to it, belongs to another user; null where it does not. */
export function foreignFailure(
  path: string,
  cause: unknown,
  kind: "HOME_UNUSABLE" | "HUB_UNREACHABLE" = "HOME_UNUSABLE",
): CommonsError | null {
  const part = foreignPart(path);
  if (part === null) return null;
  return new CommonsError(kind, `${part} belongs to another user.`, {
    hint: isMineToTake(part)
      ? `If a run with sudo made it, take it over: sudo chown -R "$(id -un)" "${part}". Else set COMMONS_HOME to a directory of your own.`
      : "Set COMMONS_HOME to a directory of your own.",
    cause,
  });
}

/**
 * For root, whom the system lets write into another user's home: what it made there would be shut to that user. A home that is shared on
 * purpose (sticky) is for all. Errors: `kind`.
 */
export function requireOwnHome(home: string, kind: "HOME_UNUSABLE" | "HUB_UNREACHABLE" = "HOME_UNUSABLE"): void {
  if (process.getuid?.() !== 0) return;
  const found = statSync(home, { throwIfNoEntry: false });
  const failure = found === undefined || (found.mode & 0o1000) !== 0 ? null : foreignFailure(home, undefined, kind);
  if (failure !== null) throw failure;
}

const sqliteFull = 13;

function isSqliteFull(cause: unknown): boolean {
  return cause instanceof Error && "errcode" in cause && (Number(cause.errcode) & 0xff) === sqliteFull;
}

function makeOne(path: string): void {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT" || !isDirectory(path)) throw error;
  }
}

/** The nearest parent of the path that exists, if that is no directory, and what it is. */
function fileInTheWay(path: string): string | null {
  for (let parent = dirname(path); ; parent = dirname(parent)) {
    const kind = kindOf(parent);
    if (kind !== null) return kind === "directory" ? null : `${parent} is a file`;
    if (ownerOf(parent) !== null) return `${parent} is a link that leads nowhere`;
    if (dirname(parent) === parent) return null;
  }
}

/** The part of the path, from its end, that can be looked at first, if another user owns it; null where nobody knows users. */
function foreignPart(path: string): string | null {
  if (process.getuid === undefined) return null;
  for (let part = path; ; part = dirname(part)) {
    const owner = ownerOf(part);
    if (owner !== null) return owner === process.getuid() || dirname(part) === part ? null : part;
    if (dirname(part) === part) return null;
  }
}

/** Whether a user other than root has it in a directory of their own. */
function isMineToTake(path: string): boolean {
  const user = process.getuid?.();
  return user !== 0 && ownerOf(dirname(path)) === user;
}

/** null: nothing is there, or it cannot be looked at. */
function ownerOf(path: string): number | null {
  try {
    return lstatSync(path).uid;
  } catch {
    return null;
  }
}

function isDirectory(path: string): boolean {
  return kindOf(path) === "directory";
}

/** null: nothing is there, or it cannot be looked at. */
function kindOf(path: string): "directory" | "other" | null {
  try {
    return statSync(path).isDirectory() ? "directory" : "other";
  } catch {
    return null;
  }
}
