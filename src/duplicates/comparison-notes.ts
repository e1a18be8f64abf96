import type { SkipReason } from "../core/document.ts";
import type { Unread } from "../reader/document-reader.ts";
import type { SkippedSample } from "./duplicate-report.ts";

const maxSamples = 10;
const maxMessageLength = 200;
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
  /** `message`: what a library or the system says of it. */
  readonly skip: (path: string, reason: SkipReason, message?: string) => void;
  readonly changed: (path: string) => void;
  readonly hardLinks: (count: number) => void;
  /** Pictures of one colour. */
  readonly flat: (count: number) => void;
  /** RAW photos beside their JPEG. */
  readonly raws: (count: number) => void;
  readonly read: (bytes: number) => void;
  readonly report: () => NotedFacts;
}

/** Notes an `Unread`. */
export function noteUnread(notes: ComparisonNotes, path: string, unread: Unread): void {
  notes.skip(path, unread.kind === "skipped" ? unread.reason : "failed", unread.message);
}

export interface NotedFacts {
  readonly skipped: number;
  readonly skippedBy: Readonly<Partial<Record<SkipReason, number>>>;
  readonly skippedSamples: readonly SkippedSample[];
  readonly changed: { readonly count: number; readonly samples: readonly string[] };
  readonly hardLinks: number;
  readonly flatPictures: number;
  readonly rawsBeside: number;
  readonly readBytes: number;
}

export function startNotes(): ComparisonNotes {
  const skippedBy: Partial<Record<SkipReason, number>> = {};
  const skippedSamples: SkippedSample[] = [];
  const changed = { count: 0, samples: [] as string[] };
  let [skipped, hardLinks, flatPictures, rawsBeside, readBytes] = [0, 0, 0, 0, 0];
  return {
    skip: (path, reason, message = "") => {
      skipped++;
      skippedBy[reason] = (skippedBy[reason] ?? 0) + 1;
      if (!unnamed.has(reason) && skippedSamples.length < maxSamples)
        skippedSamples.push({ path, reason, message: message.slice(0, maxMessageLength) });
    },
    changed: (path) => {
      changed.count++;
      if (changed.samples.length < maxSamples) changed.samples.push(path);
    },
    hardLinks: (count) => (hardLinks += count),
    flat: (count) => (flatPictures += count),
    raws: (count) => (rawsBeside += count),
    read: (bytes) => (readBytes += bytes),
    report: () => ({
      skipped,
      skippedBy: { ...skippedBy },
      skippedSamples: [...skippedSamples],
      changed: { count: changed.count, samples: [...changed.samples] },
      hardLinks,
      flatPictures,
      rawsBeside,
      readBytes,
    }),
  };
}
