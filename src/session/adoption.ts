import type { CollectionSummary } from "../core/collections.ts";
import type { Metadata, Source } from "../core/document.ts";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import { metadataKeyFault } from "../core/metadata-rule.ts";
import type { ForeignRecord } from "../core/ports.ts";
import { countOf } from "../core/quantities.ts";
import { joinSentences } from "../core/sentences.ts";
import type { PackedDocument } from "../core/writes.ts";
import { createHash } from "node:crypto";
import { ensureCollection } from "./collections.ts";
import { noteDocument } from "./notes.ts";
import type { Session } from "./session.ts";

export interface AdoptionRequest {
  /** The other program's collection. */
  readonly from: string;
  /** The collection that the copy goes to. */
  readonly to: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface AdoptionReport {
  readonly from: string;
  readonly to: string;
  readonly records: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  /** Copies whose record is not in the original any more. */
  readonly removed: number;
  /** Records that are only a vector: there is nothing to copy. */
  readonly withoutText: number;
  /** Records whose id is longer than a document's path may be. */
  readonly unusableIds: number;
  readonly secrets: number;
  /** Facts that were cut because they are too long. */
  readonly cutFacts: number;
  readonly isComplete: boolean;
}

const pageSize = 200;
const maxIdLength = 4_096;
const maxFactLength = 65_536;
/** Of chunks, in one write. */
const maxWriteLength = 8_000_000;
/** The original may change while it is read: then it is read again. */
const maxRounds = 3;

/**
 * Copies another program's collection into one of the catalog's: each record is a document with its id and metadata, embedded anew by
 * the collection's own model. Doing it again brings the copy up to date; the original is only read. Errors: COLLECTION_NOT_FOUND,
 * COLLECTION_FOREIGN when `to` is another program's, ENGINE_UNAVAILABLE; what was copied until then stays.
 */
export async function adoptCollection(session: Session, request: AdoptionRequest): Promise<AdoptionReport> {
  const { from, to, signal } = request;
  const { records: total } = await session.call("foreign.get", { collection: from }, signal);
  const collection = await ensureCollection(session, to, { kind: "permanent" });
  let done = 0;
  const onProgress = (progress: { readonly done: number; readonly total: number }) => {
    ({ done } = progress);
    request.onProgress?.(progress);
  };
  try {
    return await copyRecords(session, { request: { ...request, onProgress }, collection, total });
  } catch (error) {
    throw brokenOff(error, { from, to, isCancelled: signal?.aborted === true, done, total });
  }
}

/** The same error, with what is there of the copy and what to do about it. */
function brokenOff(
  thrown: unknown,
  copy: Pick<AdoptionRequest, "from" | "to"> & { isCancelled: boolean; done: number; total: number },
): CommonsError {
  const { from, to, isCancelled, done, total } = copy;
  const error = isCancelled ? new CommonsError("CANCELLED", "The copy was broken off.") : asCommonsError(thrown);
  const part = `${to} has ${done.toLocaleString("en-US")} of ${countOf(total, "record")}.`;
  const step = `To go on: commons adopt ${from} --as ${to}. To remove the part: commons unload ${to}`;
  return new CommonsError(error.code, joinSentences(error.message, part), {
    hint: joinSentences(error.hint, step),
    cause: thrown,
    ...(error.details === undefined ? {} : { details: error.details }),
  });
}

async function copyRecords(
  session: Session,
  { request, collection, total }: { request: AdoptionRequest; collection: CollectionSummary; total: number },
): Promise<AdoptionReport> {
  const { from, to, signal } = request;
  const source = sourceOf(from);
  const target = session.target(collection, source);
  const counts = { added: 0, changed: 0, unchanged: 0, withoutText: 0, unusableIds: 0, secrets: 0, cutFacts: 0 };
  const seen = new Set<string>();
  let isComplete = false;
  for (let round = 1; round <= maxRounds && !isComplete; round++) {
    for (let offset = 0; ; offset += pageSize) {
      signal?.throwIfAborted();
      const page = await session.call("foreign.read", { collection: from, offset, limit: pageSize }, signal);
      const fresh = page.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      const { documents, ...left } = await documentsOf(fresh);
      counts.withoutText += left.withoutText;
      counts.unusableIds += left.unusableIds;
      counts.secrets += left.secrets;
      counts.cutFacts += left.cutFacts;
      for (const batch of writeBatches(documents)) {
        const written = await target.write({ documents: batch, renames: [], touches: [], removals: [] });
        counts.added += written.added;
        counts.changed += written.changed;
        counts.unchanged += written.unchanged;
      }
      request.onProgress?.({ done: Math.min(seen.size, total), total });
      if (page.length < pageSize) break;
    }
    const { records } = await session.call("foreign.get", { collection: from }, signal);
    isComplete = records <= seen.size;
  }
  // What was not seen may only have been missed.
  const removed = isComplete ? await removeVanished(session, { collection, source, seen, signal }) : 0;
  return { from, to, records: seen.size, ...counts, removed, isComplete };
}

/** Two adopted collections in one keep apart, and an update knows its own documents. */
function sourceOf(from: string): Source {
  const key = `chroma-${createHash("sha256").update(from).digest("hex").slice(0, 16)}`;
  return { key, kind: "notes", name: from, machine: "", path: null, repository: null };
}

async function documentsOf(records: readonly ForeignRecord[]) {
  const documents: PackedDocument[] = [];
  const left = { withoutText: 0, unusableIds: 0, secrets: 0, cutFacts: 0 };
  for (const { id, document: content, metadata } of records) {
    if (content === null || content.trim() === "") left.withoutText += 1;
    else if (id.length > maxIdLength) left.unusableIds += 1;
    else {
      const facts = ownMetadata(metadata);
      const { document, secrets } = await noteDocument({ id, content, metadata: facts.metadata });
      left.secrets += secrets;
      left.cutFacts += facts.cut;
      documents.push(document);
    }
  }
  return { documents, ...left };
}

/** By size: a record may be large. */
function writeBatches(documents: readonly PackedDocument[]): PackedDocument[][] {
  const batches: PackedDocument[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const document of documents) {
    length += document.chunks.json.length;
    if (length > maxWriteLength) {
      batches.push([]);
      length = document.chunks.json.length;
    }
    batches.at(-1)?.push(document);
  }
  return batches;
}

/** Facts that have the name of one of ours are kept as `original_...`. */
function ownMetadata(given: Metadata): { metadata: Metadata; cut: number } {
  let cut = 0;
  const facts = Object.entries(given).map(([key, value]) => {
    const fits = metadataKeyFault(key) === null;
    const name = fits ? key : `original_${key.replace(/^[#$]|^chroma:/, "").slice(0, 400)}`;
    if (typeof value !== "string" || value.length <= maxFactLength) return [name, value] as const;
    cut += 1;
    return [name, value.slice(0, maxFactLength).toWellFormed()] as const;
  });
  // Chroma gives them in another order every time, which would look like a change.
  return { metadata: Object.fromEntries(facts.toSorted(([a], [b]) => (a < b ? -1 : 1))), cut };
}

async function removeVanished(
  session: Session,
  {
    collection,
    source,
    seen,
    signal,
  }: { collection: CollectionSummary; source: Source; seen: ReadonlySet<string>; signal: AbortSignal | undefined },
): Promise<number> {
  const target = session.target(collection, source);
  const vanished: string[] = [];
  for (let after: string | null = null; ;) {
    const known = await target.known(after);
    const last = known.at(-1);
    if (last === undefined) break;
    vanished.push(...known.map(({ path }) => path).filter((path) => !seen.has(path)));
    after = last.path;
  }
  if (vanished.length === 0) return 0;
  signal?.throwIfAborted();
  return (await target.write({ documents: [], renames: [], touches: [], removals: vanished })).removed;
}
