import { fileTypeOf, readingOf } from "../extract/registry.ts";
import { filterOf } from "../ingest/select-files.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import { scanInBatches } from "../workspace/scanner.ts";
import type { Workspace } from "../workspace/workspace.ts";
import type { ComparisonNotes } from "./comparison-notes.ts";
import type { DuplicatesInput } from "./duplicate-report.ts";
import { FoundFiles } from "./found-files.ts";

// Some 100 bytes of memory each; whoever has more compares folder by folder.
const mostFiles = 2_000_000;

export interface CandidateRequest {
  readonly workspace: Workspace;
  /** Relative to the workspace's root. */
  readonly directory: string;
  readonly input: DuplicatesInput;
  readonly notes: ComparisonNotes;
  readonly signal: AbortSignal;
  readonly onProgress?: ((progress: IngestProgress) => void) | undefined;
}

export interface Candidates {
  readonly files: FoundFiles;
  readonly sizeBytes: number;
  readonly emptyFiles: number;
  /** Names that were looked at. */
  readonly scanned: number;
}

/** Scans a directory for the files to compare, with the scanner's rules; the others are noted. Errors: those of scan and filters. */
export async function selectCandidates(request: CandidateRequest): Promise<Candidates> {
  const { input, notes, signal, onProgress } = request;
  const { categories, extensions } = input;
  const isWanted = filterOf({ ...(categories && { categories }), ...(extensions && { extensions }) });
  const files = new FoundFiles();
  const most = Math.min(input.maxFiles ?? mostFiles, mostFiles);
  let [sizeBytes, emptyFiles, scanned] = [0, 0, 0];
  const options = {
    directory: request.directory,
    recursive: input.recursive,
    signal,
    takesIgnored: input.includeIgnored,
  };
  for await (const batch of scanInBatches(request.workspace, options)) {
    for (const entry of batch) {
      if (entry.kind === "skipped") notes.skip(entry.path, entry.reason);
      else if (!isWanted(entry.path) || !isOfKind(entry.path, input)) notes.skip(entry.path, "filtered");
      else if (entry.stat.sizeBytes === 0) emptyFiles++;
      else if (files.length >= most) notes.skip(entry.path, "over-limit");
      else {
        files.add(entry.path, entry.stat);
        sizeBytes += entry.stat.sizeBytes;
      }
    }
    scanned += batch.length;
    onProgress?.({ phase: "scan", scanned, done: 0, total: null, path: batch.at(-1)?.path ?? null });
  }
  return { files, sizeBytes, emptyFiles, scanned };
}

/** What has no known name is of no kind that someone asks for, but it may be a text. */
function isOfKind(path: string, { method, categories }: DuplicatesInput): boolean {
  const type = fileTypeOf(path);
  if (categories !== undefined && type === null) return false;
  if (method === "perceptual") return type?.category === "images";
  return method !== "text" || readingOf(path) === "text" || readingOf(path) === "whole";
}
