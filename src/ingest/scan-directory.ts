import { setImmediate } from "node:timers/promises";
import type { Category } from "../core/document.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { readingOf } from "../extract/registry.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { itemHashOf } from "../reader/companion-files.ts";
import { companionsOf } from "../workspace/companions.ts";
import {
  expectedCategory,
  expectedLanguage,
  expectTexts,
  type Expectation,
  type ExpectedTexts,
} from "./expected-text.ts";
import { priceOf, type IngestPrice, type PriceBasis, type Reuse } from "./ingest-price.ts";
import { loadKnown, throwIfCancelled } from "./mirror.ts";
import type { ReadLimits } from "../reader/document-reader.ts";
import { fingerprintOf } from "../reader/fingerprint.ts";
import type { IngestProgress, IngestReport, Selection } from "./requests.ts";
import { asStored } from "./photo-items.ts";
import { isInScope, selectFiles, skipCompanions, type SelectedFiles } from "./select-files.ts";
import { startTally, type Tally } from "./tally.ts";

export interface ScanRequest extends Selection {
  readonly workspace: Workspace;
  readonly price: PriceBasis;
  /** How many of the content hashes are stored, in whatever collection: their texts need no embedding. Absent: not asked. */
  readonly knownContents?: (hashes: readonly string[]) => Promise<number>;
  /** Whether an ingest into the target has gone over the file as it is now. Absent: none has. */
  readonly wasSeen?: (file: FoundFile) => boolean;
  readonly limits: ReadLimits;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

export interface GroupSize {
  readonly files: number;
  readonly sizeBytes: number;
}

export interface ScanReport {
  /** Files that an ingest would take, going by names, sizes and first bytes; what is broken or locked shows only on reading. */
  readonly files: number;
  readonly sizeBytes: number;
  readonly byCategory: Readonly<Partial<Record<Category, GroupSize>>>;
  /** By language; files without one stand under their type's id. */
  readonly byLanguage: Readonly<Record<string, GroupSize>>;
  readonly skipped: number;
  readonly skippedBy: IngestReport["skippedBy"];
  readonly skippedSamples: IngestReport["skippedSamples"];
  readonly isTruncated: boolean;
  /** Files whose first bytes could change the counts, and that were not opened because there are too many. */
  readonly unopened: number;
  /** Of new and changed files only when a target was given. */
  readonly estimate: IngestPrice;
  /** null without a target. */
  readonly stored: StoredCounts | null;
  /** Of the files to write: how many were looked into, evenly over all, and how many of these are stored somewhere with the same content. */
  readonly reuse: Reuse | null;
  readonly ms: number;
}

export interface StoredCounts {
  readonly unchanged: number;
  readonly changed: number;
  readonly new: number;
  /** Not stored although an earlier ingest has gone over them: most were refused then, others removed since. Not among the files to ingest. */
  readonly leftOut: number;
  /** Up to three paths of these. */
  readonly leftOutSamples: readonly string[];
}

/**
 * Looks at a directory and what an ingest of it would cost. Reads the first bytes of files that are not stored as they are, and for
 * `reuse` a bounded share of them whole. Errors: those of `workspace.resolve` and `Selection`, PATH_WRONG_KIND for a file, CANCELLED.
 */
export async function scanDirectory(request: ScanRequest, target?: DocumentTarget): Promise<ScanReport> {
  const tally = startTally();
  const found = await selectFiles({ ...request, includeContent: true }, tally.skip);
  const { selected, states } = await statesOf(request, found, target);
  skipCompanions(selected, tally.skip);
  const toWrite = (file: FoundFile): boolean => states.get(file.path) !== "unchanged";
  const isDoubtful = (file: FoundFile): boolean => states.get(file.path) === "seen";
  const expected = await expectTexts({ ...request, isDoubtful }, selected.files.filter(toWrite));
  const { files, leftOut } = choose(selected.files, { expected, states, tally, ...request });
  const written = files.filter(toWrite);
  const reuse = await knownShare(request, written);
  const report = tally.report();
  return {
    files: files.length,
    sizeBytes: sizeOf(files),
    byCategory: groupBy(files, (path) => expectedCategory(expected, path)),
    byLanguage: groupBy(files, (path) => expectedLanguage(expected, path)),
    skipped: report.files.skipped,
    skippedBy: report.skippedBy,
    skippedSamples: report.skippedSamples,
    isTruncated: report.isTruncated,
    unopened: expected.unopened,
    estimate: priceOf(written, { expected, basis: request.price, reuse }),
    stored: target === undefined ? null : countStates(files, states, leftOut),
    reuse,
    ms: report.ms,
  };
}

// Enough for a share that is right within some percent, and less than a second of reading.
const maxHashedFiles = 1_000;
const maxHashedBytes = 64_000_000;

const maxSamples = 3;

type Files = SelectedFiles["files"];
type FoundFile = Files[number];

/** "seen": not stored, and an ingest has gone over it. */
type FileState = "unchanged" | "changed" | "new" | "seen";

/** By path, of all files that were selected, and of what is stored in the place of a broken photo. */
async function statesOf(
  { wasSeen, signal }: ScanRequest,
  scanned: SelectedFiles,
  target: DocumentTarget | undefined,
): Promise<{ selected: SelectedFiles; states: ReadonlyMap<string, FileState> }> {
  if (target === undefined)
    return { selected: scanned, states: new Map(scanned.files.map(({ path }) => [path, "new"])) };
  const known = await loadKnown(target, (path) => isInScope(scanned, path), signal);
  const selected = asStored(scanned, known);
  const found = new Set(selected.files.map(({ path }) => path));
  // A file of a renamed directory keeps its times: under its new name nobody has seen it yet.
  const vanished = [...known.values()].filter(({ path }) => !found.has(path));
  const vanishedSizes = new Set(vanished.map(({ stat }) => stat.sizeBytes));
  const stateOf = (file: FoundFile): FileState => {
    const stored = known.get(file.path);
    if (stored === undefined)
      return wasSeen?.(file) === true && !vanishedSizes.has(file.stat.sizeBytes) ? "seen" : "new";
    const isSame =
      stored.stat.signature === file.stat.signature &&
      stored.fingerprint === fingerprintOf(file.path, stored.contentHash, true);
    return isSame ? "unchanged" : "changed";
  };
  return { selected, states: new Map(selected.files.map((file) => [file.path, stateOf(file)])) };
}

/** As an ingest does it: what it refuses is counted with its reason, and places of `maxFiles` go to files that are taken. */
function choose(
  files: Files,
  by: {
    readonly expected: ExpectedTexts;
    readonly states: ReadonlyMap<string, FileState>;
    readonly tally: Tally;
    readonly maxFiles?: number;
    readonly categories?: readonly Category[];
  },
): { files: Files; leftOut: readonly string[] } {
  const leftOut: string[] = [];
  const usable = files.filter(({ path }) => {
    const expectation = by.expected.byPath.get(path);
    const reason = expectation?.kind === "left-out" ? expectation.reason : filteredOut(path, by);
    if (reason !== null) {
      by.tally.skip(path, reason);
      return false;
    }
    if (by.states.get(path) !== "seen" || !mayBeRefused(path, expectation)) return true;
    leftOut.push(path);
    return false;
  });
  const { maxFiles = Number.POSITIVE_INFINITY } = by;
  for (const { path } of usable.slice(maxFiles)) by.tally.skip(path, "over-limit");
  return { files: usable.slice(0, maxFiles), leftOut };
}

/** What a name did not tell, the content has: see mirrorFile. A stored file was chosen before. */
function filteredOut(
  path: string,
  by: {
    readonly expected: ExpectedTexts;
    readonly states: ReadonlyMap<string, FileState>;
    readonly categories?: readonly Category[];
  },
): "filtered" | null {
  const isChosen = by.categories?.includes(expectedCategory(by.expected, path)) !== false;
  return isChosen || by.states.get(path) === "unchanged" ? null : "filtered";
}

/** Whether an ingest may refuse a file for what only its extractor sees. A plain text that was seen before was cut off or removed. */
function mayBeRefused(path: string, expectation: Expectation | undefined): boolean {
  if (expectation?.kind === "text") return !expectation.isPlainText;
  return readingOf(path) === "whole" || readingOf(path) === "ranges";
}

function countStates(files: Files, states: ReadonlyMap<string, FileState>, leftOut: readonly string[]): StoredCounts {
  const count = (state: FileState): number => files.filter(({ path }) => states.get(path) === state).length;
  const [unchanged, changed] = [count("unchanged"), count("changed")];
  return {
    unchanged,
    changed,
    new: files.length - unchanged - changed,
    leftOut: leftOut.length,
    leftOutSamples: leftOut.slice(0, maxSamples),
  };
}

/** Looks into files in even steps until the bounds are reached. */
async function knownShare({ workspace, knownContents, signal }: ScanRequest, files: Files): Promise<Reuse | null> {
  if (knownContents === undefined || files.length === 0) return null;
  const step = Math.max(1, Math.ceil(files.length / maxHashedFiles));
  const chosen = files.filter((_, index) => index % step === 0);
  const hashes: string[] = [];
  let hashedBytes = 0;
  for (const { path, stat } of chosen) {
    throwIfCancelled(signal);
    if (hashedBytes > maxHashedBytes) break;
    hashedBytes += stat.sizeBytes;
    const hash = hashOf(workspace, { path, stat });
    // Other calls of the session get their turn.
    if (hashes.length % 50 === 0) await setImmediate();
    if (hash !== null) hashes.push(hash);
  }
  return { checked: hashes.length, known: await knownContents(hashes) };
}

/** null: it cannot be read now. */
function hashOf(workspace: Workspace, { path, stat }: FoundFile): string | null {
  try {
    using file = workspace.openInside(path);
    return itemHashOf(file, { root: workspace.root, path }, companionsOf(stat));
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
