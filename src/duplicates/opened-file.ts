import type { BigIntStats } from "node:fs";
import { setTimeout } from "node:timers/promises";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { formatBytes } from "../core/quantities.ts";
import type { FileRequest } from "../reader/file-tasks.ts";
import { openCheckedFile, outsideOf, type CheckedFile } from "../workspace/checked-file.ts";
import type { FileBytes } from "./compare-bytes.ts";

/** A file, and how the caller wrote its path. */
export interface NamedFile extends FileRequest {
  readonly shown: string;
}

// What the system makes up when it is read (/proc) says that it has no bytes.
const maxUncountedBytes = 16_777_216;
// A clock tick of a file system is up to 10 ms long: two writes in one tick leave the same times.
const tickMs = 20;

/** One of two files that are compared, with what it said of itself when that began. */
export class OpenedFile implements Disposable {
  readonly named: NamedFile;
  readonly bytes: FileBytes;
  readonly sizeBytes: number;
  readonly stat: BigIntStats;
  readonly #file: CheckedFile;

  private constructor(named: NamedFile, file: CheckedFile, stat: BigIntStats) {
    this.named = named;
    this.stat = stat;
    this.#file = file;
    const content = stat.size === 0n ? uncountedBytes(named, file) : null;
    this.bytes = content === null ? file : heldBytes(content);
    this.sizeBytes = content?.length ?? Number(stat.size);
  }

  /** Errors: PATH_NOT_FOUND, FILE_NOT_READABLE without the right to read, PATH_WRONG_KIND, PATH_OUTSIDE_WORKSPACE. */
  static async open(named: NamedFile): Promise<OpenedFile> {
    const file = openNamed(named);
    try {
      const stat = file.stat();
      const ageMs = Date.now() - Number(stat.ctimeMs);
      if (ageMs < 0 || ageMs >= tickMs) return new OpenedFile(named, file, stat);
      await setTimeout(tickMs);
      return new OpenedFile(named, file, file.stat());
    } catch (error) {
      file.close();
      throw error;
    }
  }

  /** Errors: FILE_CHANGED when it was written, or its times were set, since it was opened. */
  requireUnchanged(): void {
    const [now, then] = [this.#file.stat(), this.stat];
    if (now.size === then.size && now.mtimeNs === then.mtimeNs && now.ctimeNs === then.ctimeNs) return;
    const { shown } = this.named;
    throw new CommonsError("FILE_CHANGED", `${shown} changed while it was compared.`, {
      hint: "Ask again when nothing writes it.",
      details: { path: shown },
    });
  }

  [Symbol.dispose](): void {
    this.#file.close();
  }
}

/** null: it is empty, as it says. */
function uncountedBytes({ shown }: NamedFile, file: CheckedFile): Buffer | null {
  if (file.read(0, 1).length === 0) return null;
  const content = file.read(0, maxUncountedBytes);
  if (content.length < maxUncountedBytes) return content.length === 0 ? null : content;
  throw new CommonsError(
    "FILE_NOT_READABLE",
    `${shown} says that it is empty, and gives more than ${formatBytes(maxUncountedBytes)}.`,
    { hint: "Copy the part that matters to a file, and compare that.", details: { path: shown } },
  );
}

function heldBytes(content: Buffer): FileBytes {
  return {
    read: (offset, length) => content.subarray(offset, offset + length),
    fillNow: (buffer, offset) => {
      const part = content.subarray(offset, offset + buffer.length);
      buffer.set(part);
      return part.length;
    },
  };
}

function openNamed({ root, path, shown }: NamedFile): CheckedFile {
  try {
    return openCheckedFile(path, root);
  } catch (error) {
    throw asShown(error, { root, shown });
  }
}

/** An error of the file system, or of `openCheckedFile`, with the path as the caller wrote it. */
function asShown(error: unknown, { root, shown }: Pick<NamedFile, "root" | "shown">): unknown {
  const details = { path: shown };
  if (error instanceof CommonsError) {
    if (error.code === "PATH_OUTSIDE_WORKSPACE") return outsideOf(root, shown);
    if (error.code !== "PATH_WRONG_KIND") return error;
    return new CommonsError("PATH_WRONG_KIND", `${shown} is no regular file.`, {
      hint: "Name a regular file: of pipes, devices and sockets nothing is read.",
      details,
      cause: error,
    });
  }
  const code = systemErrorCode(error);
  if (code === undefined) return error;
  if (code === "ENXIO" || code === "ENODEV")
    return new CommonsError("PATH_WRONG_KIND", `${shown} is no regular file.`, {
      hint: "Name a regular file: of pipes, devices and sockets nothing is read.",
      details,
      cause: error,
    });
  if (code === "EACCES" || code === "EPERM")
    return new CommonsError("FILE_NOT_READABLE", `${shown} may not be read (${code}).`, {
      hint: "Ask its owner for the right to read it, or compare a copy.",
      details,
      cause: error,
    });
  return new CommonsError("PATH_NOT_FOUND", `${shown} cannot be opened (${code}).`, {
    hint: "Check that it is there.",
    details,
    cause: error,
  });
}
