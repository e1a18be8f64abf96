import { countOf, formatBytes, formatDuration } from "../core/quantities.ts";
import type { GroupSize } from "../ingest/scan-directory.ts";
import type { ScanInput, ScanOutcome } from "./ingester.ts";
import { shownName } from "./shown-name.ts";
import { skippedLines } from "./skipped-text.ts";
import type { ToolContext } from "./tools/tool.ts";

const shownLanguages = 12;

/** Scans for a tool and tells what is there and what ingesting it would cost. */
export async function scanText(input: ScanInput, { session, signal }: ToolContext): Promise<string> {
  return reportText(input.path, await (await session.ingester()).scan(input, { signal }));
}

/** A scan as text: what is there, what is skipped and why, what is stored of it, and the price of the rest. */
export function reportText(path: string, outcome: ScanOutcome): string {
  const { report } = outcome;
  const unopened =
    report.unopened > 0 ? ` About: ${countOf(report.unopened, "file")} counted by name and size, not opened.` : "";
  return [
    `${path}: ${countOf(report.files, "file")}, ${formatBytes(report.sizeBytes)} to ingest${report.isTruncated ? " (max_files reached)" : ""}; scanned in ${formatDuration(report.ms)}.${unopened}`,
    `By category: ${groups(report.byCategory, Number.POSITIVE_INFINITY)}.`,
    `By language: ${groups(report.byLanguage, shownLanguages)}.`,
    ...skippedLines(report),
    ...storedLines(outcome),
    priceLine(outcome),
  ].join("\n");
}

function storedLines({ report, collection }: ScanOutcome): string[] {
  const { stored, reuse } = report;
  const lines: string[] = [];
  if (collection !== null && !collection.exists)
    lines.push(`Against ${shownName(collection.name)}: not there yet, so all is new.`);
  if (stored !== null && collection !== null)
    lines.push(
      `Against ${shownName(collection.name)}: ${stored.unchanged} unchanged, ${stored.changed} changed, ${stored.new} new.`,
    );
  if (stored !== null && stored.leftOut > 0)
    lines.push(
      `Not stored by the last ingest, and unchanged since: ${stored.leftOut} (${stored.leftOutSamples.map(shownName).join(", ")}${stored.leftOut > stored.leftOutSamples.length ? ", ..." : ""}). Not counted above.`,
    );
  if (reuse !== null && reuse.checked > 0)
    lines.push(
      `${Math.round((100 * reuse.known) / reuse.checked)} % of what is to be written is stored already in some collection and needs no embedding (${countOf(reuse.checked, "file")} compared by content).`,
    );
  return lines;
}

function priceLine({ report, measuredChunks }: ScanOutcome): string {
  const { estimate, stored } = report;
  const what = stored === null ? "all" : "what is new or changed";
  if (estimate.chunks === 0)
    return `Nothing to ingest: ${stored === null ? "no file is taken" : "nothing is new or changed"}.`;
  const { chunks, fewestChunks, mostChunks } = estimate;
  const range =
    mostChunks > fewestChunks
      ? ` (${fewestChunks.toLocaleString("en-US")} to ${mostChunks.toLocaleString("en-US")})`
      : "";
  const rates =
    measuredChunks > 0
      ? `Rates measured here, over ${countOf(measuredChunks, "chunk")}.`
      : "Rates of a reference machine: nothing of some size was ingested here yet.";
  return `Ingesting ${what} takes about ${countOf(chunks, "chunk")}${range}, about ${formatDuration(estimate.seconds * 1_000)} and about ${formatBytes(estimate.diskBytes)} on disk; nothing leaves this machine. ${rates}`;
}

function groups(sizes: Readonly<Record<string, GroupSize>>, limit: number): string {
  const sorted = Object.entries(sizes).toSorted(([, a], [, b]) => b.files - a.files);
  const shown = sorted
    .slice(0, limit)
    .map(([name, { files, sizeBytes }]) => `${name} ${files} (${formatBytes(sizeBytes)})`);
  if (sorted.length > limit) shown.push(`${sorted.length - limit} more`);
  return shown.join(", ") || "none";
}
