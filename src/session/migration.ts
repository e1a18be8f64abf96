import { hash, randomBytes } from "node:crypto";
import { requireCollectionName } from "../core/collection-name.ts";
import type { CollectionSummary } from "../core/collections.ts";
import type { Source } from "../core/document.ts";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import { builtInModel } from "../core/model-id.ts";
import type { ForeignRecord } from "../core/ports.ts";
import type { PromoteResult } from "../core/receipts.ts";
import { countOf } from "../core/quantities.ts";
import { joinSentences } from "../core/sentences.ts";
import type { EarlierPage } from "../portable/earlier/earlier-place.ts";
import { SeenIds } from "../portable/earlier/seen-ids.ts";
import { ensureCollection } from "./collections.ts";
import {
  documentsOf,
  noLosses,
  nothingVanished,
  type RecordLosses,
  removeVanished,
  sumOfLosses,
  type VanishedRecords,
  writeBatches,
} from "./foreign-records.ts";
import type { Session } from "./session.ts";

export interface MigrationRequest {
  /** The collection that the records go to. */
  readonly to: string;
  /** What the records are of: the same for every run, whatever way they are read. */
  readonly identity: string;
  /** The earlier collection's name, for people. */
  readonly from: string;
  readonly pages: AsyncIterable<EarlierPage>;
  /** Records there are now; null: not known. What was read must be as many before any is taken for removed. */
  readonly count: () => Promise<number | null>;
  /** Whether copies go whose record is not there any more. Of a file nobody knows that its name means the same collection as the last one's. */
  readonly isMirror: boolean;
  /** A collection of that name is unloaded, and can be restored for 7 days; without it, one that is not of this origin refuses. */
  readonly overwrite: boolean;
  readonly force: boolean;
  /** The model of a new collection; absent: the built-in one. */
  readonly embedder?: string | undefined;
  readonly signal: AbortSignal;
  /** Records so far. */
  readonly onProgress: (records: number) => void;
}

export interface MigrationReport extends RecordLosses, VanishedRecords {
  readonly to: string;
  /** `updated`: it had been migrated before, and only what differs was written. */
  readonly outcome: "created" | "updated";
  /** Records that were read, each id once. */
  readonly records: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly chunks: number;
  /** Records that came again under an id that was there already; the first one counts. */
  readonly repeated: number;
  readonly tooLarge: number;
  readonly withoutId: number;
  /** Texts that earlier servers cut from files of a workspace: copies of that time, which no ingest brings up to date. */
  readonly frozenCopies: number;
  /** false: records came or went while they were read. */
  readonly isComplete: boolean;
  /** Of the promotion; null where one was brought up to date. */
  readonly receipt: number | null;
  readonly replaced: PromoteResult["replaced"];
}

interface Writing {
  readonly session: Session;
  readonly request: MigrationRequest;
  readonly collection: CollectionSummary;
}

/**
 * Brings an earlier server's records into the catalog: each is a document with its id and facts, its text embedded by the built-in model. A new
 * collection is filled out of sight and is there as a whole or not at all; one that came from the same origin before is brought up to
 * date. Errors: COLLECTION_EXISTS, COLLECTION_FOREIGN, COLLECTION_IN_USE, COLLECTION_NAME_INVALID, CANCELLED, MIGRATION_UNUSABLE of the reading.
 */
export async function migrateCollection(session: Session, request: MigrationRequest): Promise<MigrationReport> {
  const { signal } = request;
  const to = requireCollectionName(request.to);
  try {
    const standing = await placeFor(session, to, request);
    if (standing !== null) return await update({ session, request, collection: standing });
    return await create(session, request);
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CommonsError("CANCELLED", "The migration was cancelled.", { cause: error });
  }
}

async function create(session: Session, request: MigrationRequest): Promise<MigrationReport> {
  const { to } = request;
  const temporary = `migration-${randomBytes(8).toString("hex")}`;
  const collection = await ensureCollection(session, temporary, {
    kind: "temporary",
    embedder: request.embedder ?? builtInModel,
  });
  try {
    const written = await writeRecords({ session, request, collection });
    request.signal.throwIfAborted();
    if (!request.isMirror) requireSomething(written.counts);
    const { receipt, replaced } = await promote(session, request, collection.id);
    return {
      to,
      outcome: "created",
      ...written.counts,
      ...nothingVanished,
      isComplete: await isWhole(written, request),
      receipt,
      replaced,
    };
  } catch (error) {
    // If this fails too, it goes with the session.
    await session.call("collections.unload", { collection: temporary, force: true }).catch(() => undefined);
    throw error;
  }
}

async function promote(
  session: Session,
  request: MigrationRequest,
  collectionId: string,
): Promise<Pick<PromoteResult, "receipt" | "replaced">> {
  const { to: name, overwrite, force } = request;
  try {
    return await session.call("collections.promote", { collectionId, name, overwrite, force });
  } catch (error) {
    if (asCommonsError(error).code !== "COLLECTION_EXISTS") throw error;
    // Somebody took the name while the records were read; whose it is, says the next step.
    if ((await placeFor(session, name, request)) === null) throw error;
    throw new CommonsError("COLLECTION_EXISTS", `Another run brought "${name}" over meanwhile.`, {
      hint: "It is there. Run the command again only if the original has changed since.",
      cause: error,
    });
  }
}

/** A file may be anything: what is of no use makes no collection. Of a server, an empty collection is one too. */
function requireSomething({ added, unchanged, records, tooLarge, withoutId, ...counts }: Written["counts"]): void {
  const given = records + tooLarge + withoutId;
  if (added + unchanged > 0 || given === 0) return;
  throw new CommonsError("MIGRATION_UNUSABLE", `Of ${countOf(given, "record")} in the file none can be taken.`, {
    hint: joinSentences(
      tooLarge > 0 ? `${countOf(tooLarge, "record")} larger than 8,000,000 characters: cut what is longer.` : undefined,
      withoutId > 0 ? `${countOf(withoutId, "record")} without an id, or not as records are.` : undefined,
      counts.withoutText > 0 ? `${countOf(counts.withoutText, "record")} without a text.` : undefined,
      'Give what export_collection wrote, or a list of {"id", "document", "metadata"}.',
    ),
  });
}

async function update(writing: Writing): Promise<MigrationReport> {
  const { session, request, collection } = writing;
  try {
    const written = await writeRecords(writing);
    const isComplete = await isWhole(written, request);
    const source = sourceOf(request);
    const isSeen = (path: string) => written.stored.has(path);
    // What was not seen may only have been missed.
    const vanished =
      isComplete && request.isMirror
        ? await removeVanished(session, { collection, source, isSeen, signal: request.signal })
        : nothingVanished;
    const rest = { ...vanished, isComplete, receipt: null, replaced: null };
    return { to: collection.name, outcome: "updated", ...written.counts, ...rest };
  } catch (error) {
    const { code, message, hint, details } = asCommonsError(error);
    throw new CommonsError(code, joinSentences(message, `${collection.name} is up to date in part.`), {
      hint: joinSentences(hint, "Run the command again: it goes on."),
      cause: error,
      ...(details === undefined ? {} : { details }),
    });
  }
}

/** The collection that is to be brought up to date; null: one is to be made. */
async function placeFor(session: Session, name: string, request: MigrationRequest): Promise<CollectionSummary | null> {
  const { collections, foreign } = await session.call("collections.list", {});
  if (foreign?.some((collection) => collection.name === name))
    throw new CommonsError("COLLECTION_FOREIGN", `"${name}" stands in the ChromaDB that this program uses already.`, {
      hint: `It can be searched as it is. For a copy of our own: commons adopt ${name}`,
    });
  const found = collections.find((collection) => collection.name === name);
  if (found === undefined) return null;
  if (found.kind === "permanent" && !request.overwrite) {
    // In an empty one nothing can be lost, and of a collection that came over empty no source is known.
    if (found.documents === 0) return found;
    const { sources } = await session.call("collections.get", { collection: name });
    if (sources.some(({ source }) => source.key === sourceOf(request).key)) return found;
  }
  if (found.kind === "permanent" && request.overwrite) return null;
  throw new CommonsError(
    "COLLECTION_EXISTS",
    `There is a ${found.kind} collection "${name}", which is not from there.`,
    {
      hint: joinSentences(
        "Choose another name with --as, or one beginning for all with --prefix.",
        // A file that was exported anew is another one.
        request.isMirror ? null : `To put the file in its place: commons import FILE --as ${name} --overwrite`,
      ),
      details: { name, kind: found.kind },
    },
  );
}

interface Written {
  readonly counts: Omit<
    MigrationReport,
    "to" | "outcome" | keyof VanishedRecords | "isComplete" | "receipt" | "replaced"
  >;
  /** Ids whose documents are there now. */
  readonly stored: SeenIds;
}

async function writeRecords({ session, request, collection }: Writing): Promise<Written> {
  const target = session.target(collection, sourceOf(request));
  const [seen, stored] = [new SeenIds(), new SeenIds()];
  const counts = {
    added: 0,
    changed: 0,
    unchanged: 0,
    chunks: 0,
    repeated: 0,
    tooLarge: 0,
    withoutId: 0,
    frozenCopies: 0,
  };
  let losses = noLosses;
  for await (const page of request.pages) {
    request.signal.throwIfAborted();
    const fresh = page.records.filter(({ id }) => seen.add(id));
    counts.repeated += page.records.length - fresh.length;
    counts.tooLarge += page.tooLarge;
    counts.withoutId += page.withoutId;
    counts.frozenCopies += fresh.filter(isFrozenCopy).length;
    const read = await documentsOf(fresh);
    losses = sumOfLosses(losses, read.losses);
    for (const { path } of read.documents) stored.add(path);
    for (const documents of writeBatches(read.documents)) {
      const written = await target.write({ documents, renames: [], touches: [], removals: [] });
      counts.added += written.added;
      counts.changed += written.changed;
      counts.unchanged += written.unchanged;
      counts.chunks += written.chunks;
    }
    request.onProgress(seen.size);
  }
  return { counts: { ...counts, ...losses, records: seen.size }, stored };
}

async function isWhole({ counts }: Written, { count, signal }: MigrationRequest): Promise<boolean> {
  const now = await count().catch((error: unknown) => {
    signal.throwIfAborted();
    throw error;
  });
  return now === null || now <= counts.records + counts.tooLarge + counts.withoutId;
}

/** One source for each earlier collection: two in one collection keep apart, and an update knows its own documents. */
function sourceOf({ identity, from }: Pick<MigrationRequest, "identity" | "from">): Source {
  const key = `earlier-${hash("sha256", identity).slice(0, 16)}`;
  return { key, kind: "notes", name: from.slice(0, 500).toWellFormed(), machine: "", path: null, repository: null };
}

/** The earlier servers saw every workspace as /workspace, and noted it in these facts. */
function isFrozenCopy({ metadata }: ForeignRecord): boolean {
  return ["full_path", "file_path", "directory"].some((key) =>
    /^\/workspace(?:\/|$)/.test(String(metadata[key] ?? "")),
  );
}
