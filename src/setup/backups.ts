import { createHash } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { homeFailure, makeStateDirectory } from "../config/state-directory.ts";
import { removeOldTemporaries, writeWholeFile } from "./whole-file.ts";

/** How many copies of one file are kept: the first, which is as it was before set-up, and the newest. */
export const mostBackups = 20;

/** Where the copies stand; nothing else does. */
export const backupDirectory = (home: string): string => join(home, "backups");

/**
 * Keeps a text of a person's file, mode 0600; resolves to the copy's path, whose name tells directory, file and time (UTC). At most 20
 * copies of one file stay. Errors: HOME_UNUSABLE, DISK_FULL.
 */
export async function backUp(home: string, source: { readonly file: string; readonly text: string }): Promise<string> {
  const directory = backupDirectory(home);
  try {
    makeStateDirectory(directory);
    await removeOldTemporaries(directory);
    const prefix = backupPrefix(source.file);
    const copies = await copiesOf(directory, prefix);
    const copy = join(directory, freeName(prefix, copies));
    await writeWholeFile(copy, source.text, { mode: 0o600 });
    for (const name of copies.slice(1, Math.max(1, copies.length + 2 - mostBackups))) await rm(join(directory, name));
    return copy;
  } catch (error) {
    throw homeFailure(directory, error);
  }
}

/** Files of one name are common (settings.json): the directory tells them apart for a person, the hash for the program. */
function backupPrefix(file: string): string {
  const hash = createHash("sha256").update(file).digest("hex").slice(0, 8);
  const plain = `${basename(dirname(file))}_${basename(file)}`.replace(/[^A-Za-z0-9._-]/g, "_");
  return `${plain.replace(/^[._]+/, "").slice(0, 100)}.${hash}.`;
}

/** Oldest first: names are in the order of time. */
async function copiesOf(directory: string, prefix: string): Promise<string[]> {
  const names = await readdir(directory);
  return names.filter((name) => name.startsWith(prefix)).toSorted();
}

/** Two copies in one millisecond get a number each. */
function freeName(prefix: string, copies: readonly string[]): string {
  const time = new Date().toISOString().replace(/[-:]/g, "").replace(".", "-");
  for (let number = 0; ; number += 1) {
    const name = `${prefix}${time}-${String(number).padStart(2, "0")}`;
    if (!copies.includes(name)) return name;
  }
}
