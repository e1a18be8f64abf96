import { absolutePlace } from "../core/absolute-place.ts";
import type { Chunk } from "../core/document.ts";
import type { PassagePlace } from "../core/search.ts";
import type { OwnPlace, SimilarGroup, SimilarMatch } from "../core/similar.ts";
import type { Connection } from "./connection.ts";
import { toRepository } from "./sources.ts";
import { requireSameText } from "./texts.ts";

/** Where a text stands, as seen from a passage of the caller. */
export interface SimilarPlaces {
  /** The place to show, with the others; null: it stands nowhere but in the passage itself, or in its own file elsewhere. */
  readonly found: Omit<SimilarMatch, "match" | "similarity"> | null;
  /** Other checkouts of the passage's repository with the text in the same file. */
  readonly sameFile: SimilarGroup["sameFileAt"];
}

interface PlaceRow {
  readonly collection: string;
  readonly sourceKey: string;
  readonly source: string;
  readonly machine: string;
  readonly sourcePath: string | null;
  readonly repository: string | null;
  readonly branch: string | null;
  readonly path: string;
  readonly startLine: number;
  readonly endLine: number;
  readonly symbol: string | null;
  readonly scope: string;
  readonly kind: Chunk["kind"];
  readonly language: string | null;
  readonly indexedAtMs: number;
}

// Of one text in several files, the one that others use is shown.
const besideTheCode = /(?:^|\/)(?:tests?|__tests__|specs?|fixtures?|examples?|docs?)\/|[._](?:test|spec)\.[^/]+$/i;
const maxShown = 20;
const maxCounted = 500;

const placesSql = `
  SELECT k.name AS collection, s.key AS sourceKey, s.name AS source, s.machine, s.path AS sourcePath, s.repository, a.branch, d.path,
    c.start_line AS startLine, c.end_line AS endLine, c.symbol, c.scope, c.kind, d.language, d.indexed_at AS indexedAtMs
  FROM chunks c JOIN documents d ON d.id = c.document_id JOIN collections k ON k.id = d.collection_id
    JOIN sources s ON s.id = d.source_id JOIN authors a ON a.id = d.author_id
  WHERE c.text_id = ? AND d.collection_id IN (SELECT value FROM json_each(?))
  ORDER BY k.name, s.name, d.path, c.start_line LIMIT ?`;

/** Looks a text's places up; `collectionIds` is a JSON list of rows. */
export function createSimilarPlaces(
  connection: Connection,
): (textId: number, collectionIds: string, mine: OwnPlace | null) => SimilarPlaces {
  const placesOf = connection.prepare<PlaceRow>(placesSql);
  const stored = connection.prepare<{ text: string; hash: Uint8Array }>("SELECT text, hash FROM texts WHERE id = ?");
  const textOf = (textId: number): string => {
    const row = stored.get(textId);
    if (row !== undefined) requireSameText(row.text, row.hash);
    return row?.text ?? "";
  };
  return (textId, collectionIds, mine) => {
    const rows = placesOf.all(textId, collectionIds, maxCounted).filter((row) => !isOwn(row, mine));
    const sameFile = rows.filter((row) => isSameFile(row, mine));
    const others = rows.filter((row) => !isSameFile(row, mine));
    const shown = others.find(({ path }) => !besideTheCode.test(path)) ?? others[0];
    const rest = others.filter((row) => row !== shown);
    return {
      found:
        shown === undefined
          ? null
          : {
              ...toPassage(shown),
              text: textOf(textId),
              alsoAt: rest.slice(0, maxShown).map(toPlace),
              alsoAtCount: rest.length,
            },
      sameFile: sameFile.map(toPlace).map(({ source, sourcePath, branch }) => ({ source, sourcePath, branch })),
    };
  };
}

/** The passage itself, or a part of it. */
function isOwn(row: PlaceRow, mine: OwnPlace | null): boolean {
  if (mine === null || !isOwnFile(row, mine)) return false;
  return row.startLine <= mine.endLine && mine.startLine <= row.endLine;
}

/** Also by another source, whose directory is above or below. */
function isOwnFile(row: PlaceRow, mine: OwnPlace): boolean {
  if (row.sourceKey === mine.sourceKey) return row.path === mine.path;
  return mine.sourcePath !== null && row.machine === mine.machine && absolutePlace(row) === absolutePlace(mine);
}

/** The file of the passage in another worktree or clone. */
function isSameFile(row: PlaceRow, mine: OwnPlace | null): boolean {
  if (mine === null || mine.repositoryId === null || isOwnFile(row, mine)) return false;
  return row.path === mine.path && toRepository(row.repository)?.id === mine.repositoryId;
}

function toPlace(row: PlaceRow): PassagePlace {
  const { collection, sourceKey, source, sourcePath, path, startLine, endLine } = row;
  const branch = toRepository(row.repository)?.branch ?? row.branch;
  return { collection, sourceKey, source, sourcePath, branch, path, startLine, endLine };
}

function toPassage(row: PlaceRow) {
  const { symbol, kind, language, indexedAtMs } = row;
  // Safe: only chunks.ts writes the column, from a Chunk's scope.
  return { ...toPlace(row), symbol, kind, language, indexedAtMs, scope: JSON.parse(row.scope) as string[] };
}
