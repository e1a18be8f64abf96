import { type MessagePort, parentPort, workerData } from "node:worker_threads";
import { runSeeds, type SeedRange } from "./seed-range.ts";
import { makeSimulationTools } from "./simulation-tools.ts";

/** Entry of a thread that runs some seeds and answers with the report: a simulation replaces the clock of its whole thread. */
async function main(port: MessagePort, range: SeedRange): Promise<void> {
  port.postMessage(await runSeeds(range, makeSimulationTools()));
}

// Safe: the thread is only started with a range.
if (parentPort !== null) await main(parentPort, workerData as SeedRange);
