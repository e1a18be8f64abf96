import { lstatSync } from "node:fs";
import { join } from "node:path";
import type { FileStat } from "../core/document.ts";
import { statChecked } from "./checked-file.ts";
import {
  companionPath,
  findPhotoItems,
  isBroken,
  itemsWithout,
  photoPartOf,
  withCompanions,
  type CompanionEnding,
  type PhotoItems,
} from "./companions.ts";
import { createBreather, listDirectory } from "./directory-listing.ts";
import { fileStat } from "./file-stat.ts";
import { createSkipCheck } from "./skip-check.ts";
import type { Workspace } from "./workspace.ts";

/** Looks up to which item single files belong, as a scan would find it. */
export interface CompanionFinder {
  /**
   * Endings of the photo's companions; none where it is a companion itself, or no photo. `stored`: those that were stored with it, which
   * may name what turned out to be no picture: then it is not the photo of its name now either.
   */
  companions(path: string, stored?: readonly CompanionEnding[]): Promise<readonly CompanionEnding[]>;
  /** The photo that the file is a companion of; null: none. */
  photoOf(path: string): Promise<string | null>;
  /** Pictures and sidecars of the same name up to the ending that are there; the path itself need not be. */
  namesakes(path: string): Promise<readonly string[]>;
}

/**
 * For one run: each directory that is asked of is listed once. What stands there decides, whatever is asked for of it. Never rejects: in a
 * directory that cannot be listed, nothing belongs together.
 */
export function createCompanionFinder(workspace: Workspace): CompanionFinder {
  const skipReason = createSkipCheck(workspace);
  const listings = new Map<string, Promise<ReadonlyMap<string, readonly string[]>>>();
  const items = new Map<string, Promise<PhotoItems>>();
  const canBePhoto = (path: string): boolean => isFilled(join(workspace.root, path));
  const partsOf = async (stem: string): Promise<readonly string[]> => {
    const directory = stem.slice(0, Math.max(0, stem.lastIndexOf("/")));
    const listing = listings.get(directory) ?? partsByStem(workspace.root, directory);
    listings.set(directory, listing);
    const parts: string[] = [];
    for (const path of (await listing).get(stem) ?? []) if ((await skipReason(path)) === null) parts.push(path);
    return parts;
  };
  const itemOf = async (stem: string): Promise<PhotoItems> => findPhotoItems(await partsOf(stem), canBePhoto);
  const lookUp = async (path: string): Promise<PhotoItems | null> => {
    const part = photoPartOf(path);
    if (part === null) return null;
    const known = items.get(part.stem) ?? itemOf(part.stem);
    items.set(part.stem, known);
    return known;
  };
  return {
    companions: async (path, stored = []) => {
      const found = await lookUp(path);
      const own = found?.companions.get(path) ?? [];
      const photo = found?.photoOf.get(path);
      if (photo === undefined || !stored.some(isBroken)) return own;
      return endingsWithout(photo, found?.companions.get(photo) ?? [], { path, stored }) ?? own;
    },
    photoOf: async (path) => (await lookUp(path))?.photoOf.get(path) ?? null,
    namesakes: async (path) => {
      const part = photoPartOf(path);
      return part === null ? [] : await partsOf(part.stem);
    },
  };
}

/** The endings that an item has whose photo, and those after it, are the broken ones of its stored endings; null: it is no item then. */
function endingsWithout(
  photo: string,
  companions: readonly CompanionEnding[],
  { path, stored }: { readonly path: string; readonly stored: readonly CompanionEnding[] },
): readonly CompanionEnding[] | null {
  const broken = new Set(stored.filter(isBroken).map((ending) => companionPath(path, ending)));
  const open: (readonly [string, readonly CompanionEnding[]])[] = [[photo, companions]];
  for (let next = open.shift(); next !== undefined; next = open.shift()) {
    if (next[0] === path) return next[1];
    if (broken.has(next[0])) open.push(...itemsWithout(...next));
  }
  return null;
}

/** The stat of a photo with that of its companions, as a scan gives it; one that is gone is left out. Errors: those of `statChecked` for the photo. */
export function statWithCompanions(root: string, path: string, endings: readonly CompanionEnding[]): FileStat {
  const companions = endings.flatMap((ending) => {
    try {
      return [{ ending, signature: fileStat(statChecked(companionPath(path, ending), root)).signature }];
    } catch {
      return [];
    }
  });
  return withCompanions(fileStat(statChecked(path, root)), companions);
}

/** Regular files of a directory that may be parts of photos, by stem. */
async function partsByStem(root: string, directory: string): Promise<ReadonlyMap<string, readonly string[]>> {
  const parts = new Map<string, string[]>();
  const absolute = join(root, directory);
  const entries = await listDirectory(absolute, { isSlow: false, breather: createBreather() }).catch(() => []);
  for (const { name, kind } of entries) {
    const part = kind === "file" ? photoPartOf(directory === "" ? name : `${directory}/${name}`) : null;
    if (part === null) continue;
    const known = parts.get(part.stem);
    if (known === undefined) parts.set(part.stem, [part.path]);
    else known.push(part.path);
  }
  return parts;
}

function isFilled(absolute: string): boolean {
  return (lstatSync(absolute, { throwIfNoEntry: false })?.size ?? 0) > 0;
}
