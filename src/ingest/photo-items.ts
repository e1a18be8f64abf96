import type { FileStat, KnownFile } from "../core/document.ts";
import { fingerprintOf } from "../reader/fingerprint.ts";
import {
  companionPath,
  companionsOf,
  findPhotoItems,
  isBroken,
  itemsWithout,
  ownStat,
  withCompanions,
  type CompanionEnding,
  type PhotoItems,
} from "../workspace/companions.ts";

/** A file as a scan found it. */
export interface FoundFile {
  readonly path: string;
  readonly stat: FileStat;
}

/** Files, and what is one item with some of them. */
export interface FoundItems extends PhotoItems {
  readonly files: readonly FoundFile[];
  /** Of companions, by path. */
  readonly stats: ReadonlyMap<string, FileStat>;
}

/** Each file for itself. */
export function apart(found: readonly FoundFile[]): FoundItems {
  return { files: found, companions: new Map(), photoOf: new Map(), stats: new Map() };
}

/** Files without those that are one item with a photo among them, whose stat tells of these as well. In the order that they came in. */
export function asItems(found: readonly FoundFile[], beside: readonly FoundFile[]): FoundItems {
  const ownPlace = new Set<string>();
  for (const { path } of beside) ownPlace.add(path);
  const items = findPhotoItems(pathsOf(found, beside), (path) => !ownPlace.has(path));
  const { companions, photoOf } = items;
  const stats = new Map<string, FileStat>();
  if (companions.size === 0) return { ...items, files: found, stats };
  for (const files of [found, beside]) for (const { path, stat } of files) if (photoOf.has(path)) stats.set(path, stat);
  const files: FoundFile[] = [];
  for (const file of found) {
    if (photoOf.has(file.path)) continue;
    const endings = companions.get(file.path);
    files.push(endings === undefined ? file : { path: file.path, stat: statOfItem(file, endings, stats) });
  }
  return { ...items, files, stats };
}

/**
 * The items as they are stored where what would be the photo was found to be no picture: then the next of the name stands for it, until
 * one of them changes. All are as they were when it was read, so nothing of them has to be read again.
 */
export function asStored<T extends FoundItems>(found: T, known: ReadonlyMap<string, KnownFile>): T {
  const stored = new Map<string, string[]>();
  for (const [path, photo] of found.photoOf) {
    const file = known.get(path);
    if (file === undefined || known.has(photo) || !companionsOf(file.stat).some(isBroken)) continue;
    stored.set(photo, [...(stored.get(photo) ?? []), path]);
  }
  if (stored.size === 0) return found;
  const [companions, photoOf, stats] = [new Map(found.companions), new Map(found.photoOf), new Map(found.stats)];
  const files: FoundFile[] = [];
  for (const file of found.files) {
    const stands = stored.has(file.path) ? standIns(file, found, known) : null;
    if (stands === null) {
      files.push(file);
      continue;
    }
    for (const path of stored.get(file.path) ?? []) photoOf.delete(path);
    companions.delete(file.path);
    for (const item of stands) {
      photoOf.delete(item.path);
      companions.set(item.path, companionsOf(item.stat));
      for (const ending of companionsOf(item.stat)) photoOf.set(companionPath(item.path, ending), item.path);
      files.push(item);
    }
    stats.set(file.path, ownStat(file.stat));
  }
  return { ...found, files, companions, photoOf, stats };
}

/** The items that are stored in the place of a photo; null: one of them is not what is stored. */
function standIns(photo: FoundFile, found: FoundItems, known: ReadonlyMap<string, KnownFile>): FoundFile[] | null {
  const endings = found.companions.get(photo.path) ?? [];
  const stats = new Map(endings.map((ending) => [ending, found.stats.get(companionPath(photo.path, ending))]));
  const statOf = (path: string): FileStat | undefined =>
    path === photo.path ? ownStat(photo.stat) : found.stats.get(path);
  const broken = new Set<string>();
  for (const ending of stats.keys())
    for (const each of companionsOf(known.get(companionPath(photo.path, ending))?.stat ?? photo.stat))
      if (isBroken(each)) broken.add(companionPath(photo.path, each));
  const items: FoundFile[] = [];
  const open: [string, readonly CompanionEnding[]][] = [[photo.path, endings]];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    const [path, companions] = next;
    if (broken.has(path)) {
      open.push(...itemsWithout(path, companions));
      continue;
    }
    const own = statOf(path);
    if (own === undefined) return null;
    const signed = companions.flatMap((ending) => {
      const stat = statOf(companionPath(path, ending));
      return stat === undefined ? [] : [{ ending, signature: stat.signature }];
    });
    const item = { path, stat: withCompanions(own, signed) };
    const file = known.get(path);
    const isSame =
      file?.stat.signature === item.stat.signature && file.fingerprint === fingerprintOf(path, file.contentHash, true);
    if (!isSame) return null;
    items.push(item);
  }
  return items;
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
