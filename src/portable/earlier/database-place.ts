import { DatabaseSync } from "node:sqlite";
import { setImmediate } from "node:timers/promises";
import { CommonsError } from "../../core/errors.ts";
import { type ChromaTables, readTables } from "./chroma-tables.ts";
import { copyDatabase } from "./database-copy.ts";
import { DatabaseRecords } from "./database-records.ts";
import type { EarlierPlace } from "./earlier-place.ts";
import { unreadable } from "./record-metadata.ts";

export interface DatabasePlaceOptions {
  readonly directory: string;
  /** For people; the directory itself where it is theirs. */
  readonly title: string;
  /** Where the copy goes, which is private and goes again. */
  readonly scratch: string;
}

/**
 * What a ChromaDB of 0.4 to 1.x left in its directory, read from a copy: ids, texts and facts are in its SQLite file, the vectors beside it
 * are not needed. Writes that wait in its queue are applied. A server may run on it. Errors: MIGRATION_UNUSABLE, DISK_FULL.
 */
export async function openDatabasePlace({ directory, title, scratch }: DatabasePlaceOptions): Promise<EarlierPlace> {
  const copy = await copyDatabase(directory, scratch);
  let database: DatabaseSync | null = null;
  const close = async (): Promise<void> => {
    database?.close();
    database = null;
    await copy.close();
  };
  try {
    const opened = openCopy(copy.file);
    database = opened;
    const tables = readable(title, () => readTables(opened, title));
    return { ...placeOf(opened, tables, title), close };
  } catch (error) {
    await close();
    throw damaged(title, error);
  }
}

function openCopy(file: string): DatabaseSync {
  // Not read-only: what a killed server left in the journal beside it must be brought in first.
  const database = new DatabaseSync(file, { enableForeignKeyConstraints: false });
  database.exec(
    "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA temp_store = FILE; PRAGMA cache_size = -16000",
  );
  return database;
}

function placeOf(database: DatabaseSync, tables: ChromaTables, title: string): Omit<EarlierPlace, "close"> {
  const records = new DatabaseRecords(database, tables);
  const stored = new Map(tables.collections.map((collection) => [collection.identity, collection]));
  return {
    title,
    collections: tables.collections,
    isWhole: true,
    async *read({ identity }, signal) {
      const collection = stored.get(identity);
      if (collection === undefined) return;
      const pages = records.pages(collection);
      try {
        for (;;) {
          const next = readable(title, () => pages.next());
          if (next.done) return;
          yield next.value;
          // A database that is read from memory would leave no moment for a signal.
          await setImmediate();
          signal.throwIfAborted();
        }
      } finally {
        pages.return();
      }
    },
    count: ({ identity }) => Promise.resolve(stored.get(identity)?.records ?? null),
  };
}

function readable<T>(title: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw damaged(title, error);
  }
}

function damaged(title: string, error: unknown): unknown {
  if (error instanceof CommonsError || !(error instanceof Error)) return error;
  if (!("code" in error) || error.code !== "ERR_SQLITE_ERROR") return error;
  return unreadable(`The database of ${title} is damaged (${error.message}).`, {
    hint: "Copy it and have it mended (sqlite3 chroma.sqlite3 .recover), or read what a running server still gives: commons migrate --from URL",
    cause: error,
  });
}
