import type { CollectionSummary } from "../core/collections.ts";
import type { WatchedScope } from "../core/scopes.ts";
import type { IngestProgress, IngestReport } from "../ingest/requests.ts";
import { loadKnown } from "../ingest/mirror.ts";
import { filterOf, isInScope } from "../ingest/select-files.ts";
import { photoPartOf } from "../workspace/companions.ts";
import { selectionOf } from "./scope-work.ts";
import type { Session } from "./session.ts";

/** One watched folder and where its files are stored. */
export interface MirroredFolder {
  readonly session: Session;
  readonly watched: WatchedScope;
  readonly collection: CollectionSummary;
  readonly signal: AbortSignal;
}

/** Brings all of the folder up to date; null when it is not there. Errors: as of an ingest. */
export async function mirrorFolder(
  { session, watched, collection, signal }: MirroredFolder,
  onProgress: (progress: IngestProgress) => void,
): Promise<IngestReport | null> {
  const { sourceKey, scope } = watched;
  return (await session.ingester()).mirror({ collection, sourceKey, scope }, { signal, onProgress });
}

/** Brings some files of the folder up to date; null when the watch chooses none of them. Errors: as of an ingest. */
export async function mirrorPaths(
  { session, watched, collection, signal }: MirroredFolder,
  given: readonly string[],
): Promise<IngestReport | null> {
  const { sourceKey, scope } = watched;
  const isChosen = filterOf(selectionOf(scope));
  // A part of a photo may be chosen by another part of it.
  const paths = given.filter((path) => isChosen(path) || (scope.includeContent && photoPartOf(path) !== null));
  if (paths.length === 0) return null;
  const { includeContent } = scope;
  // A name that tells no kind passes the filter: what the file holds decides.
  const { categories, extensions } = selectionOf(scope);
  const choice = { includeContent, ...(categories && { categories }), ...(extensions && { extensions }) };
  return (await session.ingester()).paths({ collection, sourceKey, paths, ...choice }, { signal });
}

/** Removes what is stored of a folder that is not there any more. The workspace itself must still be there. */
export async function clearFolder(folder: MirroredFolder): Promise<IngestReport | null> {
  const { session, watched, collection } = folder;
  const place = (await session.places()).find(({ source }) => source.key === watched.sourceKey);
  if (place === undefined) return null;
  const known = await loadKnown(session.target(collection, place.source), (path) => isInScope(watched.scope, path));
  return mirrorPaths(folder, [...known.keys()]);
}
