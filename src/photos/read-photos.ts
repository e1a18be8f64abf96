import { CommonsError } from "../core/errors.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import { fileTypeOf } from "../extract/registry.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import { selectFiles } from "../ingest/select-files.ts";
import { startTally, type Tally } from "../ingest/tally.ts";
import type { ReadLimits, Unread } from "../reader/document-reader.ts";
import type { FileReader } from "../reader/file-tasks.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { PhotoReport, PhotoRow, PhotosInput, UnreadPhoto } from "./photo-report.ts";
import { startSummary } from "./photo-summary.ts";

export interface PhotoWork {
  readonly reader: FileReader;
  readonly limits: ReadLimits;
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: IngestProgress) => void;
}

// Enough for every reader to have the next file at hand.
const readsAhead = 24;
const mostRows = 20_000;
const namedUnread = 50;

/** One image with all of its tags. Errors: FILE_NOT_READABLE for what is no image, or one that cannot be read. */
export async function readOnePhoto(
  place: { readonly root: string; readonly relative: string; readonly input: string },
  { reader, signal }: Pick<PhotoWork, "reader" | "signal">,
): Promise<PhotoReport> {
  const startedMs = performance.now();
  const photo = await reader.run("photo", { root: place.root, path: place.relative, isWhole: true });
  throwIfCancelled(signal);
  if (photo.kind === "photo")
    return { kind: "one", path: place.relative, photo, ms: Math.round(performance.now() - startedMs) };
  const why = photo.kind === "skipped" && photo.reason === "filtered" ? "it is no image" : messageOf(photo);
  throw new CommonsError("FILE_NOT_READABLE", `${place.input} tells nothing as an image: ${why}.`, {
    hint: "list_file_types names the formats of images that are read.",
    details: { path: place.relative, reason: photo.kind === "skipped" ? photo.reason : "failed" },
  });
}

/**
 * All images of a directory, several ahead, in the order of their paths. Files whose names say nothing are looked into. Errors: those of
 * `selectFiles`, CANCELLED.
 */
export async function readPhotos(
  workspace: Workspace,
  { path, recursive, maxFiles, maxRows = mostRows }: PhotosInput,
  work: PhotoWork,
): Promise<PhotoReport> {
  const startedMs = performance.now();
  const tally = startTally();
  const selected = await selectFiles(
    { ...work, workspace, directory: path, recursive, categories: ["images"], includeContent: true },
    tally.skip,
  );
  const paths = selected.files.map((file) => file.path);
  const read = (of: string): Promise<PhotoFacts | Unread> =>
    work.reader.run("photo", {
      root: workspace.root,
      path: of,
      isWhole: false,
      companions: selected.companions.get(of) ?? [],
    });
  const found = collectPhotos(Math.min(maxRows, mostRows), tally);
  let done = 0;
  for await (const [of, result] of inOrder(paths, read, work.signal)) {
    done++;
    found.take(of, result);
    work.onProgress?.({ phase: "write", scanned: selected.scanned, done, total: paths.length, path: of });
    if (maxFiles !== undefined && found.taken() >= maxFiles) break;
  }
  // What stays is an image by its name; of the others nobody knows.
  for (const left of paths.slice(done)) tally.skip(left, fileTypeOf(left) === null ? "filtered" : "over-limit");
  return { kind: "many", ...found.report(), ms: Math.round(performance.now() - startedMs) };
}

/** Gathers results: rows of the first photos, a summary of all, and the files that tell nothing. */
function collectPhotos(maxPhotos: number, tally: Tally) {
  const summary = startSummary();
  const photos: PhotoRow[] = [];
  const unread: UnreadPhoto[] = [];
  let [unreadCount, taken] = [0, 0];
  const leaveOut = (path: string, result: Unread): void => {
    const reason = result.kind === "skipped" ? result.reason : "failed";
    if (reason === "filtered" || reason === "vanished") {
      tally.skip(path, reason);
      return;
    }
    unreadCount++;
    if (unread.length < namedUnread) unread.push({ path, reason, message: messageOf(result) });
  };
  return {
    take: (path: string, result: PhotoFacts | Unread): void => {
      if (result.kind !== "photo") {
        leaveOut(path, result);
        return;
      }
      summary.add(result);
      taken++;
      if (photos.length < maxPhotos) photos.push({ path, photo: result });
    },
    taken: () => taken,
    report: () => {
      const { skippedBy, skippedSamples, isTruncated } = tally.report();
      return { photos, summary: { ...summary.counted(), unread, unreadCount, skippedBy, skippedSamples, isTruncated } };
    },
  };
}

/** Results in the order of their inputs, with the next ones under way. */
async function* inOrder<R>(
  inputs: readonly string[],
  start: (input: string) => Promise<R>,
  signal: AbortSignal,
): AsyncGenerator<readonly [input: string, result: R]> {
  const ahead: { input: string; result: Promise<R> }[] = [];
  let next = 0;
  for (;;) {
    throwIfCancelled(signal);
    while (ahead.length < readsAhead && next < inputs.length) {
      const input = inputs[next++] ?? "";
      const result = start(input);
      // Those behind one that fails, or that nobody waits for, must not be unhandled.
      result.catch(() => undefined);
      ahead.push({ input, result });
    }
    const first = ahead.shift();
    if (first === undefined) return;
    yield [first.input, await first.result];
  }
}

function messageOf(unread: Unread): string {
  return unread.message ?? (unread.kind === "skipped" ? unread.reason : "failed");
}

function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new CommonsError("CANCELLED", "The reading of images was cancelled.");
}
