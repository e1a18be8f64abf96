import type { IngestReport } from "../ingest/requests.ts";
import { shownName } from "./shown-name.ts";
import { countOf } from "../core/quantities.ts";

/** What was skipped, most frequent reason first, each with up to three paths; no lines when nothing was. */
export function skippedLines({
  skippedBy,
  skippedSamples,
}: Pick<IngestReport, "skippedBy" | "skippedSamples">): string[] {
  const reasons = Object.entries(skippedBy).toSorted(([, a], [, b]) => b - a);
  if (reasons.length === 0) return [];
  const samples = new Map<string, readonly string[]>(Object.entries(skippedSamples));
  const total = reasons.reduce((sum, [, count]) => sum + count, 0);
  return [
    `Skipped ${countOf(total, "entry", "entries")}:`,
    ...reasons.map(([reason, count]) => {
      const paths = samples.get(reason) ?? [];
      return `- ${reason}: ${count}${paths.length > 0 ? ` (${paths.map(shownName).join(", ")}${count > paths.length ? ", ..." : ""})` : ""}`;
    }),
  ];
}
