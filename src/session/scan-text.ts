import { countOf, formatBytes, formatDuration } from "../core/quantities.ts";
import type { GroupSize } from "../ingest/scan-directory.ts";
import type { ScanInput, ScanOutcome } from "./ingester.ts";
import { skippedLines } from "./skipped-text.ts";
import type { ToolContext } from "./tools/tool.ts";

const shownLanguages = 12;

/** Scans for a tool and tells what is there and what ingesting it would cost. */
export async function scanText(input: ScanInput, { session, signal }: ToolContext): Promise<string> {
  return reportText(input.path, await (await session.ingester()).scan(input, { signal }));
}

function reportText(path: string, { report, collection, measuredChunks }: ScanOutcome): string {
  const { estimate, stored, reuse } = report;
  const lines = [
    `${path}: ${countOf(report.files, "file")}, ${formatBytes(report.sizeBytes)} to ingest${report.isTruncated ? " (max_files reached)" : ""}; scanned in ${formatDuration(report.ms)}.`,
    `By category: ${groups(report.byCategory, Number.POSITIVE_INFINITY)}.`,
    `By language: ${groups(report.byLanguage, shownLanguages)}.`,
    ...skippedLines(report),
  ];
  if (stored !== null && collection !== null) {
    lines.push(`Against ${collection}: ${stored.unchanged} unchanged, ${stored.changed} changed, ${stored.new} new.`);
  }
  if (reuse !== null && reuse.checked > 0)
    lines.push(
      `${Math.round((100 * reuse.known) / reuse.checked)} % of what is to be written is stored already in some collection and needs no embedding (${countOf(reuse.checked, "file")} compared by content).`,
    );
  lines.push(
    `Ingesting ${stored === null ? "all" : "what is new or changed"} takes up to about ${countOf(estimate.chunks, "chunk")}, ${formatDuration(estimate.seconds * 1_000)}, ${formatBytes(estimate.diskBytes)} on disk; nothing leaves this machine. ${measuredChunks > 0 ? `Rates measured here, over ${countOf(measuredChunks, "chunk")}.` : "Rates of a reference machine: nothing of some size was ingested here yet."}`,
  );
  return lines.join("\n");
}

function groups(sizes: Readonly<Record<string, GroupSize>>, limit: number): string {
  const sorted = Object.entries(sizes).toSorted(([, a], [, b]) => b.files - a.files);
  const shown = sorted
    .slice(0, limit)
    .map(([name, { files, sizeBytes }]) => `${name} ${files} (${formatBytes(sizeBytes)})`);
  if (sorted.length > limit) shown.push(`${sorted.length - limit} more`);
  return shown.join(", ") || "none";
}
