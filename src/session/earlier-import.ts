import { requireCollectionName } from "../core/collection-name.ts";
import { asCommonsError, CommonsError } from "../core/errors.ts";
import { builtInModel } from "../core/model-id.ts";
import type { EarlierPage } from "../portable/earlier/earlier-place.ts";
import { type JsonExportPart, readJsonExport } from "../portable/earlier/json-export.ts";
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
    const { value: first } = await parts.next();
    const head = first?.kind === "head" ? first.head : null;
    const name = requireCollectionName(request.name ?? head?.name ?? unnamed(request));
    await requirePlace(session, name, request);
    const report = await migrateCollection(session, {
      to: name,
      identity: `json:${head?.name ?? name}`,
      from: head?.name ?? name,
      pages: pagesOf(parts),
      count: () => Promise.resolve(null),
      isMirror: false,
      overwrite: request.overwrite,
      force: request.force,
      embedder: request.embedder,
      signal: request.signal,
      onProgress: (documents) => request.onProgress({ documents, chunks: 0 }),
    });
    return {
      collection: name,
      from: { collection: head?.name ?? name, exportedAtMs: head?.exportedAtMs ?? null, program: null },
      embedder: request.embedder ?? builtInModel,
      documents: report.added + report.unchanged,
      chunks: report.chunks,
      vectors: 0,
      receipts: 0,
      receiptsLeftOut: 0,
      isConsistent: true,
      receipt: report.receipt ?? 0,
      replaced: report.replaced,
      earlier: report,
    };
  } catch (error) {
    throw ofImport(error);
  } finally {
    await parts.return();
  }
}

async function* pagesOf(parts: AsyncGenerator<JsonExportPart, void>): AsyncGenerator<EarlierPage, void> {
  for await (const part of parts) if (part.kind === "page") yield part.page;
}

/** What cannot be read is one kind of trouble to who imports, whatever wrote the file. */
function ofImport(thrown: unknown): unknown {
  const error = asCommonsError(thrown);
  if (error.code === "CANCELLED")
    return new CommonsError("CANCELLED", "The import was cancelled; nothing of it was stored.", { cause: thrown });
  if (error.code !== "MIGRATION_UNUSABLE") return thrown;
  return new CommonsError("EXPORT_UNUSABLE", error.message, {
    hint: `Nothing was imported. ${error.hint ?? ""}`.trim(),
    cause: thrown,
  });
}

function unnamed({ nameHint }: ImportRequest): never {
  throw new CommonsError("INPUT_INVALID", "The file does not say what its collection is called.", { hint: nameHint });
}
