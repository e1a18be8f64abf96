import type { KnownFile, Metadata, SkipReason } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { createCompanionFinder } from "../workspace/companion-finder.ts";
import { itemsWithout, pathsOfItem, type CompanionEnding } from "../workspace/companions.ts";
import { createSkipCheck } from "../workspace/skip-check.ts";
import { openBatchWriter, type BatchWriter } from "./batch-writer.ts";
import { compareWithStored, isUnchanged } from "./comparison.ts";
import {
  isNoPicture,
  leaveOut,
  mirrorFiles,
  takeInCompanions,
  throwIfCancelled,
  type MirrorRun,
  type ReadOptions,
} from "./mirror.ts";
import { redactFacts } from "../extract/redaction.ts";
import type { Unread } from "../reader/document-reader.ts";
import { isNameOnly } from "../reader/fingerprint.ts";
import { loadKnownPaths, pathsWithItems } from "./path-items.ts";
import type { DirectoryRequest, FileRequest, IngestReport, PathsRequest, TargetDoor } from "./requests.ts";
import { filterOf, requireOwn, selectFiles, type SelectedFiles } from "./select-files.ts";
import { startTally, type Tally } from "./tally.ts";

/**
 * Makes the target mirror a directory: new and edited files are written, renamed ones moved, vanished and now ignored ones
 * removed; an unchanged file is not even opened. Errors: those of `workspace.resolve` and `Selection`, PATH_WRONG_KIND for a
 * file, CANCELLED (what was written until then stays, and the next run goes on from there; `details.report` counts it), and
 * the target's.
 */
export async function ingestDirectory(request: DirectoryRequest, door: TargetDoor): Promise<IngestReport> {
  const tally = startTally(request.onSkip);
  const selected = await selectFiles(request, tally.skip);
  const { scanned } = selected;
  request.onProgress?.({ phase: "compare", scanned, done: 0, total: null, path: null });
  const target = await door.open();
  const { known, vanished, files, companions } = await compareWithStored(request, selected, target);
  return withWriter({ target, tally }, async (writer) => {
    // What belongs to a photo may turn out to stand for it, and so be what vanished elsewhere.
    const beside = vanished.length === 0 ? [] : [...selected.stats].map(([path, stat]) => ({ path, stat }));
    const isNew = [...files, ...beside].filter((file) => !known.has(file.path));
    // A vanished file of a size that no new file has cannot have been renamed: it leaves before anything is added.
    const newSizes = new Set(request.includeContent ? isNew.map((file) => file.stat.sizeBytes) : []);
    const renameable = vanished.filter((file) => newSizes.has(file.stat.sizeBytes));
    for (const file of vanished) if (!newSizes.has(file.stat.sizeBytes)) await writer.remove(file.path);
    const vanishedByHash = Map.groupBy(renameable, (file) => file.contentHash);
    const fingerprintsFor = matchBySize(isNew, renameable);
    const run: MirrorRun = {
      options: request,
      writer,
      tally,
      known,
      vanishedByHash,
      fingerprintsFor,
      companionsOf: (path) => companions.get(path) ?? [],
      ...signalOf(request),
    };
    await mirrorSelected(run, request, { files, scanned });
    for (const file of [...vanishedByHash.values()].flat()) await writer.remove(file.path);
    throwIfCancelled(request.signal);
  });
}

/**
 * Brings what is stored of some paths to what stands on the disk: re-read when they changed, removed when they are gone or
 * may no longer be indexed. A document stored by its name only stays so unless `includeContent` says otherwise.
 */
export async function ingestPaths(request: PathsRequest, target: DocumentTarget): Promise<IngestReport> {
  const tally = startTally(request.onSkip);
  const isWanted = filterOf(request);
  const items = await pathsWithItems(request, target, createCompanionFinder(request.workspace));
  const { paths, known, companions } = items;
  const skipReason = createSkipCheck(request.workspace);
  return withWriter({ target, tally }, async (writer) => {
    const taken: string[] = [];
    for (const path of paths) {
      throwIfCancelled(request.signal);
      // Its photo takes it in, or leaves it to stand for itself.
      if (items.belonging.has(path)) continue;
      const reason = await skipReason(path);
      const parts = pathsOfItem(path, companions.get(path) ?? []);
      // What came along with others is new here, and the choice of files holds for it.
      if (reason === null && !parts.some((part) => known.has(part)) && !isWanted(path, parts)) continue;
      if (reason === null) taken.push(path);
      else {
        tally.skip(path, reason);
        if (known.has(path)) await writer.remove(path);
      }
    }
    const byMode = Map.groupBy(
      taken,
      (path) => request.includeContent ?? !isNameOnly(known.get(path)?.fingerprint ?? ""),
    );
    let done = 0;
    for (const [includeContent, some] of byMode) {
      const run: MirrorRun = {
        options: { ...request, includeContent },
        writer,
        tally,
        known,
        companionsOf: (path) => companions.get(path) ?? [],
        ...withoutRenames(),
        ...signalOf(request),
      };
      await mirrorFiles(run, some, (path) =>
        request.onProgress?.({ phase: "write", scanned: 0, done: ++done, total: taken.length, path }),
      );
    }
  });
}

/**
 * Ingests one file; of one that belongs to a photo, the photo. Errors: those of `workspace.resolve`, PATH_WRONG_KIND for a directory, FILE_NOT_INDEXABLE with the reason;
 * of a file that is refused now, what was stored is removed.
 */
export async function ingestFile(request: FileRequest, door: TargetDoor): Promise<IngestReport> {
  const resolved = await request.workspace.resolve(request.path);
  if (resolved.kind === "directory") {
    throw new CommonsError("PATH_WRONG_KIND", `${request.path} is a directory, not a file.`, {
      hint: "Use batch_ingest for a directory.",
    });
  }
  const given = requireOwn(request.workspace, resolved.root, { input: request.path, relative: resolved.relative });
  const tally = startTally(request.onSkip);
  const options = { ...request, includeContent: request.includeContent ?? true };
  const { path, companions, unread } = await findItem(given, options);
  let isRefused = false;
  // Of what is one item with it, only the file that was asked for is told.
  const own: Tally = {
    ...tally,
    skip: (of, reason) => {
      if (of === path) isRefused = true;
      if (of === path || of === given) tally.skip(of, reason);
    },
    fail: (of, message) => {
      isRefused = true;
      tally.fail(of, message);
    },
  };
  const target = unread === null ? await door.open() : await door.find();
  if (target !== null) {
    await withWriter({ target, tally }, async (writer) => {
      const known = await loadKnownPaths(target, pathsOfItem(path, companions));
      if (unread !== null) return leaveOut({ options, tally: own, known, writer }, path, unread);
      const facts =
        request.metadata === undefined ? {} : { givenMetadata: orNull((await redactFacts(request.metadata)).facts) };
      const how = { ...withoutRenames(), ...facts, ...signalOf(request), companionsOf: () => companions };
      await mirrorFiles({ options, writer, tally: own, known, ...how }, [path]);
    });
  } else if (unread?.kind === "skipped") own.skip(path, unread.reason);
  else if (unread?.kind === "failed") own.fail(path, unread.message);
  const report = tally.report();
  if (isRefused) {
    const beside = unread !== null && isNoPicture(unread) ? pathsOfItem(path, companions).slice(1) : [];
    throw notIndexable(request, report, beside);
  }
  return report;
}

/** The item that a file is part of, and why it cannot be indexed; of a photo that is no picture, what stands for it. */
async function findItem(
  given: string,
  options: ReadOptions,
): Promise<{ path: string; companions: readonly CompanionEnding[]; unread: Unread | null }> {
  const finder = createCompanionFinder(options.workspace);
  const skipReason = createSkipCheck(options.workspace);
  const photo = options.includeContent ? ((await finder.photoOf(given)) ?? given) : given;
  let [path, companions] = [photo, options.includeContent ? await finder.companions(photo) : []];
  for (;;) {
    const reason = await skipReason(path);
    const unread: Unread | null =
      reason === null ? await unreadOf(path, { ...options, companions }) : { kind: "skipped", reason };
    if (unread === null || path === given || !isNoPicture(unread)) return { path, companions, unread };
    const left = itemsWithout(path, companions);
    const next = [...left].find(([item, endings]) => pathsOfItem(item, endings).includes(given));
    if (next === undefined) return { path, companions, unread };
    [path, companions] = next;
  }
}

/** Takes the files in order until `maxFiles` are taken: a file that turns out to be no text leaves its place to the next. */
async function mirrorSelected(
  run: MirrorRun,
  request: DirectoryRequest,
  selected: Pick<SelectedFiles, "files" | "scanned">,
): Promise<void> {
  const { files, scanned } = selected;
  const { tally } = run;
  const { maxFiles = Number.POSITIVE_INFINITY, onProgress } = request;
  const unchanged = new Set(files.filter((file) => isUnchanged(file, run.known, request)).map((file) => file.path));
  const expected = Math.min(files.length - unchanged.size, maxFiles);
  let done = 0;
  let next = 0;
  while (next < files.length && tally.taken() < maxFiles) {
    const round = files.slice(next, next + maxFiles - tally.taken());
    next += round.length;
    for (const { path, stat } of round) {
      if (!unchanged.has(path)) continue;
      tally.unchanged();
      tally.take(stat.sizeBytes);
      await takeInCompanions(run, path);
    }
    const changed = round.map((file) => file.path).filter((path) => !unchanged.has(path));
    await mirrorFiles(run, changed, (path) => {
      done++;
      onProgress?.({ phase: "write", scanned, done, total: Math.max(done, expected), path });
    });
  }
  for (const { path } of files.slice(next)) {
    tally.skip(path, "over-limit");
    for (const part of pathsOfItem(path, run.companionsOf(path)).slice(1)) tally.skip(part, "companion");
  }
}

/** Why a file cannot be indexed; null when it can. */
async function unreadOf(
  path: string,
  options: ReadOptions & { readonly companions: readonly CompanionEnding[] },
): Promise<Unread | null> {
  const { workspace, reader, limits, includeContent, companions } = options;
  const request = { root: workspace.root, path, includeContent, limits, companions, storedFingerprints: [] };
  const result = await reader.read(request);
  return result.kind === "skipped" || result.kind === "failed" ? result : null;
}

/** For each new file the fingerprints of the vanished ones of its size. */
function matchBySize(isNew: SelectedFiles["files"], vanished: readonly KnownFile[]): MirrorRun["fingerprintsFor"] {
  const sizes = new Map(isNew.map(({ path, stat }) => [path, stat.sizeBytes]));
  const bySize = Map.groupBy(vanished, (file) => file.stat.sizeBytes);
  return (path) => bySize.get(sizes.get(path) ?? -1)?.map((file) => file.fingerprint) ?? [];
}

function withoutRenames(): Pick<MirrorRun, "vanishedByHash" | "fingerprintsFor"> {
  return { vanishedByHash: new Map(), fingerprintsFor: () => [] };
}

function orNull(metadata: Metadata): Metadata | null {
  return Object.keys(metadata).length === 0 ? null : metadata;
}

/** Runs the work, writes the rest, and on any failure waits for the write under way, so that nothing is written afterwards. */
async function withWriter(
  run: { target: DocumentTarget; tally: Tally },
  work: (writer: BatchWriter) => Promise<void>,
): Promise<IngestReport> {
  const writer = openBatchWriter(run.target, run.tally.written);
  try {
    await work(writer);
    await writer.flush();
    return run.tally.report();
  } catch (thrown) {
    await writer.stop();
    if (!(thrown instanceof CommonsError) || thrown.code !== "CANCELLED") throw thrown;
    throw new CommonsError("CANCELLED", thrown.message, {
      hint: "What was written until then is kept; run it again to go on.",
      details: { report: run.tally.report() },
      cause: thrown,
    });
  }
}

/** `beside`: what would be one item with it, and can be ingested without it. */
function notIndexable(request: FileRequest, report: IngestReport, beside: readonly string[]): CommonsError {
  const [reason = "failed"] = Object.keys(report.skippedBy);
  const message = report.failed[0]?.message;
  const takeIn = "a line with ! and its path in .commonsignore takes it in.";
  const hints: Partial<Record<string, string>> = {
    "too-large": `Text may have ${request.limits.maxFileBytes} bytes and a document ${request.limits.maxDocumentBytes}; raise ingest.maxFileBytes or ingest.maxDocumentBytes to take it.`,
    ignored: `An ignore rule or a built-in one leaves it out; ${takeIn}`,
    generated: `It says that a tool wrote it, or a rule counts it as build output; ${takeIn}`,
    minified: `It looks like a bundle, by its name or its lines; ${takeIn}`,
    vendored: `It counts as the code of others; ${takeIn}`,
    "lock-file": `Lock files are left out; ${takeIn}`,
    secret: "Files that look like secrets are never indexed.",
  } satisfies Partial<Record<SkipReason, string>>;
  return new CommonsError("FILE_NOT_INDEXABLE", `${request.path} is not ingested: ${message ?? reason}.`, {
    hint:
      beside.length > 0
        ? `What stands beside it can be ingested: ${beside.join(", ")}.`
        : (hints[reason] ?? "Choose a file with text in it."),
    details: { path: request.path, reason },
  });
}

function signalOf(request: { signal?: AbortSignal }): { signal?: AbortSignal } {
  return request.signal === undefined ? {} : { signal: request.signal };
}
