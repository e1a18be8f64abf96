import type { CollectionSummary } from "../core/collections.ts";
import type { Source } from "../core/document.ts";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import { countOf } from "../core/quantities.ts";
import { joinSentences } from "../core/sentences.ts";
import { createHash } from "node:crypto";
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

export interface AdoptionRequest {
  /** The other program's collection. */
  readonly from: string;
  /** The collection that the copy goes to. */
  readonly to: string;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface AdoptionReport extends RecordLosses, VanishedRecords {
  readonly from: string;
  readonly to: string;
  readonly records: number;
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly isComplete: boolean;
}

const pageSize = 200;
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
  const counts = { added: 0, changed: 0, unchanged: 0 };
  let losses = noLosses;
  const seen = new Set<string>();
  let isComplete = false;
  for (let round = 1; round <= maxRounds && !isComplete; round++) {
    for (let offset = 0; ; offset += pageSize) {
      signal?.throwIfAborted();
      const read = await session.call("foreign.read", { collection: from, offset, limit: pageSize }, signal);
      const fresh = read.filter(({ id }) => !seen.has(id));
      for (const { id } of fresh) seen.add(id);
      const page = await documentsOf(fresh);
      losses = sumOfLosses(losses, page.losses);
      for (const batch of writeBatches(page.documents)) {
        const written = await target.write({ documents: batch, renames: [], touches: [], removals: [] });
        counts.added += written.added;
        counts.changed += written.changed;
        counts.unchanged += written.unchanged;
      }
      request.onProgress?.({ done: Math.min(seen.size, total), total });
      if (read.length < pageSize) break;
    }
    const { records } = await session.call("foreign.get", { collection: from }, signal);
    isComplete = records <= seen.size;
  }
  // What was not seen may only have been missed.
  const vanished = isComplete
    ? await removeVanished(session, { collection, source, isSeen: (path) => seen.has(path), signal })
    : nothingVanished;
  return { from, to, records: seen.size, ...counts, ...vanished, ...losses, isComplete };
}

/** Two adopted collections in one keep apart, and an update knows its own documents. */
function sourceOf(from: string): Source {
  const key = `chroma-${createHash("sha256").update(from).digest("hex").slice(0, 16)}`;
  return { key, kind: "notes", name: from, machine: "", path: null, repository: null };
}
