import type { CollectionRow } from "./collections.ts";
import type { Connection } from "./connection.ts";

/**
 * What images are to the collections that are searched. "all": there is nothing else. "most": they are photos of cameras, with few other
 * documents beside them. "some": any other mixture, such as a program with its icons.
 */
export type PhotoShare = "none" | "some" | "most" | "all";

/** Of so many documents in a hundred must images be, and of so many images photos, for words to be read that may mean something else. */
const leastImages = 0.9;
const leastPhotos = 0.5;
/** So many images tell what the others are. */
const maxLookedAt = 5_000;
const maxRemembered = 1_000;

interface Counted {
  readonly images: number;
  readonly lookedAt: number;
  readonly photos: number;
}

const imagesSql = "SELECT count(*) AS images FROM documents WHERE collection_id = ? AND category = 'images'";
// Drawing programs date their PNG files, too.
const photosSql = `
  SELECT count(*) AS lookedAt, ifnull(sum(json_extract(metadata, '$.camera') IS NOT NULL
    OR (json_extract(metadata, '$.takenAt') IS NOT NULL AND json_extract(metadata, '$.format') IS NOT 'PNG')), 0) AS photos
  FROM (SELECT metadata FROM documents WHERE collection_id = ? AND category = 'images' LIMIT ${maxLookedAt})`;

/** Counts are remembered while the collections stay as they are. */
export function createPhotoShare(connection: Connection): (searched: readonly CollectionRow[]) => PhotoShare {
  const imagesOf = connection.prepare<Pick<Counted, "images">>(imagesSql);
  const photosOf = connection.prepare<Omit<Counted, "images">>(photosSql);
  const known = new Map<number, { readonly state: string; readonly counted: Counted }>();
  const count = (id: number, documents: number): Counted => {
    const images = imagesOf.get(id)?.images ?? 0;
    const isLookedAt = images > 0 && images >= leastImages * documents;
    return { images, ...((isLookedAt ? photosOf.get(id) : undefined) ?? { lookedAt: images, photos: 0 }) };
  };
  const countedOf = ({ id, documents, chunks, size_bytes, updated_at }: CollectionRow): Counted => {
    const state = [documents, chunks, size_bytes, updated_at].join(" ");
    const remembered = known.get(id);
    if (remembered?.state === state) return remembered.counted;
    const counted = count(id, documents);
    if (known.size >= maxRemembered) known.clear();
    known.set(id, { state, counted });
    return counted;
  };
  return (searched) => {
    const counts = searched.map(countedOf);
    const documents = searched.reduce((sum, each) => sum + each.documents, 0);
    const images = counts.reduce((sum, each) => sum + each.images, 0);
    if (images === 0) return "none";
    if (images === documents) return "all";
    const photos = counts.reduce((sum, each) => sum + (each.images * each.photos) / Math.max(1, each.lookedAt), 0);
    return images >= leastImages * documents && photos >= leastPhotos * images ? "most" : "some";
  };
}
