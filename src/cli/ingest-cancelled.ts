import { CommonsError } from "../core/errors.ts";
import { countOf } from "../core/quantities.ts";
import type { IngestProgress } from "../ingest/requests.ts";

/** The error of an interrupted ingest: how far it was, and that nothing of it is lost. */
export function ingestCancelled(last: IngestProgress | null): CommonsError {
  const total = last?.total ?? null;
  const far =
    last === null || last.phase === "scan"
      ? "before the first file was read"
      : `after reading ${last.done.toLocaleString("en-US")} of ${total === null ? "an unknown number of files" : countOf(total, "file")}`;
  return new CommonsError("CANCELLED", `Cancelled ${far}. What was stored is kept.`, {
    hint: "Run the same command again to go on; what is stored already costs nothing.",
    details: { phase: last?.phase ?? null, done: last?.done ?? 0, total },
  });
}
