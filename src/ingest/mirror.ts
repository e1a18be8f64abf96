import type { Category, KnownFile, Metadata, SkipReason } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import { fileTypeOf } from "../extract/registry.ts";
import type { DocumentTarget } from "../core/writes.ts";
import type { BatchWriter } from "./batch-writer.ts";
import type { DocumentReader, Reading, ReadLimits, ReadResult, Unread } from "../reader/document-reader.ts";
import { companionPath, isBroken, itemsWithout, type CompanionEnding } from "../workspace/companions.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Tally } from "./tally.ts";

/** How the files of a run are read. */
export interface ReadOptions {
  readonly workspace: Workspace;
  readonly reader: DocumentReader;
  readonly limits: ReadLimits;
  readonly includeContent: boolean;
  /** Only documents of these kinds; a file whose name told no kind is read to know it. Absent: all. */
  readonly categories?: readonly Category[];
}

/** What one run works with, from the first file to the last. */
export interface MirrorRun {
  readonly options: ReadOptions;
  readonly writer: BatchWriter;
  readonly tally: Tally;
  readonly known: ReadonlyMap<string, KnownFile>;
  /** Vanished documents by content hash: a new file of the same content is the same document under a new name. */
  readonly vanishedByHash: Map<string, KnownFile[]>;
  /** Fingerprints of the vanished documents that a new file may be, going by its size. */
  readonly fingerprintsFor: (path: string) => readonly string[];
  /** Endings of what is one item with a photo; none of other files. */
  readonly companionsOf: (path: string) => readonly CompanionEnding[];
  readonly signal?: AbortSignal;
  /** Replaces what was given before, null removes it. Absent: what is stored stays. */
  readonly givenMetadata?: Metadata | null;
}

// While a batch is written, the reader works on: so many files are some tenths of a second.
const readsAhead = 32;

/** Brings what is stored of these files to what stands on the disk; `onFile` hears of each when it is done. */
export async function mirrorFiles(
  run: MirrorRun,
  paths: readonly string[],
  onFile?: (path: string) => void,
): Promise<void> {
  for await (const { path, result } of readAhead(run, paths)) {
    throwIfCancelled(run.signal);
    await mirrorItem(run, path, result);
    onFile?.(path);
  }
}

/** A file with what is one item with it. Of a photo that is no picture, what belongs to it stands for itself. */
async function mirrorItem(run: MirrorRun, path: string, result: ReadResult): Promise<void> {
  await mirrorFile(run, path, result);
  const endings = run.companionsOf(path);
  if (endings.length === 0) return;
  if (result.kind === "document" || result.kind === "stored")
    return takeInCompanions(run, path, result.kind === "document" ? result.content.metadata : {});
  if (!isNoPicture(result)) return;
  for (const [item, companions] of itemsWithout(path, endings)) {
    throwIfCancelled(run.signal);
    const own = { ...run, companionsOf: (of: string) => (of === item ? companions : run.companionsOf(of)) };
    const left = { ...own, tally: { ...run.tally, skip: withoutBroken(run.tally.skip, path) } };
    await mirrorItem(left, item, await readNow(own, item, storedFingerprints(own, item)));
  }
}

/** What belongs to a photo that is stored has no document of its own. */
export async function takeInCompanions(run: MirrorRun, photo: string, metadata: Metadata = {}): Promise<void> {
  const { brokenCompanions } = metadata;
  const broken = typeof brokenCompanions === "string" ? brokenCompanions.split(", ") : [];
  for (const ending of run.companionsOf(photo)) {
    const path = companionPath(photo, ending);
    const isDamaged = isBroken(ending) || broken.includes(path.slice(path.lastIndexOf("/") + 1));
    run.tally.skip(path, isDamaged ? "damaged" : "companion");
    // What is broken left when that was found.
    if (run.known.has(path) && !isBroken(ending)) await run.writer.remove(path);
  }
}

/** Whether what was read cannot be what others belong to; what could not be read now may be so later. */
export function isNoPicture(unread: Unread): boolean {
  return unread.kind === "skipped" && noPicture.has(unread.reason);
}

const noPicture: ReadonlySet<SkipReason> = new Set(["damaged", "empty", "timed-out", "too-complex"]);

/** A photo that was told of is not told of again by what stands for it. */
function withoutBroken(skip: Tally["skip"], photo: string): Tally["skip"] {
  return (path, reason) => {
    if (path !== photo) skip(path, reason);
  };
}

/** What the target has stored of the wanted paths, by path; fetched page by page. */
export async function loadKnown(
  target: Pick<DocumentTarget, "known">,
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

async function mirrorFile(run: MirrorRun, path: string, result: ReadResult): Promise<void> {
  if (result.kind === "skipped" || result.kind === "failed") return leaveOut(run, path, result);
  const { reading } = result;
  const known = run.known.get(path);
  // A vanished file of the same content is this one under a new name: what was given with it moves along.
  const before = known ?? run.vanishedByHash.get(reading.contentHash)?.[0];
  const givenMetadata = run.givenMetadata === undefined ? (before?.givenMetadata ?? null) : run.givenMetadata;
  const { stat, readAtMs } = reading;
  if (known?.fingerprint === reading.fingerprint && isSameMetadata(known.givenMetadata, givenMetadata)) {
    run.tally.unchanged();
    run.tally.take(stat.sizeBytes);
    return run.writer.touch({ path, stat, readAtMs });
  }
  const former = known === undefined ? claimVanished(run, reading) : undefined;
  if (former !== undefined) {
    run.tally.take(stat.sizeBytes);
    return run.writer.rename({ from: former.path, to: path, stat, readAtMs });
  }
  // Stored under a path that another file has claimed meanwhile, or with other given facts: now its text is needed after all.
  if (result.kind === "stored") return mirrorFile(run, path, await readNow(run, path, []));
  if (run.options.categories?.includes(result.content.category) === false) return run.tally.skip(path, "filtered");
  run.tally.take(stat.sizeBytes);
  const { metadata, ...content } = result.content;
  const { count: chunks, textLength } = content.chunks;
  const isCutByLength = fileTypeOf(path)?.expectedChunks === undefined;
  const { category } = content;
  const damaged = damageText(path, metadata);
  run.tally.made({ category, chunks, textLength, isCutByLength, secrets: result.redacted, damaged });
  return run.writer.document({
    ...reading,
    ...content,
    metadata: { ...metadata, ...givenMetadata },
    givenMetadata,
  });
}

/** "half.jpg (cut short)"; null: nothing of it is broken. */
function damageText(path: string, { isDamaged, damage }: Metadata): string | null {
  if (isDamaged !== true) return null;
  return typeof damage === "string" ? `${path} (${damage})` : path;
}

/** A file that cannot be indexed (any more): what is stored of it goes, unless it merely could not be read this time. */
export async function leaveOut(
  run: Pick<MirrorRun, "tally" | "known" | "writer" | "options">,
  path: string,
  unread: Unread,
): Promise<void> {
  if (unread.kind === "failed") return run.tally.fail(path, unread.message);
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
): AsyncGenerator<{ path: string; result: ReadResult }> {
  const ahead: Promise<ReadResult>[] = [];
  for (const [index, path] of paths.entries()) {
    for (const next of paths.slice(index + ahead.length, index + readsAhead))
      ahead.push(readNow(run, next, storedFingerprints(run, next)));
    const result = await ahead.shift();
    if (result !== undefined) yield { path, result };
  }
}

function readNow({ options, companionsOf }: MirrorRun, path: string, stored: readonly string[]): Promise<ReadResult> {
  const { workspace, reader, limits, includeContent } = options;
  const endings = companionsOf(path);
  const companions = endings.length === 0 ? {} : { companions: endings };
  return reader.read({ root: workspace.root, path, includeContent, limits, storedFingerprints: stored, ...companions });
}

/** With which fingerprints a file needs no extraction: its own, or that of any vanished file that it may be. */
function storedFingerprints(run: MirrorRun, path: string): readonly string[] {
  const known = run.known.get(path);
  if (known !== undefined) return [known.fingerprint];
  return run.fingerprintsFor(path);
}
