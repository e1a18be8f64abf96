import { isSidecar } from "../extract/image/companion-facts.ts";
import type { PhotoFacts } from "../extract/image/photo-facts.ts";
import { fileTypeOf } from "../extract/registry.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import { isNoPicture } from "../ingest/mirror.ts";
import { selectFiles, skipCompanions } from "../ingest/select-files.ts";
import { startTally, type Tally } from "../ingest/tally.ts";
import type { ReadLimits, Unread } from "../reader/document-reader.ts";
import type { FileReader } from "../reader/file-tasks.ts";
import { companionPath, isBroken, itemsWithout, type CompanionEnding } from "../workspace/companions.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { messageOf, throwIfCancelled } from "./one-photo.ts";
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
  const paths: string[] = [];
  for (const file of selected.files)
    if (isSidecar(file.path)) tally.skip(file.path, "filtered");
    else paths.push(file.path);
  const read = (of: string) =>
    readItem(of, {
      companions: selected.companions.get(of) ?? [],
      readFile: (file, companions) =>
        work.reader.run("photo", { root: workspace.root, path: file, isWhole: false, companions }),
    });
  const found = collectPhotos(Math.min(maxRows, mostRows), tally);
  let done = 0;
  for await (const [of, results] of inOrder(paths, read, work.signal)) {
    done++;
    for (const [file, result, companions] of results) {
      found.take(file, result);
      for (const ending of companions) if (!isBroken(ending)) tally.skip(companionPath(file, ending), "companion");
    }
    work.onProgress?.({ phase: "write", scanned: selected.scanned, done, total: paths.length, path: of });
    if (maxFiles !== undefined && found.taken() >= maxFiles) break;
  }
  // What stays is an image by its name; of the others nobody knows.
  for (const left of paths.slice(done)) {
    tally.skip(left, fileTypeOf(left) === null ? "filtered" : "over-limit");
    skipCompanions({ files: [{ path: left }], companions: selected.companions }, tally.skip);
  }
  return { kind: "many", ...found.report(), ms: Math.round(performance.now() - startedMs) };
}

type ItemResult = readonly [path: string, result: PhotoFacts | Unread, companions: readonly CompanionEnding[]];

const noImage: Unread = { kind: "skipped", reason: "filtered" };

/** A photo with its companions; of one that is no picture, what stands for it as well. */
async function readItem(
  path: string,
  by: {
    readonly companions: readonly CompanionEnding[];
    readonly readFile: (path: string, companions: readonly CompanionEnding[]) => Promise<PhotoFacts | Unread>;
  },
): Promise<ItemResult[]> {
  const result = await by.readFile(path, by.companions);
  if (result.kind === "photo" || by.companions.length === 0 || !isNoPicture(result))
    return [[path, result, by.companions]];
  const others: ItemResult[] = [];
  for (const [item, companions] of itemsWithout(path, by.companions))
    others.push(...(isSidecar(item) ? [[item, noImage, []] as const] : await readItem(item, { ...by, companions })));
  return [[path, result, []], ...others];
}

/** Gathers results: rows of the first photos, a summary of all, and the files that tell nothing. */
function collectPhotos(maxPhotos: number, tally: Tally) {
  const summary = startSummary();
  const photos: PhotoRow[] = [];
  const unread: UnreadPhoto[] = [];
  const damaged: string[] = [];
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
      if (result.facts["isDamaged"] === true && damaged.length < namedUnread) damaged.push(path);
      taken++;
      if (photos.length < maxPhotos) photos.push({ path, photo: result });
    },
    taken: () => taken,
    report: () => {
      const { skippedBy, skippedSamples, isTruncated } = tally.report();
      return {
        photos,
        summary: { ...summary.counted(), damaged, unread, unreadCount, skippedBy, skippedSamples, isTruncated },
      };
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
