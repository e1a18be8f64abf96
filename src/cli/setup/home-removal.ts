import { lstat, readdir, rm, rmdir } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { flushCompileCache } from "node:module";
import type { StatePaths } from "../../config/paths.ts";
import { homeFailure, requireOwnHome } from "../../config/state-directory.ts";
import { systemErrorCode } from "../../core/errors.ts";

/** What stands in the home: what would go, and what stays. */
export interface HomeContents {
  readonly home: string;
  readonly removable: readonly string[];
  /** Of what is removable; links count for themselves. */
  readonly sizeBytes: number;
  /** What a person may still want: exports and copies of agents' files, where there are any. */
  readonly kept: readonly string[];
  /** What this program did not make. */
  readonly strange: readonly string[];
}

const known = ["hub", "catalog", "engine", "models", "cache", "config.json", "setup.lock"];
/** Catalogs and data of ChromaDB that a repair has put aside, and files that a write left. */
const knownPattern = /^(?:catalog\.damaged-|engine-damaged-|config\.json\.|setup\.json\.)/;
const kept = ["exports", "backups"];
const recordName = "setup.json";

/** Looks only. `isRecordEmpty`: the record of set-up goes with the rest only when nothing stands in it any more. Errors: HOME_UNUSABLE. */
export async function lookAtHome({ home }: StatePaths, isRecordEmpty: boolean): Promise<HomeContents> {
  const names = await namesIn(home);
  const removable: string[] = [];
  const keptHere: string[] = [];
  const strange: string[] = [];
  for (const name of names) {
    const isEmptyKept = kept.includes(name) && (await namesIn(join(home, name))).length === 0;
    if (known.includes(name) || knownPattern.test(name) || isEmptyKept || (name === recordName && isRecordEmpty))
      removable.push(name);
    else if (kept.includes(name) || name === recordName) keptHere.push(name);
    else strange.push(name);
  }
  let sizeBytes = 0;
  for (const name of removable) sizeBytes += await sizeOf(join(home, name));
  return { home, removable, sizeBytes, kept: keptHere, strange };
}

/** Removes what the look named, links themselves and never what they lead to, and the home where nothing is left. Errors: HOME_UNUSABLE. */
export async function removeHome(paths: StatePaths, { home, removable }: HomeContents): Promise<{ isGone: boolean }> {
  requireOwnHome(home);
  // What Node writes at the end of this process would come after the removal.
  flushCompileCache();
  try {
    for (const name of removable) await rm(join(home, name), { recursive: true, force: true, maxRetries: 3 });
    await removeSocketDirectory(paths);
    return { isGone: await removeEmpty(home) };
  } catch (error) {
    throw homeFailure(home, error);
  }
}

/** Of a home whose path is too long for a socket: a directory of its own, which the hub made. */
async function removeSocketDirectory({ home, hubAddress }: StatePaths): Promise<void> {
  const directory = dirname(hubAddress);
  if (process.platform === "win32" || directory.startsWith(home) || !basename(directory).startsWith("chroma-commons-"))
    return;
  await removeEmpty(directory);
}

/** Also false for a link to a directory: a person made it. */
async function removeEmpty(directory: string): Promise<boolean> {
  try {
    await rmdir(directory);
    return true;
  } catch (error) {
    const code = systemErrorCode(error) ?? "";
    if (code === "ENOENT") return true;
    if (["ENOTEMPTY", "EEXIST", "ENOTDIR", "EBUSY", "EACCES", "EPERM"].includes(code)) return false;
    throw error;
  }
}

/** Empty also for what is not there. */
async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).toSorted();
  } catch (error) {
    if (["ENOENT", "ENOTDIR"].includes(systemErrorCode(error) ?? "")) return [];
    throw homeFailure(directory, error);
  }
}

async function sizeOf(path: string): Promise<number> {
  const stats = await lstat(path).catch(() => null);
  if (stats === null) return 0;
  if (!stats.isDirectory()) return stats.size;
  let sizeBytes = 0;
  for (const name of await readdir(path).catch(() => [])) sizeBytes += await sizeOf(join(path, name));
  return sizeBytes;
}
