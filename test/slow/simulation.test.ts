import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";
import { chosenSeeds, type RangeReport, type SeedRange } from "../simulation/seed-range.ts";

const runs = 3_000;
const threads = 2;
const size = { sessions: 20, steps: 200, maxMs: 330_000 };

test("three thousand runs of two hundred operations, with faults, are what the model foretells", async () => {
  const share = runs / threads;
  const ranges = Array.from({ length: threads }, (_, index) => ({ first: 1 + index * share, count: share, ...size }));
  const [first, ...others] = ranges.map((range) => chosenSeeds(process.env, range));
  // A seed that a person asks for is run once.
  const asked = first?.count === 1 ? [first] : first === undefined ? [] : [first, ...others];
  const reports = await Promise.all(asked.map(runThread));
  expect(reports.map(({ failure }) => failure).filter((failure) => failure !== null)).toEqual([]);
  const calls = reports.reduce((sum, report) => sum + report.calls, 0);
  console.log(`${reports.reduce((sum, report) => sum + report.runs, 0)} runs, ${calls} calls`);
});

function runThread(range: SeedRange): Promise<RangeReport> {
  const worker = new Worker(new URL("../simulation/seed-thread.ts", import.meta.url), { workerData: range });
  const { promise, resolve, reject } = Promise.withResolvers<RangeReport>();
  worker.once("message", resolve);
  worker.once("error", reject);
  worker.once("exit", () => reject(new Error("The thread ended without a report.")));
  return promise.finally(() => void worker.terminate());
}
