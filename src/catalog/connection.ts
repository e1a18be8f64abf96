import { mkdirSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";
import { pathToFileURL } from "node:url";
import { CommonsError } from "../core/errors.ts";

export type Value = SQLInputValue;

/** A prepared statement whose rows have the type R. */
export interface Statement<R> {
  all(...values: readonly Value[]): R[];
  get(...values: readonly Value[]): R | undefined;
  run(...values: readonly Value[]): { readonly changes: number; readonly lastId: number };
}

/**
 * The open database file. Errors of SQLite come out as CATALOG_DAMAGED, DISK_FULL or INTERNAL.
 * `read` and `write` are transactions: all statements of one call see, or make, one state.
 */
export interface Connection {
  readonly isReadOnly: boolean;
  /** Row types stand beside the SQL that makes them; tables are STRICT, so the database checks what was stored. */
  prepare<R = Record<string, never>>(sql: string): Statement<R>;
  exec(sql: string): void;
  defineFunction(name: string, implementation: (...values: SQLOutputValue[]) => SQLInputValue): void;
  readonly read: <T>(work: () => T) => T;
  readonly write: <T>(work: () => T) => T;
  /** Gives free pages back to the file system, at most so many. */
  vacuum(maxPages: number): void;
  close(): void;
}

export const catalogFileName = "catalog.sqlite";

/** The next step of every damage: what can be brought back is. */
export const damagedHint = "To bring back all that can be: commons doctor --fix";

const busyTimeoutMs = 10_000;
// What is not here is in the system's own cache of files. Four times as much made neither writes nor searches faster at 50,000 chunks.
const writerCacheKb = 16_384;
const readerCacheKb = 8_192;
const sqliteCorrupt = 11;
const sqliteFull = 13;
const sqliteNotADatabase = 26;
/** SQLITE_IOERR_READ, _SHORT_READ, _DATA, _CORRUPTFS: what was written cannot be read. Those of writing leave the file as it was. */
const sqliteUnreadable = [266, 522, 8_202, 8_458];
/** SQLITE_PERM, SQLITE_READONLY, SQLITE_IOERR of writing or of the shared memory, SQLITE_CANTOPEN. */
const sqliteInputOutput = 10;
const sqliteNotUsable = [3, 8, sqliteInputOutput, 14];
/** What a write-ahead file and its shared memory need to begin. */
const leastRoomBytes = 100_000;

export interface ConnectionOptions {
  readonly directory: string;
  readonly isReadOnly: boolean;
  /** Nobody writes meanwhile and there is no write-ahead file: then no file is made beside the database, as in a directory without leave. */
  readonly isImmutable?: boolean;
}

export function openConnection(options: ConnectionOptions): Connection {
  const path = join(options.directory, catalogFileName);
  return translated(options.directory, () => {
    if (!options.isReadOnly) mkdirSync(options.directory, { recursive: true, mode: 0o700 });
    const place = pathToFileURL(path);
    place.searchParams.set("immutable", "1");
    const database = new DatabaseSync(options.isImmutable ? place : path, {
      readOnly: options.isReadOnly,
      timeout: busyTimeoutMs,
    });
    try {
      configure(database, options.isReadOnly);
    } catch (error) {
      database.close();
      throw error;
    }
    return connectionTo(database, options);
  });
}

function configure(database: DatabaseSync, isReadOnly: boolean): void {
  // auto_vacuum must be set before the first table; it lets a purge give disk space back.
  if (!isReadOnly) database.exec("PRAGMA auto_vacuum = INCREMENTAL; PRAGMA journal_mode = WAL;");
  // The write-ahead file of a large ingest is cut again afterwards.
  if (!isReadOnly) database.exec("PRAGMA journal_size_limit = 67108864");
  const cacheKb = isReadOnly ? readerCacheKb : writerCacheKb;
  database.exec(
    `PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY; PRAGMA cache_size = -${cacheKb}`,
  );
}

function connectionTo(database: DatabaseSync, { directory, isReadOnly }: ConnectionOptions): Connection {
  const transaction = <T>(begin: string, work: () => T): T =>
    translated(directory, () => {
      database.exec(begin);
      try {
        const result = work();
        database.exec("COMMIT");
        return result;
      } catch (error) {
        // SQLite has rolled back by itself after some errors, a full disk among them.
        if (database.isTransaction) database.exec("ROLLBACK");
        throw error;
      }
    });
  return {
    isReadOnly,
    prepare: <R>(sql: string) => prepare<R>(database, sql),
    exec: (sql) => database.exec(sql),
    defineFunction: (name, implementation) => database.function(name, { varargs: true }, implementation),
    read: (work) => transaction("BEGIN", work),
    write: (work) => {
      if (isReadOnly) throw new CommonsError("INTERNAL", "This connection to the catalog is read-only.");
      return transaction("BEGIN IMMEDIATE", work);
    },
    vacuum: (maxPages) =>
      translated(directory, () => database.exec(`PRAGMA incremental_vacuum(${Math.trunc(maxPages)})`)),
    close: () => {
      if (database.isOpen) database.close();
    },
  };
}

function prepare<R>(database: DatabaseSync, sql: string): Statement<R> {
  const statement = database.prepare(sql);
  return {
    // Safe: the caller writes R beside the SQL whose columns it names, and STRICT tables guarantee their types.
    all: (...values) => statement.all(...values) as R[],
    // Safe: as above.
    get: (...values) => statement.get(...values) as R | undefined,
    run: (...values) => {
      const { changes, lastInsertRowid } = statement.run(...values);
      return { changes: Number(changes), lastId: Number(lastInsertRowid) };
    },
  };
}

function translated<T>(directory: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw translateError(error, directory);
  }
}

function translateError(error: unknown, directory: string): unknown {
  if (error instanceof CommonsError || !(error instanceof Error)) return error;
  // Extended codes carry the primary one in their low byte.
  const code = "errcode" in error && typeof error.errcode === "number" ? error.errcode & 0xff : 0;
  const extended = "errcode" in error && typeof error.errcode === "number" ? error.errcode : 0;
  // Only what `write` stored is parsed inside a transaction.
  const isTornJson = error instanceof SyntaxError && error.message.includes("JSON");
  if (code === sqliteCorrupt || code === sqliteNotADatabase || isTornJson || sqliteUnreadable.includes(extended)) {
    return new CommonsError("CATALOG_DAMAGED", `The catalog's database file is damaged: ${error.message}.`, {
      hint: damagedHint,
      cause: error,
    });
  }
  // On a full disk the shared memory cannot be made either, and SQLite says so in other words.
  const isFull = code === sqliteFull || (sqliteNotUsable.includes(code) && !hasRoom(directory));
  if (isFull || ("code" in error && error.code === "ENOSPC")) {
    return new CommonsError("DISK_FULL", "The disk has no room for the catalog's write; nothing of it was stored.", {
      hint: "Free some space and try again.",
      cause: error,
    });
  }
  if (sqliteNotUsable.includes(code)) {
    return new CommonsError("HOME_UNUSABLE", `The catalog's database file cannot be used: ${error.message}.`, {
      hint:
        code === sqliteInputOutput
          ? "Nothing of it was stored. The system's log may tell of faults of the disk."
          : "Its files must be yours to read and write; commons doctor --fix sets their permissions.",
      cause: error,
    });
  }
  return error;
}

function hasRoom(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize >= leastRoomBytes;
  } catch {
    // It cannot be asked: then the error is told as SQLite words it.
    return true;
  }
}
