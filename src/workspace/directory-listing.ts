import { lstatSync, readdirSync, type Dirent } from "node:fs";
import { opendir, readdir } from "node:fs/promises";
import { setImmediate as nextTurn } from "node:timers/promises";

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

/** Entries of a directory in the order of their names (by UTF-16 units). `isSlow`: the disk is not to be waited for. Errors: the system's. */
export async function listDirectory(
  path: string,
  { isSlow, breather }: { isSlow: boolean; breather: Breather },
): Promise<Dirent[]> {
  if (!isSlow && lstatSync(path).size <= largeDirectoryBytes)
    return sortInSlices(readdirSync(path, { withFileTypes: true }), breather);
  if (isSlow) return sortInSlices(await readdir(path, { withFileTypes: true }), breather);
  const entries: Dirent[] = [];
  for await (const entry of await opendir(path, { bufferSize: 1_024 })) {
    entries.push(entry);
    if (breather.isDue()) await breather.pause();
  }
  return sortInSlices(entries, breather);
}

/** A merge sort that can pause: a million names take seconds. */
async function sortInSlices(entries: Dirent[], breather: Breather): Promise<Dirent[]> {
  if (entries.length <= sortedAtOnce) return entries.toSorted(byName);
  let runs: Dirent[][] = [];
  for (let at = 0; at < entries.length; at += sortedAtOnce) {
    runs.push(entries.slice(at, at + sortedAtOnce).toSorted(byName));
    if (breather.isDue()) await breather.pause();
  }
  while (runs.length > 1) {
    const merged: Dirent[][] = [];
    for (let at = 0; at < runs.length; at += 2) merged.push(await merge(runs[at] ?? [], runs[at + 1] ?? [], breather));
    runs = merged;
  }
  return runs[0] ?? [];
}

async function merge(a: readonly Dirent[], b: readonly Dirent[], breather: Breather): Promise<Dirent[]> {
  const merged: Dirent[] = [];
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

function byName(a: Dirent, b: Dirent): number {
  return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}
