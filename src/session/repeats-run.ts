import { CommonsError } from "../core/errors.ts";
import { placeOf } from "../core/hit-place.ts";
import { isImported } from "../core/imported.ts";
import { countOf, firstOf } from "../core/quantities.ts";
import {
  maxPagePassages,
  maxSpans,
  type DocumentCursor,
  type PassagePage,
  type SpanPlace,
} from "../core/stored-passages.ts";
import { type Origin, PassageCorpus } from "../duplicates/passage-corpus.ts";
import type {
  RepeatGroup,
  RepeatPlace,
  RepeatReport,
  RepeatsInput,
  SharedFilesGroup,
} from "../duplicates/repeat-report.ts";
import { findRepeats, type Occurrence, type Repeat, type Repeats } from "../duplicates/repeated-passages.ts";
import type { OperationInput } from "../protocol/operations.ts";
import { heldCollections } from "./collections.ts";
import type { IngesterOptions, RefreshResult, StoredSource } from "./ingester.ts";
import type { Session } from "./session.ts";

export interface RepeatsRunOptions extends IngesterOptions {
  readonly signal: AbortSignal;
  /** Brings stored files up to date, for at most so many milliseconds. */
  readonly refresh: (stored: readonly StoredSource[], budgetMs: number) => Promise<RefreshResult>;
}

interface NamedCollection {
  readonly id: string;
  readonly name: string;
  readonly chunks: number;
}

/** Some 100 MB; the rest is left out, and that is said. */
const maxPassages = 2_000_000;
const maxPlaces = 20;
const maxShared = 20;
const maxNamed = 8;
const refreshMs = 3_000;

/**
 * Finds what stands more than once in some collections, after the own files in them were brought up to date. The hub gives the numbers of the
 * texts page by page; what they have in common is found here. Errors: COLLECTION_NOT_FOUND, COLLECTION_FOREIGN, CANCELLED.
 */
export async function runRepeats(
  session: Session,
  input: RepeatsInput,
  options: RepeatsRunOptions,
): Promise<RepeatReport> {
  const startedMs = performance.now();
  const { collections, foreign } = await chosenCollections(session, input.collections, options.signal);
  const notes = [...foreignNote(foreign), ...(await refreshOwn(session, collections, options))];
  const walk = new Walk(session, collections, options);
  const corpora: PassageCorpus[] = [];
  for (const some of input.isAcross ? [collections] : collections.map((each) => [each]))
    corpora.push(await walk.corpus(some));
  const found = corpora.map((corpus) => ({
    corpus,
    repeats: findRepeats(corpus, { minCharacters: input.minCharacters }),
  }));
  const ordered = found
    .flatMap(({ corpus, repeats }) => repeats.repeats.map((repeat) => ({ corpus, repeat })))
    .toSorted((a, b) => b.repeat.wastedBytes - a.repeat.wastedBytes);
  const { groups, changed } = await placed(session, ordered.slice(0, input.limit), options.signal);
  if (changed > 0) notes.push(`${countOf(changed, "place")} left out: changed while this was looked at. Ask again.`);
  const shared = found
    .flatMap(({ corpus, repeats }) => sharedOf(corpus, repeats))
    .toSorted((a, b) => b.files - a.files);
  return {
    collections: collections.map(({ name }) => name),
    documents: corpora.reduce((sum, { documents }) => sum + documents, 0),
    passages: corpora.reduce((sum, { passages }) => sum + passages, 0),
    groups,
    groupCount: ordered.length,
    wastedBytes: found.reduce((sum, { repeats }) => sum + repeats.wastedBytes, 0),
    shared: shared.slice(0, maxShared),
    sharedCount: shared.length,
    tooShort: found.reduce((sum, { repeats }) => sum + repeats.tooShort, 0),
    notes: [...notes, ...walk.notes],
    ms: Math.round(performance.now() - startedMs),
  };
}

/** All that the session may see, or those of the names; a name that is not there is an error. */
async function chosenCollections(
  session: Session,
  wanted: RepeatsInput["collections"],
  signal: AbortSignal,
): Promise<{ readonly collections: NamedCollection[]; readonly foreign: readonly string[] }> {
  if (wanted === "*") {
    const listing = await session.call("collections.list", {}, signal);
    return { collections: [...listing.collections], foreign: (listing.foreign ?? []).map(({ name }) => name) };
  }
  const collections: NamedCollection[] = [];
  for (const name of new Set(wanted))
    collections.push(await session.call("collections.get", { collection: name }, signal));
  return { collections, foreign: [] };
}

function foreignNote(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [
    `Not looked at: ${firstOf(names, maxNamed)}, made by other programs in ChromaDB. To look at one, copy it: commons adopt ${names[0] ?? ""}`,
  ];
}

async function refreshOwn(
  session: Session,
  collections: readonly NamedCollection[],
  { refresh }: RepeatsRunOptions,
): Promise<string[]> {
  const ids = new Set(collections.map(({ id }) => id));
  const held = (await heldCollections(session, await session.places())).filter(({ collection }) =>
    ids.has(collection.id),
  );
  if (held.length === 0) return [];
  const stored = held.map(({ collection, place }) => ({ collection, sourceKey: place.source.key }));
  const { pending, failed } = await refresh(stored, refreshMs);
  return [
    ...pending.map(({ collection }) => `${collection} is still being brought up to date with this workspace's files.`),
    ...failed.map(({ collection, message }) => `${collection} could not be brought up to date: ${message}`),
  ];
}

/** Goes through the passages of collections, page by page. */
class Walk {
  readonly notes: string[] = [];
  readonly #session: Session;
  readonly #options: RepeatsRunOptions;
  readonly #total: number;
  #done = 0;

  constructor(session: Session, collections: readonly NamedCollection[], options: RepeatsRunOptions) {
    this.#session = session;
    this.#options = options;
    this.#total = collections.reduce((sum, { chunks }) => sum + chunks, 0);
  }

  async corpus(collections: readonly NamedCollection[]): Promise<PassageCorpus> {
    const corpus = new PassageCorpus();
    for (const collection of collections) await this.#add(corpus, collection);
    return corpus;
  }

  async #add(corpus: PassageCorpus, collection: NamedCollection): Promise<void> {
    const { signal, onProgress } = this.#options;
    let after: DocumentCursor | null = null;
    do {
      if (signal.aborted) throw new CommonsError("CANCELLED", "The search for duplicates was cancelled.");
      if (this.#done >= maxPassages) {
        const most = maxPassages.toLocaleString("en-US");
        this.notes.push(
          `${collection.name} was not looked at to its end: at most ${most} passages are compared in one call.`,
        );
        return;
      }
      const query: OperationInput<"passages.page"> = { collectionId: collection.id, after, limit: maxPagePassages };
      const page: PassagePage = await this.#session.call("passages.page", query, signal);
      corpus.add(collection, page);
      this.#done += page.textIds.length;
      const [done, total] = [this.#done, Math.max(this.#total, this.#done)];
      onProgress?.({ phase: "compare", scanned: 0, done, total, path: collection.name });
      after = page.next;
    } while (after !== null);
  }
}

interface FoundRepeat {
  readonly corpus: PassageCorpus;
  readonly repeat: Repeat;
}

/** Groups with their places; those that were changed since the walk are left out and counted. */
async function placed(
  session: Session,
  found: readonly FoundRepeat[],
  signal: AbortSignal,
): Promise<{ readonly groups: RepeatGroup[]; readonly changed: number }> {
  const own = new Set((await session.places()).map(({ source }) => source.key));
  const asked = found.flatMap(({ corpus, repeat }) =>
    repeat.occurrences.slice(0, maxPlaces).map((occurrence, index) => ({ corpus, occurrence, hasText: index === 0 })),
  );
  const places = await placesOf(session, asked, signal);
  let changed = 0;
  const groups = found.flatMap((each): RepeatGroup[] => {
    const there = each.repeat.occurrences.slice(0, maxPlaces).flatMap((occurrence) => {
      const place = places.get(occurrence) ?? null;
      return place !== null && isAsWalked(each.corpus, occurrence, place) ? [place] : [];
    });
    changed += Math.min(each.repeat.occurrences.length, maxPlaces) - there.length;
    return there.length < 2 ? [] : [toGroup(each.repeat, there, own)];
  });
  return { groups, changed };
}

async function placesOf(
  session: Session,
  asked: readonly { readonly corpus: PassageCorpus; readonly occurrence: Occurrence; readonly hasText: boolean }[],
  signal: AbortSignal,
): Promise<Map<Occurrence, SpanPlace | null>> {
  const places = new Map<Occurrence, SpanPlace | null>();
  const byCollection = Map.groupBy(asked, ({ corpus, occurrence }) => originOf(corpus, occurrence)?.collectionId ?? "");
  for (const [collectionId, all] of byCollection)
    for (let from = 0; from < all.length; from += maxSpans) {
      const some = all.slice(from, from + maxSpans);
      const spans = some.map(({ corpus, occurrence: { document, first, count }, hasText }) => ({
        documentId: corpus.ids[document] ?? 0,
        first,
        count,
        hasText,
      }));
      const answered = await session.call("passages.places", { collectionId, spans }, signal);
      for (const [index, { occurrence }] of some.entries()) places.set(occurrence, answered[index] ?? null);
    }
  return places;
}

function originOf(corpus: PassageCorpus, { document }: Occurrence): Origin | undefined {
  return corpus.origins[corpus.originOf[document] ?? 0];
}

function isAsWalked(corpus: PassageCorpus, { document, first, count }: Occurrence, place: SpanPlace): boolean {
  const texts = corpus.textsOf(document);
  const [head, last] = [texts[first] ?? 0, texts[first + count - 1] ?? 0];
  return corpus.textId(head) === place.firstTextId && corpus.textId(last) === place.lastTextId;
}

function toGroup(repeat: Repeat, places: readonly SpanPlace[], own: ReadonlySet<string>): RepeatGroup {
  // An imported file's hash is what the export says of it.
  const isSameFile =
    new Set(places.map(({ contentHash }) => contentHash)).size === 1 && !places.some((place) => isImported(place));
  const kind = repeat.kind !== "files" ? repeat.kind : isSameFile ? "same-file" : "same-text";
  return {
    kind,
    passages: repeat.passages,
    sizeBytes: repeat.bytes,
    wastedBytes: repeat.wastedBytes,
    places: places.map((place) =>
      toPlace(place, { isWhole: repeat.kind === "files", isOwn: own.has(place.source.key) }),
    ),
    fileCount: repeat.occurrences.length,
    furtherRuns: repeat.furtherRuns,
    text: places.find(({ text }) => text !== null)?.text ?? "",
  };
}

function toPlace(place: SpanPlace, { isWhole, isOwn }: { isWhole: boolean; isOwn: boolean }): RepeatPlace {
  const { collection, source, branch, path, startLine, endLine } = place;
  return {
    collection,
    source: source.name,
    sourcePath: source.path,
    branch: source.repository?.branch ?? branch,
    path,
    startLine,
    endLine,
    place: isWhole ? path : placeOf(place),
    isOwn,
  };
}

function sharedOf(corpus: PassageCorpus, { shared }: Repeats): SharedFilesGroup[] {
  return shared.map(({ origins, files, equalFiles }) => ({
    places: origins.flatMap((origin) => {
      const found = corpus.origins[origin];
      if (found === undefined) return [];
      const { collection, source } = found;
      return [{ collection, source: source.name, sourcePath: source.path, branch: source.repository?.branch ?? null }];
    }),
    files,
    equalFiles,
  }));
}
