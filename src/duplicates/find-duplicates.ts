import type { ReadLimits } from "../reader/document-reader.ts";
import type { FileReader } from "../reader/file-tasks.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import { createCompanionFinder } from "../workspace/companion-finder.ts";
import type { Workspace } from "../workspace/workspace.ts";
import { alikePictures, alikeTexts } from "./alike-copies.ts";
import { startNotes } from "./comparison-notes.ts";
import { requireWanted, type Comparison, type CopyGroup } from "./copies.ts";
import type { KeepRules } from "./copy-to-keep.ts";
import type { DuplicateReport, DuplicatesInput, HashMethod } from "./duplicate-report.ts";
import { exactCopies, exactWork } from "./exact-copies.ts";
import type { KeptPrints } from "./kept-prints.ts";
import { listGroups } from "./group-listing.ts";
import { selectCandidates, type Candidates } from "./select-candidates.ts";

export interface DuplicatesRequest {
  readonly workspace: Workspace;
  /** Relative to the workspace's root; "" is the root. */
  readonly directory: string;
  readonly input: DuplicatesInput;
  readonly reader: FileReader;
  readonly limits: ReadLimits;
  /** What earlier calls found out of pictures and texts. */
  readonly kept: KeptPrints;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined;
}

const keepRules: Readonly<Record<HashMethod, KeepRules>> = {
  full: "same",
  partial: "same",
  perceptual: "pictures",
  text: "texts",
};

/**
 * Finds files of a directory that are the same, or nearly. Reads only; nothing is stored. Progress in "compare" counts bytes that are
 * decided on. Errors: those of scan and filters, CANCELLED.
 */
export async function findDuplicates(request: DuplicatesRequest): Promise<DuplicateReport> {
  const { input, workspace } = request;
  const startedMs = performance.now();
  const notes = startNotes();
  const found = await selectCandidates({ ...request, notes });
  const groups: CopyGroup[] = [];
  const plan = planOf(request, found);
  const settled = { files: 0, sizeBytes: 0 };
  const work: Comparison = {
    root: workspace.root,
    files: found.files,
    notes,
    signal: request.signal,
    isTimeOver: () => input.budgetMs !== undefined && performance.now() - startedMs > input.budgetMs,
    onSettled: (files, sizeBytes, path) => {
      settled.files += files;
      settled.sizeBytes += sizeBytes;
      request.onProgress?.({
        phase: "compare",
        scanned: found.scanned,
        done: settled.sizeBytes,
        total: plan.sizeBytes,
        path,
      });
    },
  };
  for await (const group of plan.compare(work)) groups.push(group);
  const companions = await countCompanions(groups, work, workspace);
  const listing = listGroups(groups, work, { limit: input.limit, rules: keepRules[input.method], companions });
  const facts = notes.report();
  const left = { files: plan.files - settled.files, sizeBytes: plan.sizeBytes - settled.sizeBytes };
  return {
    method: input.method,
    files: found.files.length - left.files,
    sizeBytes: found.sizeBytes - left.sizeBytes,
    ...listing,
    ...facts,
    emptyFiles: found.emptyFiles,
    left: left.files > 0 ? left : null,
    isTruncated: (facts.skippedBy["over-limit"] ?? 0) > 0,
    ms: Math.round(performance.now() - startedMs),
  };
}

/** How many files are one item with each photo of the groups; of those that have some. */
async function countCompanions(
  groups: readonly CopyGroup[],
  work: Comparison,
  workspace: Workspace,
): Promise<ReadonlyMap<string, number>> {
  const finder = createCompanionFinder(workspace);
  const counts = new Map<string, number>();
  for (const { copies } of groups) {
    requireWanted(work);
    for (const { names } of copies) {
      const path = work.files.path(names[0] ?? 0);
      const { length } = await finder.companions(path);
      if (length > 0) counts.set(path, length);
    }
  }
  return counts;
}

/** What is to be looked at, and how. */
interface ComparisonPlan {
  readonly files: number;
  readonly sizeBytes: number;
  readonly compare: (work: Comparison) => AsyncGenerator<CopyGroup>;
}

function planOf({ input, reader, limits, kept }: DuplicatesRequest, { files, sizeBytes }: Candidates): ComparisonPlan {
  const { method, threshold, isTurned } = input;
  const options = { reader, kept, limits, threshold, isTurned };
  if (method === "text") return { files: files.length, sizeBytes, compare: (work) => alikeTexts(work, options) };
  if (method === "perceptual")
    return { files: files.length, sizeBytes, compare: (work) => alikePictures(work, options) };
  const exact = exactWork({ files });
  const compare = (work: Comparison) => exactCopies(exact, work, { isFull: method === "full" });
  return { files: exact.files, sizeBytes: exact.sizeBytes, compare };
}
