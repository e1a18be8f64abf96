import { constants, setPriority } from "node:os";
import { isSyntaxBroken } from "../chunk/registry.ts";
import { runFileTask } from "./file-tasks.ts";
import { readDocument } from "./read-document.ts";
import { startWatchdog } from "./watchdog.ts";
import {
  watchedArgument,
  type ReadAnswer,
  type ReaderJob,
  type ReaderResult,
  type ReadMessage,
} from "./process-messages.ts";

const residentEvery = 25;

/** Entry of a process that reads files for a session. Grammars and the libraries of formats are loaded here, and go with it. */
function main(): void {
  let answers = 0;
  const answer = async ({ id, job }: ReadMessage): Promise<void> => {
    const result = await resultOf(job);
    const resident = ++answers % residentEvery === 0 ? { residentBytes: process.memoryUsage.rss() } : {};
    const spent = isSyntaxBroken() ? { isSpent: true as const } : {};
    const message: ReadAnswer = { id, result, ...resident, ...spent };
    process.send?.(message);
  };
  // Whoever searches meanwhile comes first: an ingest takes what processors are left.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  // One whose owner leads its process group ends with that group.
  if (process.argv[2] !== watchedArgument) startWatchdog({ ofGroup: false });
  process.on("disconnect", () => process.exit(0));
  process.on("message", (message: ReadMessage) => void answer(message));
}

function resultOf(job: ReaderJob): Promise<ReaderResult> {
  return job.task === "document" ? readDocument(job.request) : runFileTask(job.task, job.request);
}

main();
