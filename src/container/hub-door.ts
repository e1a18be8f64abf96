import { chmodSync, linkSync, lstatSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { StatePaths } from "../config/paths.ts";
import { homeFailure } from "../config/state-directory.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";

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
  const temporary = `${door}.${process.pid}.tmp`;
  try {
    rmSync(temporary, { force: true });
    linkSync(paths.hubAddress, temporary);
    renameSync(temporary, door);
  } catch (error) {
    // The hub is just being replaced: the next look links the new one.
    if (systemErrorCode(error) === "ENOENT") return;
    throw new CommonsError(
      "CONTAINERS_UNAVAILABLE",
      `The hub's socket cannot get a second name in ${dirname(door)} (${systemErrorCode(error) ?? "error"}).`,
      { hint: "Reach the hub over TCP instead: commons config set containers.hub tcp", cause: error },
    );
  }
}

function inodeOf(path: string): bigint | null {
  return lstatSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}
