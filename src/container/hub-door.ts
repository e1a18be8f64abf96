import { chmodSync, linkSync, lstatSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { StatePaths } from "../config/paths.ts";
import { homeFailure } from "../config/state-directory.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { isMakerGone, makerMark } from "./owner-label.ts";

/**
 * The directory that containers get: it holds a second name of the hub's socket and nothing else. The hub's own directory has the token,
 * the log and the locks beside the socket.
 */
function doorDirectory(paths: Pick<StatePaths, "hubAddress">): string {
  return join(dirname(paths.hubAddress), "door");
}

/** Makes it, for the user alone. Errors: HOME_UNUSABLE, DISK_FULL. */
export function makeDoor(paths: StatePaths): string {
  const directory = doorDirectory(paths);
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    chmodSync(directory, 0o700);
    sweep(directory);
    return directory;
  } catch (error) {
    throw homeFailure(directory, error);
  }
}

/**
 * Gives the hub's present socket its second name; any number of processes may do so at once. Does nothing while there is no socket.
 * Errors: CONTAINERS_UNAVAILABLE where the disk has no second names.
 */
export function linkSocket(paths: StatePaths): void {
  const door = join(doorDirectory(paths), "hub.sock");
  const socket = inodeOf(paths.hubAddress);
  if (socket === null || socket === inodeOf(door)) return;
  const temporary = `${door}.${makerMark()}.tmp`;
  try {
    rmSync(temporary, { force: true });
    linkSync(paths.hubAddress, temporary);
    renameSync(temporary, door);
    // Where another process has just linked the same socket, renaming does nothing and keeps both names.
    rmSync(temporary, { force: true });
  } catch (error) {
    rmSync(temporary, { force: true });
    // The hub is just being replaced: the next look links the new one.
    if (systemErrorCode(error) === "ENOENT") return;
    throw new CommonsError(
      "CONTAINERS_UNAVAILABLE",
      `The hub's socket cannot get a second name in ${dirname(door)} (${systemErrorCode(error) ?? "error"}).`,
      { hint: "Reach the hub over TCP instead: commons config set containers.hub tcp", cause: error },
    );
  }
}

/** What processes left that were killed between the two steps. */
function sweep(directory: string): void {
  for (const name of readdirSync(directory)) {
    const [, mark] = /^hub\.sock\.(.+)\.tmp$/.exec(name) ?? [];
    if (mark !== undefined && isMakerGone(mark)) rmSync(join(directory, name), { force: true });
  }
}

function inodeOf(path: string): bigint | null {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}
