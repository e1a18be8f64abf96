import { join, resolve } from "node:path";
import { exportCollection, type ExportReport, type ExportRequest } from "./export-run.ts";
import {
  exportFileName,
  exportsDirectory,
  makeExportsDirectory,
  removeUnfinished,
  requirePlainName,
  writeWhole,
} from "./exports-directory.ts";
import type { Session } from "./session.ts";

export interface WrittenExport {
  readonly report: ExportReport;
  readonly path: string;
  readonly sizeBytes: number;
}

export interface FileExportRequest extends Omit<ExportRequest, "begin" | "tries"> {
  /** A name in the exports directory; absent: the collection's. Or, for a person, any path. */
  readonly to: { readonly name: string | undefined } | { readonly path: string; readonly cwd: string };
  /** A file that is there is replaced. */
  readonly isReplacing: boolean;
}

const tries = 3;

/** Exports a collection to a file, which is there when it is whole. Errors: those of `exportCollection`, `requirePlainName` and `writeWhole`. */
export async function exportToFile(
  session: Session,
  { to, isReplacing, ...request }: FileExportRequest,
): Promise<WrittenExport> {
  const path =
    "path" in to ? resolve(to.cwd, to.path) : await placeOf(session, to.name ?? exportFileName(request.collection));
  const { result: report, sizeBytes } = await writeWhole(path, { isReplacing }, (begin) =>
    exportCollection(session, { ...request, begin, tries }),
  );
  return { report, path, sizeBytes };
}

async function placeOf(session: Session, name: string): Promise<string> {
  const directory = await exportsDirectory(session);
  requirePlainName(name);
  makeExportsDirectory(directory);
  await removeUnfinished(directory);
  return join(directory, name);
}
