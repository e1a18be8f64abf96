import type { Source } from "../core/document.ts";
import { CommonsError } from "../core/errors.ts";
import { coversScope, type IngestScope } from "../core/scopes.ts";
import { listOfNames } from "../core/sentences.ts";
import { maxSimilarPassages, type SimilarResult, type StoredCursor } from "../core/similar.ts";
import type { OperationInput } from "../protocol/operations.ts";
import { heldCollections, type HeldCollection } from "./collections.ts";
import type { IngesterOptions, RefreshResult, StoredSource } from "./ingester.ts";
import type { OpenWorkspace, Session } from "./session.ts";
import { type LineSpan, type SimilarAnswer, type SimilarInput, throwIfCancelled, withLines } from "./similar-input.ts";
import { PairCollector } from "./similar-pairs.ts";
import { directoryPassages, type MinePassage, passagesOfCode, passagesOfFile } from "./similar-passages.ts";

export interface SimilarRunOptions extends IngesterOptions {
  readonly signal: AbortSignal;
  /** Brings stored files up to date, for at most so many milliseconds. */
  readonly refresh: (stored: readonly StoredSource[], budgetMs: number) => Promise<RefreshResult>;
}

/** What is compared, once its paths are known. */
type Target =
  | { readonly kind: "passages"; readonly passages: readonly MinePassage[] }
  /** `file`: only this one of it. */
  | {
      readonly kind: "directory";
      readonly place: OpenWorkspace;
      readonly directory: string;
      readonly file: string | null;
    };

const refreshMs = 3_000;
// Of a whole workspace the best of each passage; of what somebody asked about, more.
const matchesOfMany = 3;
const maxMatches = 20;
const maxUnread = 10;
const maxEmbedded = 64;

/**
 * Finds what is like pasted code, a file, a directory or the whole workspace in some collections. Own files that are stored are brought up
 * to date before. A workspace that is stored as it is, is compared by what the hub has of it. What the time is too short for is counted.
 * Errors: those of paths, INPUT_INVALID, FILE_NOT_INDEXABLE, COLLECTION_NOT_FOUND, CANCELLED.
 */
export async function runSimilar(
  session: Session,
  input: SimilarInput,
  options: SimilarRunOptions,
): Promise<SimilarAnswer> {
  const startedMs = performance.now();
  const target = await targetOf(session, input);
  const places = await session.places();
  const held = await heldCollections(session, places);
  const isWanted = ({ collection }: HeldCollection): boolean =>
    input.collections === "*" || input.collections.includes(collection.name);
  const toRefresh = held.filter((each) => isWanted(each) || target.kind === "directory");
  const refreshed = await options.refresh(toRefresh.map(storedSource), refreshMs);
  const comparison = new Comparison(session, input, {
    ...options,
    deadlineMs: startedMs + input.budgetMs,
    own: places.map(({ source }) => source),
    mayEmbed: target.kind === "passages" && target.passages.length <= maxEmbedded,
    matches: target.kind === "directory" ? matchesOfMany : Math.min(input.limit, maxMatches),
  });
  await comparison.begin();
  if (target.kind === "passages") await comparison.passages(target.passages);
  else {
    const stored = input.isChangedOnly ? null : await storedWhole(session, { held, refreshed, target });
    if (stored === null) await comparison.directory(target, input.isChangedOnly);
    else await comparison.stored(stored, target.directory);
  }
  return { ...comparison.answer(), ms: Math.round(performance.now() - startedMs) };
}

async function targetOf(session: Session, { subject, isChangedOnly }: SimilarInput): Promise<Target> {
  if (subject.kind === "code") return { kind: "passages", passages: passagesOfCode(subject.code) };
  const open = await session.workspace();
  if (subject.kind === "workspace") return { kind: "directory", place: open, directory: "", file: null };
  const { resolved, lines } = await resolvePath(open, subject);
  const place = (await session.places()).find(({ workspace }) => workspace.root === resolved.root) ?? open;
  const path = resolved.relative;
  if (resolved.kind === "file" && !isChangedOnly)
    return { kind: "passages", passages: await passagesOfFile(session, place, { path, lines }) };
  if (lines !== null) {
    const isFile = resolved.kind === "file";
    const fact = isFile
      ? "Lines and changed are two choices of one."
      : `${subject.path} is a directory, and lines are of a file.`;
    throw new CommonsError("INPUT_INVALID", fact, { hint: "Leave the lines out." });
  }
  if (resolved.kind === "directory") return { kind: "directory", place, directory: path, file: null };
  return { kind: "directory", place, directory: path.slice(0, Math.max(0, path.lastIndexOf("/"))), file: path };
}

/** A file may be called `a:1`, so a path is first taken as it is. */
async function resolvePath({ workspace }: OpenWorkspace, { path, lines }: { path: string; lines: LineSpan | null }) {
  try {
    return { resolved: await workspace.resolve(path), lines };
  } catch (error) {
    const isMissing = error instanceof CommonsError && error.code === "PATH_NOT_FOUND";
    const spanned = isMissing && lines === null ? withLines(path) : null;
    if (spanned === null) throw error;
    return { resolved: await workspace.resolve(spanned.path), lines: spanned.lines };
  }
}

function storedSource({ collection, place }: HeldCollection): StoredSource {
  return { collection, sourceKey: place.source.key };
}

/** A collection that mirrors all of the directory and is up to date; null: none, so the files are read. */
async function storedWhole(
  session: Session,
  {
    held,
    refreshed,
    target,
  }: { held: readonly HeldCollection[]; refreshed: RefreshResult; target: Target & { kind: "directory" } },
): Promise<StoredSource | null> {
  const behind = new Set([...refreshed.pending, ...refreshed.failed].map(({ collection }) => collection));
  const wanted: IngestScope = {
    directory: target.directory,
    recursive: true,
    categories: null,
    extensions: null,
    maxFiles: null,
    includeContent: true,
  };
  for (const each of held) {
    const { collection, place } = each;
    if (place.source.key !== target.place.source.key || behind.has(collection.name)) continue;
    const { scopes } = await session.call("sources.state", {
      collectionId: collection.id,
      sourceKey: place.source.key,
    });
    if (scopes.some(({ scope, mirroredAtMs }) => mirroredAtMs !== null && coversScope(scope, wanted)))
      return storedSource(each);
  }
  return null;
}

interface ComparisonOptions extends SimilarRunOptions {
  readonly deadlineMs: number;
  readonly own: readonly Pick<Source, "key" | "path">[];
  readonly matches: number;
  /** Other models may be asked: for what somebody asked about and collections that they named, not for a whole workspace. */
  readonly mayEmbed: boolean;
}

/** Sends passages to the hub in slices and gathers what comes back, until the time is over. */
class Comparison {
  readonly #session: Session;
  readonly #input: SimilarInput;
  readonly #options: ComparisonOptions;
  readonly #collector: PairCollector;
  readonly #notes = new Map<string, SimilarResult["notes"][number]>();
  readonly #unread: { path: string; reason: string }[] = [];
  #last: SimilarResult | null = null;
  #compared = 0;
  #tooSmall = 0;
  #unreadCount = 0;
  #left: SimilarAnswer["left"] = null;
  #changedFiles: number | null = null;

  constructor(session: Session, input: SimilarInput, options: ComparisonOptions) {
    this.#session = session;
    this.#input = input;
    this.#options = options;
    this.#collector = new PairCollector(options.own);
  }

  /** Errors: COLLECTION_NOT_FOUND, before anything is read. */
  async begin(): Promise<void> {
    await this.#send([]);
    if (this.#input.collections !== "*") return;
    const { foreign } = await this.#session.call("collections.list", {}, this.#options.signal);
    const note = foreign === null ? null : foreignNote(foreign.map(({ name }) => name));
    if (note !== null) this.#notes.set(note.text, note);
  }

  async passages(all: readonly MinePassage[]): Promise<void> {
    for (let from = 0; from < all.length; from += maxSimilarPassages) {
      if (this.#isTimeOver()) return this.#leave(all.length - from, "passage");
      await this.#send(all.slice(from, from + maxSimilarPassages));
      this.#report(from, all.length, null);
    }
  }

  async directory({ place, directory, file }: Target & { kind: "directory" }, isChangedOnly: boolean): Promise<void> {
    const { files, read, leftOut } = await directoryPassages(this.#session, place, {
      directory,
      file,
      isChangedOnly,
      signal: this.#options.signal,
      onScan: (scanned) => this.#options.onProgress?.({ phase: "scan", scanned, done: 0, total: null, path: null }),
    });
    for (const each of leftOut) this.#noteUnread(each);
    if (isChangedOnly) this.#changedFiles = 0;
    let waiting: MinePassage[] = [];
    let done = 0;
    for await (const each of read) {
      if (this.#isTimeOver()) {
        this.#leave(files - done, "file");
        break;
      }
      if (each.kind === "unread") this.#noteUnread(each);
      else {
        if (this.#changedFiles !== null && each.isChanged) this.#changedFiles++;
        waiting.push(...each.passages);
      }
      for (; waiting.length >= maxSimilarPassages; waiting = waiting.slice(maxSimilarPassages))
        await this.#send(waiting.slice(0, maxSimilarPassages));
      this.#report(++done, files, each.path);
    }
    if (waiting.length > 0) await this.#send(waiting);
  }

  async stored({ collection, sourceKey }: StoredSource, directory: string): Promise<void> {
    let done = 0;
    for (let after: StoredCursor | null = null; ;) {
      const stored = { collectionId: collection.id, sourceKey, directory, after, limit: maxSimilarPassages };
      const result = await this.#ask({ kind: "stored", stored });
      const sourcePath = this.#options.own.find(({ key }) => key === sourceKey)?.path;
      for (const group of result.groups) if (group.mine !== null) this.#collector.add(group.mine, group, sourcePath);
      done += result.compared + result.tooSmall;
      after = result.next;
      this.#report(done, result.total, after?.path ?? null);
      if (after === null) return;
      if (this.#isTimeOver()) return this.#leave(Math.max(0, (result.total ?? done) - done), "passage");
    }
  }

  answer(): Omit<SimilarAnswer, "ms"> {
    return {
      pairs: this.#collector.pairs(this.#input.limit),
      found: this.#collector.found,
      checkouts: this.#collector.checkouts,
      compared: this.#compared,
      tooSmall: this.#tooSmall,
      left: this.#left,
      unread: this.#unread,
      unreadCount: this.#unreadCount,
      changedFiles: this.#changedFiles,
      collections: this.#last?.collections ?? (this.#input.collections === "*" ? [] : this.#input.collections),
      searched: this.#last?.searched ?? { documents: 0, chunks: 0 },
      notes: [...this.#notes.values()],
    };
  }

  async #send(passages: readonly MinePassage[]): Promise<void> {
    const result = await this.#ask({ kind: "sent", passages: passages.map(({ passage }) => passage) });
    for (const group of result.groups) {
      const own = passages[group.index];
      if (own !== undefined) this.#collector.add(own.mine, group, own.passage.place?.sourcePath);
    }
  }

  async #ask(of: OperationInput<"similar">["of"]): Promise<SimilarResult> {
    throwIfCancelled(this.#options.signal);
    const { collections, threshold } = this.#input;
    const wanted = collections === "*" ? ("*" as const) : [...collections];
    const mayEmbed = this.#options.mayEmbed && wanted !== "*";
    const question = { collections: wanted, of, limit: this.#options.matches, threshold, mayEmbed };
    const result = await this.#session.call("similar", question, this.#options.signal);
    this.#last = result;
    this.#compared += result.compared;
    this.#tooSmall += result.tooSmall;
    for (const note of result.notes) this.#notes.set(note.text, note);
    return result;
  }

  #noteUnread({ path, reason }: { readonly path: string; readonly reason: string }): void {
    this.#unreadCount++;
    if (this.#unread.length < maxUnread) this.#unread.push({ path, reason });
  }

  #leave(count: number, of: "passage" | "file"): void {
    if (count > 0) this.#left = { count, of };
  }

  #isTimeOver(): boolean {
    return performance.now() > this.#options.deadlineMs;
  }

  #report(done: number, total: number | null, path: string | null): void {
    this.#options.onProgress?.({ phase: "compare", scanned: 0, done, total, path });
  }
}

/** What "*" leaves out: they have no passages of ours to compare. */
function foreignNote(names: readonly string[]): SimilarResult["notes"][number] | null {
  if (names.length === 0) return null;
  const text = `Not compared: ${listOfNames(names)}, made by other programs in ChromaDB. To compare one, copy it: commons adopt ${names[0] ?? ""}`;
  return { kind: "foreign", text };
}
