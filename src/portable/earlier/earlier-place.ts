import type { ForeignRecord } from "../../core/ports.ts";

/** A collection of an earlier server, as the place that it was found in says it. */
export interface EarlierCollection {
  /** Chroma's own id of it where there is one: the same whether it is read by URL, from its directory or from a copy of that. */
  readonly identity: string;
  readonly name: string;
  /** null where the place knows of none. */
  readonly tenant: string | null;
  readonly database: string | null;
  /** Records when it was listed; null: not known before it is read. */
  readonly records: number | null;
  /** Made by this program, as a mirror of its own catalog. */
  readonly isOwn: boolean;
}

/** Some records in no particular order, of at most some megabytes together; the same id may come again. */
export interface EarlierPage {
  readonly records: readonly ForeignRecord[];
  /** Records that are larger than any that is taken, and that have no id. They are in no list. */
  readonly tooLarge: number;
  readonly withoutId: number;
}

/** Where an earlier server left its collections. It is only read. Close it: it may have a copy on disk. */
export interface EarlierPlace {
  /** For people, without passwords. */
  readonly title: string;
  readonly collections: readonly EarlierCollection[];
  /** Whether it has all of its collections' records now: what it does not have is gone. A file is only what somebody put in once. */
  readonly isWhole: boolean;
  /** All records of the collection; memory is bounded by a page. Errors: MIGRATION_UNUSABLE in the middle for what is damaged. */
  read(collection: EarlierCollection, signal: AbortSignal): AsyncGenerator<EarlierPage, void>;
  /** Records as of now; null where that needs the reading. */
  count(collection: EarlierCollection, signal: AbortSignal): Promise<number | null>;
  close(): Promise<void>;
}

/** Of one record with its facts, in characters; larger ones are counted and left out. */
export const maxRecordLength = 8_000_000;
/** Of a page, in characters and records. */
export const pageLength = 4_000_000;
export const pageRecords = 200;
