import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  read,
  readlinkSync,
  readSync,
  realpathSync,
  type BigIntStats,
} from "node:fs";
import { dirname, join, sep } from "node:path";
import { CommonsError, systemErrorCode } from "../core/errors.ts";

// A pipe without a writer would block an open for ever; on Windows both flags are absent.
export const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
// O_PATH of Linux, which Node does not name: a descriptor that reads nothing and needs no right to.
const pathOnly = 0x20_00_00;

/**
 * A regular file below a root, open for reading. Calls are synchronous: of an ingest's many small files each costs some microseconds so,
 * and half a millisecond through the thread pool.
 */
export class CheckedFile {
  readonly #descriptor: number;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  stat(): BigIntStats {
    return fstatSync(this.#descriptor, { bigint: true });
  }

  /** Bytes from `offset`, at most `length`; fewer where the file ends. Errors: the file system's. */
  read(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, this.fillNow(buffer, offset));
  }

  /** Fills a buffer with bytes from `offset`; how many there were. Errors: as above. */
  fillNow(buffer: Uint8Array, offset: number): number {
    let filled = 0;
    while (filled < buffer.length) {
      const count = readSync(this.#descriptor, buffer, filled, buffer.length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  /** The same through the thread pool: for large parts, and slow disks. The file must stay open, and the buffer alone, until then. */
  async fill(buffer: Uint8Array, offset: number): Promise<number> {
    let filled = 0;
    while (filled < buffer.length) {
      const count = await readOnce(this.#descriptor, buffer.subarray(filled), offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return filled;
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

function readOnce(descriptor: number, buffer: Uint8Array, offset: number): Promise<number> {
  return new Promise((resolve, reject) => {
    read(descriptor, buffer, 0, buffer.length, offset, (error, count) =>
      error === null ? resolve(count) : reject(error),
    );
  });
}

/**
 * Opens a regular file by its path relative to `root`, a real path. The opened file is checked, not the name, so that a link swapped in
 * between leads nowhere: neither out nor to another file inside. A hard link cannot be told from a file. Errors:
 * PATH_OUTSIDE_WORKSPACE, PATH_WRONG_KIND, and the file system's.
 */
export function openCheckedFile(relative: string, root: string): CheckedFile {
  const place = placeOf(relative, root);
  const descriptor = openPlain(place, openFlags);
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    if (!stats.isFile())
      throw new CommonsError("PATH_WRONG_KIND", `${relative} is no regular file.`, { hint: "Name a regular file." });
    requireAt(descriptor, place, stats);
    return new CheckedFile(descriptor);
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
  }
}

/** What stands at the path relative to `root`, a real path; never what a link leads to. Not opened for reading. Errors: as above. */
export function statChecked(relative: string, root: string): BigIntStats {
  const place = placeOf(relative, root);
  const named = lstatSync(place.path, { bigint: true });
  // Only of what is one can a descriptor be had that tells its place: opening a device or a socket may do something.
  if (!named.isFile() || process.platform !== "linux") {
    if (realpathSync(dirname(place.path)) !== dirname(place.path)) throw outsideOf(root, relative);
    return named;
  }
  const descriptor = openPlain(place, pathOnly | constants.O_NOFOLLOW);
  try {
    const stats = fstatSync(descriptor, { bigint: true });
    requireAt(descriptor, place, stats);
    return stats;
  } finally {
    closeSync(descriptor);
  }
}

/** Whether `path` is `root` or lies below it; both absolute and normal. `/a/bc` is not below `/a/b`. */
export function isInside(root: string, path: string): boolean {
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

export function outsideOf(root: string, input: string): CommonsError {
  return new CommonsError("PATH_OUTSIDE_WORKSPACE", `${input} leads out of the workspace ${root}.`, {
    hint: "Give a path inside the workspace. To read another directory, start its own session there or add it with --allow.",
    details: { path: input, workspace: root },
  });
}

/** A path that must lead to itself: `root`, a real path, and what lies below it. */
export interface CheckedPlace {
  readonly path: string;
  readonly relative: string;
  readonly root: string;
}

function placeOf(relative: string, root: string): CheckedPlace {
  const path = join(root, relative);
  if (relative.includes("\0") || !isInside(root, path)) throw outsideOf(root, relative);
  return { path, relative, root };
}

/** Errors: PATH_OUTSIDE_WORKSPACE for a link, and the file system's. */
export function openPlain({ path, relative, root }: CheckedPlace, flags: number): number {
  try {
    return openSync(path, flags);
  } catch (thrown) {
    const code = systemErrorCode(thrown);
    // O_NOFOLLOW answers ELOOP (EMLINK on some systems) when the last part is a link.
    if (code === "ELOOP" || code === "EMLINK") throw outsideOf(root, relative);
    throw thrown;
  }
}

/** Throws unless what was opened stands at the path itself, without a link in it. Who said so: the kernel, or the names before and after. */
export function requireAt(
  descriptor: number,
  { path, relative, root }: CheckedPlace,
  opened: BigIntStats,
): "kernel" | "names" {
  const real = process.platform === "linux" ? linkOf(descriptor) : null;
  if (real !== null) {
    // What was deleted or replaced since it was opened stood here.
    if (real !== path && real !== `${path} (deleted)`) throw outsideOf(root, relative);
    return "kernel";
  }
  const named = lstatSync(path, { bigint: true });
  const isSame = opened.ino === named.ino && opened.dev === named.dev;
  if (!isSame || realpathSync(path) !== path) throw outsideOf(root, relative);
  return "names";
}

/** The path that the kernel knows the open file by; null where /proc is not mounted. */
function linkOf(descriptor: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return null;
  }
}
