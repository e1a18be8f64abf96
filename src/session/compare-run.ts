import { CommonsError } from "../core/errors.ts";
import { compareFiles } from "../duplicates/compare-files.ts";
import type { CompareInput, FileComparison } from "../duplicates/file-comparison.ts";
import type { NamedFile } from "../duplicates/opened-file.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { Session } from "./session.ts";

/**
 * What two files of the session's directories have in common. Errors: those of paths, PATH_WRONG_KIND for a directory,
 * FILE_NOT_READABLE for what holds secrets, CANCELLED.
 */
export async function runCompare(
  session: Session,
  input: CompareInput,
  options: { readonly signal: AbortSignal; readonly onProgress?: (progress: IngestProgress) => void },
): Promise<FileComparison> {
  const { workspace } = await session.workspace();
  const [first, second] = [await namedFile(workspace, input.first), await namedFile(workspace, input.second)];
  const { reader, limits } = await session.reading();
  return compareFiles(first, second, {
    reader,
    limits,
    signal: options.signal,
    budgetMs: input.budgetMs,
    onProgress: ({ done, total }) =>
      options.onProgress?.({ phase: "compare", scanned: 0, done, total, path: first.shown }),
  });
}

async function namedFile(workspace: Workspace, input: string): Promise<NamedFile> {
  const { root, relative, kind } = await workspace.resolve(input);
  if (kind === "file") return { root, path: relative, shown: input };
  throw new CommonsError("PATH_WRONG_KIND", `${input} is a directory, and two files are compared.`, {
    hint: "Name a file of it; find_duplicates looks for copies in a directory.",
    details: { path: input },
  });
}
