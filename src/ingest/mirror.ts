import type { KnownFile } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import type { DocumentTarget } from "../core/writes.ts";
import type { BatchWriter } from "./batch-writer.ts";
import { makeDocument, readFileOnce, type Reading, type ReadOptions, type Unread } from "./read-document.ts";
import type { Tally } from "./tally.ts";

/** What one run works with, from the first file to the last. */
export interface MirrorRun {
  readonly options: ReadOptions;
  readonly writer: BatchWriter;
  readonly tally: Tally;
  readonly known: ReadonlyMap<string, KnownFile>;
  /** Vanished documents by content hash: a new file of the same content is the same document under a new name. */
  readonly vanishedByHash: Map<string, KnownFile[]>;
  readonly signal?: AbortSignal;
  /** Writes a document even where nothing changed, because its metadata did. */
  readonly isForced?: boolean;
}

const readsAhead = 8;

/** Brings what is stored of these files to what stands on the disk; `onFile` hears of each before it is worked on. */
export async function mirrorFiles(
  run: MirrorRun,
  paths: readonly string[],
  onFile?: (path: string, index: number) => void,
): Promise<void> {
  let index = 0;
  for await (const { path, result } of readAhead(run, paths)) {
    throwIfCancelled(run.signal);
    onFile?.(path, index++);
    await mirrorFile(run, path, result);
  }
}

/** What the target has stored of the wanted paths, by path; fetched page by page. */
export async function loadKnown(
  target: DocumentTarget,
  isWanted: (path: string) => boolean,
  signal?: AbortSignal,
): Promise<Map<string, KnownFile>> {
  const known = new Map<string, KnownFile>();
  for (let page = await target.known(null); page.length > 0; page = await target.known(page.at(-1)?.path ?? null)) {
    throwIfCancelled(signal);
    for (const file of page) if (isWanted(file.path)) known.set(file.path, file);
  }
  return known;
}

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CommonsError("CANCELLED", "The ingest was cancelled.");
}

async function mirrorFile(run: MirrorRun, path: string, result: Reading | Unread): Promise<void> {
  if (result.kind !== "reading") return leaveOut(run, path, result);
  const known = run.known.get(path);
  if (known?.fingerprint === result.fingerprint && run.isForced !== true) {
    run.tally.unchanged();
    run.tally.take(result.stat.sizeBytes);
    return run.writer.touch({ path, stat: result.stat, readAtMs: result.readAtMs });
  }
  const former = known === undefined ? claimVanished(run, result) : undefined;
  if (former !== undefined) {
    run.tally.take(result.stat.sizeBytes);
    return run.writer.rename({ from: former.path, to: path, stat: result.stat, readAtMs: result.readAtMs });
  }
  const document = makeDocument(result, run.options);
  if ("kind" in document) return leaveOut(run, path, document);
  run.tally.take(result.stat.sizeBytes);
  return run.writer.document(document);
}

/** A file that cannot be indexed (any more): what is stored of it goes, unless it merely could not be read this time. */
async function leaveOut(run: MirrorRun, path: string, unread: Unread): Promise<void> {
  if (unread.kind === "failed") return run.tally.fail(path, unread.error);
  run.tally.skip(path, unread.reason);
  if (unread.reason !== "unreadable" && run.known.has(path)) await run.writer.remove(path);
}

function claimVanished(run: MirrorRun, reading: Reading): KnownFile | undefined {
  const candidates = run.vanishedByHash.get(reading.contentHash);
  // Another ending may mean another extractor; then the document is made anew.
  const index = candidates?.findIndex((each) => each.fingerprint === reading.fingerprint) ?? -1;
  return index === -1 ? undefined : candidates?.splice(index, 1)[0];
}

/** Reads some files ahead of the one in hand, and hands them out in order. */
async function* readAhead(
  run: MirrorRun,
  paths: readonly string[],
): AsyncGenerator<{ path: string; result: Reading | Unread }> {
  const ahead: Promise<Reading | Unread>[] = [];
  for (const [index, path] of paths.entries()) {
    for (const next of paths.slice(index + ahead.length, index + readsAhead))
      ahead.push(readFileOnce(next, run.options));
    const result = await ahead.shift();
    if (result !== undefined) yield { path, result };
  }
}
