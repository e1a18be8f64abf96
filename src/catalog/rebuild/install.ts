import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { syncDirectory } from "../file-state.ts";

/** Says that a rebuilt catalog is whole, so that a program that was killed between the two renames is finished by the next. */
const readyName = "rebuilt.ready";

export interface RebuildPlaces {
  readonly catalogDirectory: string;
  readonly workDirectory: string;
}

export function rebuildPlaces(catalogDirectory: string): RebuildPlaces {
  return { catalogDirectory, workDirectory: `${catalogDirectory}.rebuilding` };
}

/** Moves the damaged catalog aside and the new one to its place; returns where the damaged one is. The caller holds the hub lock. */
export function installRebuilt({ catalogDirectory, workDirectory }: RebuildPlaces, now: Date): string {
  closeSync(openSync(join(workDirectory, readyName), "w", 0o600));
  syncDirectory(workDirectory);
  const aside = freeName(`${catalogDirectory}.damaged-${now.toISOString().replaceAll(/[-:]|\.\d+/g, "")}`);
  // It may be gone as a whole.
  mkdirSync(catalogDirectory, { recursive: true, mode: 0o700 });
  renameSync(catalogDirectory, aside);
  syncDirectory(dirname(catalogDirectory));
  finishInstall({ catalogDirectory, workDirectory });
  return aside;
}

/** After a rebuild that failed: the catalog stays as it is, and what was made so far is of no use. */
export function discardRebuild({ workDirectory }: RebuildPlaces): void {
  if (!existsSync(join(workDirectory, readyName))) rmSync(workDirectory, { recursive: true, force: true });
}

/**
 * Before a hub opens the catalog: does what an interrupted install left, and removes what an interrupted rebuild left. The caller holds the
 * hub lock.
 */
export function finishInstall({ catalogDirectory, workDirectory }: RebuildPlaces): void {
  const ready = join(workDirectory, readyName);
  if (existsSync(catalogDirectory) || !existsSync(ready)) {
    rmSync(workDirectory, { recursive: true, force: true });
    return;
  }
  renameSync(workDirectory, catalogDirectory);
  rmSync(join(catalogDirectory, readyName), { force: true });
  syncDirectory(dirname(catalogDirectory));
}

function freeName(path: string): string {
  let free = path;
  for (let count = 2; existsSync(free); count++) free = `${path}-${count}`;
  return free;
}
