import { CommonsError } from "../core/errors.ts";
import type { IngestScope } from "../core/scopes.ts";
import { KeptPrints } from "../duplicates/kept-prints.ts";
import { ingestPaths } from "../ingest/ingest.ts";
import type { IngestProgress, IngestReport } from "../ingest/requests.ts";
import { runIngest } from "./ingest-run.ts";
import type { Ingester, IngesterOptions, StoredSource } from "./ingester.ts";
import { Refresher } from "./refresh.ts";
import { runScan } from "./scan-run.ts";
import { ingestScope, savedScope, scopeTitle, workKeyOf } from "./scope-work.ts";
import type { OpenWorkspace, Session } from "./session.ts";
import { runShared } from "./shared-work.ts";

/** An ingester in the caller's own process. */
export function createLocalIngester(session: Session): Ingester {
  const stop = new AbortController();
  const refresher = new Refresher(session);
  const kept = new KeptPrints();
  const until = ({ signal, onProgress }: IngesterOptions) => ({
    signal: signal === undefined ? stop.signal : AbortSignal.any([signal, stop.signal]),
    ...(onProgress === undefined ? {} : { onProgress }),
  });
  const refresh: Ingester["refresh"] = async (stored, budgetMs) => {
    const places = await session.places();
    const held = stored.flatMap(({ collection, sourceKey }) => {
      const place = places.find(({ source }) => source.key === sourceKey);
      return place === undefined ? [] : [{ collection, place }];
    });
    return refresher.refresh(held, budgetMs);
  };
  return {
    ingest: (input, options) => runIngest(session, input, until(options)),
    mirror: (scope, options) => mirrorScope(session, scope, until(options)),
    paths: (request, options) => mirrorPaths(session, request, until(options)),
    refresh,
    scan: (input, options) => runScan(session, input, until(options)),
    similar: async (input, options) => {
      // Seldom asked for, and a command that ingests waits for what it loads.
      const { runSimilar } = await import("./similar-run.ts");
      return runSimilar(session, input, { ...until(options), refresh });
    },
    // The rest is seldom asked for as well.
    photos: async (input, options) => (await import("./photos-run.ts")).runPhotos(session, input, until(options)),
    duplicates: async (input, options) =>
      (await import("./duplicates-run.ts")).runDuplicates(session, input, { ...until(options), kept }),
    compare: async (input, options) => (await import("./compare-run.ts")).runCompare(session, input, until(options)),
    repeats: async (input, options) =>
      (await import("./repeats-run.ts")).runRepeats(session, input, { ...until(options), refresh }),
    close: () => {
      stop.abort(new CommonsError("CANCELLED", "The session ended."));
      refresher.close();
    },
  };
}

interface RunOptions {
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

async function mirrorScope(
  session: Session,
  { collection, sourceKey, scope }: StoredSource & { readonly scope: IngestScope },
  { signal, onProgress }: RunOptions,
): Promise<IngestReport | null> {
  const place = await placeOf(session, sourceKey);
  const { source } = place;
  const target = session.target(collection, source);
  const { result } = await runShared<IngestReport | null, IngestProgress>(session, {
    key: workKeyOf(session, { collection, source, scope }),
    title: scopeTitle(scope, source.name, collection.name),
    collection: collection.name,
    signal,
    run: async (report) => {
      const startedMs = Date.now();
      const mirrored = await ingestScope(session, { place, scope, target }, { signal, onProgress: report });
      if (mirrored === null) return null;
      const saved = { collectionId: collection.id, source, scope: savedScope(scope) };
      await session.call("scopes.save", { ...saved, isWatched: false, mirroredAtMs: startedMs });
      return mirrored;
    },
    onProgress: (progress) => onProgress?.(progress),
  });
  return result;
}

async function mirrorPaths(
  session: Session,
  { collection, sourceKey, paths, ...choice }: Parameters<Ingester["paths"]>[0],
  { signal }: RunOptions,
): Promise<IngestReport> {
  const { workspace, source } = await placeOf(session, sourceKey);
  const work = { ...(await session.reading()), workspace, signal, paths, ...choice };
  return ingestPaths(work, session.target(collection, source));
}

/** The session's directory of that source, with branch and commit as of now. */
async function placeOf(session: Session, sourceKey: string): Promise<OpenWorkspace> {
  const place = (await session.places()).find(({ source }) => source.key === sourceKey);
  if (place !== undefined) return place;
  throw new CommonsError("WORKSPACE_REFUSED", "The directory is not open to this session any more.");
}
