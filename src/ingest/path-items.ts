import type { KnownFile } from "../core/document.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { isNameOnly } from "../reader/fingerprint.ts";
import type { CompanionFinder } from "../workspace/companion-finder.ts";
import { companionPath, companionsOf, mayBeCompanion, type CompanionEnding } from "../workspace/companions.ts";
import type { PathsRequest } from "./requests.ts";

const pathsPerCall = 500;

/** Paths to look at one by one, with what is one item with them. */
export interface PathItems {
  readonly paths: readonly string[];
  /** What is stored of them. */
  readonly known: ReadonlyMap<string, KnownFile>;
  /** Endings of its companions, by the path of the photo. */
  readonly companions: ReadonlyMap<string, readonly CompanionEnding[]>;
  /** Paths of files that are one item with a photo: no documents of their own. */
  readonly belonging: ReadonlySet<string>;
}

/**
 * A changed sidecar is a change of its photo; a photo that came takes its companions out of the collection, and one that went leaves them
 * there as items of their own. Files of which only names are stored stand for themselves. Errors: the target's.
 */
export async function pathsWithItems(
  { paths: given, includeContent }: Pick<PathsRequest, "paths" | "includeContent">,
  target: DocumentTarget,
  finder: CompanionFinder,
): Promise<PathItems> {
  const paths = new Set(given);
  const companions = new Map<string, readonly CompanionEnding[]>();
  const belonging = new Set<string>();
  if (includeContent === false) {
    const known = await loadKnownPaths(target, [...paths]);
    return { paths: [...paths], known, companions, belonging };
  }
  const namesakes: string[] = [];
  for (const path of given.filter(mayBeCompanion)) {
    const photo = await finder.photoOf(path);
    if (photo !== null) paths.add(photo);
    // It may be gone, and what is stored is a photo with it.
    else namesakes.push(...(await finder.namesakes(path)));
  }
  for (const path of (await loadKnownPaths(target, namesakes)).keys()) paths.add(path);
  const before = await loadKnownPaths(target, [...paths]);
  for (const { path, stat } of before.values())
    for (const ending of companionsOf(stat)) paths.add(companionPath(path, ending));
  for (const path of before.keys()) {
    // It stands for a photo that was no picture, or came before its photo.
    const photo = await finder.photoOf(path);
    if (photo !== null) paths.add(photo);
  }
  // A set may grow under way: companions have none themselves.
  for (const path of paths) for (const ending of await finder.companions(path)) paths.add(companionPath(path, ending));
  const isNames = (file: KnownFile | undefined): boolean =>
    includeContent === undefined && file !== undefined && isNameOnly(file.fingerprint);
  const known = await loadKnownPaths(target, [...paths]);
  for (const path of paths) {
    if (isNames(known.get(path))) continue;
    const photo = await finder.photoOf(path);
    if (photo !== null) belonging.add(path);
    else companions.set(path, await finder.companions(path));
  }
  return { paths: [...paths], known, companions, belonging };
}

export async function loadKnownPaths(
  target: Pick<DocumentTarget, "knownPaths">,
  paths: readonly string[],
): Promise<Map<string, KnownFile>> {
  const known = new Map<string, KnownFile>();
  for (let at = 0; at < paths.length; at += pathsPerCall) {
    for (const file of await target.knownPaths(paths.slice(at, at + pathsPerCall))) known.set(file.path, file);
  }
  return known;
}
