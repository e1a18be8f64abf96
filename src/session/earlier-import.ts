import { requireCollectionName } from "../core/collection-name.ts";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import { builtInModel } from "../core/model-id.ts";
import type { EarlierPage } from "../portable/earlier/earlier-place.ts";
import { type JsonExportHead, type JsonExportPart, readJsonExport } from "../portable/earlier/json-export.ts";
import type { ImportReport, ImportRequest } from "./import-run.ts";
import { migrateCollection } from "./migration.ts";
import type { Session } from "./session.ts";

/**
 * Imports what `export_collection` of an earlier server wrote. `requirePlace` refuses a name that is taken, before much is read. Errors:
 * EXPORT_UNUSABLE, INPUT_INVALID for a file that names no collection, and those of an import.
 */
export async function importEarlierJson(
  session: Session,
  request: ImportRequest,
  requirePlace: (session: Session, name: string, request: ImportRequest) => Promise<void>,
): Promise<ImportReport> {
  const parts = readJsonExport(request.file);
  try {
    const { head, pages, tail } = await begun(parts, request.name !== null);
    const name = requireCollectionName(request.name ?? head?.name ?? unnamed(request));
    await requirePlace(session, name, request);
    const report = await migrateCollection(session, {
      to: name,
      identity: `json:${head?.name ?? name}`,
      from: head?.name ?? name,
      pages: pages(),
      count: () => Promise.resolve(null),
      isMirror: false,
      overwrite: request.overwrite,
      force: request.force,
      embedder: request.embedder,
      signal: request.signal,
      onProgress: (documents) => request.onProgress({ documents, chunks: 0 }),
    });
    const { found, hasVectors, head: whole } = tail() ?? { found: 0, hasVectors: false, head: null };
    return {
      collection: name,
      from: { collection: head?.name ?? name, exportedAtMs: whole?.exportedAtMs ?? null, program: null },
      embedder: request.embedder ?? builtInModel,
      documents: report.added + report.unchanged,
      chunks: report.chunks,
      vectors: 0,
      receipts: 0,
      receiptsLeftOut: 0,
      isConsistent: true,
      receipt: report.receipt ?? 0,
      replaced: report.replaced,
      earlier: { ...report, announced: whole?.records ?? null, found, hasVectors },
    };
  } catch (error) {
    throw ofImport(error);
  } finally {
    await parts.return();
  }
}

type Tail = Extract<JsonExportPart, { kind: "tail" }>;

interface BegunReading {
  readonly head: JsonExportHead | null;
  /** All of them, once. */
  readonly pages: () => AsyncGenerator<EarlierPage, void>;
  /** null: not all was read yet. */
  readonly tail: () => Tail | null;
}

// Some write the name behind the records: so many of them wait for it.
const mostWaiting = 20_000;

/** Reads as far as the collection's name. */
async function begun(parts: AsyncGenerator<JsonExportPart, void>, isNamed: boolean): Promise<BegunReading> {
  const waiting: EarlierPage[] = [];
  const known: { head: JsonExportHead | null; tail: Tail | null; records: number } = {
    head: null,
    tail: null,
    records: 0,
  };
  const take = (part: JsonExportPart): EarlierPage | null => {
    if (part.kind === "page") return part.page;
    if (part.kind === "tail") known.tail = part;
    known.head = part.head;
    return null;
  };
  for (;;) {
    const { head, records } = known;
    if (head !== null && (isNamed || head.name !== null || records >= mostWaiting)) break;
    const next = await parts.next();
    if (next.done === true) break;
    const page = take(next.value);
    if (page === null) continue;
    waiting.push(page);
    known.records += page.records.length;
  }
  const pages = async function* (): AsyncGenerator<EarlierPage, void> {
    yield* waiting.splice(0);
    for await (const part of parts) {
      const page = take(part);
      if (page !== null) yield page;
    }
  };
  return { head: known.head, pages, tail: () => known.tail };
}

/** What cannot be read is one kind of trouble to who imports, whatever wrote the file. */
function ofImport(thrown: unknown): unknown {
  const error = asCommonsError(thrown);
  if (error.code === "CANCELLED")
    return new CommonsError("CANCELLED", "The import was cancelled; nothing of it was stored.", {
      hint: "Run it again: it begins anew.",
      cause: thrown,
    });
  if (error.code !== "MIGRATION_UNUSABLE") return thrown;
  return new CommonsError("EXPORT_UNUSABLE", error.message, {
    hint: `Nothing was imported. ${error.hint ?? ""}`.trim(),
    cause: thrown,
  });
}

function unnamed({ nameHint }: ImportRequest): never {
  throw new CommonsError("INPUT_INVALID", "The file does not say what its collection is called.", { hint: nameHint });
}
