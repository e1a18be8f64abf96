import { pipeline } from "node:stream/promises";
import type { Writable } from "node:stream";
import { createGzip } from "node:zlib";
import type { CollectionDetail } from "../core/collections.ts";
import { CommonsError } from "../core/errors.ts";
import { keptFromSession, type Receipt } from "../core/receipts.ts";
import type { ExportCounts } from "../portable/export-lines.ts";
import { ExportWriter } from "../portable/export-writer.ts";
import type { Session } from "./session.ts";

export interface ExportRequest {
  readonly collection: string;
  /** A new stream for each try; what was written to an earlier one is forgotten. */
  readonly begin: () => Promise<Writable>;
  /** How often it may begin anew when others write to the collection meanwhile; 1: never. */
  readonly tries: number;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly done: number; readonly total: number }) => void;
}

export interface ExportReport {
  readonly collection: string;
  readonly embedder: string;
  readonly counts: ExportCounts;
  /** Whether it is the state of one moment. */
  readonly isConsistent: boolean;
}

const pageBytes = 2_000_000;
const receiptsOfPage = 1_000;

/**
 * Writes a collection as a compressed stream: its documents by number, so that none is missed however many are written meanwhile. When it
 * changed on the way it is read again, `tries` times in all. Errors: COLLECTION_NOT_FOUND, CANCELLED, those of the stream.
 */
export async function exportCollection(session: Session, request: ExportRequest): Promise<ExportReport> {
  const { collection, signal } = request;
  try {
    for (let tried = 1; ; tried++) {
      const detail = await session.call("collections.get", { collection }, signal);
      const isLast = tried >= request.tries;
      const written = await tryOnce(session, { detail, request, isLast });
      if (written !== null) return written;
    }
  } catch (error) {
    if (!signal.aborted) throw error;
    throw new CommonsError("CANCELLED", "The export was cancelled; no file was left.", {
      hint: "Run it again: it begins anew.",
      cause: error,
    });
  }
}

interface Try {
  readonly detail: CollectionDetail;
  readonly request: ExportRequest;
  /** It is finished even when the collection changes. */
  readonly isLast: boolean;
}

/** null: the collection changed, and there is another try. */
async function tryOnce(session: Session, attempt: Try): Promise<ExportReport | null> {
  const gzip = createGzip();
  const { signal } = attempt.request;
  const output = await attempt.request.begin();
  const packed = pipeline(gzip, output, { signal });
  // It is waited for below; until then a failure comes out of the writes.
  packed.catch(() => undefined);
  try {
    const report = await writeAll(session, attempt, gzip);
    if (report === null) return null;
    gzip.end();
    await packed;
    return report;
  } finally {
    gzip.destroy();
    await packed.catch(() => undefined);
  }
}

async function writeAll(
  session: Session,
  { detail, request, isLast }: Try,
  output: Writable,
): Promise<ExportReport | null> {
  const { id, name, createdAtMs, owner } = detail;
  const { signal } = request;
  const readPage = (after: number) =>
    session.call("documents.export", { collectionId: id, after, maxBytes: pageBytes }, signal);
  let page = await readPage(0);
  const { revision, embedder, dimensions } = page;
  const writer = new ExportWriter(output, {
    exportedAtMs: Date.now(),
    program: session.program.version,
    collection: { name, embedder, dimensions, createdAtMs, owner },
  });
  let isConsistent = true;
  for (;;) {
    isConsistent &&= page.revision === revision;
    if (!isConsistent && !isLast) return null;
    // Its model was changed meanwhile: vectors of two never share a collection.
    const texts = page.embedder === embedder ? page.texts : page.texts.map((text) => ({ ...text, vector: null }));
    const { next } = page;
    const [, following] = await Promise.all([writer.page({ ...page, texts }), next === null ? null : readPage(next)]);
    request.onProgress({ done: writer.counts.documents, total: Math.max(detail.documents, writer.counts.documents) });
    if (following === null) break;
    page = following;
  }
  for (const { source } of detail.sources) {
    const { scopes } = await session.call("sources.state", { collectionId: id, sourceKey: source.key }, signal);
    for (const { scope } of scopes) await writer.scope(source, scope);
  }
  await writeReceipts(session, { detail, signal }, writer);
  await writer.end(isConsistent);
  return { collection: name, embedder, counts: writer.counts, isConsistent };
}

/**
 * The newest first, as they are kept; behind them what an import brought, as it was. That import itself is left out then: it says where
 * this home has the collection from, and would make the history longer with each way through a file.
 */
async function writeReceipts(
  session: Session,
  { detail, signal }: { readonly detail: CollectionDetail; readonly signal: AbortSignal },
  writer: ExportWriter,
): Promise<void> {
  let origin = await session.call(
    "receipts.origin",
    { collectionId: detail.id, after: -1, limit: receiptsOfPage },
    signal,
  );
  const isOwn = ({ collectionId, action, detail: what }: Receipt): boolean =>
    // Another collection may have had the name before.
    collectionId === detail.id && !(origin.length > 0 && action === "promote" && what !== keptFromSession);
  for (let beforeId: number | undefined; ;) {
    const query = { collection: detail.name, limit: receiptsOfPage, ...(beforeId === undefined ? {} : { beforeId }) };
    const receipts = await session.call("receipts.list", query, signal);
    for (const receipt of receipts) if (isOwn(receipt)) await writer.receipt(receipt);
    if (receipts.length < receiptsOfPage) break;
    beforeId = receipts.at(-1)?.id;
  }
  while (origin.length > 0) {
    for (const { receipt } of origin) await writer.receipt(receipt);
    const after = origin.at(-1)?.place ?? 0;
    origin = await session.call("receipts.origin", { collectionId: detail.id, after, limit: receiptsOfPage }, signal);
  }
}
