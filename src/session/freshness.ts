import { lstat } from "node:fs/promises";
import type { Freshness, KnownFile } from "../core/document.ts";
import { systemErrorCode } from "../core/errors.ts";
import type { Hit, PassagePlace } from "../core/search.ts";
import { itemHashOf } from "../reader/companion-files.ts";
import { statWithCompanions } from "../workspace/companion-finder.ts";
import { companionsOf } from "../workspace/companions.ts";
import { ensureCollection, type HeldCollection } from "./collections.ts";
import type { OpenWorkspace, Session } from "./session.ts";

export interface CheckedHit extends Hit {
  readonly freshness: Freshness;
  readonly alsoAt: readonly CheckedPlace[];
}

/** A further place of a passage; its freshness is looked at where it is this session's and the place that is shown is not. */
export interface CheckedPlace extends PassagePlace {
  readonly freshness?: Freshness;
}

/** Reads what is stored of own files, by their place. */
export type KnownOwnFiles = (place: {
  readonly collectionId: string;
  readonly sourceKey: string;
  readonly paths: string[];
}) => Promise<readonly KnownFile[]>;

/** A search must not turn into an ingest: more stale files than this are only marked. */
const maxMended = 50;

/** Each hit with what the disk says of its file now; only files of the session's own places are looked at. */
export async function checkFreshness(places: readonly OpenWorkspace[], hits: readonly Hit[]): Promise<CheckedHit[]> {
  const byFile = new Map<string, Promise<Freshness>>();
  return Promise.all(
    hits.map(async (hit) => {
      if (hit.sourcePath === null) return { ...hit, freshness: "note" };
      const own = places.find((place) => place.source.key === hit.sourceKey);
      if (own === undefined) return { ...hit, freshness: "unverified" };
      const key = fileOf(hit);
      const known = byFile.get(key) ?? freshnessOf(own, hit);
      byFile.set(key, known);
      return { ...hit, freshness: await known };
    }),
  );
}

/**
 * Own files among the further places of hits that show another's: each with what the disk says of it. A passage stands there only as long
 * as the file is what was stored.
 */
export async function checkFurtherPlaces(
  held: readonly HeldCollection[],
  hits: readonly CheckedHit[],
  known: KnownOwnFiles,
): Promise<CheckedHit[]> {
  const isOwn = ({ sourceKey }: PassagePlace) => held.some(({ place }) => place.source.key === sourceKey);
  const open = hits.filter((hit) => !isOwn(hit)).flatMap(({ alsoAt }) => alsoAt.filter(isOwn));
  const states = new Map<string, Freshness>();
  for (const { collection, place } of held) {
    const inPlace = open.filter((at) => at.sourceKey === place.source.key && at.collection === collection.name);
    const paths = [...new Set(inPlace.map(({ path }) => path))];
    if (paths.length === 0) continue;
    const files = await known({ collectionId: collection.id, sourceKey: place.source.key, paths });
    for (const file of files)
      states.set(
        fileOf({ collection: collection.name, sourceKey: place.source.key, path: file.path }),
        await freshnessOf(place, file),
      );
  }
  if (states.size === 0) return [...hits];
  return hits.map((hit) => {
    if (isOwn(hit)) return hit;
    const alsoAt = hit.alsoAt.map((at) => {
      const freshness = states.get(fileOf(at));
      return freshness === undefined ? at : { ...at, freshness };
    });
    return { ...hit, alsoAt };
  });
}

/** Ingests the files of changed and deleted hits again; returns their paths. A file that cannot be read again keeps its mark. */
export async function mendStale(
  session: Session,
  found: { readonly places: readonly OpenWorkspace[]; readonly hits: readonly CheckedHit[] },
  signal?: AbortSignal,
): Promise<string[]> {
  const places: readonly CheckedPlace[] = found.hits.flatMap((hit) => [hit, ...hit.alsoAt]);
  const stale = places.filter(({ freshness }) => freshness === "changed" || freshness === "deleted");
  const mended: string[] = [];
  for (const [name, hits] of Map.groupBy(stale, (hit) => hit.collection)) {
    for (const place of found.places) {
      const own = hits.filter((hit) => hit.sourceKey === place.source.key);
      const paths = [...new Set(own.map((hit) => hit.path))].slice(0, maxMended);
      if (paths.length > 0) await ingestAgain(session, { name, place, paths }, signal);
      mended.push(...paths);
    }
  }
  return mended;
}

async function ingestAgain(
  session: Session,
  { name, place, paths }: { name: string; place: OpenWorkspace; paths: readonly string[] },
  signal: AbortSignal | undefined,
): Promise<void> {
  const collection = await ensureCollection(session, name, { kind: "any" });
  const request = { collection, sourceKey: place.source.key, paths };
  await (await session.ingester()).paths(request, { signal });
}

function fileOf({ collection, sourceKey, path }: Pick<PassagePlace, "collection" | "sourceKey" | "path">): string {
  return [collection, sourceKey, path].join("\0");
}

/** What the disk says of a file now, and of what was one item with it: their entries where these prove it, else the bytes. */
export async function freshnessOf(
  { workspace }: OpenWorkspace,
  hit: Pick<KnownFile, "path" | "stat" | "contentHash">,
): Promise<Freshness> {
  try {
    const now = statWithCompanions(workspace.root, hit.path, companionsOf(hit.stat));
    if (now.signature === hit.stat.signature) return "fresh";
    // The times moved, or were too close to the reading to prove anything: the bytes decide.
    if (now.sizeBytes !== hit.stat.sizeBytes) return "changed";
    return hashItem(workspace, hit) === hit.contentHash ? "fresh" : "changed";
  } catch (error) {
    const code = systemErrorCode(error);
    if (code !== "ENOENT" && code !== "ENOTDIR") return "changed";
    // Without its directory nothing can be said of a file: it may live on under another name.
    return (await isThere(workspace.root)) ? "deleted" : "unverified";
  }
}

async function isThere(directory: string): Promise<boolean> {
  return lstat(directory).then(
    () => true,
    () => false,
  );
}

function hashItem(workspace: OpenWorkspace["workspace"], { path, stat }: Pick<KnownFile, "path" | "stat">): string {
  using file = workspace.openInside(path);
  return itemHashOf(file, { root: workspace.root, path }, companionsOf(stat));
}
