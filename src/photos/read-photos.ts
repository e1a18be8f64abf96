import { CommonsError } from "../core/errors.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import { fileTypeOf } from "../extract/registry.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import { selectFiles } from "../ingest/select-files.ts";
import { startTally } from "../ingest/tally.ts";
import type { ReadLimits, Unread } from "../reader/document-reader.ts";
import type { FileReader } from "../reader/file-tasks.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { PhotoReport, PhotoRow, PhotosInput } from "./photo-report.ts";
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
  const summary = startSummary();
  const photos: PhotoRow[] = [];
  const unread: { path: string; reason: "failed" | (Unread & { kind: "skipped" })["reason"]; message: string }[] = [];
  let unreadCount = 0;
  let taken = 0;
  const take = (of: string, result: PhotoFacts | Unread): void => {
    if (result.kind === "photo") {
      summary.add(result);
      taken++;
      if (photos.length < Math.min(maxRows, mostRows)) photos.push({ path: of, photo: result });
    } else if (result.kind === "skipped" && result.reason === "filtered") tally.skip(of, "filtered");
    else if (result.kind === "skipped" && result.reason === "vanished") tally.skip(of, "vanished");
    else {
      unreadCount++;
      const reason = result.kind === "skipped" ? result.reason : "failed";
      if (unread.length < namedUnread) unread.push({ path: of, reason, message: messageOf(result) });
    }
  };
  const read = (of: string): Promise<PhotoFacts | Unread> =>
    work.reader.run("photo", { root: workspace.root, path: of, isWhole: false });
  let done = 0;
  for await (const [of, result] of inOrder(paths, read, work.signal)) {
    take(of, result);
    work.onProgress?.({ phase: "write", scanned: selected.scanned, done: ++done, total: paths.length, path: of });
    if (maxFiles !== undefined && taken >= maxFiles) break;
  }
  // What stays is an image by its name; of the others nobody knows.
  for (const left of paths.slice(done)) tally.skip(left, fileTypeOf(left) === null ? "filtered" : "over-limit");
  const { skippedBy, skippedSamples, isTruncated } = tally.report();
  return {
    kind: "many",
    photos,
    summary: { ...summary.counted(), unread, unreadCount, skippedBy, skippedSamples, isTruncated },
    ms: Math.round(performance.now() - startedMs),
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
