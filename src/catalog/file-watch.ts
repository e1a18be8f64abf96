import { closeSync, openSync, readSync, statSync } from "node:fs";
import { join } from "node:path";
import { CommonsError } from "../core/errors.ts";
import { catalogFileName, type Connection, damagedHint } from "./connection.ts";

/**
 * Looks whether the files of an open catalog are still those that were opened. SQLite goes on with files that were removed or replaced,
 * and what it writes then is lost. Make it when a writer is open and has written. A look costs some microseconds.
 */
export class CatalogFileWatch {
  readonly #file: string;
  readonly #wal: string;
  readonly #inode: bigint | null;
  readonly #walInode: bigint | null;

  constructor(directory: string) {
    this.#file = join(directory, catalogFileName);
    this.#wal = `${this.#file}-wal`;
    this.#inode = lookAt(this.#file)?.inode ?? null;
    this.#walInode = lookAt(this.#wal)?.inode ?? null;
  }

  /** What happened to the files, as a sentence's end; null when they are as they were. Damage inside of the database is not seen. */
  failure(): string | null {
    // The database itself is never opened here: closing it would free SQLite's locks on it.
    const file = lookAt(this.#file);
    if (file === null) return `${this.#file} is gone`;
    if (file.inode !== this.#inode) return `${this.#file} was replaced`;
    if (file.size === 0n) return `${this.#file} was emptied`;
    const wal = lookAt(this.#wal);
    if (wal === null) return `${this.#wal} is gone`;
    if (wal.inode !== this.#walInode) return `${this.#wal} was replaced`;
    // An empty one is what another program leaves that puts it into the database; the next write begins it anew.
    return wal.size === 0n || hasBeginning(this.#wal) ? null : `${this.#wal} was overwritten`;
  }

  /** Errors: CATALOG_DAMAGED when the files are not those that were opened. */
  requireSame(): void {
    const failure = this.failure();
    if (failure === null) return;
    throw new CommonsError("CATALOG_DAMAGED", `The catalog is damaged: ${failure} while it was in use.`, {
      hint: damagedHint,
    });
  }
}

/** From `begin` on, a write that went into files that are gone or replaced is no success. */
export function guardWrites(connection: Connection): {
  readonly connection: Connection;
  readonly begin: (watch: CatalogFileWatch) => void;
} {
  let files: CatalogFileWatch | null = null;
  const write: Connection["write"] = (work) => {
    const result = connection.write(work);
    files?.requireSame();
    return result;
  };
  return { connection: { ...connection, write }, begin: (watch) => (files = watch) };
}

function lookAt(path: string): { readonly inode: bigint; readonly size: bigint } | null {
  const stats = statSync(path, { bigint: true, throwIfNoEntry: false });
  return stats === undefined ? null : { inode: stats.ino, size: stats.size };
}

/** https://sqlite.org/fileformat2.html#the_write_ahead_log begins with 0x377f0682 or 0x377f0683. */
function hasBeginning(wal: string): boolean {
  const file = openSync(wal, "r");
  try {
    const bytes = Buffer.alloc(4);
    readSync(file, bytes, 0, 4, 0);
    return (bytes.readUInt32BE(0) & 0xfffffffe) >>> 0 === 0x377f0682;
  } finally {
    closeSync(file);
  }
}
