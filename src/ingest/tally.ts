import type { Category, SkipReason } from "../core/document.ts";
import type { WriteResult } from "../core/writes.ts";
import type { IngestReport } from "./requests.ts";

const samplesPerReason = 3;
const maxFailed = 20;
const counted = ["added", "changed", "renamed", "removed", "unchanged", "superseded"] as const;

interface MadeDocument {
  readonly category: Category;
  readonly chunks: number;
  readonly textLength: number;
  /** false: a table or a window of lines is a chunk, however long. */
  readonly isCutByLength: boolean;
  readonly secrets: number;
  /** null: it is whole. */
  readonly damaged: string | null;
}

/** Counts what an ingest did; one for each run. */
export interface Tally {
  readonly skip: (path: string, reason: SkipReason) => void;
  /** A document was made: how long its text is, how it was cut, and how many secrets were taken out of it. */
  readonly made: (document: MadeDocument) => void;
  readonly fail: (path: string, message: string) => void;
  readonly take: (sizeBytes: number) => void;
  /** Files taken so far, changed or not. */
  readonly taken: () => number;
  readonly unchanged: () => void;
  readonly written: (result: WriteResult) => void;
  readonly report: () => IngestReport;
}

export function startTally(onSkip?: (path: string, reason: SkipReason) => void): Tally {
  const startedMs = performance.now();
  const files = { added: 0, changed: 0, renamed: 0, unchanged: 0, removed: 0, skipped: 0, superseded: 0 };
  const work = { chunks: 0, embedded: 0, reused: 0 };
  const skippedBy: Partial<Record<SkipReason, number>> = {};
  const skippedSamples: Partial<Record<SkipReason, string[]>> = {};
  const failed: { path: string; message: string }[] = [];
  const redacted = { files: 0, secrets: 0 };
  const texts: Partial<Record<Category, { chunks: number; textLength: number }>> = {};
  const damaged = { files: 0, samples: [] as string[] };
  let sizeBytes = 0;
  let textLength = 0;
  let taken = 0;
  const skip = (path: string, reason: SkipReason): void => {
    files.skipped++;
    skippedBy[reason] = (skippedBy[reason] ?? 0) + 1;
    const samples = (skippedSamples[reason] ??= []);
    if (samples.length < samplesPerReason) samples.push(path);
    onSkip?.(path, reason);
  };
  return {
    skip,
    made: (document) => {
      textLength += document.textLength;
      const { category, chunks, secrets } = document;
      if (document.damaged !== null) {
        damaged.files++;
        if (damaged.samples.length < samplesPerReason) damaged.samples.push(document.damaged);
      }
      const known = texts[category] ?? { chunks: 0, textLength: 0 };
      if (document.isCutByLength)
        texts[category] = { chunks: known.chunks + chunks, textLength: known.textLength + document.textLength };
      if (secrets === 0) return;
      redacted.files++;
      redacted.secrets += secrets;
    },
    fail: (path, message) => {
      if (failed.length < maxFailed) failed.push({ path, message });
      skip(path, "failed");
    },
    take: (bytes) => {
      sizeBytes += bytes;
      taken++;
    },
    taken: () => taken,
    unchanged: () => void files.unchanged++,
    written: (result) => {
      for (const name of counted) files[name] += result[name];
      for (const name of ["chunks", "embedded", "reused"] as const) work[name] += result[name];
    },
    report: () => ({
      files: { ...files },
      skippedBy: { ...skippedBy },
      skippedSamples: structuredClone(skippedSamples),
      ...work,
      ms: Math.round(performance.now() - startedMs),
      sizeBytes,
      textLength,
      texts: { ...texts },
      isTruncated: (skippedBy["over-limit"] ?? 0) > 0,
      redacted: { ...redacted },
      ...(damaged.files === 0 ? {} : { damagedInPart: { files: damaged.files, samples: [...damaged.samples] } }),
      failed: [...failed],
    }),
  };
}

/** Files of which the collection is different now. */
export function changesOf({ files }: Pick<IngestReport, "files">): number {
  return files.added + files.changed + files.renamed + files.removed;
}
