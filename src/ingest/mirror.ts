import type { KnownFile, Metadata } from "../core/document.ts";
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
  /** Replaces what was given before, null removes it. Absent: what is stored stays. */
  readonly givenMetadata?: Metadata | null;
}

const readsAhead = 8;

/** Brings what is stored of these files to what stands on the disk; `onFile` hears of each when it is done. */
export async function mirrorFiles(
  run: MirrorRun,
  paths: readonly string[],
  onFile?: (path: string) => void,
): Promise<void> {
  for await (const { path, result } of readAhead(run, paths)) {
    throwIfCancelled(run.signal);
    await mirrorFile(run, path, result);
    onFile?.(path);
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
  // A vanished file of the same content is this one under a new name: what was given with it moves along.
  const before = known ?? run.vanishedByHash.get(result.contentHash)?.[0];
  const givenMetadata = run.givenMetadata === undefined ? (before?.givenMetadata ?? null) : run.givenMetadata;
  if (known?.fingerprint === result.fingerprint && isSameMetadata(known.givenMetadata, givenMetadata)) {
    run.tally.unchanged();
    run.tally.take(result.stat.sizeBytes);
    return run.writer.touch({ path, stat: result.stat, readAtMs: result.readAtMs });
  }
  const former = known === undefined ? claimVanished(run, result) : undefined;
  if (former !== undefined) {
    run.tally.take(result.stat.sizeBytes);
    return run.writer.rename({ from: former.path, to: path, stat: result.stat, readAtMs: result.readAtMs });
  }
  const document = makeDocument(result, { includeContent: run.options.includeContent, givenMetadata });
  if ("kind" in document) return leaveOut(run, path, document);
  run.tally.take(result.stat.sizeBytes);
  return run.writer.document(document);
}

/** A file that cannot be indexed (any more): what is stored of it goes, unless it merely could not be read this time. */
export async function leaveOut(
  run: Pick<MirrorRun, "tally" | "known" | "writer" | "options">,
  path: string,
  unread: Unread,
): Promise<void> {
  if (unread.kind === "failed") return run.tally.fail(path, unread.error);
  // Where the workspace itself was moved away, no file of it was deleted: this throws.
  if (unread.reason === "vanished") await run.options.workspace.resolve(".");
  run.tally.skip(path, unread.reason);
  if (unread.reason !== "unreadable" && run.known.has(path)) await run.writer.remove(path);
}

function isSameMetadata(a: Metadata | null, b: Metadata | null): boolean {
  const sorted = (metadata: Metadata | null) => Object.entries(metadata ?? {}).toSorted(([x], [y]) => (x < y ? -1 : 1));
  return JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
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
