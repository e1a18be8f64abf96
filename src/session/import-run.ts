import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { requireCollectionName } from "../core/collection-name.ts";
import { CommonsError } from "../core/errors.ts";
import { builtInModel, isBuiltInModel } from "../core/model-id.ts";
import type { PlacedReceipt, PortablePage } from "../core/portable.ts";
import type { PromoteResult } from "../core/receipts.ts";
import { type ExportHeader, unusable } from "../portable/export-lines.ts";
import { type ExportPart, readExport } from "../portable/export-reader.ts";
import type { OperationInput } from "../protocol/operations.ts";
import { probeFile } from "../portable/file-kind.ts";
import { ensureCollection } from "./collections.ts";
import type { MigrationReport } from "./migration.ts";
import type { Session } from "./session.ts";

export interface ImportRequest {
  readonly file: Readable;
  /** null: the name that the file says. */
  readonly name: string | null;
  /** How this caller names a collection whose file has no name. */
  readonly nameHint: string;
  /** A collection of that name is unloaded; without it the import is refused. */
  readonly overwrite: boolean;
  /** It is unloaded even while other sessions use it. */
  readonly force: boolean;
  /** Another model than the file's: all texts are embedded anew. Named by a person, any model is taken. */
  readonly embedder?: string | undefined;
  readonly signal: AbortSignal;
  readonly onProgress: (progress: { readonly documents: number; readonly chunks: number }) => void;
}

export interface ImportReport {
  readonly collection: string;
  /** As the file says it; null: it does not. */
  readonly from: {
    readonly collection: string;
    readonly exportedAtMs: number | null;
    readonly program: string | null;
  };
  readonly embedder: string;
  readonly documents: number;
  readonly chunks: number;
  /** Vectors that were taken over; of the built-in model none are, because it makes the same ones faster than they are checked. */
  readonly vectors: number;
  /** Lines of the original's history that came along. */
  readonly receipts: number;
  /** Older lines of it, beyond what is taken. */
  readonly receiptsLeftOut: number;
  /** Whether the file is the state of one moment. */
  readonly isConsistent: boolean;
  readonly receipt: number;
  readonly replaced: PromoteResult["replaced"];
  /** Of the JSON of an earlier server alone: what of its records was not taken as it is. */
  readonly earlier?: MigrationReport & {
    /** Records as the file says it; null: it does not. */
    readonly announced: number | null;
    readonly found: number;
    /** It has vectors too, which are made anew. */
    readonly hasVectors: boolean;
  };
}

const pageBytes = 4_000_000;
// Far more than collections have; they wait in memory.
const maxScopes = 50_000;
const scopesOfCall = 1_000;
// A quarter of a year of a busy collection; the newest come first.
const maxReceipts = 20_000;
const receiptsOfCall = 100;
const emptyPage = { sources: [], authors: [], texts: [], documents: [] };

interface Filling {
  readonly session: Session;
  readonly request: ImportRequest;
  readonly header: ExportHeader;
  readonly target: { readonly collectionId: string; readonly model: string };
}

/** Imports a file of either kind: our own export, or the JSON of the earlier servers. Errors: those of both. */
export async function importCollection(session: Session, request: ImportRequest): Promise<ImportReport> {
  try {
    const { kind, file } = await probeFile(request.file);
    if (kind === "export") return await importExport(session, { ...request, file });
    const { importEarlierJson } = await import("./earlier-import.ts");
    return await importEarlierJson(session, { ...request, file }, requirePlace);
  } finally {
    request.file.destroy();
  }
}

/**
 * Imports an exported collection: into a temporary one of this session, which becomes the collection of that name at once when all of the
 * file was read and found whole. Until then nobody sees anything of it, and nothing stays of what is broken off. Errors: EXPORT_UNUSABLE,
 * COLLECTION_EXISTS, COLLECTION_IN_USE, COLLECTION_FOREIGN, EMBEDDER_REFUSED for a model that nobody chose here, CANCELLED.
 */
async function importExport(session: Session, request: ImportRequest): Promise<ImportReport> {
  const parts = readExport(request.file, { pageBytes });
  try {
    const { value: first } = await parts.next();
    if (first?.kind !== "header") throw unusable("The file has no header.");
    const { header } = first;
    const name = requireCollectionName(request.name ?? header.collection.name);
    await requirePlace(session, name, request);
    const embedder = await modelFor(session, header, request);
    const temporary = await ensureCollection(session, temporaryName(name), { kind: "temporary", embedder });
    const target = { collectionId: temporary.id, model: header.collection.embedder };
    try {
      return await fill({ session, request, header, target }, { name, parts });
    } catch (error) {
      // If this fails too, it goes with the session.
      await session.call("collections.unload", { collection: temporary.name, force: true }).catch(() => undefined);
      throw error;
    }
  } catch (error) {
    if (!request.signal.aborted) throw error;
    throw new CommonsError("CANCELLED", "The import was cancelled; nothing of it was stored.", {
      hint: "Run it again: it begins anew.",
      cause: error,
    });
  } finally {
    await parts.return();
    request.file.destroy();
  }
}

async function fill(
  filling: Filling,
  { name, parts }: { readonly name: string; readonly parts: AsyncGenerator<ExportPart, void> },
): Promise<ImportReport> {
  const { session, request, header, target } = filling;
  const counts = { documents: 0, chunks: 0, vectors: 0, receipts: 0, receiptsLeftOut: 0 };
  let receipts: PlacedReceipt[] = [];
  const writeReceipts = async (): Promise<void> => {
    const some = receipts;
    receipts = [];
    if (some.length > 0)
      await session.call("documents.import", { ...target, page: emptyPage, receipts: some }, request.signal);
  };
  const scopes: NonNullable<OperationInput<"documents.import">["scopes"]> = [];
  let isConsistent = false;
  // The hub writes one page while the next one is read.
  let writing: Promise<void> = Promise.resolve();
  for await (const part of parts) {
    request.signal.throwIfAborted();
    if (part.kind === "page") {
      await writing;
      writing = writePage(filling, part.page, counts);
      // It is waited for before the next page; a failure must not count as unheard until then.
      writing.catch(() => undefined);
    } else if (part.kind === "scope") {
      if (scopes.length >= maxScopes) throw unusable("The file has more scopes than an export has.");
      const { categories, extensions } = part.scope;
      const scope = { ...part.scope, categories: listOf(categories), extensions: listOf(extensions) };
      scopes.push({ sourceKey: part.source.key, scope });
    } else if (part.kind === "receipt") {
      if (counts.receipts < maxReceipts) {
        receipts.push({ place: counts.receipts++, receipt: part.receipt });
        if (receipts.length >= receiptsOfCall) await writeReceipts();
      } else counts.receiptsLeftOut += 1;
    } else if (part.kind === "end") ({ isConsistent } = part.end);
  }
  await writing;
  await writeReceipts();
  // Behind the last page: a scope belongs to a source whose documents are there.
  for (let from = 0; from < scopes.length; from += scopesOfCall) {
    const some = scopes.slice(from, from + scopesOfCall);
    await session.call("documents.import", { ...target, page: emptyPage, scopes: some }, request.signal);
  }
  request.signal.throwIfAborted();
  const { overwrite, force } = request;
  const promoted = await session.call("collections.promote", {
    collectionId: target.collectionId,
    name,
    overwrite,
    force,
  });
  const { collection: from, exportedAtMs, program } = header;
  return {
    collection: name,
    from: { collection: from.name, exportedAtMs, program },
    embedder: promoted.collection.embedder,
    ...counts,
    isConsistent,
    receipt: promoted.receipt,
    replaced: promoted.replaced,
  };
}

async function writePage(
  { session, request, target }: Filling,
  page: PortablePage,
  counts: { documents: number; chunks: number; vectors: number },
): Promise<void> {
  const { vectors } = await session.call("documents.import", { ...target, page }, request.signal);
  // What the page has, not what the answer says: of a repeated call the first answer may be lost.
  counts.documents += page.documents.length;
  counts.chunks += page.documents.reduce((sum, { chunks }) => sum + chunks.length, 0);
  counts.vectors += vectors;
  request.onProgress(counts);
}

/** As the wire's schema has it: lists of its own. */
function listOf<T>(list: readonly T[] | null): T[] | null {
  return list === null ? null : [...list];
}

/** Before anything is read that may take minutes; the promotion looks again. */
async function requirePlace(session: Session, name: string, { overwrite, force }: ImportRequest): Promise<void> {
  const { collections, foreign } = await session.call("collections.list", {});
  if (foreign?.some((collection) => collection.name === name))
    throw new CommonsError("COLLECTION_FOREIGN", `Another program made "${name}" in ChromaDB.`, {
      hint: "Import it under another name.",
    });
  const found = collections.find((collection) => collection.name === name);
  if (found === undefined) return;
  if (!overwrite || found.kind === "temporary")
    throw new CommonsError("COLLECTION_EXISTS", `There is a ${found.kind} collection "${name}".`, {
      hint: "Import it under another name, or with overwrite: a permanent one that it replaces can be restored for 7 days.",
      details: { name, kind: found.kind },
    });
  const others = found.usedBy.filter(({ sessionId }) => sessionId !== session.id);
  if (others.length === 0 || force) return;
  const who = others.map(({ agent, workspace }) => `${agent} in ${workspace ?? "no workspace"}`).join(", ");
  throw new CommonsError("COLLECTION_IN_USE", `"${name}" is in use by ${who}.`, {
    hint: "Wait until they are done, import under another name, or repeat with force.",
    details: { usedBy: others },
  });
}

/**
 * The model of the import. A file must not decide where questions are sent: a model that is not built in is taken when it is the setting,
 * when a collection here has it, or when the caller names it. Errors: EMBEDDER_REFUSED.
 */
async function modelFor(session: Session, { collection }: ExportHeader, request: ImportRequest): Promise<string> {
  if (request.embedder !== undefined) return request.embedder;
  const { embedder } = collection;
  // Another version of it comes with another version of the program, and embeds the texts anew.
  if (isBuiltInModel(embedder)) return builtInModel;
  const settings = await session.settings();
  if (settings.embedder === embedder) return embedder;
  const { collections } = await session.call("collections.list", {});
  if (collections.some((other) => other.embedder === embedder)) return embedder;
  throw new CommonsError(
    "EMBEDDER_REFUSED",
    `The file's collection has the model ${embedder}, which nothing here uses.`,
    {
      hint: `A person decides: commons import FILE --embedder ${embedder} keeps its vectors; --embedder built-in embeds its texts anew on this machine.`,
      details: { embedder },
    },
  );
}

/** Legal wherever the target's name is, and nobody's. */
function temporaryName(name: string): string {
  return `import-${randomBytes(8).toString("hex")}-${name.slice(0, 400)}`.replace(/[^a-zA-Z0-9]+$/, "");
}
