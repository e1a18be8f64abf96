import type { IngestReport } from "../../ingest/requests.ts";
import type { ChangeBatch } from "../../workspace/change-queue.ts";
import { formatDuration } from "../../core/quantities.ts";
import { filesText } from "./ingest-text.ts";

const maxNamed = 3;

/** One batch in a line: "12:04:31 src/a.ts, src/b.ts: 1 added, 1 changed (34 ms)". */
export function batchLine(batch: ChangeBatch, report: IngestReport, now: Date): string {
  return `${now.toTimeString().slice(0, 8)} ${whatText(batch)}: ${filesText(report)} (${formatDuration(report.ms)})`;
}

function whatText(batch: ChangeBatch): string {
  if (batch.kind === "folder") return "the whole folder";
  const more = batch.paths.length - maxNamed;
  return batch.paths.slice(0, maxNamed).join(", ") + (more > 0 ? ` and ${more} more` : "");
}
