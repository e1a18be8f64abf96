import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, type Stats } from "node:fs";
import { z } from "zod";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { foreignFailure } from "./state-directory.ts";

/** Settings are some lines; a file that is larger holds something else. */
const maxBytes = 64 * 1024;

export interface SettingsFileOptions {
  /** A cloned repository made the file: a link could lead to any file of the machine, so it is refused. */
  readonly isForeign?: boolean;
}

/**
 * What stands in a settings file of at most 64 KB, its names and values unchecked; {} when it is missing. A pipe or device is refused
 * without waiting for it. Errors: SETTING_INVALID.
 */
export function readSettingsFile(file: string, options: SettingsFileOptions = {}): Readonly<Record<string, unknown>> {
  const content = contentOf(file, options);
  if (content === null) return {};
  const parsed = z.record(z.string(), z.unknown()).safeParse(parseJson(file, content));
  if (parsed.success) return parsed.data;
  throw new CommonsError("SETTING_INVALID", `The settings file ${file} must hold a JSON object of settings.`, {
    hint: `Mend it, for example {"collection": "NAME"}, or remove it.`,
  });
}

/** null: there is no such file. */
function contentOf(file: string, { isForeign = false }: SettingsFileOptions): string | null {
  let descriptor: number;
  try {
    if (isForeign) requireNoLink(file, lstatSync(file));
    // A pipe would wait for its writer for ever. Between the look and the opening the file may have become a link.
    const noLink = isForeign ? (constants.O_NOFOLLOW ?? 0) : 0;
    descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | noLink);
  } catch (error) {
    const code = systemErrorCode(error) ?? "error";
    if (code === "ENOENT" || code === "ENOTDIR") return null;
    throw unreadable(file, error, isForeign);
  }
  try {
    const stat = fstatSync(descriptor);
    requireSmallFile(file, stat);
    if (!isForeign) requireOwnWords(file, stat);
    return readAtMost(descriptor, maxBytes);
  } catch (error) {
    throw unreadable(file, error, isForeign);
  } finally {
    closeSync(descriptor);
  }
}

function requireNoLink(file: string, stat: Stats): void {
  if (!stat.isSymbolicLink()) return;
  throw new CommonsError("SETTING_INVALID", `The settings file ${file} is a link, which a project's may not be.`, {
    hint: "Put a file in its place, or remove it.",
  });
}

function requireSmallFile(file: string, stat: Stats): void {
  if (!stat.isFile())
    throw new CommonsError("SETTING_INVALID", `The settings file ${file} is no regular file.`, {
      hint: "Put a file in its place, or remove it.",
    });
  if (stat.size <= maxBytes) return;
  throw new CommonsError(
    "SETTING_INVALID",
    `The settings file ${file} has ${stat.size} bytes; settings take ${maxBytes} at most.`,
    {
      hint: "Mend or remove the file.",
    },
  );
}

/** The user's settings name commands' keys, URLs and models: whoever writes them chooses these. Windows has neither owner nor mode here. */
function requireOwnWords(file: string, { uid, mode }: Stats): void {
  if (process.getuid === undefined) return;
  if (uid !== process.getuid() && uid !== 0)
    throw new CommonsError("SETTING_INVALID", `The settings file ${file} belongs to another user.`, {
      hint: "Look at what it says, then remove it, or take it over with chown.",
    });
  if ((mode & 0o022) !== 0)
    throw new CommonsError("SETTING_INVALID", `The settings file ${file} may be written by others.`, {
      hint: `Look at what it says, then take that from them: chmod go-w ${file}`,
    });
}

/** It may have grown since its size was read. */
function readAtMost(descriptor: number, limit: number): string {
  const buffer = Buffer.alloc(limit);
  let length = 0;
  for (;;) {
    const read = readSync(descriptor, buffer, length, limit - length, null);
    if (read === 0) return buffer.toString("utf8", 0, length);
    length += read;
  }
}

function unreadable(file: string, error: unknown, isForeign: boolean): CommonsError {
  if (error instanceof CommonsError) return error;
  const owned = isForeign ? null : foreignFailure(file, error);
  if (owned !== null) return owned;
  return new CommonsError(
    "SETTING_INVALID",
    `The settings file ${file} cannot be read (${systemErrorCode(error) ?? "error"}).`,
    { hint: "Check its permissions, or move it away.", cause: error },
  );
}

function parseJson(file: string, content: string): unknown {
  try {
    return JSON.parse(content);
  } catch (error) {
    // Only the place: the parser's own words quote the file, which may hold keys.
    const place = /\((line \d+ column \d+)\)/.exec(String(error))?.[1];
    const where = place === undefined ? "" : ` (${place})`;
    throw new CommonsError("SETTING_INVALID", `The settings file ${file} is no valid JSON${where}.`, {
      hint: "Mend or remove the file.",
    });
  }
}
