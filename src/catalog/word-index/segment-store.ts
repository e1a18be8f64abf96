import type { Connection } from "../connection.ts";
import { damagedIndex } from "./damage.ts";
import { PageBuilder } from "./page-builder.ts";
import { packAscending, packNear, unpackAscending, unpackNear } from "./packed-numbers.ts";

/** A row of `word_segments` without its columns. */
export interface SegmentHead {
  readonly id: number;
  readonly age: number;
  readonly slots: number;
  readonly postings: number;
  readonly totalLength: number;
  readonly firstChunk: number;
  readonly lastChunk: number;
  readonly firstPage: number;
  readonly pageCount: number;
  /** Another number for every other set of dead slots; 0 when none was ever marked. */
  readonly deadRevision: number;
  readonly deadSlots: number;
}

/** What a segment knows of each slot; slots ascend by chunk id. */
export interface SegmentColumns {
  readonly chunkIds: Uint32Array;
  readonly documentIds: Uint32Array;
  readonly textIds: Uint32Array;
  readonly lengths: Uint16Array;
}

export interface NewSegment {
  readonly collectionId: number;
  /** null: younger than all others. */
  readonly age: number | null;
  readonly columns: SegmentColumns;
  /** Adds every term, in ascending order. */
  readonly fill: (pages: PageBuilder) => void;
}

/** Segments as rows of the database, in the caller's transaction. Nothing is remembered but numbers that were given away. */
export interface SegmentStore {
  /** Segments of the collection, oldest first. */
  heads(collectionId: number): SegmentHead[];
  /** Collections that have a segment. */
  collections(): number[];
  columns(head: SegmentHead): SegmentColumns;
  chunkIds(head: SegmentHead): Uint32Array;
  /** A copy of the marks, one bit a slot; all zero if there are none. */
  deadBits(head: SegmentHead): Uint8Array;
  firstTerms(head: SegmentHead): string[];
  page(id: number): Uint8Array;
  insert(segment: NewSegment): void;
  markDead(head: SegmentHead, bits: Uint8Array, deadSlots: number): void;
  /** The segment is gone at once; its pages become garbage. */
  retire(head: SegmentHead): void;
  /** Removes at most so many pages of garbage; whether there is more. */
  collectGarbage(maxPages: number): boolean;
}

const headsSql = `
  SELECT s.id, s.age, s.slots, s.postings, s.total_length AS totalLength, s.first_chunk AS firstChunk, s.last_chunk AS lastChunk,
    s.first_page AS firstPage, s.page_count AS pageCount, ifnull(d.revision, 0) AS deadRevision, ifnull(d.slots, 0) AS deadSlots
  FROM word_segments s LEFT JOIN word_dead d ON d.segment_id = s.id WHERE s.collection_id = ? ORDER BY s.age`;
const insertSql = `
  INSERT INTO word_segments (id, collection_id, age, slots, postings, total_length, first_chunk, last_chunk, first_page, page_count,
    chunk_ids, document_ids, text_ids, lengths, first_terms)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
const markSql = "INSERT OR REPLACE INTO word_dead (segment_id, revision, slots, bits) VALUES (?, ?, ?, ?)";

interface ColumnsRow {
  readonly chunkIds: Uint8Array;
  readonly documentIds: Uint8Array;
  readonly textIds: Uint8Array;
  readonly lengths: Uint8Array;
}

export function createSegmentStore(connection: Connection): SegmentStore {
  const numbers = createNumbers(connection);
  const readers = createReaders(connection);
  const insertPage = connection.prepare("INSERT INTO word_pages (id, data) VALUES (?, ?)");
  const lastPage = connection.prepare<{ id: number }>("SELECT ifnull(max(id), 0) AS id FROM word_pages");
  const insert = connection.prepare(insertSql);
  const mark = connection.prepare(markSql);
  const removeSegment = connection.prepare("DELETE FROM word_segments WHERE id = ?");
  const removeMarks = connection.prepare("DELETE FROM word_dead WHERE segment_id = ?");
  const addGarbage = connection.prepare("INSERT INTO word_garbage (first_page, page_count) VALUES (?, ?)");
  return {
    ...readers,
    insert: ({ collectionId, age, columns, fill }) => {
      const id = numbers.next();
      const firstPage = (lastPage.get()?.id ?? 0) + 1;
      const firstTerms: string[] = [];
      const pages = new PageBuilder((page, firstTerm) => {
        insertPage.run(firstPage + firstTerms.length, page);
        firstTerms.push(firstTerm);
      });
      fill(pages);
      pages.finish();
      const { chunkIds, documentIds, textIds, lengths } = columns;
      const counts = [chunkIds.length, pages.postingCount, sum(lengths), chunkIds[0] ?? 0, chunkIds.at(-1) ?? 0];
      const packed = [packAscending(chunkIds), packNear(documentIds), packNear(textIds), packNear(lengths)];
      const place = [firstPage, firstTerms.length];
      insert.run(id, collectionId, age ?? id, ...counts, ...place, ...packed, JSON.stringify(firstTerms));
    },
    markDead: (head, bits, deadSlots) => void mark.run(head.id, numbers.next(head.deadRevision), deadSlots, bits),
    retire: ({ id, firstPage, pageCount }) => {
      removeSegment.run(id);
      removeMarks.run(id);
      if (pageCount > 0) addGarbage.run(firstPage, pageCount);
    },
    collectGarbage: createGarbageCollector(connection),
  };
}

type Readers = Pick<
  SegmentStore,
  "heads" | "collections" | "columns" | "chunkIds" | "deadBits" | "firstTerms" | "page"
>;

function createReaders(connection: Connection): Readers {
  const heads = connection.prepare<SegmentHead>(headsSql);
  const collections = connection.prepare<{ id: number }>("SELECT DISTINCT collection_id AS id FROM word_segments");
  const columns = connection.prepare<ColumnsRow>(
    "SELECT chunk_ids AS chunkIds, document_ids AS documentIds, text_ids AS textIds, lengths FROM word_segments WHERE id = ?",
  );
  const chunkIds = connection.prepare<{ data: Uint8Array }>("SELECT chunk_ids AS data FROM word_segments WHERE id = ?");
  const bits = connection.prepare<{ bits: Uint8Array }>("SELECT bits FROM word_dead WHERE segment_id = ?");
  const terms = connection.prepare<{ terms: string }>("SELECT first_terms AS terms FROM word_segments WHERE id = ?");
  const page = connection.prepare<{ data: Uint8Array }>("SELECT data FROM word_pages WHERE id = ?");
  return {
    heads: (collectionId) => heads.all(collectionId),
    collections: () => collections.all().map(({ id }) => id),
    columns: ({ id, slots }) => {
      const packed = found(columns.get(id), "a segment is missing");
      return {
        chunkIds: unpackAscending(packed.chunkIds, slots),
        documentIds: unpackNear(packed.documentIds, slots),
        textIds: unpackNear(packed.textIds, slots),
        lengths: Uint16Array.from(unpackNear(packed.lengths, slots)),
      };
    },
    chunkIds: ({ id, slots }) => unpackAscending(found(chunkIds.get(id), "a segment is missing").data, slots),
    deadBits: ({ id, slots }) => {
      const length = Math.ceil(slots / 8);
      const stored = bits.get(id)?.bits ?? new Uint8Array(length);
      if (stored.length !== length)
        throw damagedIndex("the marks of deleted passages have not the length of their segment");
      return stored;
    },
    firstTerms: ({ id, pageCount }) => parseTerms(found(terms.get(id), "a segment is missing").terms, pageCount),
    page: (id) => found(page.get(id), "a page is missing").data,
  };
}

/**
 * Numbers for segments and marks. One that was given is not given again, also when its transaction was rolled back: what a reader
 * keeps under it stays right. Those of committed segments are remembered by AUTOINCREMENT.
 */
function createNumbers(connection: Connection): { next(above?: number): number } {
  const committed = connection.prepare<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'word_segments'");
  let given = 0;
  return {
    next: (above = 0) => {
      given = Math.max(given, above, committed.get()?.seq ?? 0) + 1;
      return given;
    },
  };
}

function createGarbageCollector(connection: Connection): (maxPages: number) => boolean {
  const next = connection.prepare<{ firstPage: number; pageCount: number }>(
    "SELECT first_page AS firstPage, page_count AS pageCount FROM word_garbage ORDER BY first_page LIMIT 1",
  );
  const removePages = connection.prepare("DELETE FROM word_pages WHERE id >= ? AND id < ?");
  const forget = connection.prepare("DELETE FROM word_garbage WHERE first_page = ?");
  const remember = connection.prepare("INSERT INTO word_garbage (first_page, page_count) VALUES (?, ?)");
  return (maxPages) => {
    for (let left = maxPages; ;) {
      const garbage = next.get();
      if (garbage === undefined) return false;
      if (left <= 0) return true;
      const pages = Math.min(left, garbage.pageCount);
      removePages.run(garbage.firstPage, garbage.firstPage + pages);
      forget.run(garbage.firstPage);
      if (pages < garbage.pageCount) remember.run(garbage.firstPage + pages, garbage.pageCount - pages);
      left -= Math.max(1, pages);
    }
  };
}

function parseTerms(json: string, count: number): string[] {
  let terms: unknown;
  try {
    terms = JSON.parse(json);
  } catch {
    terms = null;
  }
  if (!Array.isArray(terms) || terms.length !== count || !terms.every((term) => typeof term === "string"))
    throw damagedIndex("the first words of a segment's pages cannot be read");
  return terms;
}

function found<T>(row: T | undefined, problem: string): T {
  if (row === undefined) throw damagedIndex(problem);
  return row;
}

function sum(values: Uint16Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}
