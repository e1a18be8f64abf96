import type { Category, SkipReason } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import {
  companionPath,
  findPhotoItems,
  isBroken,
  mayBeCompanion,
  pathsOfItem,
  photoPartOf,
} from "../workspace/companions.ts";
import { scanWorkspace, type ScanEntry } from "../workspace/scanner.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { ReadLimits } from "../reader/document-reader.ts";
import { fileTypeOf } from "../extract/registry.ts";
import { categoryOf } from "../reader/fingerprint.ts";
import { sizeReason } from "../reader/size-reason.ts";
import { apart, asItems, type FoundFile, type FoundItems } from "./photo-items.ts";
import type { HasContent, IngestProgress, Selection } from "./requests.ts";

export interface SelectRequest extends Selection {
  readonly workspace: Workspace;
  readonly includeContent: boolean;
  readonly hasContent?: HasContent;
  readonly limits: ReadLimits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

/**
 * What a scan found, sorted into what is taken and what is not. Paths are relative to the workspace's root. `files` are to be taken, in the
 * order of the scan; `maxFiles` is not applied yet, because a file may turn out to be no text. Items are of chosen photos only.
 */
export interface SelectedFiles extends FoundItems {
  /** Relative path of the scanned directory; "" is the root. */
  readonly directory: string;
  readonly recursive: boolean;
  /** Left out although they are there (filtered, with content, unreadable): what is stored of them stays. */
  readonly kept: ReadonlySet<string>;
  /** Directories that could not be listed: what is stored of anything below stays. */
  readonly unreadable: readonly string[];
  /** Files and directories that are there and must not be indexed (ignored, secret, too large, links ...). */
  readonly refused: ReadonlySet<string>;
  /** Names that were looked at. */
  readonly scanned: number;
}

const progressEvery = 500;

/** Relative path of a directory of the workspace. Errors: those of `workspace.resolve`, PATH_WRONG_KIND for a file. */
async function requireDirectory(workspace: Workspace, input: string): Promise<string> {
  const resolved = await workspace.resolve(input);
  if (resolved.kind === "file") {
    throw new CommonsError("PATH_WRONG_KIND", `${input} is a file, not a directory.`, {
      hint: "Use ingest_file for a single file.",
    });
  }
  return requireOwn(workspace, resolved.root, { input, relative: resolved.relative });
}

/** Documents of one source lie in one directory: an allowed directory is a source of its own, opened as its own workspace. */
export function requireOwn(workspace: Workspace, root: string, path: { input: string; relative: string }): string {
  if (root === workspace.root) return path.relative;
  throw new CommonsError(
    "PATH_OUTSIDE_WORKSPACE",
    `${path.input} lies in the allowed directory ${root}, not in the workspace.`,
    {
      hint: "Ingest it from a session of that directory.",
      details: { path: path.input, root },
    },
  );
}

/**
 * Scans a directory and applies categories, extensions and the limits of size; every file that is not taken goes to `onSkip`, but for what is
 * one item with a photo that is taken: `skipCompanions` tells it. What is one item is so whatever was chosen, and it is taken when a part of it
 * was. Where only names are stored, each name counts.
 */
export async function selectFiles(
  request: SelectRequest,
  onSkip: (path: string, reason: SkipReason) => void,
): Promise<SelectedFiles> {
  const isWanted = filterOf(request);
  const directory = await requireDirectory(request.workspace, request.directory);
  const found: FoundFile[] = [];
  // Not taken themselves, and yet what photos that are taken go with.
  const beside: (FoundFile & { readonly reason: SkipReason })[] = [];
  // Parts of photos that were not chosen, and may be of one that is.
  const unchosen = new Set<string>();
  const kept = new Set<string>();
  const unreadable: string[] = [];
  const refused = new Set<string>();
  let scanned = 0;
  const takeSkipped = (entry: ScanEntry & { kind: "skipped" }): void => {
    onSkip(entry.path, entry.reason);
    if (entry.reason === "unreadable" && entry.isDirectory) unreadable.push(entry.path);
    else if (entry.reason === "unreadable") kept.add(entry.path);
    else if (entry.reason !== "vanished") refused.add(entry.path);
  };
  const refuse = (path: string, reason: SkipReason): void => {
    onSkip(path, reason);
    (reason === "filtered" || reason === "has-content" ? kept : refused).add(path);
  };
  const scanOptions = {
    directory,
    recursive: request.recursive,
    ...(request.signal === undefined ? {} : { signal: request.signal }),
  };
  for await (const entry of scanWorkspace(request.workspace, scanOptions)) {
    if (++scanned % progressEvery === 0)
      request.onProgress?.({ phase: "scan", scanned, done: 0, total: null, path: entry.path });
    if (entry.kind === "skipped") {
      takeSkipped(entry);
      continue;
    }
    const isChosen = isWanted(entry.path);
    const reason = isChosen || photoPartOf(entry.path) !== null ? reasonToRefuse(entry, request) : "filtered";
    const file = { path: entry.path, stat: entry.stat };
    if (reason === null) found.push(file);
    else if (mayBeCompanion(entry.path)) beside.push({ ...file, reason: isChosen ? reason : "filtered" });
    else refuse(entry.path, isChosen ? reason : "filtered");
    if (!isChosen && reason === null) unchosen.add(entry.path);
  }
  const items = request.includeContent ? asItems(found, beside) : apart(found);
  const chosen = chooseItems(items, { unchosen, isWanted, leaveOut: refuse });
  for (const { path, reason } of beside) if (!items.photoOf.has(path)) refuse(path, reason);
  const files = withoutContent(chosen, request, refuse);
  const { companions, photoOf, stats } = items;
  return {
    directory,
    recursive: request.recursive,
    files,
    companions,
    photoOf,
    stats,
    kept,
    unreadable,
    refused,
    scanned,
  };
}

/** The items of which a part was chosen; all of the others is left out. */
function chooseItems(
  { files, companions }: FoundItems,
  by: {
    readonly unchosen: ReadonlySet<string>;
    readonly isWanted: (path: string, paths: readonly string[]) => boolean;
    readonly leaveOut: (path: string, reason: SkipReason) => void;
  },
): FoundFile[] {
  return files.filter(({ path }) => {
    if (!by.unchosen.has(path)) return true;
    const paths = pathsOfItem(path, companions.get(path) ?? []);
    if (by.isWanted(path, paths)) return true;
    for (const each of paths) by.leaveOut(each, "filtered");
    return false;
  });
}

/** The files that no other scope stores with their content. */
function withoutContent(
  files: readonly FoundFile[],
  { hasContent, limits }: SelectRequest,
  leaveOut: (path: string, reason: SkipReason) => void,
): readonly FoundFile[] {
  if (hasContent === undefined) return files;
  const sizes = new Map(files.map(({ path, stat }) => [path, stat.sizeBytes]));
  const items = findPhotoItems(sizes.keys(), (path) => sizeReason(path, sizes.get(path) ?? 0, limits) === null);
  return files.filter(({ path }) => {
    const photo = items.photoOf.get(path) ?? path;
    if (!hasContent(photo, pathsOfItem(photo, items.companions.get(photo) ?? []))) return true;
    leaveOut(path, "has-content");
    return false;
  });
}

/** Tells what is one item with a photo that is taken. */
export function skipCompanions(
  { files, companions }: Pick<SelectedFiles, "companions"> & { readonly files: readonly Pick<FoundFile, "path">[] },
  onSkip: (path: string, reason: SkipReason) => void,
): void {
  if (companions.size === 0) return;
  for (const { path } of files)
    for (const ending of companions.get(path) ?? [])
      onSkip(companionPath(path, ending), isBroken(ending) ? "damaged" : "companion");
}

/** Whether a stored path lies in what was scanned. */
export function isInScope(selected: Pick<SelectedFiles, "directory" | "recursive">, path: string): boolean {
  const prefix = selected.directory === "" ? "" : `${selected.directory}/`;
  return path.startsWith(prefix) && (selected.recursive || !path.slice(prefix.length).includes("/"));
}

/** Whether the path itself or a directory above it is in the set. */
export function isCovered(places: { has(path: string): boolean }, path: string): boolean {
  for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1)) {
    if (places.has(path.slice(0, end))) return true;
  }
  return places.has("");
}

/** What a file's name and size say against it. */
function reasonToRefuse(file: FoundFile, request: SelectRequest): SkipReason | null {
  // Only names are stored: of any file, however large.
  if (!request.includeContent) return null;
  return sizeReason(file.path, file.stat.sizeBytes, request.limits);
}

/**
 * Whether a path is of the chosen categories, and it, or one of the paths that are one item with it, of the chosen extensions. Errors:
 * INPUT_INVALID as of `Selection`.
 */
export function filterOf(
  selection: Pick<Selection, "categories" | "extensions">,
): (path: string, paths?: readonly string[]) => boolean {
  requireEntries("categories", selection.categories);
  requireEntries("extensions", selection.extensions);
  const categories = new Set<Category>(selection.categories);
  const endings = selection.extensions?.map((extension) => `.${withoutDot(extension)}`) ?? [];
  return (path, paths = [path]) => {
    // What a name does not tell, the content will: see mirrorFile.
    if (categories.size > 0 && fileTypeOf(path) !== null && !categories.has(categoryOf(path))) return false;
    if (endings.length === 0) return true;
    const folded = paths.map((each) => each.toLowerCase());
    return endings.some((ending) => folded.some((each) => each.endsWith(ending)));
  };
}

/** An empty list would mean all files to one reader and none to another. */
function requireEntries(name: "categories" | "extensions", entries: readonly string[] | undefined): void {
  if (entries === undefined || (entries.length > 0 && entries.every((entry) => withoutDot(entry) !== ""))) return;
  const example = name === "extensions" ? "ts, md" : "code, documents";
  throw new CommonsError("INPUT_INVALID", `${name} is empty or has an empty entry.`, {
    hint: `Leave ${name} out to take all files, or name some, for example ${example}.`,
  });
}

function withoutDot(extension: string): string {
  return extension
    .trim()
    .toLowerCase()
    .replace(/^\*?\./, "");
}
