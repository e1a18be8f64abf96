import type { FileStat } from "../core/document.ts";
import { companionPath, findPhotoItems, withCompanions, type PhotoItems } from "../workspace/companions.ts";

/** A file as a scan found it. */
export interface FoundFile {
  readonly path: string;
  readonly stat: FileStat;
}

type Items = PhotoItems & { readonly files: readonly FoundFile[] };

/** Each file for itself. */
export function apart(found: readonly FoundFile[]): Items {
  return { files: found, companions: new Map(), photoOf: new Map() };
}

/** Files without those that are one item with a photo among them, whose stat tells of these as well. In the order that they came in. */
export function asItems(found: readonly FoundFile[], beside: readonly FoundFile[]): Items {
  const ownPlace = new Set<string>();
  for (const { path } of beside) ownPlace.add(path);
  const items = findPhotoItems(pathsOf(found, beside), (path) => !ownPlace.has(path));
  const { companions, photoOf } = items;
  if (companions.size === 0) return { ...items, files: found };
  const stats = new Map<string, FileStat>();
  for (const files of [found, beside]) for (const { path, stat } of files) if (photoOf.has(path)) stats.set(path, stat);
  const files: FoundFile[] = [];
  for (const file of found) {
    if (photoOf.has(file.path)) continue;
    const endings = companions.get(file.path);
    files.push(endings === undefined ? file : { path: file.path, stat: statOfItem(file, endings, stats) });
  }
  return { ...items, files };
}

function statOfItem(photo: FoundFile, endings: readonly string[], stats: ReadonlyMap<string, FileStat>): FileStat {
  const companions = endings.flatMap((ending) => {
    const stat = stats.get(companionPath(photo.path, ending));
    return stat === undefined ? [] : [{ ending, signature: stat.signature }];
  });
  return withCompanions(photo.stat, companions);
}

function* pathsOf(...lists: readonly (readonly FoundFile[])[]): Generator<string> {
  for (const list of lists) for (const { path } of list) yield path;
}
