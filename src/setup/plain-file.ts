import { constants, type Stats } from "node:fs";
import { lstat, open, readlink, realpath } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { systemErrorCode } from "../core/errors.ts";
import { fileProblem, unusableFile } from "./file-problem.ts";

/** Configurations are some kB; Claude Code's with its history some MB. */
const largestFileBytes = 20_000_000;

/** A file as it was read: its text, and what tells whether it was changed since. */
export interface PlainFile {
  /** Links resolved. */
  readonly file: string;
  readonly text: string;
  readonly stats: Stats;
}

/**
 * Reads a file through links; null: there is none, also where a link leads nowhere. Errors: CLIENT_FILE_UNUSABLE for what is no plain
 * file, has more than 20 MB or is not UTF-8. A pipe or a device is not waited for.
 */
export async function readPlainFile(path: string): Promise<PlainFile | null> {
  try {
    const file = await resolveLinks(path);
    const found = await statOrNull(file);
    if (found === null) return null;
    // Some devices act on being opened: the look comes first.
    requirePlain(path, found);
    const handle = await open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const stats = await handle.stat();
      requirePlain(path, stats);
      const bytes = await readAtMost(handle, largestFileBytes + 1);
      if (bytes.length > largestFileBytes) throw tooLarge(path);
      return { file, text: textOf(path, bytes), stats };
    } finally {
      await handle.close();
    }
  } catch (error) {
    throw fileProblem(path, error);
  }
}

/** The text of a file as `FileChange.before` takes it; errors as readPlainFile. */
export async function readConfigText(path: string): Promise<string | null> {
  return (await readPlainFile(path))?.text ?? null;
}

/**
 * The file behind a path's links, which may be yet to be made. Errors: CLIENT_FILE_UNUSABLE for links in a circle, and for one that leads
 * into a directory that is not there.
 */
export async function resolveLinks(path: string): Promise<string> {
  let current = resolve(path);
  for (let step = 0; step < 40; step += 1) {
    const link = await linkAt(current);
    if (link === null) {
      if (step === 0 || (await statOrNull(current)) !== null || (await statOrNull(dirname(current))) !== null)
        return await realpathOfParts(current);
      throw unusableFile(path, `is a link to ${current}, whose directory is not there`, "Mend the link.");
    }
    current = resolve(dirname(current), link);
  }
  throw unusableFile(path, "is a link that leads in a circle", "Mend the link.");
}

/** null: no link, or nothing at all. */
async function linkAt(path: string): Promise<string | null> {
  try {
    return await readlink(path);
  } catch (error) {
    if (["EINVAL", "ENOENT", "ENOTDIR", "UNKNOWN"].includes(systemErrorCode(error) ?? "")) return null;
    throw error;
  }
}

/** Also of a file and directories that are yet to be made. */
async function realpathOfParts(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    const parent = dirname(path);
    if (systemErrorCode(error) !== "ENOENT" || parent === path) throw error;
    return resolve(await realpathOfParts(parent), path.slice(parent.length).replace(/^[\\/]+/, ""));
  }
}

async function statOrNull(path: string): Promise<Stats | null> {
  try {
    return await lstat(path);
  } catch (error) {
    if (systemErrorCode(error) === "ENOENT") return null;
    throw error;
  }
}

function requirePlain(path: string, stats: Stats): void {
  if (stats.isDirectory()) throw unusableFile(path, "is a directory", "Move it away, then try again.");
  if (!stats.isFile()) throw unusableFile(path, "is no plain file", "Put a plain file in its place.");
  if (stats.size > largestFileBytes) throw tooLarge(path);
}

function tooLarge(path: string): Error {
  return unusableFile(path, "has more than 20 MB", "Look at what it holds, or make the change by hand.");
}

interface Readable {
  read(buffer: Buffer, offset: number, length: number, position: null): Promise<{ bytesRead: number }>;
}

async function readAtMost(handle: Readable, limit: number): Promise<Buffer> {
  const parts: Buffer[] = [];
  let length = 0;
  while (length < limit) {
    const part = Buffer.alloc(Math.min(65_536, limit - length));
    const { bytesRead } = await handle.read(part, 0, part.length, null);
    if (bytesRead === 0) break;
    parts.push(part.subarray(0, bytesRead));
    length += bytesRead;
  }
  return Buffer.concat(parts);
}

/** Other encodings would come back altered. The byte order mark stays in the text. */
function textOf(path: string, bytes: Buffer): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw unusableFile(path, "is not UTF-8", "Save it as UTF-8, then try again.", error);
  }
}
