import type { Category, Metadata } from "../core/document.ts";
import type { PhotoClause } from "../core/photo-filter.ts";
import { clauseTest, photoViewOf } from "../search/filters/photo-condition.ts";
import type { DocumentFacts, PassageFilter } from "../search/passage-filter.ts";
import type { Connection } from "./connection.ts";
import { takenMsOf } from "./photo-bursts.ts";

/** A photo as a listing needs it. */
export interface CountedPhoto {
  readonly documentId: number;
  readonly path: string;
  /** The clauses that hold for it, bit 0 for the first. */
  readonly bits: number;
  /** null: it does not say. */
  readonly takenMs: number | null;
}

/** Looks at every image of collections. */
export type PhotoCensus = (
  collectionIds: readonly number[],
  wanted: { readonly clauses: readonly PhotoClause[]; readonly filter: PassageFilter | null },
) => CountedPhoto[];

interface ImageRow extends Omit<DocumentFacts, "metadata" | "category"> {
  readonly id: number;
  readonly category: Category;
  readonly metadata: string;
}

const pageRows = 1_000;
const imagesSql = `
  SELECT d.id, d.path, d.language, d.category, d.metadata, s.name AS source, s.key AS sourceKey, d.mtime_ms AS changedAtMs,
    d.indexed_at AS indexedAtMs
  FROM documents d JOIN sources s ON s.id = d.source_id
  WHERE d.id > ? AND d.collection_id = ? AND d.category = 'images' ORDER BY d.id LIMIT ${pageRows}`;

/** Some ten microseconds for each image; nothing of it is kept. */
export function createPhotoCensus(connection: Connection): PhotoCensus {
  const page = connection.prepare<ImageRow>(imagesSql);
  return (collectionIds, { clauses, filter }) => {
    const tests = clauses.map(clauseTest);
    const counted: CountedPhoto[] = [];
    for (const collectionId of collectionIds) {
      for (let after = -1; ;) {
        const rows = page.all(after, collectionId);
        for (const { id, metadata: stored, ...facts } of rows) {
          // Safe: only `write` stores the column, from a Metadata.
          const metadata = JSON.parse(stored) as Metadata;
          if (filter !== null && filter.ofDocument({ ...facts, metadata: () => metadata }) === false) continue;
          const view = photoViewOf(facts.path, metadata);
          const bits = tests.reduce((sum, test, index) => (test(view) ? sum | (1 << index) : sum), 0);
          const takenMs = takenMsOf(textOf(metadata["takenAt"])) ?? takenMsOf(dayStart(metadata["takenDate"]));
          counted.push({ documentId: id, path: facts.path, bits, takenMs });
        }
        const last = rows.at(-1);
        if (last === undefined || rows.length < pageRows) break;
        after = last.id;
      }
    }
    return counted;
  };
}

/** The newest first; those without a time last, by their paths. */
export function newestFirst(photos: readonly CountedPhoto[]): CountedPhoto[] {
  return photos.toSorted((a, b) => {
    if (a.takenMs !== b.takenMs)
      return (b.takenMs ?? Number.NEGATIVE_INFINITY) - (a.takenMs ?? Number.NEGATIVE_INFINITY);
    return a.path < b.path ? -1 : Number(a.path > b.path);
  });
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? value : null;
}

function dayStart(date: unknown): string | null {
  return typeof date === "string" ? `${date.slice(0, 10)}T00:00:00` : null;
}
