import { lstat } from "node:fs/promises";
import { join } from "node:path";
import type { KnownFile, SkipReason } from "../core/document.ts";
import { CommonsError, systemErrorCode } from "../core/errors.ts";
import type { DocumentTarget } from "../core/writes.ts";
import { createSkipCheck } from "../workspace/scanner.ts";
import { openBatchWriter, type BatchWriter } from "./batch-writer.ts";
import { loadKnown, mirrorFiles, throwIfCancelled, type MirrorRun } from "./mirror.ts";
import { fingerprintOf, isNameOnly } from "./read-document.ts";
import type { DirectoryRequest, FileRequest, IngestReport, PathsRequest } from "./requests.ts";
import { isCovered, isInScope, requireOwn, selectFiles, type SelectedFiles } from "./select-files.ts";
import { startTally, type Tally } from "./tally.ts";

const pathsPerCall = 500;

/**
 * Makes the target mirror a directory: new and edited files are written, renamed ones moved, vanished and now ignored ones
 * removed; an unchanged file is not even opened. Errors: those of `workspace.resolve`, PATH_WRONG_KIND for a file, CANCELLED
 * (what was written until then stays, and the next run goes on from there; `details.report` counts it), and the target's.
 */
export async function ingestDirectory(request: DirectoryRequest, target: DocumentTarget): Promise<IngestReport> {
  const tally = startTally(request.onSkip);
  const selected = await selectFiles(request, tally.skip);
  const known = await loadKnown(target, (path) => isInScope(selected, path), request.signal);
  request.onProgress?.({ phase: "compare", done: known.size, total: known.size, path: null });
  const changed = changedFiles(request, selected, { known, tally });
  const vanished = await findVanished(request, selected, known);
  return withWriter({ target, tally }, async (writer) => {
    const isNew = changed.filter((file) => !known.has(file.path));
    // A vanished file of a size that no new file has cannot have been renamed: it leaves before anything is added.
    const newSizes = new Set(request.includeContent ? isNew.map((file) => file.stat.sizeBytes) : []);
    const renameable = vanished.filter((file) => newSizes.has(file.stat.sizeBytes));
    for (const file of vanished) if (!newSizes.has(file.stat.sizeBytes)) await writer.remove(file.path);
    const vanishedByHash = Map.groupBy(renameable, (file) => file.contentHash);
    const run: MirrorRun = { options: request, writer, tally, known, vanishedByHash, ...signalOf(request) };
    const paths = changed.map((file) => file.path);
    await mirrorFiles(run, paths, (path, done) =>
      request.onProgress?.({ phase: "write", done, total: paths.length, path }),
    );
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
  const paths = [...new Set(request.paths)];
  const known = await loadKnownPaths(target, paths);
  const skipReason = createSkipCheck(request.workspace);
  return withWriter({ target, tally }, async (writer) => {
    const taken: string[] = [];
    for (const path of paths) {
      throwIfCancelled(request.signal);
      const reason = await skipReason(path);
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
    for (const [includeContent, some] of byMode) {
      const run: MirrorRun = {
        options: { ...request, includeContent },
        writer,
        tally,
        known,
        vanishedByHash: new Map(),
        ...signalOf(request),
      };
      await mirrorFiles(run, some, (path, done) =>
        request.onProgress?.({ phase: "write", done, total: some.length, path }),
      );
    }
  });
}

/** Ingests one file. Errors: those of `workspace.resolve`, PATH_WRONG_KIND for a directory, FILE_NOT_INDEXABLE with the reason. */
export async function ingestFile(request: FileRequest, target: DocumentTarget): Promise<IngestReport> {
  const resolved = await request.workspace.resolve(request.path);
  if (resolved.kind === "directory") {
    throw new CommonsError("PATH_WRONG_KIND", `${request.path} is a directory, not a file.`, {
      hint: "Use batch_ingest for a directory.",
    });
  }
  const path = requireOwn(request.workspace, resolved.root, { input: request.path, relative: resolved.relative });
  const tally = startTally(request.onSkip);
  const known = await loadKnownPaths(target, [path]);
  const reason = await createSkipCheck(request.workspace)(path);
  const report = await withWriter({ target, tally }, async (writer) => {
    if (reason !== null) {
      tally.skip(path, reason);
      if (known.has(path)) await writer.remove(path);
      return;
    }
    const options = { ...request, includeContent: request.includeContent ?? true };
    const isForced = Object.keys(request.metadata ?? {}).length > 0;
    await mirrorFiles({ options, writer, tally, known, vanishedByHash: new Map(), isForced, ...signalOf(request) }, [
      path,
    ]);
  });
  if (report.files.skipped > 0) throw notIndexable(request, report);
  return report;
}

/** Files that are new, changed, or made by an older extractor or chunker; the others are counted as unchanged. */
function changedFiles(
  request: DirectoryRequest,
  selected: SelectedFiles,
  run: { known: ReadonlyMap<string, KnownFile>; tally: Tally },
): SelectedFiles["files"] {
  return selected.files.filter(({ path, stat }) => {
    const known = run.known.get(path);
    const isUnchanged =
      known?.stat.signature === stat.signature &&
      known.fingerprint === fingerprintOf(path, known.contentHash, request.includeContent);
    if (isUnchanged) {
      run.tally.unchanged();
      run.tally.take(stat.sizeBytes);
    }
    return !isUnchanged;
  });
}

/** Stored files of the scope that are gone or may no longer be indexed. What is there and was only not chosen, stays. */
async function findVanished(
  request: DirectoryRequest,
  selected: SelectedFiles,
  known: ReadonlyMap<string, KnownFile>,
): Promise<KnownFile[]> {
  const taken = new Set(selected.files.map((file) => file.path));
  const unreadable = new Set(selected.unreadable);
  const vanished: KnownFile[] = [];
  for (const file of known.values()) {
    if (taken.has(file.path) || selected.kept.has(file.path) || isCovered(unreadable, file.path)) continue;
    if (isCovered(selected.refused, file.path) || (await isGone(join(request.workspace.root, file.path))))
      vanished.push(file);
  }
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

async function loadKnownPaths(target: DocumentTarget, paths: readonly string[]): Promise<Map<string, KnownFile>> {
  const known = new Map<string, KnownFile>();
  for (let at = 0; at < paths.length; at += pathsPerCall) {
    for (const file of await target.knownPaths(paths.slice(at, at + pathsPerCall))) known.set(file.path, file);
  }
  return known;
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

function notIndexable(request: FileRequest, report: IngestReport): CommonsError {
  const [reason = "failed"] = Object.keys(report.skippedBy);
  const message = report.failed[0]?.message;
  const hints: Partial<Record<string, string>> = {
    "too-large": `The limit is ${request.maxFileBytes} bytes; raise ingest.maxFileBytes to take it.`,
    ignored: "An ignore rule or a built-in one leaves it out; a line with ! in .commonsignore takes it in.",
    secret: "Files that look like secrets are never indexed.",
  } satisfies Partial<Record<SkipReason, string>>;
  return new CommonsError("FILE_NOT_INDEXABLE", `${request.path} is not ingested: ${message ?? reason}.`, {
    hint: hints[reason] ?? "Choose a file with text in it.",
    details: { path: request.path, reason },
  });
}

function signalOf(request: { signal?: AbortSignal }): { signal?: AbortSignal } {
  return request.signal === undefined ? {} : { signal: request.signal };
}
