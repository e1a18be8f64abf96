import type { DuplicateReport, DuplicatesInput } from "../duplicates/duplicate-report.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import type { Session } from "./session.ts";

export async function runDuplicates(
  _session: Session,
  _input: DuplicatesInput,
  _options: { readonly signal: AbortSignal; readonly onProgress?: (progress: IngestProgress) => void },
): Promise<DuplicateReport> {
  throw new Error("not built yet");
}
