import { basename, dirname, join, resolve } from "node:path";
import { exportCollection, type ExportReport, type ExportRequest } from "./export-run.ts";
import {
  exportFileName,
  exportsDirectory,
  freePath,
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
  /** What becomes of a file that is there: the export is refused, it is replaced, or it stays and the new one's name gets a number. */
  readonly ifThere: "refuse" | "replace" | "number";
}

const tries = 3;

/** Exports a collection to a file, which is there when it is whole. Errors: those of `exportCollection`, `requirePlainName` and `writeWhole`. */
export async function exportToFile(
  session: Session,
  { to, ifThere, ...request }: FileExportRequest,
): Promise<WrittenExport> {
  const wanted =
    "path" in to ? resolve(to.cwd, to.path) : await placeOf(session, to.name ?? exportFileName(request.collection));
  const path = ifThere === "number" ? await freePath(dirname(wanted), basename(wanted)) : wanted;
  const { result: report, sizeBytes } = await writeWhole(path, { isReplacing: ifThere === "replace" }, (begin) =>
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
