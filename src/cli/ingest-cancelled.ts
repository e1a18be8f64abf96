import { CommonsError } from "../core/errors.ts";
import { countOf } from "../core/quantities.ts";
import type { IngestProgress } from "../ingest/requests.ts";

/** The error of interrupted ingests, one or several at once: how far they were together, and that nothing of it is lost. */
export function ingestCancelled(lasts: readonly (IngestProgress | null)[]): CommonsError {
  const done = lasts.reduce((sum, last) => sum + (last?.done ?? 0), 0);
  // One whose files are not counted yet leaves the sum open.
  const total = lasts.reduce<number | null>(
    (sum, last) => (sum === null || last === null || last.total === null ? null : sum + last.total),
    0,
  );
  const far =
    done === 0
      ? "before the first file was read"
      : total === null
        ? `after reading ${countOf(done, "file")}`
        : `after reading ${done.toLocaleString("en-US")} of ${countOf(total, "file")}`;
  return new CommonsError("CANCELLED", `Cancelled ${far}. What was stored is kept.`, {
    hint: "Run the same command again to go on; what is stored already costs nothing.",
    details: { phase: lasts.length === 1 ? (lasts[0]?.phase ?? null) : null, done, total },
  });
}
