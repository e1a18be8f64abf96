import { readdirSync, type Dirent } from "node:fs";
import { opendir, readdir } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";
import { openCheckedDirectory, type CheckedDirectory } from "./checked-directory.ts";

// Whatever runs beside a scan in the same thread waits no longer than this, a slow disk apart.
const sliceMs = 8;
// A directory of this size has some thousand entries or more; below, one call that does not wait for a thread is fastest.
const largeDirectoryBytes = 100_000;
const sortedAtOnce = 2_048;

/** Lets other work of the thread go on now and then, in work that never waits by itself. */
export interface Breather {
  isDue(): boolean;
  /** Waits for a turn of the event loop when a slice of time is used up. */
  pause(): Promise<void>;
}

export function createBreather(): Breather {
  let sinceMs = performance.now();
  const isDue = (): boolean => performance.now() - sinceMs > sliceMs;
  return {
    isDue,
    pause: async () => {
      if (!isDue()) return;
      await nextTurn();
      sinceMs = performance.now();
    },
  };
}

/** A name in a directory. Kept instead of Node's own entries, which take several times the memory: a directory may hold a million. */
export interface ListedEntry {
  readonly name: string;
  readonly kind: "file" | "directory" | "link" | "other";
}

/**
 * Entries of a directory in the order of their names (by UTF-16 units). `isSlow`: the disk is not to be waited for. Errors:
 * PATH_OUTSIDE_WORKSPACE where a link stands in the path by now, and the system's.
 */
export async function listDirectory(
  path: string,
  { isSlow, breather }: { isSlow: boolean; breather: Breather },
): Promise<ListedEntry[]> {
  using directory = openCheckedDirectory(path);
  const entries = await readEntries(directory, { isSlow, breather });
  directory.confirm();
  return sortInSlices(entries, breather);
}

async function readEntries(
  { path, sizeBytes }: CheckedDirectory,
  { isSlow, breather }: { isSlow: boolean; breather: Breather },
): Promise<ListedEntry[]> {
  if (isSlow) return (await readdir(path, { withFileTypes: true })).map(listed);
  if (sizeBytes <= largeDirectoryBytes) return readdirSync(path, { withFileTypes: true }).map(listed);
  const entries: ListedEntry[] = [];
  for await (const entry of await opendir(path, { bufferSize: 1_024 })) {
    entries.push(listed(entry));
    if (breather.isDue()) await breather.pause();
  }
  return entries;
}

function listed(entry: Dirent): ListedEntry {
  const { name } = entry;
  if (entry.isFile()) return { name, kind: "file" };
  if (entry.isDirectory()) return { name, kind: "directory" };
  return { name, kind: entry.isSymbolicLink() ? "link" : "other" };
}

/** A merge sort that can pause: a million names take seconds. */
async function sortInSlices(entries: ListedEntry[], breather: Breather): Promise<ListedEntry[]> {
  if (entries.length <= sortedAtOnce) return entries.toSorted(byName);
  let runs: ListedEntry[][] = [];
  for (let at = 0; at < entries.length; at += sortedAtOnce) {
    runs.push(entries.slice(at, at + sortedAtOnce).toSorted(byName));
    if (breather.isDue()) await breather.pause();
  }
  while (runs.length > 1) {
    const merged: ListedEntry[][] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? [], breather));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge(a: readonly ListedEntry[], b: readonly ListedEntry[], breather: Breather): Promise<ListedEntry[]> {
  const merged: ListedEntry[] = [];
  let inA = 0;
  let inB = 0;
  while (inA < a.length || inB < b.length) {
    const [nextA, nextB] = [a[inA], b[inB]];
    if (nextA !== undefined && (nextB === undefined || byName(nextA, nextB) <= 0)) {
      merged.push(nextA);
      inA++;
    } else if (nextB !== undefined) {
      merged.push(nextB);
      inB++;
    }
    if (merged.length % sortedAtOnce === 0 && breather.isDue()) await breather.pause();
  }
  return merged;
}

function byName(a: ListedEntry, b: ListedEntry): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
