import { createHash, randomBytes } from "node:crypto";
import { constants, realpathSync } from "node:fs";
import { link, lstat, open, readdir, rename, rm, type FileHandle } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import { Readable, Writable } from "node:stream";
import { callbackify } from "node:util";
import { homeFailure, makeStateDirectory } from "../config/state-directory.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { openCheckedFile, type CheckedFile } from "../workspace/checked-file.ts";
import type { Session } from "./session.ts";

const maxNameBytes = 200;
const ending = ".jsonl.gz";
const partEnding = ".part";
const unfinishedMs = 3_600_000;
const readBytes = 262_144;
const maxNumber = 10_000;

/** Where exports of the session's space lie: those of another space are not for it, and no file of one is in the way of another's. */
export async function exportsDirectory(session: Session): Promise<string> {
  const { exportsDirectory: directory } = (await session.hub()).paths;
  const { space } = await session.settings();
  return join(directory, space);
}

/** The file name of an export when none is given; a long name is cut and told apart by its hash. */
export function exportFileName(collection: string): string {
  if (collection.length + ending.length <= maxNameBytes) return collection + ending;
  const hash = createHash("sha256").update(collection).digest("hex").slice(0, 8);
  return `${collection.slice(0, maxNameBytes - ending.length - hash.length - 1)}-${hash}${ending}`;
}

/** The path for a file of that name which takes nothing's place: `app.jsonl.gz`, else `app-2.jsonl.gz` and so on. */
export async function freePath(directory: string, name: string): Promise<string> {
  const end = name.endsWith(ending) ? ending : extname(name);
  const stem = name.slice(0, name.length - end.length);
  const taken = new Set(await readdir(directory));
  for (let number = 1; number <= maxNumber; number += 1) {
    const free = number === 1 ? name : `${stem}-${number}${end}`;
    if (!taken.has(free)) return join(directory, free);
  }
  throw alreadyThere(join(directory, name));
}

/** Whether the text is a file's name and nothing else: no directory, no hidden file. */
export function isPlainName(name: string): boolean {
  return /^[^./\\:\p{Cc}][^/\\:\p{Cc}]*$/u.test(name) && Buffer.byteLength(name) <= maxNameBytes;
}

/** Errors: INPUT_INVALID, with what to give instead. */
export function requirePlainName(name: string): string {
  if (isPlainName(name)) return name;
  throw new CommonsError("INPUT_INVALID", `"${name.slice(0, 200)}" is no plain file name.`, {
    hint: "Exports go into the exports directory only: give a name such as frontend_code.jsonl.gz, without a directory, or none.",
  });
}

/** Makes the directory for the user alone. Errors: HOME_UNUSABLE, DISK_FULL. */
export function makeExportsDirectory(directory: string): void {
  try {
    makeStateDirectory(directory);
  } catch (error) {
    throw homeFailure(directory, error);
  }
}

/** Removes what exports that were killed have left: nobody has written to it for an hour. */
export async function removeUnfinished(directory: string): Promise<void> {
  const unfinished = (await readdir(directory)).filter((name) => name.startsWith(".") && name.endsWith(partEnding));
  for (const name of unfinished) {
    const path = join(directory, name);
    const found = await lstat(path).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > unfinishedMs) await rm(path, { force: true });
  }
}

/** Opens an export of the exports directory; null when there is none of that name. Errors: PATH_OUTSIDE_WORKSPACE for a link. */
export function openStoredExport(directory: string, name: string): Readable | null {
  try {
    return readChecked(openCheckedFile(requirePlainName(name), realpathSync(directory)));
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    if (!(error instanceof CommonsError) || error.code !== "PATH_OUTSIDE_WORKSPACE") throw error;
    throw new CommonsError(
      error.code,
      `${name} in the exports directory ${directory} is a link, and is not followed.`,
      {
        hint: "Put the file itself there, or into the workspace.",
        cause: error,
      },
    );
  }
}

/** The bytes of an open file; the stream closes it. */
export function readChecked(file: CheckedFile): Readable {
  const parts = function* (): Generator<Buffer> {
    using closing = file;
    for (let offset = 0; ;) {
      const part = closing.read(offset, readBytes);
      if (part.byteLength === 0) return;
      yield part;
      offset += part.byteLength;
    }
  };
  return Readable.from(parts(), { objectMode: false });
}

/**
 * Writes a file whole: under a temporary name beside it, for the user alone, and under its own name only when `write` is done and the
 * bytes are on the disk. One that is there stays, unless `isReplacing`. `begin` gives a stream, and forgets what went to one before.
 * Errors: INPUT_INVALID, PATH_WRONG_KIND for anything but a regular file, DISK_FULL, and those of `write`.
 */
export async function writeWhole<T>(
  path: string,
  { isReplacing }: { readonly isReplacing: boolean },
  write: (begin: () => Promise<Writable>) => Promise<T>,
): Promise<{ readonly result: T; readonly sizeBytes: number }> {
  await requireFree(path, isReplacing);
  const temporary = join(
    dirname(path),
    `.${basename(path).slice(0, 100)}.${randomBytes(6).toString("hex")}${partEnding}`,
  );
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
  try {
    const handle = await open(temporary, flags, 0o600);
    try {
      const result = await write(async () => {
        await handle.truncate(0);
        return streamInto(handle);
      });
      await handle.sync();
      const { size } = await handle.stat();
      await publish(temporary, path, isReplacing);
      return { result, sizeBytes: size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw asWriteFailure(error, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** A stream that leaves the file open: it is synced behind it. Node's own with `autoClose: false` never says that it is closed. */
function streamInto(handle: FileHandle): Writable {
  let position = 0;
  const write = async (part: Buffer): Promise<void> => {
    for (let from = 0; from < part.byteLength;) {
      const { bytesWritten } = await handle.write(part, from, part.byteLength - from, position);
      from += bytesWritten;
      position += bytesWritten;
    }
  };
  const writeThen = callbackify(write);
  return new Writable({ write: (part: Buffer, _encoding, done) => writeThen(part, (error) => done(error)) });
}

async function publish(temporary: string, path: string, isReplacing: boolean): Promise<void> {
  if (isReplacing) await rename(temporary, path);
  else {
    // A link takes no name that somebody else took meanwhile; some file systems have none.
    await link(temporary, path).catch(async (error: unknown) => {
      if (systemErrorCode(error) === "EEXIST") throw alreadyThere(path);
      await rename(temporary, path);
    });
  }
  await syncDirectory(dirname(path));
}

/** So that the name is on the disk too; some systems cannot. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, "r").catch(() => null);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

async function requireFree(path: string, isReplacing: boolean): Promise<void> {
  const found = await lstat(path).catch(() => null);
  if (found === null) return;
  if (found.isDirectory())
    throw new CommonsError("PATH_WRONG_KIND", `${path} is a directory.`, {
      hint: "Name the file that is to be written.",
    });
  // The name would lead to the export instead of to what others still use it for.
  if (!found.isFile())
    throw new CommonsError("PATH_WRONG_KIND", `${path} is a ${found.isSymbolicLink() ? "link" : "device or a pipe"}.`, {
      hint: "Name a file that is not there yet. To write to standard output, give - instead.",
    });
  if (!isReplacing) throw alreadyThere(path);
}

function alreadyThere(path: string): CommonsError {
  return new CommonsError("INPUT_INVALID", `${path} is there already.`, {
    hint: "Give another name, or overwrite it with --force.",
  });
}

function asWriteFailure(error: unknown, path: string): unknown {
  const code = systemErrorCode(error);
  if (error instanceof CommonsError || code === undefined) return error;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new CommonsError("DISK_FULL", `There is no room on the disk for ${path}.`, {
      hint: "Free some space, then try again. Nothing is left of the unfinished file.",
      cause: error,
    });
  return new CommonsError("INPUT_INVALID", `${path} cannot be written (${code}).`, {
    hint: "Name a file in a directory that exists and that you may write.",
    cause: error,
  });
}
