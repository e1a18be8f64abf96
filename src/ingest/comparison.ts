import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { KnownFile } from "../core/document.ts";
import { systemErrorCode } from "../core/errors.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { fingerprintOf } from "../reader/fingerprint.ts";
import { companionsOf, pathsOfItem } from "../workspace/companions.ts";
import { loadKnown } from "./mirror.ts";
import { withoutOldStrangers } from "./new-files.ts";
import { asStored } from "./photo-items.ts";
import type { DirectoryRequest } from "./requests.ts";
import { isCovered, isInScope, selectFiles, type SelectedFiles } from "./select-files.ts";

/** What a comparison needs of an ingest's request: it opens no file. */
export type ComparisonRequest = Omit<DirectoryRequest, "reader" | "onSkip">;

type SelectedFile = SelectedFiles["files"][number];

/** What is stored of a directory beside what stands in it. */
export interface Comparison {
  /** What is stored of the selected directory, by path. */
  readonly known: ReadonlyMap<string, KnownFile>;
  /** Stored files that are gone or may no longer be indexed. */
  readonly vanished: readonly KnownFile[];
  /** Files that are there and to be looked at, in the order of the scan. */
  readonly files: readonly SelectedFile[];
  /** Endings of the companions of photos, by path: of what stands for a broken photo as well. */
  readonly companions: SelectedFiles["companions"];
}

/** Compares what was selected with what the target holds. Errors: the target's, WORKSPACE_REFUSED and the like when the root is gone. */
export async function compareWithStored(
  request: ComparisonRequest,
  found: SelectedFiles,
  target: Pick<DocumentTarget, "known">,
): Promise<Comparison> {
  const known = await loadKnown(target, (path) => isInScope(found, path), request.signal);
  const selected = asStored(found, known);
  const { companions } = selected;
  const vanished = await findVanished(request, selected, known);
  const { newSinceMs = null } = request;
  const { root } = request.workspace;
  const files =
    newSinceMs === null
      ? selected.files
      : await withoutOldStrangers(selected.files, { root, known, companions, vanished, newSinceMs });
  return { known, vanished, files, companions };
}

/**
 * Whether an ingest of the request has anything to read or to remove. `isSame` decides of stored files whose entry differs; a file's
 * bytes may be the stored ones all the same. Errors: those of `ingestDirectory`.
 */
export async function hasChanges(
  request: ComparisonRequest,
  target: Pick<DocumentTarget, "known">,
  isSame: (file: KnownFile) => Promise<boolean>,
): Promise<boolean> {
  const selected = await selectFiles(request, () => undefined);
  const { known, vanished, files, companions } = await compareWithStored(request, selected, target);
  if (vanished.length > 0) return true;
  for (const file of files) {
    const stored = known.get(file.path);
    // What belongs to a photo has no document of its own.
    if (pathsOfItem(file.path, companions.get(file.path) ?? []).some((path) => path !== file.path && known.has(path)))
      return true;
    if (stored === undefined || !isCurrent(stored, request)) return true;
    // A photo's own bytes do not tell that something came to it.
    if (companionsOf(stored.stat).join() !== companionsOf(file.stat).join()) return true;
    if (!isUnchanged(file, known, request) && !(await isSame(stored))) return true;
  }
  return false;
}

/** Whether a file has neither changed nor was made by an older extractor or chunker. */
export function isUnchanged(
  { path, stat }: SelectedFile,
  known: ReadonlyMap<string, KnownFile>,
  request: Pick<DirectoryRequest, "includeContent">,
): boolean {
  const stored = known.get(path);
  return stored?.stat.signature === stat.signature && isCurrent(stored, request);
}

function isCurrent(stored: KnownFile, { includeContent }: Pick<DirectoryRequest, "includeContent">): boolean {
  return stored.fingerprint === fingerprintOf(stored.path, stored.contentHash, includeContent);
}

/** Stored files of the scope that are gone or may no longer be indexed. What is there and was only not chosen, stays. */
async function findVanished(
  request: ComparisonRequest,
  selected: SelectedFiles,
  known: ReadonlyMap<string, KnownFile>,
): Promise<KnownFile[]> {
  const taken = new Set(selected.files.map((file) => file.path));
  const unreadable = new Set(selected.unreadable);
  const vanished: KnownFile[] = [];
  for (const file of known.values()) {
    if (taken.has(file.path) || selected.kept.has(file.path) || isCovered(unreadable, file.path)) continue;
    // It leaves when its photo is stored with it.
    if (selected.photoOf.has(file.path)) continue;
    if (isCovered(selected.refused, file.path) || (await isGone(join(request.workspace.root, file.path))))
      vanished.push(file);
  }
  // Where the workspace itself was moved away, no file of it was deleted: this throws.
  if (vanished.length > 0) await request.workspace.resolve(".");
  return vanished;
}

/** The scan may have missed a file that came in between: only what is not there is removed. */
async function isGone(absolute: string): Promise<boolean> {
  try {
    return !(await lstat(absolute)).isFile();
  } catch (thrown) {
    const code = systemErrorCode(thrown);
    return code === "ENOENT" || code === "ENOTDIR";
  }
}
