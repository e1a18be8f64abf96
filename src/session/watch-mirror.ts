import { join } from "node:path";
import type { CollectionSummary } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import type { WatchedScope } from "../core/scopes.ts";
import { ingestDirectory, ingestPaths } from "../ingest/ingest.ts";
import { loadKnown } from "../ingest/mirror.ts";
import type { IngestProgress, IngestReport } from "../ingest/requests.ts";
import { filterOf, isInScope } from "../ingest/select-files.ts";
import { selectionOf, workKeyOf } from "./ingest-run.ts";
import type { OpenWorkspace, Session } from "./session.ts";
import { runShared } from "./shared-work.ts";

/** One watched folder and where its files are stored. */
export interface MirroredFolder {
  readonly session: Session;
  readonly watched: WatchedScope;
  readonly collection: CollectionSummary;
  readonly signal: AbortSignal;
}

/** Brings all of the folder up to date; a session that ingests the same at the same time shares the run. Errors: as of an ingest. */
export async function mirrorFolder(
  { session, watched, collection, signal }: MirroredFolder,
  onProgress: (progress: IngestProgress) => void,
): Promise<IngestReport> {
  const { scope } = watched;
  const { workspace, source } = await placeOf(session, watched);
  const target = session.target(collection, source);
  const directory = join(workspace.root, scope.directory);
  const reading = await session.reading();
  const { result } = await runShared<IngestReport, IngestProgress>(session, {
    key: workKeyOf(session, { collection, source, scope }),
    title: `${scope.directory === "" ? source.name : scope.directory} into ${collection.name}`,
    signal,
    run: async (report) => {
      const startedMs = Date.now();
      const mirrored = await ingestDirectory(
        {
          ...reading,
          workspace,
          directory,
          ...selectionOf(scope),
          includeContent: scope.includeContent,
          onProgress: report,
          signal,
        },
        { open: async () => target, find: async () => target },
      );
      await session.call("scopes.save", {
        collectionId: collection.id,
        source,
        scope: savedScope(scope),
        isWatched: false,
        mirroredAtMs: startedMs,
      });
      return mirrored;
    },
    onProgress,
  });
  return result;
}

/** Brings some files of the folder up to date; those that the watch does not choose are left as they are. */
export async function mirrorPaths(
  { session, watched, collection, signal }: MirroredFolder,
  paths: readonly string[],
): Promise<IngestReport | null> {
  const { scope } = watched;
  const isChosen = filterOf(selectionOf(scope));
  const chosen = paths.filter((path) => isChosen(path));
  if (chosen.length === 0) return null;
  const { workspace, source } = await placeOf(session, watched);
  const work = { ...(await session.reading()), workspace, includeContent: scope.includeContent, signal };
  return ingestPaths({ ...work, paths: chosen }, session.target(collection, source));
}

/** Removes what is stored of a folder that is not there any more. The workspace itself must still be there. */
export async function clearFolder(folder: MirroredFolder): Promise<IngestReport | null> {
  const { session, watched, collection, signal } = folder;
  const { source } = await placeOf(session, watched);
  const target = session.target(collection, source);
  const known = await loadKnown(target, (path) => isInScope(watched.scope, path), signal);
  return mirrorPaths(folder, [...known.keys()]);
}

/** A scope as the hub's schema wants it, with lists that may be changed. */
export function savedScope(scope: WatchedScope["scope"]) {
  const { categories, extensions } = scope;
  return {
    ...scope,
    categories: categories === null ? null : [...categories],
    extensions: extensions === null ? null : [...extensions],
  };
}

/** Where the watched folder lies, with branch and commit as of now. */
async function placeOf(session: Session, watched: WatchedScope): Promise<OpenWorkspace> {
  const place = (await session.places()).find(({ source }) => source.key === watched.sourceKey);
  if (place !== undefined) return place;
  throw new CommonsError("WORKSPACE_REFUSED", `${watched.sourcePath ?? watched.source} is not open to this session.`);
}
