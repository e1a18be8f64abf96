import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readlinkSync,
  readSync,
  realpathSync,
  type BigIntStats,
} from "node:fs";
import { join, sep } from "node:path";
import { CommonsError, systemErrorCode } from "../core/errors.ts";

// A pipe without a writer would block an open for ever; on Windows both flags are absent.
const openFlags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

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
    let filled = 0;
    while (filled < length) {
      const count = readSync(this.#descriptor, buffer, filled, length - filled, offset + filled);
      if (count === 0) break;
      filled += count;
    }
    return buffer.subarray(0, filled);
  }

  close(): void {
    closeSync(this.#descriptor);
  }

  [Symbol.dispose](): void {
    this.close();
  }
}

/**
 * Opens a regular file by its path relative to `root`, a real path. The opened file is checked, not the name, so that a link swapped in
 * between cannot lead out; a hard link cannot be told from a file. Errors: PATH_OUTSIDE_WORKSPACE, PATH_WRONG_KIND, and the file system's.
 */
export function openCheckedFile(relative: string, root: string): CheckedFile {
  const path = join(root, relative);
  if (relative.includes("\0") || !isInside(root, path)) throw outsideOf(root, relative);
  const descriptor = openPlain(path, { relative, root });
  try {
    checkOpened(descriptor, path, { relative, root });
    return new CheckedFile(descriptor);
  } catch (thrown) {
    closeSync(descriptor);
    throw thrown;
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

interface Place {
  readonly relative: string;
  readonly root: string;
}

function openPlain(path: string, { relative, root }: Place): number {
  try {
    return openSync(path, openFlags);
  } catch (thrown) {
    const code = systemErrorCode(thrown);
    // O_NOFOLLOW answers ELOOP (EMLINK on some systems) when the last part is a link.
    if (code === "ELOOP" || code === "EMLINK") throw outsideOf(root, relative);
    throw thrown;
  }
}

function checkOpened(descriptor: number, path: string, { relative, root }: Place): void {
  const opened = fstatSync(descriptor, { bigint: true });
  if (!opened.isFile())
    throw new CommonsError("PATH_WRONG_KIND", `${relative} is no regular file.`, { hint: "Name a regular file." });
  const real = process.platform === "linux" ? linkOf(descriptor) : null;
  if (real !== null) {
    if (!isInside(root, real)) throw outsideOf(root, relative);
    return;
  }
  const named = lstatSync(path, { bigint: true });
  const isSameFile = opened.ino === named.ino && opened.dev === named.dev;
  if (!isSameFile || !isInside(root, realpathSync(path))) throw outsideOf(root, relative);
}

/** The path that the kernel knows the open file by; null where /proc is not mounted. */
function linkOf(descriptor: number): string | null {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    return null;
  }
}
