import type { SkipReason } from "../core/document.ts";

const maxSamples = 10;
// What was not looked into is counted; what stands in them is none of the reader's business.
const unnamed: ReadonlySet<SkipReason> = new Set([
  "secret",
  "ignored",
  "vendored",
  "generated",
  "lock-file",
  "symlink",
  "filtered",
  "over-limit",
]);

/** What a comparison counts beside its groups; one for each run. */
export interface ComparisonNotes {
  readonly skip: (path: string, reason: SkipReason) => void;
  readonly changed: (path: string) => void;
  readonly hardLinks: (count: number) => void;
  readonly read: (bytes: number) => void;
  readonly report: () => NotedFacts;
}

export interface NotedFacts {
  readonly skipped: number;
  readonly skippedBy: Readonly<Partial<Record<SkipReason, number>>>;
  readonly skippedSamples: readonly { readonly path: string; readonly reason: SkipReason }[];
  readonly changed: { readonly count: number; readonly samples: readonly string[] };
  readonly hardLinks: number;
  readonly readBytes: number;
}

export function startNotes(): ComparisonNotes {
  const skippedBy: Partial<Record<SkipReason, number>> = {};
  const skippedSamples: { path: string; reason: SkipReason }[] = [];
  const changed = { count: 0, samples: [] as string[] };
  let [skipped, hardLinks, readBytes] = [0, 0, 0];
  return {
    skip: (path, reason) => {
      skipped++;
      skippedBy[reason] = (skippedBy[reason] ?? 0) + 1;
      if (!unnamed.has(reason) && skippedSamples.length < maxSamples) skippedSamples.push({ path, reason });
    },
    changed: (path) => {
      changed.count++;
      if (changed.samples.length < maxSamples) changed.samples.push(path);
    },
    hardLinks: (count) => (hardLinks += count),
    read: (bytes) => (readBytes += bytes),
    report: () => ({
      skipped,
      skippedBy: { ...skippedBy },
      skippedSamples: [...skippedSamples],
      changed: { count: changed.count, samples: [...changed.samples] },
      hardLinks,
      readBytes,
    }),
  };
}
