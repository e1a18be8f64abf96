import { countOf, formatBytes, formatDuration } from "../../core/quantities.ts";
import type { IngestReport } from "../../ingest/requests.ts";
import { changesOf } from "../../ingest/tally.ts";

/** "3 added, 1 changed, 117 unchanged": what happened to the files, without zeros. */
export function filesText({ files }: IngestReport): string {
  const parts = (["added", "changed", "renamed", "removed", "unchanged"] as const)
    .filter((name) => files[name] > 0)
    .map((name) => `${files[name].toLocaleString("en-US")} ${name}`);
  if (files.superseded > 0)
    parts.push(`${files.superseded.toLocaleString("en-US")} left to a session that read them later`);
  return parts.join(", ") || "no files";
}

/** "12 skipped: 8 ignored, 4 binary", the most frequent reason first; null when nothing was skipped. */
export function skippedText({ files, skippedBy }: IngestReport): string | null {
  if (files.skipped === 0) return null;
  const reasons = Object.entries(skippedBy)
    .toSorted(([a, left], [b, right]) => right - left || a.localeCompare(b))
    .map(([reason, count]) => `${count.toLocaleString("en-US")} ${reason}`);
  return `${files.skipped.toLocaleString("en-US")} skipped: ${reasons.join(", ")}`;
}

/** Whether the run left the collection as it was. */
export function isUnchanged(report: IngestReport): boolean {
  return changesOf(report) === 0 && report.files.unchanged > 0;
}

/** The result of an ingest in a few lines, the collection first. */
export function ingestLines(collection: string, report: IngestReport): string[] {
  const reused = report.reused > 0 ? `, ${report.reused.toLocaleString("en-US")} known already` : "";
  const speed = `${formatBytes(report.sizeBytes)} in ${formatDuration(report.ms)}`;
  const lines = isUnchanged(report)
    ? [`${collection}: nothing changed, ${countOf(report.files.unchanged, "file")} up to date (${speed})`]
    : [
        `${collection}: ${filesText(report)} (${speed})`,
        `  ${countOf(report.chunks, "chunk")} written, ${report.embedded.toLocaleString("en-US")} embedded${reused}`,
      ];
  const skipped = skippedText(report);
  if (skipped !== null) lines.push(`  ${skipped}`);
  const { redacted } = report;
  if (redacted.secrets > 0)
    lines.push(`  ${countOf(redacted.secrets, "secret")} in ${countOf(redacted.files, "file")} not stored (redacted)`);
  const { damagedInPart } = report;
  if (damagedInPart !== undefined)
    lines.push(
      `  ${countOf(damagedInPart.files, "file")} damaged in part, stored as far as readable: ${damagedInPart.samples.join(", ")}${damagedInPart.files > damagedInPart.samples.length ? ", ..." : ""}`,
    );
  if (report.isTruncated) lines.push("  --max-files left files out");
  for (const failure of report.failed) lines.push(`  failed: ${failure.path}: ${failure.message}`);
  return lines;
}
