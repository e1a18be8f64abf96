import type { FileComparison, CompareInput } from "../duplicates/file-comparison.ts";
import type { IngestProgress } from "../ingest/requests.ts";
import type { Session } from "./session.ts";

export async function runCompare(
  _session: Session,
  _input: CompareInput,
  _options: { readonly signal: AbortSignal; readonly onProgress?: (progress: IngestProgress) => void },
): Promise<FileComparison> {
  throw new Error("not built yet");
}
