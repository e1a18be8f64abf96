import { closeSync, openSync, readFileSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { systemErrorCode } from "../core/errors.ts";

/** https://sqlite.org/fileformat2.html#the_database_header: begins with a fixed text and the page size; `application_id` stands at 68. */
const headerBytes = 100;
const markAt = 68;

/**
 * Looks whether the data that a running ChromaDB has open is still that of its directory. The server itself goes on with files that were
 * removed, and answers its heartbeat; what it writes then is lost. Made when the server is ready.
 */
export class DataWatch {
  readonly #database: string;
  readonly #stamp: string;
  readonly #dataId: string;
  readonly #inode: bigint | null;
  readonly #identity: string | null;

  constructor(
    directory: string,
    files: { readonly database: string; readonly stamp: string; readonly dataId: string },
  ) {
    this.#database = join(directory, files.database);
    this.#stamp = join(directory, files.stamp);
    this.#dataId = files.dataId;
    this.#inode = inodeOf(this.#database);
    this.#identity = this.#inode === null ? null : identityOf(this.#database);
  }

  /** What happened to the data, in words; null when it is as it was. A damaged page in the middle is not seen. */
  failure(): string | null {
    try {
      const inode = inodeOf(this.#database);
      if (inode === null || inode !== this.#inode) return "its database was removed or replaced";
      if (identityOf(this.#database) !== this.#identity) return "its database was overwritten";
      return readFileSync(this.#stamp, "utf8").includes(this.#dataId) ? null : "its data was replaced";
    } catch (error) {
      // A file that cannot be opened for another reason is no reason to end a server that works.
      return systemErrorCode(error) === "ENOENT" ? "its data was removed" : null;
    }
  }
}

function inodeOf(path: string): bigint | null {
  return statSync(path, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

/** What does not change while the database is the same; shorter where the file is. */
function identityOf(path: string): string {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(headerBytes);
    const header = bytes.subarray(0, readSync(file, bytes, 0, bytes.length, 0));
    return header.toString("latin1", 0, 18) + header.toString("latin1", markAt, markAt + 4);
  } finally {
    closeSync(file);
  }
}
