import type { CollectionSummary } from "../core/collections.ts";
import type { Metadata, Source } from "../core/document.ts";
import { metadataKeyFault } from "../core/metadata-rule.ts";
import type { ForeignRecord } from "../core/ports.ts";
import type { PackedDocument } from "../core/writes.ts";
import { redactSecrets } from "../extract/redaction.ts";
import { noteDocument } from "./notes.ts";
import type { Session } from "./session.ts";

/** What of other programs' records is not taken as it is, by the reason. */
export interface RecordLosses {
  /** Records that are only a vector: there is nothing to search. */
  readonly withoutText: number;
  /** Records whose id is empty or longer than a document's path may be. */
  readonly unusableIds: number;
  /** Records whose id holds a secret: ids are shown. */
  readonly secretIds: number;
  /** Secrets that were taken out of texts and facts. */
  readonly secrets: number;
  /** Facts that were cut because they are too long. */
  readonly cutFacts: number;
}

export const noLosses: RecordLosses = { withoutText: 0, unusableIds: 0, secretIds: 0, secrets: 0, cutFacts: 0 };

const maxIdLength = 4_096;
const maxFactLength = 65_536;
/** Of one write: its chunks in characters, and its documents. */
const maxWriteLength = 8_000_000;
const maxWriteDocuments = 2_000;

/** Other programs' records as documents: each with its id as path, its text without secrets, and its facts. */
export async function documentsOf(
  records: readonly ForeignRecord[],
): Promise<{ readonly documents: PackedDocument[]; readonly losses: RecordLosses }> {
  const documents: PackedDocument[] = [];
  const losses = { ...noLosses };
  for (const { id, document: content, metadata } of records) {
    if (content === null || content.trim() === "") losses.withoutText += 1;
    else if (id === "" || id.length > maxIdLength) losses.unusableIds += 1;
    else if ((await redactSecrets(id)).secrets > 0) losses.secretIds += 1;
    else {
      const facts = ownMetadata(metadata);
      const { document, secrets } = await noteDocument({ id, content, metadata: facts.metadata });
      losses.secrets += secrets;
      losses.cutFacts += facts.cut;
      documents.push(document);
    }
  }
  return { documents, losses };
}

export function sumOfLosses(a: RecordLosses, b: RecordLosses): RecordLosses {
  return {
    withoutText: a.withoutText + b.withoutText,
    unusableIds: a.unusableIds + b.unusableIds,
    secretIds: a.secretIds + b.secretIds,
    secrets: a.secrets + b.secrets,
    cutFacts: a.cutFacts + b.cutFacts,
  };
}

/** By size: a record may be large. */
export function writeBatches(documents: readonly PackedDocument[]): PackedDocument[][] {
  const batches: PackedDocument[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const document of documents) {
    length += document.chunks.json.length;
    if (length > maxWriteLength || (batches.at(-1)?.length ?? 0) >= maxWriteDocuments) {
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

/** Documents that went, and the receipts that bring them back for 7 days: one for each call. */
export interface VanishedRecords {
  readonly removed: number;
  readonly removalReceipts: readonly number[];
}

export const nothingVanished: VanishedRecords = { removed: 0, removalReceipts: [] };

/** For a person; no line where nothing went. */
export function restoreLines({ removalReceipts }: Pick<VanishedRecords, "removalReceipts">): string[] {
  return removalReceipts.map(
    (receipt) => `What was removed can be brought back for 7 days: commons restore --receipt ${receipt}`,
  );
}

/**
 * Deletes the documents of a source that `isSeen` does not know, as a person would: into the trash, with a receipt. What is read may be
 * older than what is stored, and only a person can tell.
 */
export async function removeVanished(
  session: Session,
  {
    collection,
    source,
    isSeen,
    signal,
  }: {
    readonly collection: CollectionSummary;
    readonly source: Source;
    readonly isSeen: (path: string) => boolean;
    readonly signal: AbortSignal | undefined;
  },
): Promise<VanishedRecords> {
  const target = session.target(collection, source);
  const vanished: string[] = [];
  for (let after: string | null = null; ;) {
    const known = await target.known(after);
    const last = known.at(-1);
    if (last === undefined) break;
    vanished.push(...known.map(({ path }) => path).filter((path) => !isSeen(path)));
    after = last.path;
  }
  let removed = 0;
  const removalReceipts: number[] = [];
  for (const ids of removalBatches(vanished.map((path) => `${source.key}/${path}`))) {
    signal?.throwIfAborted();
    const selection = { collection: collection.name, ids, isDryRun: false, force: true };
    const deleted = await session.call("documents.delete", selection);
    removed += deleted.documents;
    if (deleted.receipt !== null) removalReceipts.push(deleted.receipt);
  }
  return { removed, removalReceipts };
}

/** Few large ones: each has a receipt of its own. */
function removalBatches(ids: readonly string[]): string[][] {
  const batches: string[][] = [];
  let length = Number.POSITIVE_INFINITY;
  for (const id of ids) {
    length += id.length;
    if (length > maxRemovalLength || (batches.at(-1)?.length ?? 0) >= maxRemovals) {
      batches.push([]);
      length = id.length;
    }
    batches.at(-1)?.push(id);
  }
  return batches;
}

/** Of one deletion, as the protocol takes it, and its ids in characters. */
const maxRemovals = 10_000;
const maxRemovalLength = 2_000_000;
