import type { Category, Metadata, MetadataValue } from "../core/document.ts";
import type { PhotoClause } from "../core/photo-filter.ts";
import { clauseTest, photoViewOf } from "../search/filters/photo-condition.ts";
import { photoFields } from "../search/filters/photo-needs.ts";
import { knownDays } from "../search/filters/known-days.ts";
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

type StoredPhoto = Omit<CountedPhoto, "bits"> & { readonly metadata: Metadata };

interface ImageRow extends Omit<DocumentFacts, "metadata" | "category"> {
  readonly id: number;
  readonly category: Category;
  readonly metadata: string;
}

const pageRows = 1_000;
/** Some 400 bytes each; larger collections are read anew for each question, in some 30 microseconds for each photo. */
const maxRemembered = 60_000;
/** People ask several questions in a row; then the memory is wanted elsewhere. */
const rememberedForMs = 120_000;
const imagesSql = `
  SELECT d.id, d.path, d.language, d.category, d.metadata, s.name AS source, s.key AS sourceKey, d.mtime_ms AS changedAtMs,
    d.indexed_at AS indexedAtMs
  FROM documents d JOIN sources s ON s.id = d.source_id
  WHERE d.id > ? AND d.collection_id = ? AND d.category = 'images' ORDER BY d.id LIMIT ${pageRows}`;
const revisionSql =
  "SELECT ifnull(sum(revision), 0) + count(*) AS revision FROM collection_sources WHERE collection_id = ?";

/** Makes the census of one catalog. What clauses ask for is remembered of the collections that were asked last. */
export function createPhotoCensus(connection: Connection): PhotoCensus {
  const photosOf = createPhotoReader(connection);
  const remembered = createPhotoMemory(connection);
  return (collectionIds, { clauses, filter }) => {
    const tests = clauses.map(clauseTest);
    return collectionIds.flatMap((id) => {
      // A filter may ask for any field.
      const photos = filter === null ? remembered(id, () => photosOf(id, null)) : photosOf(id, filter);
      return photos.map(({ documentId, path, metadata, takenMs }) => {
        const view = photoViewOf(path, metadata);
        const bits = tests.reduce((sum, test, index) => (test(view) ? sum | (1 << index) : sum), 0);
        return { documentId, path, bits, takenMs };
      });
    });
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

function createPhotoReader(connection: Connection) {
  const page = connection.prepare<ImageRow>(imagesSql);
  return (collectionId: number, filter: PassageFilter | null): StoredPhoto[] => {
    const photos: StoredPhoto[] = [];
    const known = new Map<string, string>();
    for (let after = -1; ;) {
      const rows = page.all(after, collectionId);
      for (const { id, metadata: stored, ...facts } of rows) {
        // Safe: only `write` stores the column, from a Metadata.
        const metadata = JSON.parse(stored) as Metadata;
        if (filter !== null && filter.ofDocument({ ...facts, metadata: () => metadata }) === false) continue;
        const takenMs =
          takenMsOf(metadata["takenAt"]) ?? takenMsOf(`${knownDays((field) => metadata[field])?.first}T00:00:00`);
        photos.push({ documentId: id, path: facts.path, takenMs, metadata: askedOf(metadata, known) });
      }
      const last = rows.at(-1);
      if (last === undefined || rows.length < pageRows) return photos;
      after = last.id;
    }
  };
}

/** What clauses ask for; a text that many photos have is kept once. */
function askedOf(metadata: Metadata, known: Map<string, string>): Metadata {
  const kept: Record<string, MetadataValue> = {};
  for (const field of photoFields) {
    const value = metadata[field];
    if (value === undefined) continue;
    if (typeof value !== "string" || field === "takenAt") kept[field] = value;
    else {
      const same = known.get(value);
      if (same === undefined) known.set(value, value);
      kept[field] = same ?? value;
    }
  }
  return kept;
}

interface RememberedPhotos {
  readonly revision: number;
  readonly photos: readonly StoredPhoto[];
}

function createPhotoMemory(connection: Connection) {
  const revisionOf = connection.prepare<{ readonly revision: number }>(revisionSql);
  const memory = new Map<number, RememberedPhotos>();
  let forgetting: NodeJS.Timeout | undefined;
  return (collectionId: number, read: () => readonly StoredPhoto[]): readonly StoredPhoto[] => {
    const revision = revisionOf.get(collectionId)?.revision ?? 0;
    const known = memory.get(collectionId);
    const photos = known?.revision === revision ? known.photos : read();
    memory.delete(collectionId);
    memory.set(collectionId, { revision, photos });
    // The collection that was asked longest ago goes first.
    let total = [...memory.values()].reduce((sum, { photos: own }) => sum + own.length, 0);
    for (const [id, { photos: own }] of memory) {
      if (total <= maxRemembered) break;
      memory.delete(id);
      total -= own.length;
    }
    clearTimeout(forgetting);
    forgetting = setTimeout(() => memory.clear(), rememberedForMs).unref();
    return photos;
  };
}
