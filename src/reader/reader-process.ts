import { constants, setPriority } from "node:os";
import { isSyntaxBroken } from "../chunk/registry.ts";
import { AnswerBatch } from "./answer-batch.ts";
import { runFileTask } from "./file-tasks.ts";
import { readDocument } from "./read-document.ts";
import { startWatchdog } from "./watchdog.ts";
import {
  watchedArgument,
  type NumberedJob,
  type ReaderJob,
  type ReaderResult,
  type ReadMessage,
} from "./process-messages.ts";

// While one file waits for the disk the next is parsed; more would hold more files in memory.
const jobsAtOnce = 3;

/** Entry of a process that reads files for a session. Grammars and the libraries of formats are loaded here, and go with it. */
function main(): void {
  const waiting: NumberedJob[] = [];
  const answers = new AnswerBatch((answer) => void process.send?.(answer));
  let running = 0;
  const begin = (): void => {
    for (let next = running < jobsAtOnce ? waiting.shift() : undefined; next !== undefined;) {
      running += 1;
      void run(next);
      next = running < jobsAtOnce ? waiting.shift() : undefined;
    }
  };
  const run = async ({ id, job }: NumberedJob): Promise<void> => {
    const result = await resultOf(job);
    running -= 1;
    if (isSyntaxBroken()) answers.addLast({ id, result }, { notBegun: waiting.splice(0).map((each) => each.id) });
    else answers.add({ id, result }, { isIdle: running === 0 && waiting.length === 0 });
    begin();
  };
  // Whoever searches meanwhile comes first: an ingest takes what processors are left.
  setPriority(constants.priority.PRIORITY_BELOW_NORMAL);
  // One whose owner leads its process group ends with that group.
  if (process.argv[2] !== watchedArgument) startWatchdog({ ofGroup: false });
  process.on("disconnect", () => process.exit(0));
  process.on("message", ({ jobs }: ReadMessage) => {
    waiting.push(...jobs);
    begin();
  });
}

function resultOf(job: ReaderJob): Promise<ReaderResult> {
  return job.task === "document" ? readDocument(job.request) : runFileTask(job.task, job.request);
}

main();
