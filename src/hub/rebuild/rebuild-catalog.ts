import { existsSync } from "node:fs";
import { join } from "node:path";
import { openCatalog } from "../../catalog/catalog.ts";
import { openConnection } from "../../catalog/connection.ts";
import { discardRebuild, installRebuilt, rebuildPlaces } from "../../catalog/rebuild/install.ts";
import { beginRebuild, type Rebuild } from "../../catalog/rebuild/rebuild.ts";
import type { KnownCollection, RefillResult } from "../../catalog/rebuild/refill.ts";
import { type SourceRow, toSource } from "../../catalog/sources.ts";
import type { LostDocument, RebuildReport, SalvageFacts } from "../../core/catalog-repair.ts";
import type { Source } from "../../core/document.ts";
import { thisMachine } from "../../config/machine.ts";
import type { StatePaths } from "../../config/paths.ts";
import type { Program } from "../../config/program.ts";
import type { Settings } from "../../config/settings.ts";
import { createEmbedder, defaultEmbedderId } from "../../embed/registry.ts";
import type { StampedCollection } from "../../engine/stamped-collections.ts";
import { createTokenizer } from "../../search/tokenizer.ts";
import { type ChromaAccess, openChroma } from "./chroma-access.ts";
import { type FromChroma, refillFromChroma, stillLost } from "./refill-from-chroma.ts";

export interface RebuildRequest {
  readonly paths: StatePaths;
  readonly program: Program;
  readonly settings: Settings;
  readonly withoutChroma: boolean;
  readonly onProgress: (step: string, share: number) => void;
}

/**
 * Makes a new catalog of what can be read of the damaged file, of Chroma, and of what is known of workspaces, and puts it in the place of
 * the damaged one, which is kept. Until then nothing is changed. The caller holds the hub lock.
 * Errors: ENGINE_UNAVAILABLE when Chroma cannot be asked, DISK_FULL.
 */
export async function rebuildCatalog(request: RebuildRequest): Promise<RebuildReport> {
  const { paths, settings, onProgress } = request;
  const places = rebuildPlaces(paths.catalogDirectory);
  const embedder = createEmbedder(defaultEmbedderId, createTokenizer().parts);
  const chroma = request.withoutChroma ? null : await openChroma(request);
  try {
    const stamped = chroma === null ? [] : await stampedCollections(chroma);
    const rebuild = beginRebuild({
      damagedDirectory: places.catalogDirectory,
      workDirectory: places.workDirectory,
      embedder,
      onProgress: (share) => onProgress("reading the damaged file", share),
    });
    try {
      const chosen = await chooseCollections(rebuild, stamped, chroma);
      onProgress("writing the new catalog", 0);
      const refilled = rebuild.refill(chosen);
      const mirror = settings["engine.enabled"] ? settings.mirror : "none";
      const catalog = openCatalog({ directory: places.workDirectory, mirror }, embedder);
      let fromChroma: FromChroma = { documents: 0, notes: 0, unusable: 0, brought: [] };
      try {
        if (chroma !== null) {
          onProgress("asking ChromaDB", 0);
          const sources = knownSources(places.workDirectory);
          const { id: machine } = await thisMachine();
          const { owed } = rebuild;
          const { reader } = chroma;
          const notes = refilled.noteStates;
          fromChroma = await refillFromChroma({ catalog, reader, collections: stamped, owed, machine, sources, notes });
        }
      } finally {
        catalog.close();
      }
      const report = reportOf(places.workDirectory, { refilled, fromChroma, facts: rebuild.facts });
      const keptIn = installRebuilt(places, new Date());
      const { documents, notes, unusable } = fromChroma;
      const told = { wasAsked: chroma !== null, documents, notes, unusable, ofOthers: chosen.ofOthers };
      return { keptIn, ...report, chroma: told };
    } catch (error) {
      discardRebuild(places);
      throw error;
    } finally {
      rebuild.close();
    }
  } finally {
    await chroma?.close();
  }
}

async function stampedCollections({
  reader,
  spaceOf,
}: ChromaAccess): Promise<(StampedCollection & { space: string })[]> {
  const lists = await Promise.all((await reader.databases()).map((database) => reader.collections(database)));
  return lists.flat().map((collection) => ({ ...collection, space: spaceOf(collection.database) }));
}

interface ChosenCollections {
  readonly known: ReadonlyMap<number, KnownCollection>;
  readonly others: readonly KnownCollection[];
  readonly ofOthers: readonly string[];
}

/** Which of Chroma's collections are those that lost their rows: they have the same records. */
async function chooseCollections(
  rebuild: Rebuild,
  stamped: readonly (StampedCollection & { readonly space: string })[],
  chroma: ChromaAccess | null,
): Promise<ChosenCollections> {
  const known = new Map<number, KnownCollection>();
  if (chroma === null) return { known, others: [], ofOthers: [] };
  const left = new Set(
    stamped.filter(({ stamp }) => !rebuild.rowStamps.has(stamp) && !rebuild.owed.dropped.has(stamp)),
  );
  for (const { id, recordIds } of rebuild.nameless) {
    let best: { collection: StampedCollection & { readonly space: string }; count: number } | null = null;
    for (const collection of recordIds.length === 0 ? [] : left) {
      const { ids } = await chroma.reader.records(collection, recordIds);
      if (ids.length > (best?.count ?? 0)) best = { collection, count: ids.length };
    }
    if (best === null) continue;
    known.set(id, best.collection);
    left.delete(best.collection);
  }
  // An external server may be shared: a stamp that this catalog never had is another hub's.
  const isOurs = ({ stamp }: StampedCollection) => chroma.kind === "embedded" || rebuild.stamps.has(stamp);
  const others = [...left].filter(isOurs);
  const ofOthers = [...left].filter((collection) => !isOurs(collection)).map(({ name }) => name);
  return { known, others, ofOthers };
}

function knownSources(directory: string): ReadonlyMap<string, Source> {
  const connection = openConnection({ directory, isReadOnly: true });
  try {
    const sources = connection.prepare<SourceRow>("SELECT * FROM sources").all();
    return new Map(sources.map((row) => [row.key, toSource(row)]));
  } finally {
    connection.close();
  }
}

interface Parts {
  readonly refilled: RefillResult;
  readonly fromChroma: FromChroma;
  readonly facts: SalvageFacts;
}

function reportOf(directory: string, { refilled, fromChroma, facts }: Parts): Omit<RebuildReport, "keptIn" | "chroma"> {
  const lost = stillLost(refilled.lost, fromChroma.brought);
  const files = lost.filter(({ isNote }) => !isNote);
  const isOnDisk = ({ sourcePath, path }: LostDocument) => sourcePath !== null && existsSync(join(sourcePath, path));
  const connection = openConnection({ directory, isReadOnly: true });
  try {
    const count = (sql: string) => connection.prepare<{ n: number }>(`SELECT count(*) AS n FROM ${sql}`).get()?.n ?? 0;
    const roots = connection
      .prepare<{ path: string }>("SELECT DISTINCT path FROM sources WHERE path IS NOT NULL ORDER BY path")
      .all();
    return {
      file: facts,
      collections: count("collections WHERE unloaded_at IS NULL"),
      nameless: refilled.nameless,
      documents: count("documents WHERE file_type <> 'note'"),
      notes: count("documents WHERE file_type = 'note'"),
      lostNotes: lost.filter(({ isNote }) => isNote),
      filesToIngest: files.filter(isOnDisk).length,
      lostFiles: files.filter((file) => !isOnDisk(file)),
      workspaces: roots.map(({ path }) => path).filter((path) => existsSync(path)),
    };
  } finally {
    connection.close();
  }
}
