import { setImmediate } from "node:timers/promises";
import type { Category } from "../core/document.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { fileTypeOf } from "../extract/registry.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { contentHashOf } from "../reader/file-reading.ts";
import { expectedTextBytes, textBytesOf } from "./expected-text.ts";
import { loadKnown, throwIfCancelled } from "./mirror.ts";
import type { ReadLimits } from "../reader/document-reader.ts";
import { categoryOf, fingerprintOf } from "../reader/fingerprint.ts";
import type { IngestProgress, IngestReport, Selection } from "./requests.ts";
import { isInScope, selectFiles, type SelectedFiles } from "./select-files.ts";
import { startTally, type Tally } from "./tally.ts";

/** What an ingest takes on this machine. */
export interface PriceBasis {
  readonly chunksPerSecond: number;
  readonly textBytesPerChunk: number;
  /** In the catalog, and in Chroma where it is on. */
  readonly diskBytesPerChunk: number;
}

export interface ScanRequest extends Selection {
  readonly workspace: Workspace;
  readonly price: PriceBasis;
  /** How many of the content hashes are stored, in whatever collection: their texts need no embedding. Absent: not asked. */
  readonly knownContents?: (hashes: readonly string[]) => Promise<number>;
  readonly limits: ReadLimits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

export interface GroupSize {
  readonly files: number;
  readonly sizeBytes: number;
}

export interface ScanReport {
  /** Files that an ingest would take, going by names, sizes and the heads of large ones; other binaries show only on reading. */
  readonly files: number;
  readonly sizeBytes: number;
  readonly byCategory: Readonly<Partial<Record<Category, GroupSize>>>;
  /** By language; files without one stand under their type's id. */
  readonly byLanguage: Readonly<Record<string, GroupSize>>;
  readonly skipped: number;
  readonly skippedBy: IngestReport["skippedBy"];
  readonly skippedSamples: IngestReport["skippedSamples"];
  readonly isTruncated: boolean;
  /** What an ingest would write and take at most: of new and changed files only when a target was given. */
  readonly estimate: { readonly chunks: number; readonly seconds: number; readonly diskBytes: number };
  /** null without a target. */
  readonly stored: { readonly unchanged: number; readonly changed: number; readonly new: number } | null;
  /** Of the files to write: how many were looked into, evenly over all, and how many of these are stored somewhere with the same content. */
  readonly reuse: { readonly checked: number; readonly known: number } | null;
  readonly ms: number;
}

/**
 * Looks at a directory and what an ingest of it would cost. Reads the heads of large files, and for `reuse` a bounded share of the rest. Errors: those of `workspace.resolve` and `Selection`,
 * PATH_WRONG_KIND for a file, CANCELLED.
 */
export async function scanDirectory(request: ScanRequest, target?: DocumentTarget): Promise<ScanReport> {
  const tally = startTally();
  const selected = await selectFiles({ ...request, includeContent: true }, tally.skip);
  const expected = await expectedTextBytes(request.workspace, selected.files, request.signal);
  const files = choose(selected.files, { expected, tally, ...request });
  const stored =
    target === undefined
      ? null
      : await compare(files, { selected, target, ...(request.signal === undefined ? {} : { signal: request.signal }) });
  const toWrite = stored === null ? files : stored.toWrite;
  const reuse = await knownShare(request, toWrite);
  const report = tally.report();
  return {
    files: files.length,
    sizeBytes: sizeOf(files),
    byCategory: groupBy(files, (path) => categoryOf(path)),
    byLanguage: groupBy(files, (path) => fileTypeOf(path)?.language ?? fileTypeOf(path)?.id ?? "text"),
    skipped: report.files.skipped,
    skippedBy: report.skippedBy,
    skippedSamples: report.skippedSamples,
    isTruncated: report.isTruncated,
    estimate: estimate(toWrite, expected, request.price),
    stored: stored === null ? null : stored.counts,
    reuse,
    ms: report.ms,
  };
}

// Enough for a share that is right within some percent, and less than a second of reading.
const maxHashedFiles = 1_000;
const maxHashedBytes = 64_000_000;

type Files = SelectedFiles["files"];

/** As an ingest does it: bundles are ignored, and places of `maxFiles` go to files that are taken. */
function choose(
  files: Files,
  by: { readonly expected: ReadonlyMap<string, number>; readonly tally: Tally; readonly maxFiles?: number },
): Files {
  const usable = files.filter(({ path }) => {
    const isLeftOut = by.expected.get(path) === 0;
    if (isLeftOut) by.tally.skip(path, "minified");
    return !isLeftOut;
  });
  const { maxFiles = Number.POSITIVE_INFINITY } = by;
  for (const { path } of usable.slice(maxFiles)) by.tally.skip(path, "over-limit");
  return usable.slice(0, maxFiles);
}

async function compare(
  files: Files,
  run: { selected: SelectedFiles; target: DocumentTarget; signal?: AbortSignal },
): Promise<{ counts: { unchanged: number; changed: number; new: number }; toWrite: Files }> {
  const known = await loadKnown(run.target, (path) => isInScope(run.selected, path), run.signal);
  const counts = { unchanged: 0, changed: 0, new: 0 };
  const toWrite = files.filter(({ path, stat }) => {
    const file = known.get(path);
    if (file === undefined) counts.new++;
    else if (
      file.stat.signature === stat.signature &&
      file.fingerprint === fingerprintOf(path, file.contentHash, true)
    ) {
      counts.unchanged++;
      return false;
    } else counts.changed++;
    return true;
  });
  return { counts, toWrite };
}

function estimate(
  files: Files,
  expected: ReadonlyMap<string, number>,
  { textBytesPerChunk, chunksPerSecond, diskBytesPerChunk }: PriceBasis,
): ScanReport["estimate"] {
  const texts = files.map(({ path, stat }) => expected.get(path) ?? textBytesOf(path, stat.sizeBytes));
  const chunks = texts.reduce((sum, bytes) => sum + Math.ceil(bytes / textBytesPerChunk), 0);
  return { chunks, seconds: Math.ceil(chunks / chunksPerSecond), diskBytes: chunks * diskBytesPerChunk };
}

/** Looks into files in even steps until the bounds are reached. */
async function knownShare(
  { workspace, knownContents, signal }: ScanRequest,
  files: Files,
): Promise<ScanReport["reuse"]> {
  if (knownContents === undefined || files.length === 0) return null;
  const step = Math.max(1, Math.ceil(files.length / maxHashedFiles));
  const chosen = files.filter((_, index) => index % step === 0);
  const hashes: string[] = [];
  let hashedBytes = 0;
  for (const { path, stat } of chosen) {
    throwIfCancelled(signal);
    if (hashedBytes > maxHashedBytes) break;
    hashedBytes += stat.sizeBytes;
    const hash = hashOf(workspace, path);
    // Other calls of the session get their turn.
    if (hashes.length % 50 === 0) await setImmediate();
    if (hash !== null) hashes.push(hash);
  }
  return { checked: hashes.length, known: await knownContents(hashes) };
}

/** null: it cannot be read now. */
function hashOf(workspace: Workspace, path: string): string | null {
  try {
    using file = workspace.openInside(path);
    return contentHashOf(file, path);
  } catch {
    return null;
  }
}

function sizeOf(files: Files): number {
  return files.reduce((sum, file) => sum + file.stat.sizeBytes, 0);
}

function groupBy<K extends string>(files: Files, keyOf: (path: string) => K): Record<K, GroupSize> {
  const groups = new Map<K, { files: number; sizeBytes: number }>();
  for (const { path, stat } of files) {
    const key = keyOf(path);
    const group = groups.get(key) ?? { files: 0, sizeBytes: 0 };
    groups.set(key, { files: group.files + 1, sizeBytes: group.sizeBytes + stat.sizeBytes });
  }
  // Safe: the map holds exactly the keys that keyOf gave.
  return Object.fromEntries([...groups].toSorted((a, b) => b[1].sizeBytes - a[1].sizeBytes)) as Record<K, GroupSize>;
}
