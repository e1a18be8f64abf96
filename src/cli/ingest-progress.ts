import type { IngestProgress } from "../ingest/requests.ts";
import type { ProgressState } from "./output/progress-line.ts";

const phases: Readonly<Record<IngestProgress["phase"], string>> = {
  scan: "looking for files",
  compare: "comparing",
  write: "reading and storing",
};

/** Progress of an ingest as the board shows it. */
export function ingestState(progress: IngestProgress): ProgressState {
  return {
    phase: phases[progress.phase],
    // While the number of files is not known, the names that were looked at show that it goes on.
    done: progress.phase === "write" ? progress.done : progress.scanned,
    total: progress.total,
    unit: "file",
    current: progress.path,
  };
}
