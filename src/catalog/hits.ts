import type { Category, Chunk, FileStat, Metadata } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import type { Hit, HitScores, PassagePlace, PhotoBurst } from "../core/search.ts";
import { type Connection, damagedHint } from "./connection.ts";
import { createBurstFinders } from "./photo-bursts.ts";
import { recordIdSql } from "./record-id.ts";
import { toRepository } from "./sources.ts";
import { requireSameText } from "./texts.ts";

/** A passage that was found, by its row. */
export interface FoundPassage {
  readonly chunkId: number;
  readonly textId: number;
  readonly score: number;
  readonly scores: HitScores;
}

/** A passage by its rows. */
export interface PassagePlaceRow {
  readonly collectionId: number;
  readonly documentId: number;
  readonly chunkId: number;
  readonly textId: number;
}

export interface HitOptions {
  /** Rows of the collections that were searched. */
  readonly collectionIds: readonly number[];
  /** Keys of sources whose place is shown first, where a text stands in several. */
  readonly preferredSources: readonly string[];
  /** Whether the filters let a further place of a found text through. */
  readonly isWanted: (place: PassagePlaceRow) => boolean;
}

/** Makes hits of found passages: one for each text, with all places where it stands, and one for each burst of photos. */
export type HitMaker = (found: Iterable<FoundPassage>, limit: number, options: HitOptions) => Hit[];

interface PlaceRow {
  readonly chunkId: number;
  readonly documentId: number;
  readonly collectionId: number;
  readonly collection: string;
  readonly sourceKey: string;
  readonly source: string;
  readonly sourcePath: string | null;
  readonly repository: string | null;
  readonly branch: string | null;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
}

interface PassageRow {
  readonly symbol: string | null;
  readonly scope: string;
  readonly kind: Chunk["kind"];
  readonly language: string | null;
  readonly category: Category;
  readonly text: string;
  readonly hash: Uint8Array;
  readonly recordId: string;
  readonly sizeBytes: number;
  readonly mtimeMs: number;
  readonly signature: string;
  readonly contentHash: string;
  readonly indexedAtMs: number;
  readonly metadata: string;
}

const maxPlaces = 20;
/** A licence header may stand in thousands of files; of more places than these nobody asks. */
const maxCounted = 500;

const placesSql = `
  SELECT c.id AS chunkId, d.id AS documentId, k.id AS collectionId, k.name AS collection, s.key AS sourceKey, s.name AS source,
    s.path AS sourcePath, s.repository, a.branch, d.path, c.start_line AS startLine, c.end_line AS endLine
  FROM chunks c JOIN documents d ON d.id = c.document_id JOIN collections k ON k.id = d.collection_id
    JOIN sources s ON s.id = d.source_id JOIN authors a ON a.id = d.author_id
  WHERE c.text_id = ? AND d.collection_id IN (SELECT value FROM json_each(?))
  ORDER BY k.name, s.name, d.path, c.start_line LIMIT ?`;
const passageSql = `
  SELECT c.symbol, c.scope, c.kind, d.language, d.category, t.text, t.hash, ${recordIdSql} AS recordId, d.size_bytes AS sizeBytes,
    d.mtime_ms AS mtimeMs, d.signature, d.content_hash AS contentHash, d.indexed_at AS indexedAtMs, d.metadata
  FROM chunks c JOIN documents d ON d.id = c.document_id JOIN sources s ON s.id = d.source_id JOIN texts t ON t.id = c.text_id
  WHERE c.id = ?`;

export function createHitMaker(connection: Connection): HitMaker {
  const placesOf = connection.prepare<PlaceRow>(placesSql);
  const passageOf = connection.prepare<PassageRow>(passageSql);
  const createBurstFinder = createBurstFinders(connection);
  return (found, limit, { collectionIds, preferredSources, isWanted }) => {
    const collections = JSON.stringify(collectionIds);
    const preferred = new Set(preferredSources);
    const seen = new Set<number>();
    const burstOf = createBurstFinder();
    const seenBursts = new Set<PhotoBurst>();
    const hits: Hit[] = [];
    for (const passage of found) {
      if (hits.length === limit) break;
      if (seen.has(passage.textId)) continue;
      seen.add(passage.textId);
      const places = placesOf
        .all(passage.textId, collections, maxCounted)
        .filter((place) => place.chunkId === passage.chunkId || isWanted({ ...place, textId: passage.textId }));
      const shown =
        preferredPlace(places, passage.chunkId, preferred) ?? missing("the index names a passage that is not stored.");
      const stored = toPassage(passageOf.get(shown.chunkId) ?? missing("a passage is without its text."));
      const burst = stored.category === "images" ? burstOf(shown) : null;
      if (burst !== null && seenBursts.has(burst)) continue;
      if (burst !== null) seenBursts.add(burst);
      const others = places.filter((place) => place !== shown);
      const ordered = others.toSorted(
        (a, b) => Number(preferred.has(b.sourceKey)) - Number(preferred.has(a.sourceKey)),
      );
      hits.push({
        ...toPlace(shown),
        ...stored,
        score: passage.score,
        scores: passage.scores,
        alsoAt: ordered.slice(0, maxPlaces).map(toPlace),
        alsoAtCount: others.length,
        ...(burst === null ? {} : { burst }),
      });
    }
    return hits;
  };
}

/** The place that was found, unless an own one has the same text. */
function preferredPlace(
  places: readonly PlaceRow[],
  chunkId: number,
  preferred: ReadonlySet<string>,
): PlaceRow | undefined {
  const found = places.find((place) => place.chunkId === chunkId);
  if (found === undefined || preferred.has(found.sourceKey)) return found;
  return places.find((place) => preferred.has(place.sourceKey)) ?? found;
}

function toPlace(row: PlaceRow): PassagePlace {
  const { collection, sourceKey, source, sourcePath, path, startLine, endLine } = row;
  // What is checked out now: text stored under another branch and unchanged since is part of this one too.
  const branch = toRepository(row.repository)?.branch ?? row.branch;
  return { collection, sourceKey, source, sourcePath, branch, path, startLine, endLine };
}

function toPassage({ sizeBytes, mtimeMs, signature, hash, ...rest }: PassageRow) {
  requireSameText(rest.text, hash);
  const stat: FileStat = { sizeBytes, mtimeMs, signature };
  return {
    ...rest,
    stat,
    // Safe: only chunks.ts writes the column, from a Chunk's scope.
    scope: JSON.parse(rest.scope) as string[],
    // Safe: only `write` stores the column, from a Metadata.
    metadata: JSON.parse(rest.metadata) as Metadata,
  };
}

function missing(fact: string): never {
  throw new CommonsError("CATALOG_DAMAGED", `The catalog is damaged: ${fact}`, { hint: damagedHint });
}
