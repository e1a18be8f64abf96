import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { KnownFile } from "../core/document.ts";
import { companionPath, companionsOf, pathsOfItem, type CompanionEnding } from "../workspace/companions.ts";
import { changedAtMs } from "../workspace/file-stat.ts";
import type { SelectedFiles } from "./select-files.ts";

type Files = SelectedFiles["files"];

// A directory that gets or loses an entry changes both of its times at once; one that is moved only the time of its status.
const movedMarginMs = 5;

/**
 * The files to look at when only what is new since a time is wanted: the known ones, and of the others those whose entry changed since,
 * that came with a directory that was moved since, that may be a vanished file under another name, that belonged to a vanished photo, or to
 * which a stored file belongs. An older file that is not stored was left out before for a reason, or deleted from the collection on purpose.
 */
export async function withoutOldStrangers(
  files: Files,
  about: {
    readonly root: string;
    readonly known: { has(path: string): boolean };
    readonly companions: ReadonlyMap<string, readonly CompanionEnding[]>;
    readonly vanished: readonly KnownFile[];
    readonly newSinceMs: number;
  },
): Promise<Files> {
  const { root, known, companions, vanished, newSinceMs } = about;
  const vanishedSizes = new Set(vanished.map((file) => file.stat.sizeBytes));
  // What belonged to a photo that is gone is an item of its own by now.
  const widowed = new Set(
    vanished.flatMap(({ path, stat }) => companionsOf(stat).map((ending) => companionPath(path, ending))),
  );
  const moved = new Map<string, Promise<boolean>>();
  const wasMoved = (directory: string): Promise<boolean> => {
    const answer = moved.get(directory) ?? isMoved(join(root, directory), newSinceMs);
    moved.set(directory, answer);
    return answer;
  };
  const taken: Files[number][] = [];
  for (const file of files) {
    const isPlain =
      pathsOfItem(file.path, companions.get(file.path) ?? []).some((path) => known.has(path)) ||
      changedAtMs(file.stat) >= newSinceMs ||
      vanishedSizes.has(file.stat.sizeBytes) ||
      widowed.has(file.path);
    if (isPlain || (await isBelowMoved(file.path, wasMoved))) taken.push(file);
  }
  return taken;
}

async function isBelowMoved(path: string, wasMoved: (directory: string) => Promise<boolean>): Promise<boolean> {
  for (let end = path.lastIndexOf("/"); end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (await wasMoved(path.slice(0, end))) return true;
  }
  return false;
}

async function isMoved(directory: string, sinceMs: number): Promise<boolean> {
  const stats = await lstat(directory).catch(() => null);
  return stats !== null && stats.ctimeMs >= sinceMs && stats.ctimeMs - stats.mtimeMs > movedMarginMs;
}
