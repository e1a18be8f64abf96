import { closeSync, constants, fstatSync, type BigIntStats, type Dirent } from "node:fs";
import { readdir } from "node:fs/promises";
import { openFlags, openPlain, requireAt, type CheckedPlace } from "./checked-file.ts";

const directoryFlags = openFlags | (constants.O_DIRECTORY ?? 0);

/** A directory, open, that stands at its path without a link in it. */
export class CheckedDirectory {
  /** To list it under: on Linux it leads to this directory and to no other, whatever is swapped meanwhile. */
  readonly path: string;
  readonly #descriptor: number;
  readonly #place: CheckedPlace;
  readonly #stats: BigIntStats;
  readonly #seenBy: "kernel" | "names";

  constructor(descriptor: number, place: CheckedPlace) {
    this.#descriptor = descriptor;
    this.#place = place;
    this.#stats = fstatSync(descriptor, { bigint: true });
    this.#seenBy = requireAt(descriptor, place, this.#stats);
    this.path = this.#seenBy === "kernel" ? `/proc/self/fd/${descriptor}` : place.path;
  }

  get sizeBytes(): number {
    return Number(this.#stats.size);
  }

  /** To be called after listing: where the system has no path for an open directory, the names are checked once more. Errors: as below. */
  confirm(): void {
    if (this.#seenBy === "names") requireAt(this.#descriptor, this.#place, this.#stats);
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }
}

/** Opens a directory by its real path. Errors: PATH_OUTSIDE_WORKSPACE where a link is in the path, and the file system's. */
export function openCheckedDirectory(absolute: string): CheckedDirectory {
  const place = { path: absolute, relative: absolute, root: absolute };
  const descriptor = openPlain(place, directoryFlags);
  try {
    return new CheckedDirectory(descriptor, place);
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

/** Entries of a directory by its real path, in no order. Errors: as above. */
export async function listChecked(absolute: string): Promise<Dirent[]> {
  using directory = openCheckedDirectory(absolute);
  const entries = await readdir(directory.path, { withFileTypes: true });
  directory.confirm();
  return entries;
}
