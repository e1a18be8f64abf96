import { lstatSync, type BigIntStats } from "node:fs";
import { lstat } from "node:fs/promises";
import type { FileStat, SkipReason } from "../core/document.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import { createBreather, listDirectory, type Breather, type ListedEntry } from "./directory-listing.ts";
import { fileStat } from "./file-stat.ts";
import { ruleNames, type DirectoryRules } from "./ignore-rules.ts";
import { linkReason } from "./link-reason.ts";
import { leftOutReason, rulesAbove } from "./skip-check.ts";
import { isSecretName } from "./secret-names.ts";
import type { Workspace } from "./workspace.ts";

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
  /** The disk is known to be slow (a network's); otherwise the scan finds out. */
  readonly isSlowDisk?: boolean;
  /** Also what rules leave out, but for those of a `.commonsignore`; never .git, secrets, and this program's own data. */
  readonly takesIgnored?: boolean;
}

/** A listed directory on the way from the scan's top to where it is. */
interface Folder {
  /** "" or with a closing slash. */
  readonly path: string;
  readonly entries: readonly ListedEntry[];
  readonly rules: DirectoryRules;
  next: number;
}

interface Scan extends ScanOptions {
  readonly workspace: Workspace;
  readonly breather: Breather;
  readonly disk: Disk;
}

/** How fast the disk answers: a fast one is asked directly, a slow one (a network's) by threads, several calls at once. */
interface Disk {
  isSlow: boolean;
  calls: number;
  sinceMs: number;
}

const callsMeasured = 64;
const slowCallMs = 0.2;
const statsAhead = 16;
const entriesPerBatch = 1_000;

/**
 * Walks a directory without reading a file, in the order of the names. Links are never followed, so there are no loops:
 * one that leads inside (its target is found under its own name) or nowhere is skipped as "symlink", one that leads out as
 * "symlink-outside". Pipes, sockets and devices are "special-file", directories that cannot be listed (or whose path is too long)
 * "unreadable", names that are no UTF-8 "invalid-name". Errors: PATH_NOT_FOUND when the directory is gone, CANCELLED.
 */
export async function* scanWorkspace(workspace: Workspace, options: ScanOptions): AsyncGenerator<ScanEntry> {
  for await (const batch of scanInBatches(workspace, options)) {
    for (const entry of batch) {
      throwIfCancelled(options.signal);
      yield entry;
    }
  }
}

/** The same, with up to a thousand entries at once: a promise for each would take longer than the disk. */
export async function* scanInBatches(workspace: Workspace, options: ScanOptions): AsyncGenerator<ScanEntry[]> {
  const disk = { isSlow: options.isSlowDisk ?? false, calls: 0, sinceMs: 0 };
  const scan: Scan = { ...options, workspace, breather: createBreather(), disk };
  const above = await rulesAbove(workspace, options.directory, options);
  const top = typeof above === "string" ? above : await openFolder(scan, options.directory, above);
  throwIfCancelled(options.signal);
  if (typeof top !== "string") yield* walk(scan, top);
  else if (options.directory !== "" && top !== "vanished" && top !== "unreadable") {
    yield [{ kind: "skipped", path: options.directory, reason: top, isDirectory: true }];
  } else throw new CommonsError("PATH_NOT_FOUND", `${options.directory || "."} cannot be listed (${top}).`);
}

async function* walk(scan: Scan, top: Folder): AsyncGenerator<ScanEntry[]> {
  // Not a recursion: a tree may be a thousand levels deep.
  const folders = [top];
  let batch: ScanEntry[] = [];
  for (let folder = folders.at(-1); folder !== undefined; folder = folders.at(-1)) {
    throwIfCancelled(scan.signal);
    const inner = scan.disk.isSlow ? await walkSlowFolder(scan, folder, batch) : await walkFolder(scan, folder, batch);
    if (inner !== null) await descend(scan, { folders, folder, batch }, inner);
    else if (folder.next >= folder.entries.length) folders.pop();
    if (batch.length >= entriesPerBatch || (scan.breather.isDue() && batch.length > 0)) {
      yield batch;
      batch = [];
    }
    if (scan.breather.isDue()) await scan.breather.pause();
  }
  throwIfCancelled(scan.signal);
  if (batch.length > 0) yield batch;
}

async function descend(
  scan: Scan,
  at: { folders: Folder[]; folder: Folder; batch: ScanEntry[] },
  name: string,
): Promise<void> {
  if (!scan.recursive) return;
  const path = at.folder.path + name;
  const inner = await openFolder(scan, path, at.folder.rules);
  if (typeof inner === "string") at.batch.push({ kind: "skipped", path, reason: inner, isDirectory: true });
  else at.folders.push(inner);
}

/** Lists a directory below that of `above`; a reason instead when nothing of it is taken. "" is the root, whose rules are given. */
async function openFolder(scan: Scan, path: string, above: DirectoryRules): Promise<Folder | SkipReason> {
  const absolute = path === "" ? scan.workspace.root : `${scan.workspace.root}/${path}`;
  let entries: ListedEntry[];
  try {
    entries = await listDirectory(absolute, { isSlow: scan.disk.isSlow, breather: scan.breather });
  } catch (thrown) {
    return reasonOf(thrown);
  }
  if (path === "") return { path: "", entries, rules: above, next: 0 };
  const names = new Set<string>();
  for (const { name } of entries) if (ruleNames.has(name)) names.add(name);
  const rules = await above.enter(path.slice(path.lastIndexOf("/") + 1), names);
  return rules.leftOut ?? { path: `${path}/`, entries, rules, next: 0 };
}

/** Adds entries to the batch up to the next directory, whose name it gives; null at the end, or when others are to have a turn. */
async function walkFolder(scan: Scan, folder: Folder, batch: ScanEntry[]): Promise<string | null> {
  while (folder.next < folder.entries.length) {
    if (batch.length >= entriesPerBatch || scan.breather.isDue() || scan.disk.isSlow) return null;
    const entry = folder.entries[folder.next++];
    if (entry === undefined) continue;
    const path = folder.path + entry.name;
    const absolute = `${scan.workspace.root}/${path}`;
    let found: Judgement | BigIntStats = judge(folder, entry);
    if (found === "link" || found === "odd")
      found = await judgeOdd(scan, folder, { entry, absolute, judgement: found });
    if (found === "file") found = statNow(scan.disk, absolute);
    if (isDirectory(found)) return entry.name;
    batch.push(described(path, entry, found));
  }
  return null;
}

/** As `walkFolder`, with the calls for the next entries under way in threads. */
async function walkSlowFolder(scan: Scan, folder: Folder, batch: ScanEntry[]): Promise<string | null> {
  const count = Math.min(statsAhead, entriesPerBatch - batch.length);
  const upcoming = folder.entries.slice(folder.next, folder.next + count);
  const found = upcoming.map(async (entry): Promise<Judgement | BigIntStats> => {
    const absolute = `${scan.workspace.root}/${folder.path}${entry.name}`;
    let judgement = judge(folder, entry);
    if (judgement === "link" || judgement === "odd")
      judgement = await judgeOdd(scan, folder, { entry, absolute, judgement });
    return judgement === "file" ? lstat(absolute, { bigint: true }).catch(reasonOf) : judgement;
  });
  for (const [index, result] of (await Promise.all(found)).entries()) {
    const entry = upcoming[index];
    folder.next++;
    if (entry === undefined) continue;
    if (isDirectory(result)) return entry.name;
    batch.push(described(folder.path + entry.name, entry, result));
  }
  return null;
}

/** What an entry is: to be gone into, to be looked at, or the reason to skip it; `link` and `odd` need one more look. */
type Judgement = SkipReason | "directory" | "file" | "link" | "odd";

function judge(folder: Folder, entry: ListedEntry): Judgement {
  // A name that is no UTF-8 reaches us with replacement characters, under which nothing exists.
  return entry.name.includes("\uFFFD") ? "odd" : judgeByName(folder, entry);
}

function judgeByName({ rules, path }: Folder, { name, kind }: ListedEntry): Judgement {
  const reason = leftOutReason(rules, name, kind === "directory");
  if (reason !== null) return reason;
  if (kind === "directory" || kind === "link") return kind;
  if (isSecretName(name, path)) return "secret";
  return kind === "file" ? "file" : "special-file";
}

async function judgeOdd(
  scan: Scan,
  folder: Folder,
  { entry, absolute, judgement }: { entry: ListedEntry; absolute: string; judgement: "link" | "odd" },
): Promise<Judgement> {
  const named = judgement === "odd" && (await exists(absolute)) ? judgeByName(folder, entry) : judgement;
  if (named === "odd") return "invalid-name";
  return named === "link" ? linkReason(scan.workspace.root, absolute) : named;
}

function isDirectory(found: Judgement | BigIntStats): boolean {
  // A directory may have taken the place of a file since the list was read.
  return typeof found === "string" ? found === "directory" : found.isDirectory();
}

function described(path: string, entry: ListedEntry, found: Judgement | BigIntStats): ScanEntry {
  if (typeof found !== "string")
    return found.isFile()
      ? { kind: "file", path, stat: fileStat(found) }
      : { kind: "skipped", path, reason: "special-file", isDirectory: false };
  // Safe: "file" was looked at, "link" and "odd" were decided, and "directory" was gone into before.
  return { kind: "skipped", path, reason: found as SkipReason, isDirectory: entry.kind === "directory" };
}

function statNow(disk: Disk, absolute: string): BigIntStats | SkipReason {
  if (disk.calls++ % callsMeasured === 0) disk.sinceMs = performance.now();
  try {
    return lstatSync(absolute, { bigint: true });
  } catch (thrown) {
    return reasonOf(thrown);
  } finally {
    const isMeasured = disk.calls % callsMeasured === 0;
    if (isMeasured && performance.now() - disk.sinceMs > callsMeasured * slowCallMs) disk.isSlow = true;
  }
}

function reasonOf(thrown: unknown): "vanished" | "unreadable" | "symlink-outside" {
  // A link took the directory's place, or that of one above it, since its name was read.
  if (thrown instanceof CommonsError) return "symlink-outside";
  const code = systemErrorCode(thrown);
  if (code === undefined) throw thrown;
  return code === "ENOENT" || code === "ENOTDIR" ? "vanished" : "unreadable";
}

async function exists(absolute: string): Promise<boolean> {
  return lstat(absolute).then(
    () => true,
    (thrown: unknown) => systemErrorCode(thrown) !== "ENOENT",
  );
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CommonsError("CANCELLED", "The scan was cancelled.");
}
