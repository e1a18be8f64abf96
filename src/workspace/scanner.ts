import type { Dirent } from "node:fs";
import { lstat, readdir, realpath } from "node:fs/promises";
import { join } from "node:path";
import type { FileStat, SkipReason } from "../core/document.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { fileStat } from "./file-stat.ts";
import { rulesFor, type DirectoryRules } from "./ignore-rules.ts";
import { isSecretName } from "./secret-names.ts";
import { isInside, type Workspace } from "./workspace.ts";

/** What the scanner says of one name. Paths are relative to the workspace's root, with forward slashes. */
export type ScanEntry =
  | { readonly kind: "file"; readonly path: string; readonly stat: FileStat }
  /** `isDirectory`: nothing below it was looked at. */
  | { readonly kind: "skipped"; readonly path: string; readonly reason: SkipReason; readonly isDirectory: boolean };

export interface ScanOptions {
  /** Relative to the workspace's root; "" is the root. */
  readonly directory: string;
  readonly recursive: boolean;
  readonly signal?: AbortSignal;
}

interface Scan extends ScanOptions {
  readonly workspace: Workspace;
}

// Node does file system calls in four threads; more calls at once only queue there.
const statsAtOnce = 16;
const directoriesAhead = 6;

/**
 * Walks a directory without reading a file, in the order of the names. Links are never followed, so there are no loops:
 * one that leads inside (its target is found under its own name) or nowhere is skipped as "ignored", one that leads out as
 * "symlink-outside". Pipes, sockets and devices are "special-file", directories that cannot be listed "unreadable", names
 * that are no UTF-8 "invalid-name". Errors: PATH_NOT_FOUND when the directory is gone, CANCELLED.
 */
export async function* scanWorkspace(workspace: Workspace, options: ScanOptions): AsyncGenerator<ScanEntry> {
  const scan: Scan = { ...options, workspace };
  const parent = options.directory.split("/").slice(0, -1).join("/");
  const above = await rulesFor(workspace, parent);
  if (options.directory !== "" && isLeftOut(above, options.directory, { isDirectory: true })) {
    yield { kind: "skipped", path: options.directory, reason: "ignored", isDirectory: true };
    return;
  }
  await readdir(join(workspace.root, options.directory)).catch((cause: unknown) => {
    throw new CommonsError(
      "PATH_NOT_FOUND",
      `${options.directory || "."} cannot be listed (${systemErrorCode(cause) ?? "error"}).`,
      { cause },
    );
  });
  const listing = await list(scan, options.directory, above);
  throwIfCancelled(options.signal);
  yield* walk(scan, listing);
}

/** Why a single file would not be taken, by its name and place alone; null when it would. Each directory's rules are read once. */
export function createSkipCheck(workspace: Workspace): (path: string) => Promise<SkipReason | null> {
  const rulesByDirectory = new Map<string, Promise<DirectoryRules>>();
  return async (path) => {
    const parts = path.split("/");
    if (path.includes("\0") || parts.some((part) => part === "" || part === "." || part === ".."))
      return "invalid-name";
    const directory = parts.slice(0, -1).join("/");
    const rules = rulesByDirectory.get(directory) ?? rulesFor(workspace, directory);
    rulesByDirectory.set(directory, rules);
    if (parts.includes(".git") || (await rules).isIgnored(path, false)) return "ignored";
    return isSecretName(parts.at(-1) ?? "") ? "secret" : null;
  };
}

/** A listed directory: its entries in order, and the rules that hold in it. Never rejects: what fails is an entry. */
interface Listing {
  readonly found: readonly Found[];
  readonly rules: DirectoryRules;
}

async function* walk(scan: Scan, listing: Listing): AsyncGenerator<ScanEntry> {
  const directories = scan.recursive ? listing.found.filter((each) => each.kind === "directory") : [];
  const started: Promise<Listing>[] = [];
  let nextDirectory = 0;
  for (const each of listing.found) {
    throwIfCancelled(scan.signal);
    if (each.kind !== "directory") {
      yield each;
      continue;
    }
    if (!scan.recursive) continue;
    // The next directories are listed while this one is walked: small directories would leave the disk idle in between.
    for (const ahead of directories.slice(started.length, nextDirectory + directoriesAhead)) {
      started.push(list(scan, ahead.path, listing.rules));
    }
    const inner = await started[nextDirectory++];
    throwIfCancelled(scan.signal);
    if (inner !== undefined) yield* walk(scan, inner);
  }
}

type Found = ScanEntry | { readonly kind: "directory"; readonly path: string };

async function list(scan: Scan, directory: string, above: DirectoryRules): Promise<Listing> {
  if (scan.signal?.aborted) return { found: [], rules: above };
  let entries: Dirent[];
  try {
    entries = await readdir(join(scan.workspace.root, directory), { withFileTypes: true });
  } catch (thrown) {
    const reason = systemErrorCode(thrown) === "ENOENT" ? "vanished" : "unreadable";
    return { found: [{ kind: "skipped", path: directory, reason, isDirectory: true }], rules: above };
  }
  entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  // The root's rules are read with the built-in ones.
  const rules = directory === "" ? above : await above.enter(directory, new Set(entries.map((entry) => entry.name)));
  return { found: await describeEntries(scan, entries, { directory, rules }), rules };
}

async function describeEntries(
  scan: Scan,
  entries: readonly Dirent[],
  place: { directory: string; rules: DirectoryRules },
): Promise<Found[]> {
  const found: Found[] = Array.from({ length: entries.length });
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let index = next++; index < entries.length && !scan.signal?.aborted; index = next++) {
      const entry = entries[index];
      if (entry === undefined) return;
      const path = place.directory === "" ? entry.name : `${place.directory}/${entry.name}`;
      found[index] = await describeEntry(scan.workspace, entry, { path, rules: place.rules });
    }
  };
  await Promise.all(Array.from({ length: Math.min(statsAtOnce, entries.length) }, worker));
  // After an abort the rest of the list is holes; the walk throws before it reads them.
  return scan.signal?.aborted ? [] : found;
}

async function describeEntry(
  workspace: Workspace,
  entry: Dirent,
  place: { path: string; rules: DirectoryRules },
): Promise<Found> {
  const { path, rules } = place;
  const absolute = join(workspace.root, path);
  const skipped = (reason: SkipReason, isDirectory = false): Found => ({ kind: "skipped", path, reason, isDirectory });
  // A name that is no UTF-8 reaches us with replacement characters, under which nothing exists.
  if (entry.name.includes("\uFFFD") && (await isMissing(absolute))) return skipped("invalid-name");
  if (entry.isDirectory())
    return isLeftOut(rules, path, { isDirectory: true }) ? skipped("ignored", true) : { kind: "directory", path };
  if (isLeftOut(rules, path, { isDirectory: false })) return skipped("ignored");
  if (entry.isSymbolicLink()) return skipped(await linkReason(workspace, absolute));
  if (isSecretName(entry.name)) return skipped("secret");
  try {
    const stats = await lstat(absolute, { bigint: true });
    if (stats.isDirectory()) return { kind: "directory", path };
    return stats.isFile() ? { kind: "file", path, stat: fileStat(stats) } : skipped("special-file");
  } catch (thrown) {
    return skipped(systemErrorCode(thrown) === "ENOENT" ? "vanished" : "unreadable");
  }
}

function isLeftOut(rules: DirectoryRules, path: string, entry: { isDirectory: boolean }): boolean {
  // Not left to the rules, which a project could take back: nothing of .git is ever indexed.
  return path === ".git" || path.endsWith("/.git") || rules.isIgnored(path, entry.isDirectory);
}

async function linkReason(workspace: Workspace, absolute: string): Promise<SkipReason> {
  const target = await realpath(absolute).catch(() => null);
  return target === null || isInside(workspace.root, target) ? "ignored" : "symlink-outside";
}

async function isMissing(absolute: string): Promise<boolean> {
  try {
    await lstat(absolute);
    return false;
  } catch (thrown) {
    return systemErrorCode(thrown) === "ENOENT";
  }
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CommonsError("CANCELLED", "The scan was cancelled.");
}
