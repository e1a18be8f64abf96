import { CommonsError } from "../core/errors.ts";
import type { DuplicateReport, DuplicatesInput } from "../duplicates/duplicate-report.ts";
import { findDuplicates } from "../duplicates/find-duplicates.ts";
import type { KeptPrints } from "../duplicates/kept-prints.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import type { Session } from "./session.ts";

/**
 * Finds duplicates in a directory of the workspace, or of one that was added with `--allow`. Errors: those of paths and filters,
 * PATH_WRONG_KIND for a file, CANCELLED.
 */
export async function runDuplicates(
  session: Session,
  input: DuplicatesInput,
  {
    kept,
    signal,
    onProgress,
  }: {
    readonly kept: KeptPrints;
    readonly signal: AbortSignal;
    readonly onProgress?: (progress: IngestProgress) => void;
  },
): Promise<DuplicateReport> {
  const { workspace } = await session.workspace();
  const resolved = await workspace.resolve(input.path);
  if (resolved.kind === "file")
    throw new CommonsError("PATH_WRONG_KIND", `${input.path} is a file, not a directory.`, {
      hint: "Name a directory; compare_files compares two files.",
    });
  const places = resolved.root === workspace.root ? [] : await session.places();
  const place = places.find((each) => each.workspace.root === resolved.root)?.workspace ?? workspace;
  const reading = await session.reading();
  return findDuplicates({
    ...reading,
    kept,
    workspace: place,
    directory: resolved.relative,
    input,
    signal,
    onProgress,
  });
}
